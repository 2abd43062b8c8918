"""Rendered replies to Telegram calls."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import TelegramError

from bot.adapters.content.offer_render import Card
from bot.adapters.content.render import Rendered
from bot.adapters.offer_card import draw_card
from bot.telegram.lanes import Lane, Lanes

log = logging.getLogger("kawan.sending")


Remember = Callable[[int, int, datetime], Awaitable[None]]  # chat id, message id, when


class TooLate(Exception):
    """It could not leave in time, and now it may not be shown openly any more."""


class Outbound:
    """Sends messages through the lanes; everything unimportant is tried once, by the way."""

    def __init__(
        self,
        bot: Bot,
        lanes: Lanes,
        remember: Remember | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`remember` keeps the ids of what was sent, so that it can be deleted; `now`: the time at
        Telegram."""
        self._now = now
        self._bot = bot
        self._lanes = lanes
        self._remember = remember

    async def send(self, chat_id: int, rendered: Rendered, until: datetime | None = None) -> int:
        """Message id once Telegram accepted it; `Undeliverable` when it never will; `TooLate` when
        its turn does not come before `until`."""

        async def call() -> Any:
            if until is not None and self._now() > until:
                raise TooLate
            if rendered.card is not None:
                return await self._send_card(chat_id, rendered, rendered.card)
            return await self._bot.send_message(
                chat_id,
                rendered.text,
                parse_mode="HTML",
                reply_markup=markup(rendered.keyboard),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

        lane = Lane.SAFETY if rendered.urgent else Lane.ANSWER
        message: Any = await self._lanes.send(lane, chat_id, call, rendered.weight)
        await self._keep_id(chat_id, int(message.message_id))
        return int(message.message_id)

    async def _send_card(self, chat_id: int, rendered: Rendered, card: Card) -> Any:
        """The picture is drawn only now, so that none is ever stored."""
        picture = await asyncio.to_thread(draw_card, card)
        return await self._bot.send_photo(
            chat_id,
            picture,
            caption=rendered.text,
            parse_mode="HTML",
            reply_markup=markup(rendered.keyboard),
            filename="kawan-aman.png",
        )

    async def _keep_id(self, chat_id: int, message_id: int) -> None:
        """Without its id a message cannot be deleted later; it was sent all the same."""
        if self._remember is None:
            return
        try:
            await self._remember(chat_id, message_id, datetime.now(UTC))
        except Exception as error:
            log.error("a message id could not be kept: %s", type(error).__name__)

    async def acknowledge(self, callback_id: str) -> None:
        """Stop the little clock on a pressed button; an old button cannot be acknowledged."""
        try:
            await self._bot.answer_callback_query(callback_id)
        except TelegramError as error:
            log.info("button not acknowledged: %s", type(error).__name__)


def markup(keyboard: Sequence[Sequence[Sequence[str]]]) -> InlineKeyboardMarkup | None:
    """Rows of (label, callback data, url) as Telegram wants them; None without any."""
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(label, url=url)
                if url
                else InlineKeyboardButton(label, callback_data=data)
                for label, data, url in row
            ]
            for row in keyboard
        ]
    )
