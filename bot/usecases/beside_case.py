"""A turn without danger beside an open case: the bot goes on, or steps back."""

from dataclasses import replace

from bot.domain.case import CaseState
from bot.domain.deed import Act, Deed
from bot.domain.message import Incoming
from bot.usecases import person_buttons as buttons
from bot.usecases.answer import Turn
from bot.usecases.hotline import Situation
from bot.usecases.turn_parts import flush_deed, line_deed, page_of

_REFUSED = frozenset({"photo", "voice", "video", "sticker", "location", "contact", "file", "poll"})


def beside_a_case(incoming: Incoming, turn: Turn, situation: Situation) -> Turn:
    """Waiting: the bot goes on answering and the line is kept. Taken: it steps back."""
    case = situation.case
    if case is None:
        return replace(turn, deeds=flush_deed(situation))
    has_words = bool(incoming.words.strip())
    line = (line_deed(incoming),) if has_words else (Deed(Act.SEEN),)
    if situation.quiet:
        return _guarded(turn, situation, line)
    turn = replace(turn, deeds=(*flush_deed(situation), *line))
    if case.state is CaseState.TAKEN:
        refused = incoming.kind in _REFUSED
        return replace(turn, replies=turn.replies[:1] if refused or not has_words else ())
    return _with_waiting(turn, situation)


def _guarded(turn: Turn, situation: Situation, line: tuple[Deed, ...]) -> Turn:
    """After a quick exit the bot behaves as if nothing had been: what waits opens on a tap."""
    if turn.conversation.asking == "open" and not situation.waits:
        return replace(turn, deeds=line)
    opening = page_of(turn, f"opening_{situation.wishes.opening}", buttons.opening())
    state = replace(turn.conversation, asking="open")
    return replace(turn, replies=(*turn.replies, opening), conversation=state, deeds=line)


def _with_waiting(turn: Turn, situation: Situation) -> Turn:
    """The honest word on waiting stands where the bot only says that it is still there."""
    if not any(r.key == "message/danger_again" for r in turn.replies):
        return turn
    status = "line_sent" if situation.alerted else "line_waiting"
    told = tuple(
        replace(r, rows=buttons.under_status(), context={**r.context, "status": status})
        for r in turn.replies
    )
    return replace(turn, replies=told)
