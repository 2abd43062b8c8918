"""Quick exit: the chat is emptied, one neutral line is left, and nothing is pushed any more."""

from datetime import datetime, timedelta

from bot.case_ports import CaseBook, SentMessages
from bot.desk_ports import DeskQueue
from bot.domain.reply import Reply
from bot.people_ports import People
from bot.usecases.outbox import PersonPost

DELETABLE = timedelta(hours=47, minutes=50)  # Telegram's 48 hours, less the time this takes


class QuickExit:
    """First quiet, then empty: no message may slip in between."""

    def __init__(
        self,
        cases: CaseBook,
        people: People,
        sent: SentMessages,
        post: PersonPost,
        desk: DeskQueue,
    ) -> None:
        self._cases = cases
        self._people = people
        self._sent = sent
        self._post = post
        self._desk = desk

    async def leave(self, chat_id: int, command: int, language: str, at: datetime) -> Reply:
        """`command`: the message that asked for it, which goes too."""
        await self._people.set_quiet(chat_id, True)
        neutral = Reply("message/left", language)
        rows = await self._sent.in_chat(chat_id)
        young = [number for number, _, when in rows if at - when < DELETABLE]
        await self._post.delete(chat_id, [n for n in dict.fromkeys((command, *young)) if n])
        old = [number for number, by_bot, when in rows if by_bot and at - when >= DELETABLE]
        await self._post.blank(chat_id, old, neutral)
        await self._sent.forget(chat_id, [number for number, _, _ in rows])
        await self._cases.left_quickly(chat_id, at)
        case = await self._cases.of_chat(chat_id)
        if case is not None:
            await self._desk.person_event(case.code, "left_quickly")
        return neutral
