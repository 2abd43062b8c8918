"""Telegram calls for staff, through the same lanes as everything else. Implements `StaffSender`."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, TelegramError

from bot.desk_ports import Buttons, Refused
from bot.telegram.lanes import Lane, Lanes, Undeliverable

log = logging.getLogger("kawan.sending")
BLANK = "·"
NOTICE_LIMIT = 190  # characters of a line on top of a chat
_SAME = "message is not modified"
_GONE = ("not found", "can't be edited", "can't be deleted", "message_id_invalid")


class ProtectedSender:
    """Everything sent to staff may be neither forwarded nor saved (`protect_content`)."""

    def __init__(self, bot: Bot, lanes: Lanes) -> None:
        self._bot = bot
        self._lanes = lanes

    async def send(self, chat_id: int, text: str, buttons: Buttons, severity: int) -> int:
        message = await self._call(
            chat_id,
            lambda: self._bot.send_message(
                chat_id,
                text,
                parse_mode="HTML",
                reply_markup=_markup(buttons),
                protect_content=True,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
            severity,
        )
        return int(message.message_id)

    async def edit(self, chat_id: int, message_id: int, text: str) -> None:
        await self._call(
            chat_id,
            lambda: self._bot.edit_message_text(
                text,
                chat_id,
                message_id,
                parse_mode="HTML",
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
            lane=Lane.ANSWER,
        )

    async def delete(self, chat_id: int, message_id: int) -> None:
        """A message that is too old to be deleted is made blank instead."""
        try:
            await self._call(
                chat_id, lambda: self._bot.delete_message(chat_id, message_id), lane=Lane.ANSWER
            )
        except Refused as error:
            if error.blocked:
                raise
            await self.edit(chat_id, message_id, BLANK)

    async def notice(self, callback_id: str, text: str) -> None:
        try:
            await self._bot.answer_callback_query(callback_id, text[:NOTICE_LIMIT] or None)
        except TelegramError as error:
            log.info("button not acknowledged: %s", type(error).__name__)

    async def _call(
        self, chat_id: int, call: Callable[[], Awaitable[Any]], weight: int = 0,
        lane: Lane = Lane.SAFETY,
    ) -> Any:  # fmt: skip
        async def attempt() -> Any:
            try:
                return await call()
            except BadRequest as error:
                words = str(error).lower()
                if _SAME in words:
                    return None
                raise Refused(
                    "BadRequest",
                    gone=any(part in words for part in _GONE),
                    blocked="chat not found" in words,
                ) from None

        try:
            return await self._lanes.send(lane, chat_id, attempt, weight)
        except Undeliverable as error:
            raise Refused(str(error), blocked=error.blocked) from None


def _markup(buttons: Buttons) -> InlineKeyboardMarkup | None:
    if not any(buttons):
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(label, callback_data=data) for label, data in row]
            for row in buttons
            if row
        ]
    )
