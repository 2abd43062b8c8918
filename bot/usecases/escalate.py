"""From an alarm, or from the wish to talk, to a case that staff are told about."""

from datetime import datetime

from bot.case_ports import CaseBook
from bot.desk_ports import DeskQueue
from bot.domain.case import CaseState, Wish
from bot.domain.danger import Alarm, Category, Level
from bot.domain.message import Incoming

ASKED = "asked"  # who noticed, when the person simply wants to talk


class Escalate:
    """Every call is idempotent by the update it comes from."""

    def __init__(self, cases: CaseBook, desk: DeskQueue) -> None:
        self._cases = cases
        self._desk = desk

    async def alarm(
        self, incoming: Incoming, alarm: Alarm, words: str, language: str, at: datetime
    ) -> None:
        """Open or raise the person's case with the words that worried us; the ladder of its level
        starts once. In a taken case the words go to its counsellor."""
        opened = await self._cases.open_or_raise(
            incoming.chat_id, alarm, language, words, incoming.update_id, at
        )
        case = opened.case
        if case.state is CaseState.CLOSED:  # an old update, repeated after everything was done
            return
        await self._desk.escalate(case.code, case.level)
        if case.state is CaseState.TAKEN:
            line = await self._cases.add_line(case.code, "person", words, incoming.update_id, at)
            await self._desk.person_line(case.code, line.number, incoming.kind == "edit")

    async def wish(
        self, incoming: Incoming, category: Category | None, language: str, at: datetime
    ) -> None:
        """The person wants to talk: a case of level concern, unless they have one. `category`: of
        what worried us before, None when nothing did."""
        if await self._cases.of_chat(incoming.chat_id) is not None:
            return
        alarm = Alarm(Level.CONCERN, category, (ASKED,)) if category else Wish()
        opened = await self._cases.open_or_raise(
            incoming.chat_id, alarm, language, "", incoming.update_id, at
        )
        await self._desk.escalate(opened.case.code, opened.case.level)
