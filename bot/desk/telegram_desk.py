"""Reaches staff in their private chats. Implements `StaffDesk`."""

import logging
from collections.abc import Callable
from datetime import datetime

from bot.case_ports import SentMessages
from bot.desk.render import StaffTexts
from bot.desk_ports import Refused, StaffSender
from bot.staff_ports import StaffBook, StaffMessage

log = logging.getLogger("kawan.desk")


class TelegramDesk:
    """Every copy is protected and remembered, so that it can be taken back."""

    def __init__(
        self,
        staff: StaffBook,
        sent: SentMessages,
        sender: StaffSender,
        texts: StaffTexts,
        now: Callable[[], datetime],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`changed`: asks for a fresh digest."""
        self._staff = staff
        self._sent = sent
        self._sender = sender
        self._texts = texts
        self._now = now
        self._changed = changed

    async def tell(self, number: int, message: StaffMessage, weight: int | None = None) -> bool:
        """True once Telegram accepted it; False when it never will. `weight`: a larger one goes
        first; by default ten times the level of the case."""
        member = await self._staff.get(number)
        if member is None or not member.active:
            return False
        chat = await self._staff.chat_of(number)
        text, buttons = self._texts.render(message, member.language)
        if weight is None:
            weight = 10 * int(message.values.get("level") or 0)
        try:
            message_id = await self._sender.send(chat, text, buttons, weight)
        except Refused as error:
            log.warning("a message to staff %d was refused: %s", number, error)
            if error.blocked and member.reachable:
                await self._staff.set_reachable(number, False)
            return False
        if not member.reachable:
            await self._staff.set_reachable(number, True)
        if message.case:
            await self._sent.remember(
                chat, message_id, self._now(), person=False, by_bot=True, case=message.case
            )
        return True

    async def take_back(self, code: str, number: int | None = None) -> None:
        """Delete or blank the copies of a case in one member's chat, or in all."""
        chat = await self._staff.chat_of(number) if number is not None else None
        for where, message_id in await self._sent.of_case(code, chat):
            await self.remove(where, message_id)

    async def settle(self, code: str, holder: int) -> None:
        """Somebody took the case: what others were sent says so, and nothing more."""
        own = await self._staff.chat_of(holder)
        languages = {}
        for member in await self._staff.everyone():
            languages[await self._staff.chat_of(member.number)] = member.language
        for where, message_id in await self._sent.of_case(code):
            if where == own:
                continue
            values: dict[str, str | int] = {"code": code, "holder": holder}
            text = self._texts.string("staff_taken_by", languages.get(where, "id"), **values)
            try:
                await self._sender.edit(where, message_id, text)
            except Refused as error:
                log.info("a copy could not be settled: %s", error)

    async def refresh_digest(self) -> None:
        """Bring the group's digest up to date, within its limits."""
        self._changed()

    async def remove(self, chat: int, message_id: int) -> None:
        """Delete one copy, or make it blank where Telegram will not delete it any more."""
        try:
            await self._sender.delete(chat, message_id)
        except Refused as error:
            log.info("a copy could not be taken back: %s", error)
        await self._sent.forget(chat, [message_id])
