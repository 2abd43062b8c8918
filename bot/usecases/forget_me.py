"""Everything about a person is destroyed with their key. The receipt tells nobody anything."""

from datetime import datetime

from bot.case_ports import CaseBook
from bot.desk_ports import DeskQueue
from bot.domain.danger import Level
from bot.domain.reply import Reply
from bot.people_ports import People
from bot.usecases import person_buttons as buttons


async def forget_me(
    cases: CaseBook, people: People, desk: DeskQueue, chat_id: int, language: str, at: datetime
) -> Reply:
    """An open critical or high case stays, without identity, and staff are told. What has to
    happen elsewhere is queued before the key is gone, since nobody could find it afterwards."""
    codes = await cases.codes_of_chat(chat_id)
    if codes:
        await desk.forget_case(codes)
    case = await cases.of_chat(chat_id)
    if case is not None and case.level >= Level.HIGH:
        await desk.person_event(case.code, "erased")
    await people.forget(chat_id, at)
    return buttons.page("forgotten", language)
