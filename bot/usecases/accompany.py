"""The conversation of a person whom staff may answer: what `Answer` says, and what is true about
people on the other side. Danger is checked first, in every state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.domain.conversation import Conversation
from bot.domain.danger import Level
from bot.domain.deed import Act, Deed
from bot.domain.message import Incoming
from bot.domain.reply import Reply
from bot.usecases import person_buttons as buttons
from bot.usecases.answer import Answer, Turn
from bot.usecases.beside_case import beside_a_case
from bot.usecases.come_back import come_back
from bot.usecases.give_details import take_detail
from bot.usecases.hotline import NOBODY, Situation
from bot.usecases.in_danger import alarm_deed, by_safe_word, in_danger, with_status
from bot.usecases.report_offer import (
    after_alarm,
    awaited,
    may_report,
    not_yet,
    press_report,
    take_report,
)
from bot.usecases.safe_contact import has_safe_word, start_contact, take_safe_word
from bot.usecases.talk import press_person
from bot.usecases.turn_parts import flush_deed, line_deed, page_of

_LEAVE = frozenset({"keluar", "exit"})
_FORGET = frozenset({"hapus", "delete_me"})
_BACK = frozenset({"kembali", "return"})
_CONTACT = frozenset({"kontak", "contact"})


@dataclass(frozen=True)
class PersonWords:
    """`safe`: safe words everybody may use; `asks`: whether somebody asks who wrote here."""

    safe: tuple[str, ...]
    asks: Callable[[str], bool]


class Accompany:
    """Wraps `Answer`; the same call with what is known about the person."""

    def __init__(
        self, answer: Answer, words: Callable[[], PersonWords], facts: Mapping[str, str]
    ) -> None:
        """`facts`: values that pages about privacy are filled in with (`keep_...`: seconds)."""
        self._answer = answer
        self._words = words
        self._facts = dict(facts)

    async def __call__(
        self, incoming: Incoming, before: Conversation, situation: Situation = NOBODY
    ) -> Turn:
        before = awaited(before, incoming.at)
        turn = await self._answer(incoming, before)
        turn = self._respond(incoming, before, turn, situation)
        turn = replace(turn, replies=tuple(self._with_facts(r) for r in turn.replies))
        acts = {deed.act for deed in turn.deeds}
        if Act.LEAVE in acts:
            return replace(turn, conversation=_blank(turn.conversation))
        if situation.quiet and Act.HANDS not in acts and _wakes(turn, situation):
            turn = replace(turn, deeds=(Deed(Act.WAKE), *turn.deeds))
        if not situation.connected:
            return turn
        told = tuple(may_report(r, situation) for r in turn.replies)
        told = tuple(replace(r, context={**r.context, "desk": "yes"}) for r in told)
        case = situation.case.code if situation.case else ""
        return replace(turn, replies=told, conversation=replace(turn.conversation, case=case))

    def _with_facts(self, reply: Reply) -> Reply:
        """What is kept and for how long stands in pages about privacy as it is in the settings."""
        if not reply.key.endswith(("/privacy", "/report_ask")):
            return reply
        return replace(reply, context={**reply.context, **self._facts})

    def _respond(
        self, incoming: Incoming, before: Conversation, turn: Turn, situation: Situation
    ) -> Turn:
        if incoming.kind == "command" and incoming.command in _LEAVE:
            return _leave(turn, situation)
        if incoming.kind == "button":
            return _pressed(incoming, before, turn, situation)
        if has_safe_word(incoming.text, (situation.wishes.safe_word, *self._words().safe)):
            return by_safe_word(incoming, turn, situation)
        if turn.alarm:
            alarmed = in_danger(turn, turn.alarm, incoming, situation)
            return after_alarm(alarmed, incoming, before, self._answer.offers)
        if incoming.kind == "command":
            return _command(incoming, before, turn, situation)
        if (answered := _asked(incoming, before, turn, situation)) is not None:
            return answered
        reported = take_report(incoming, before, turn, self._answer.offers)
        if reported is not None:
            return reported
        return not_yet(incoming, before, self._beside(incoming, turn, situation))

    def _beside(self, incoming: Incoming, turn: Turn, situation: Situation) -> Turn:
        if self._words().asks(incoming.words):
            return _who_wrote(turn, situation)
        if situation.blocked:
            return replace(turn, replies=(page_of(turn, "blocked_for_now"),))
        return beside_a_case(incoming, turn, situation)


def _wakes(turn: Turn, situation: Situation) -> bool:
    """After a quick exit: whoever writes, where nothing can be given away by it; beside a case only
    somebody in danger, or a tap (`FLUSH`)."""
    serious = turn.alarm is not None and turn.alarm.level >= Level.HIGH
    return situation.case is None or serious


def _leave(turn: Turn, situation: Situation) -> Turn:
    """Nothing is said before everything is gone. Words beside the command are still heard."""
    alarm = alarm_deed(turn, turn.alarm, situation)
    return replace(turn, replies=(), deeds=(*alarm, Deed(Act.LEAVE)))


def _blank(old: Conversation) -> Conversation:
    """Nothing in it that a later press or line could bring up again."""
    return Conversation(
        chosen=old.chosen, language=old.language, last_update=old.last_update, greeted=True
    )


def _pressed(incoming: Incoming, before: Conversation, turn: Turn, situation: Situation) -> Turn:
    language = turn.conversation.language or "id"
    asking = before.asking if before.asking == "open" else ""  # a press ends any other question
    state = replace(turn.conversation, asking=asking)
    done = press_report(incoming, state, language, situation) or press_person(
        incoming.data, state, language, situation
    )
    if done is None:
        there = (Deed(Act.SEEN),) if situation.case else ()
        return with_status(replace(turn, conversation=state, deeds=there), situation)
    after, replies, deeds = done
    return Turn(replies, replace(after, greeted=True), deeds=deeds)


def _command(incoming: Incoming, before: Conversation, turn: Turn, situation: Situation) -> Turn:
    language = turn.conversation.language or "id"
    state = replace(turn.conversation, asking="")
    if incoming.command in _FORGET:
        return replace(
            turn, conversation=state, replies=(page_of(turn, "forget_ask", buttons.forget()),)
        )
    if incoming.command in _BACK:
        state, replies, deeds = come_back(incoming, replace(state, lines=before.lines), language)
        return replace(turn, conversation=state, replies=replies, deeds=deeds)
    if incoming.command in _CONTACT:
        state, replies, deeds = start_contact(state, language)
        return replace(turn, conversation=state, replies=replies, deeds=deeds)
    turn = replace(turn, conversation=state)
    if situation.case is None or situation.blocked:
        return replace(turn, deeds=flush_deed(situation))
    beside = (line_deed(incoming),) if incoming.text.strip() else ()
    return replace(turn, deeds=(*flush_deed(situation), *(beside or (Deed(Act.SEEN),))))


def _asked(
    incoming: Incoming, before: Conversation, turn: Turn, situation: Situation
) -> Turn | None:
    """An answer to what the person was asked for; other messages go their usual way."""
    language = turn.conversation.language or "id"
    clean = replace(turn.conversation, lines=before.lines)  # a detail is no line of the talk
    if before.asking == "safe_word" and incoming.kind == "text":
        done = take_safe_word(incoming.text, clean, language, situation.wishes)
    elif before.asking == "return" and incoming.kind == "text":
        done = come_back(incoming, clean, language)
    elif before.asking.startswith("detail:") and situation.case:
        found = take_detail(incoming, clean, language)
        if found is None:
            return None
        done = found
    else:
        return None
    return Turn(done[1], done[0], deeds=done[2])


def _who_wrote(turn: Turn, situation: Situation) -> Turn:
    """The same words whether or not somebody wrote. Beside a case, staff are told that the phone
    may be in other hands, and nothing more is shown unasked."""
    deeds = (Deed(Act.HANDS),) if situation.case else ()
    return replace(turn, replies=(page_of(turn, "who_wrote"),), deeds=deeds)
