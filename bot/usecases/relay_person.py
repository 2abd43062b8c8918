"""A person's line beside an open case: kept, and in a taken case passed on to its counsellor."""

from datetime import datetime

from bot.case_ports import CaseBook
from bot.desk_ports import DeskQueue
from bot.domain.case import CaseState
from bot.domain.message import Incoming

EDITED = "✎ "  # stands before the words of an edited message


async def keep_line(
    cases: CaseBook, desk: DeskQueue, incoming: Incoming, words: str, edited: bool, at: datetime
) -> None:
    """Idempotent by the update. Nothing is passed on by a forward: staff get fresh messages."""
    case = await cases.of_chat(incoming.chat_id)
    if case is None:
        return
    kept = EDITED + words if edited else words
    line = await cases.add_line(case.code, "person", kept, incoming.update_id, at)
    if case.state is CaseState.TAKEN and words:
        await desk.person_line(case.code, line.number, edited)


async def seen(cases: CaseBook, incoming: Incoming, at: datetime) -> None:
    """They pressed something: a line without words says that they are there."""
    case = await cases.of_chat(incoming.chat_id)
    if case is not None:
        await cases.add_line(case.code, "person", "", incoming.update_id, at)
