"""Telegram for what is said to a person later, and for emptying their chat."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from telegram import Bot
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.adapters.content.library import Library
from bot.adapters.content.render import render
from bot.domain.contact import Delivery
from bot.domain.reply import Reply
from bot.telegram.lanes import Undeliverable, seconds_of
from bot.telegram.outbound import Outbound, TooLate

log = logging.getLogger("kawan.sending")
AT_ONCE = 100  # message ids that Telegram takes in one call
TRIES = 4
LONGEST_WAIT = 10.0
Call = Callable[[], Awaitable[object]]


class TelegramPost:
    """Implements `PersonPost`."""

    def __init__(self, bot: Bot, outbound: Outbound, library: Callable[[], Library]) -> None:
        self._bot = bot
        self._outbound = outbound
        self._library = library

    async def send(self, chat_id: int, reply: Reply, until: datetime | None = None) -> Delivery:
        """`WAITS` when it could not leave before `until`."""
        rendered = render(reply, self._library(), datetime.now(UTC))
        try:
            await self._outbound.send(chat_id, rendered, until)
        except TooLate:
            return Delivery.WAITS
        except Undeliverable as error:
            log.info("not delivered to a person: %s", error)
            return Delivery.FAILED
        return Delivery.SENT

    async def delete(self, chat_id: int, message_ids: list[int]) -> None:
        """As far as Telegram allows, pins first; one message that cannot go keeps no other one."""
        await self._try(partial(self._bot.unpin_all_chat_messages, chat_id))
        for start in range(0, len(message_ids), AT_ONCE):
            some = message_ids[start : start + AT_ONCE]
            if await self._try(partial(self._bot.delete_messages, chat_id, some)):
                continue
            for one in some:
                await self._try(partial(self._bot.delete_message, chat_id, one))

    async def blank(self, chat_id: int, message_ids: list[int], reply: Reply) -> None:
        """Turn messages of the bot into `reply`, without buttons."""
        text = render(reply, self._library(), datetime.now(UTC)).text
        for one in message_ids:
            await self._try(
                partial(self._bot.edit_message_text, text, chat_id, one, parse_mode="HTML")
            )

    async def _try(self, call: Call) -> bool:
        """Not through the lanes: somebody has to be rid of this now, and it is no message."""
        for attempt in range(TRIES):
            try:
                await call()
                return True
            except (BadRequest, Forbidden) as error:
                log.info("a message could not be removed: %s", type(error).__name__)
                return False
            except RetryAfter as error:
                await asyncio.sleep(min(seconds_of(error), LONGEST_WAIT))
            except TelegramError as error:
                log.info("a message could not be removed: %s", type(error).__name__)
                await asyncio.sleep(0.2 * 2**attempt)
        return False
