"""Sends what only the campaign sends: polls and cards, and messages into a group's topics."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from telegram import Bot, LinkPreviewOptions

from bot.telegram.lanes import Lane, Lanes, Undeliverable
from bot.telegram.outbound import Remember, markup

log = logging.getLogger("kawan.campaign")
Row = list[list[str]]


async def keep_id(remember: Remember | None, chat_id: int, message_id: int) -> None:
    """For the quick exit of a person; a group has none."""
    if remember is None or chat_id < 0:
        return
    try:
        await remember(chat_id, message_id, datetime.now(UTC))
    except Exception as error:
        log.error("a message id could not be kept: %s", type(error).__name__)


class CampaignSender:
    """Plans are plain dictionaries, since they are kept between deciding and sending."""

    def __init__(self, bot: Bot, lanes: Lanes, remember: Remember | None = None) -> None:
        """`remember` keeps the ids of messages to people, so that they can be deleted."""
        self._bot = bot
        self._lanes = lanes
        self._remember = remember

    async def text(self, chat_id: int, message: dict[str, Any]) -> None:
        """A text of a group; what Telegram refuses there is not worth more than a line."""
        await self._try(
            chat_id,
            lambda: self._bot.send_message(
                chat_id,
                message["text"],
                parse_mode="HTML",
                reply_markup=markup(message["keyboard"]),
                message_thread_id=message.get("thread") or None,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
        )

    async def poll(self, chat_id: int, message: dict[str, Any]) -> None:
        """A native quiz poll, anonymous: nobody sees who chose what, we neither."""
        await self._try(
            chat_id,
            lambda: self._bot.send_poll(
                chat_id,
                message["question"],
                message["options"],
                type="quiz",
                is_anonymous=True,
                correct_option_ids=[message["right"]],
                explanation=message["because"],
                reply_markup=markup(message["keyboard"]),
                message_thread_id=message.get("thread") or None,
            ),
        )

    async def photo(
        self, chat_id: int, photo: str | bytes, message: dict[str, Any], lane: Lane = Lane.ANSWER
    ) -> str:
        """A picture by file id or as bytes; the file id Telegram has for it."""
        sent: Any = await self._lanes.send(
            lane,
            chat_id,
            lambda: self._bot.send_photo(
                chat_id,
                photo,
                caption=message.get("text") or None,
                parse_mode="HTML",
                reply_markup=markup(message.get("keyboard", [])),
                message_thread_id=message.get("thread") or None,
            ),
        )
        await keep_id(self._remember, chat_id, int(sent.message_id))
        return str(sent.photo[-1].file_id)

    async def _try(self, chat_id: int, call: Callable[[], Awaitable[Any]]) -> None:
        try:
            await self._lanes.send(Lane.ANSWER, chat_id, call)
        except Undeliverable as error:
            log.info("a group did not get its answer: %s", error)
