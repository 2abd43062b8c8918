"""Reporting an advert to staff: asked after every verdict, told plainly, done only after a yes. The
bot has kept nothing of the advert, so it asks for it once more, and only what is sent then goes."""

from collections import deque
from dataclasses import replace
from datetime import datetime

from bot.domain.advert import LONGEST
from bot.domain.attempts import Attempts
from bot.domain.conversation import Conversation
from bot.domain.danger import Level
from bot.domain.deed import Act, Deed
from bot.domain.message import Incoming
from bot.domain.offer import Verdict
from bot.domain.offer_check import pack, unpack
from bot.domain.reply import Button, Reply
from bot.usecases import person_buttons as buttons
from bot.usecases.advert_book import AdvertBook
from bot.usecases.answer import Turn
from bot.usecases.check_offer import CheckOffer
from bot.usecases.hotline import Situation

Done = tuple[Conversation, tuple[Reply, ...], tuple[Deed, ...]]
ASKING = "report:"
AGREED = 900.0  # seconds for which the yes holds
A_DAY, EACH, ALL = 86_400.0, 5, 2_000  # reports of one person and of everybody, in seconds
_REMEMBERED = 500
_VERDICTS = frozenset(
    f"message/offer_{name}" for name in (*map(str, Verdict), f"{Verdict.UNCLEAR}_weak")
)
_REPORT = Button("btn_report_offer", "report:ask")
_YES = Button("btn_report_yes", "report:yes")
_WORDLESS = frozenset({"command", "button", "edit"})


def may_report(reply: Reply, situation: Situation) -> Reply:
    """A verdict, with the button below the first two; other replies as they are. Only where there
    is somebody to report to."""
    if reply.key not in _VERDICTS or not situation.connected or situation.blocked:
        return reply
    return replace(reply, rows=(*reply.rows[:2], (_REPORT,), *reply.rows[2:]))


def press_report(
    incoming: Incoming, state: Conversation, language: str, situation: Situation
) -> Done | None:
    """Explains, and asks for the advert after a yes; None for every other button."""
    name, _, value = incoming.data.partition(":")
    if name != "report" or not situation.connected or situation.blocked:
        return None
    if value == "yes":
        state = replace(state, asking=f"{ASKING}{int(incoming.at)}")
        return state, (buttons.page("report_paste", language, _waiting()),), ()
    reply = buttons.page("report_ask", language, ((_YES, buttons.CANCEL), (buttons.NUMBERS,)))
    return replace(state, asking=""), (reply,), ()


def awaited(before: Conversation, now: float) -> Conversation:
    """The state, without a yes that is too old to hold."""
    if not before.asking.startswith(ASKING):
        return before
    begun = before.asking.removeprefix(ASKING)
    holds = begun.isdigit() and 0 <= now - float(begun) < AGREED
    return before if holds else replace(before, asking="")


def take_report(
    incoming: Incoming, before: Conversation, turn: Turn, offers: CheckOffer
) -> Turn | None:
    """The awaited advert becomes a report; None when none is awaited or this is none."""
    if not _is_answer(incoming, before):
        return None
    # the check read it as well, but nothing of it is kept, and it is no check of this hour
    state = replace(
        turn.conversation, asking="", lines=before.lines, offer=before.offer,
        offer_times=before.offer_times,
    )  # fmt: skip
    if offers.ends(incoming.words):
        return Turn((buttons.page("cancelled", state.language or "id"),), state)
    deed = _deed(incoming, offers)
    return Turn((), state, deeds=(deed,)) if deed else None


def not_yet(incoming: Incoming, before: Conversation, turn: Turn) -> Turn:
    """Something else came while an advert was awaited: it is answered as usual, and it is said that
    nothing was sent."""
    if not _is_answer(incoming, before) or turn.alarm:
        return turn
    note = buttons.page("report_not_yet", turn.conversation.language or "id", _waiting())
    return replace(turn, replies=(*turn.replies, note))


def after_alarm(turn: Turn, incoming: Incoming, before: Conversation, offers: CheckOffer) -> Turn:
    """What serious danger was noticed in goes to staff as a case, not as a report; below that the
    safety steps come first, and the report follows."""
    if turn.alarm is None or turn.alarm.level >= Level.HIGH or not _is_answer(incoming, before):
        return turn
    deed = _deed(incoming, offers)
    return replace(turn, deeds=(*turn.deeds, deed)) if deed else turn


def _is_answer(incoming: Incoming, before: Conversation) -> bool:
    awaits = before.asking.startswith(ASKING) and incoming.kind not in _WORDLESS
    return awaits and bool(incoming.words.strip())


def _deed(incoming: Incoming, offers: CheckOffer) -> Deed | None:
    """Somebody's own words around a forwarded or quoted advert are no part of it."""
    text = (incoming.quoted.strip() or incoming.text.strip())[:LONGEST]
    shows = offers.as_report(text, incoming.forwarded)
    return Deed(Act.REPORT, f"{shows[0]}:{pack(shows[1])}", text) if shows else None


class ReportDesk:
    """Keeps reports, a few a day for each person. Who reported is known to this process only, and
    only as long as the limit needs it."""

    def __init__(self, adverts: AdvertBook) -> None:
        self._adverts = adverts
        self._attempts = Attempts(EACH, ALL, A_DAY)
        self._let: deque[int] = deque(maxlen=_REMEMBERED)

    async def take(self, incoming: Incoming, deed: Deed, language: str, at: datetime) -> Reply:
        """The thanks read the same whether or not somebody reported it before."""
        verdict, _, packed = deed.value.partition(":")
        if not await self._adverts.known(deed.words):
            if not self._may(incoming):
                return buttons.page("report_limit", language)
            await self._adverts.report(deed.words, Verdict(verdict), unpack(packed), at)
        return buttons.page("report_sent", language)

    def _may(self, incoming: Incoming) -> bool:
        """A step that is repeated is not counted twice."""
        if incoming.update_id in self._let:
            return True
        if not self._attempts.allow(incoming.chat_id, incoming.at):
            return False
        self._let.append(incoming.update_id)
        return True


def _waiting() -> buttons.Rows:
    return ((buttons.CANCEL, buttons.NUMBERS),)
