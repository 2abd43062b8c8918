"""A turn in danger: the warm answer first, what is true about staff, and the case behind it."""

from dataclasses import replace

from bot.domain.case import CaseState
from bot.domain.danger import Alarm, Category, Level
from bot.domain.deed import Act, Deed
from bot.domain.message import Incoming
from bot.usecases import person_buttons as buttons
from bot.usecases.answer import Turn
from bot.usecases.check_offer import resumable
from bot.usecases.hotline import Situation
from bot.usecases.press import show_help
from bot.usecases.turn_parts import flush_deed, line_deed


def by_safe_word(incoming: Incoming, turn: Turn, situation: Situation) -> Turn:
    """Help at once, and nothing on the screen that says why."""
    state = turn.conversation
    known = state.alarm_category in set(Category)
    category = Category(state.alarm_category) if known else Category.VIOLENCE
    alarm = turn.alarm or Alarm(Level.CRITICAL, category, ("safe_word",))
    if alarm.level < Level.CRITICAL:
        alarm = replace(alarm, level=Level.CRITICAL)
    turn = replace(turn, alarm=alarm, worried=turn.worried or incoming.words)
    deeds = (*flush_deed(situation), *alarm_deed(turn, alarm, situation))
    return replace(turn, replies=(show_help(state.language or "id"),), deeds=deeds)


def in_danger(turn: Turn, alarm: Alarm, incoming: Incoming, situation: Situation) -> Turn:
    """The warm answer with its steps, always. In a taken case that is no worse than before, the
    counsellor answers."""
    turn = replace(turn, conversation=replace(turn.conversation, asking=""))
    if not situation.connected:
        return replace(turn, deeds=alarm_deed(turn, alarm, situation))
    case = situation.case
    deeds = (*flush_deed(situation), *alarm_deed(turn, alarm, situation, incoming))
    known = case is not None and case.state is CaseState.TAKEN and not situation.quiet
    if known and case is not None and alarm.level <= case.level and not situation.blocked:
        return replace(turn, replies=(), deeds=deeds)
    rows = (
        buttons.under_alarm(alarm.about_other)
        if alarm.level >= Level.HIGH
        else buttons.under_concern()
    )
    replies = tuple(replace(reply, rows=rows) for reply in turn.replies)
    replies = resumable(turn.conversation, replies)
    return with_status(replace(turn, replies=replies, deeds=deeds), situation)


def alarm_deed(
    turn: Turn, alarm: Alarm | None, situation: Situation, incoming: Incoming | None = None
) -> tuple[Deed, ...]:
    """What an alarm leads to; a concern beside an open case is a line like any other."""
    if alarm is None or not (situation.connected or situation.unknown):
        return ()
    if alarm.level >= Level.HIGH:
        return (Deed(Act.ALARM, "", turn.worried),)
    if situation.case and incoming and not situation.blocked:
        return (line_deed(incoming),)
    return ()


def with_status(turn: Turn, situation: Situation) -> Turn:
    """What is true about the staff, in the safety steps."""
    if not situation.connected or situation.quiet:
        return turn
    case = situation.case
    serious = turn.alarm is not None and turn.alarm.level >= Level.HIGH
    if case and case.state is CaseState.TAKEN:
        status = "line_reading"
    elif case and situation.alerted:
        status = "line_sent"
    else:
        status = "line_telling" if serious or case else "line_may_talk"
    told = tuple(
        replace(r, context={**r.context, "status": status}) if r.key.startswith("safety/") else r
        for r in turn.replies
    )
    return replace(turn, replies=told)
