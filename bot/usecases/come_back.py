"""Coming back by return code: contact is open again, no past text is shown. Rate-limited."""

from dataclasses import replace
from datetime import datetime

from bot.case_ports import CaseBook
from bot.desk_ports import DeskQueue
from bot.domain.attempts import Attempts
from bot.domain.case import plain_code
from bot.domain.conversation import Conversation
from bot.domain.deed import Act, Deed
from bot.domain.message import Incoming
from bot.domain.reply import Reply
from bot.usecases import person_buttons as buttons

Done = tuple[Conversation, tuple[Reply, ...], tuple[Deed, ...]]
SHORTEST = 10


def come_back(incoming: Incoming, state: Conversation, language: str) -> Done:
    """Asks for the code, or has it tried. A wrong code and a used one are answered alike."""
    code = plain_code(incoming.text)
    if not code:
        return replace(state, asking="return"), (buttons.page("return_ask", language),), ()
    state = replace(state, asking="")
    if len(code) < SHORTEST:
        return state, (buttons.page("return_unknown", language),), ()
    return state, (), (Deed(Act.BACK, "", code),)


class ReturnDoor:
    """Tries return codes, a few an hour."""

    def __init__(self, cases: CaseBook, desk: DeskQueue) -> None:
        self._cases = cases
        self._desk = desk
        self._attempts = Attempts()

    async def open(self, chat_id: int, code: str, at: datetime, language: str) -> Reply:
        """`at`: when the code was written; a repeat after a crash finds what it opened before."""
        before = await self._cases.of_chat(chat_id)
        if before is None or not before.earlier or before.person_at != at:
            if not self._attempts.allow(chat_id, at.timestamp()):
                return buttons.page("return_later", language)
            before = await self._cases.come_back(code, chat_id, at)
        if before is None:
            return buttons.page("return_unknown", language)
        await self._desk.escalate(before.code, before.level)
        await self._desk.person_event(before.code, "came_back")
        return buttons.page("return_open", language, buttons.safe_place())
