"""Rendered replies to Telegram calls."""

import asyncio
import logging
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import TelegramError

from bot.adapters.content.offer_render import Card
from bot.adapters.content.render import Rendered
from bot.adapters.offer_card import draw_card
from bot.telegram.lanes import Lane, Lanes

log = logging.getLogger("kawan.sending")


class Outbound:
    """Sends messages through the lanes; everything unimportant is tried once, by the way."""

    def __init__(self, bot: Bot, lanes: Lanes) -> None:
        self._bot = bot
        self._lanes = lanes

    async def send(self, chat_id: int, rendered: Rendered) -> int:
        """Message id once Telegram accepted it; `Undeliverable` when it never will."""
        lane = Lane.SAFETY if rendered.urgent else Lane.ANSWER
        if rendered.card:
            return await self._send_card(chat_id, rendered, rendered.card)
        message: Any = await self._lanes.send(
            lane,
            chat_id,
            lambda: self._bot.send_message(
                chat_id,
                rendered.text,
                parse_mode="HTML",
                reply_markup=_markup(rendered),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
        )
        return int(message.message_id)

    async def _send_card(self, chat_id: int, rendered: Rendered, card: Card) -> int:
        """The picture is drawn only now, so that none is ever stored."""
        picture = await asyncio.to_thread(draw_card, card)
        message: Any = await self._lanes.send(
            Lane.ANSWER,
            chat_id,
            lambda: self._bot.send_photo(
                chat_id,
                picture,
                caption=rendered.text,
                parse_mode="HTML",
                reply_markup=_markup(rendered),
                filename="kawan-aman.png",
            ),
        )
        return int(message.message_id)

    async def acknowledge(self, callback_id: str) -> None:
        """Stop the little clock on a pressed button; an old button cannot be acknowledged."""
        try:
            await self._bot.answer_callback_query(callback_id)
        except TelegramError as error:
            log.info("button not acknowledged: %s", type(error).__name__)


def _markup(rendered: Rendered) -> InlineKeyboardMarkup | None:
    if not rendered.keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(label, url=url)
                if url
                else InlineKeyboardButton(label, callback_data=data)
                for label, data, url in row
            ]
            for row in rendered.keyboard
        ]
    )
