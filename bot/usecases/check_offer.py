"""The guided check of a job offer: read it, name the signs, ask what is missing, say what it adds
up to. An answer is understood from buttons and from the person's own words. What the check has to
know lives in the conversation's `offer`; it is gone when the check ends."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.domain.conversation import Conversation
from bot.domain.message import Incoming
from bot.domain.offer import QUESTIONS, OfferReading, Verdict, Weight, judge
from bot.domain.offer_check import (
    AT_MOST,
    SHOWS,
    WAITING,
    OfferCheck,
    Sign,
    pack,
    recent_checks,
    unpack,
)  # fmt: skip
from bot.domain.recruiter import take_out
from bot.domain.reply import Button, Reply
from bot.ports import OfferReader
from bot.usecases import keyboards

TOPIC = "check_offer"
TOLD = 100  # characters from which a text that shows two signs is taken for an offer
MANY = 2  # signs that make a text an offer
SHORT = 30  # characters of words that call something off
ENOUGH = 60  # characters from which "please check: ..." holds the offer itself
Step = tuple[Conversation, tuple[Reply, ...]]

_CONTROLS = (Button("btn_offer_unknown", "offer:unknown"), Button("btn_offer_skip", "offer:skip"))
_STOP = Button("btn_offer_stop", "offer:stop")
_BACK = Button("btn_back", "offer:back")
RESUME = Button("btn_offer_resume", "offer:resume")


class CheckOffer:
    """One step of the check at a time; every step returns the new state and what to say."""

    def __init__(self, reader: OfferReader, weights: Mapping[str, Weight]) -> None:
        self._reader = reader
        self._weights = weights

    def wants_button(self, data: str) -> bool:
        return data.startswith("offer:") or data == f"t:{TOPIC}"

    def press(self, data: str, state: Conversation, language: str, now: float) -> Step:
        """A button of the check; one of an older check begins anew or goes on where it stands."""
        action, _, value = data.removeprefix("offer:").partition(":")
        if data == f"t:{TOPIC}" or action == "start":
            return self.start(state, language, now)
        if action in ("share", "card"):
            return state, (_shared(action, value, language),)
        if state.offer is None:
            return self.start(state, language, now)
        check = replace(state.offer, paused=False)
        state = replace(state, offer=check)
        if action == "stop":
            return self._stopped(state, language)
        if action == "back":
            return self._asked(replace(state, offer=check.back()), language)
        if action == "resume":
            return self._asked(state, language, also=self._named(check, language))
        if action == "ask" and check.step == WAITING:
            return self._asked(replace(state, offer=check.read(OfferReading())), language)
        if action in ("unknown", "skip") and check.step != WAITING:
            return self._next(state, check.answered(action), language)
        question, _, answer = value.partition(":")
        if action == "a" and question == check.step:
            return self._next(state, check.answered(answer), language)
        return self._asked(state, language)

    def start(self, state: Conversation, language: str, now: float) -> Step:
        """Ask for the offer, unless this person has checked too many within the hour."""
        if len(recent_checks(state.offer_times, now)) >= AT_MOST:
            return replace(state, offer=None), (_limit(language),)
        rows = ((Button("btn_offer_ask", "offer:ask"),), (_STOP,), (keyboards.HELP,))
        check = OfferCheck()
        return replace(state, offer=check, misses=0), (
            Reply("message/offer_start", language, rows=rows),
        )

    def looks_like_offer(self, incoming: Incoming, topic: str | None) -> bool:
        """Whether a message that came outside a check is an offer to be read: forwarded or long,
        with the marks of an advert or two signs; a short advert with a sign; or the wish to have one checked, with the offer."""
        text = incoming.words
        if topic == TOPIC and len(text) >= ENOUGH:
            return self._holds_offer(self._reader.find(text))
        if topic not in (None, TOPIC) or (not incoming.forwarded and len(text) < ENOUGH):
            return False
        reading = self._reader.find(text)
        short = not incoming.forwarded and len(text) < TOLD
        if short and not (reading.advert and reading.found and not reading.personal):
            return False
        return self._holds_offer(reading)

    def is_advert(self, incoming: Incoming) -> bool:
        """Whether it is somebody's advert and tells of nobody: then it is no cry for help."""
        reading = self._reader.find(incoming.words)
        return (incoming.forwarded or reading.advert) and not reading.personal

    def as_report(self, text: str, forwarded: bool) -> tuple[Verdict, tuple[str, ...]] | None:
        """What an advert shows that is to be reported; None for what is none, such as a question or
        somebody's own story."""
        reading = self._reader.find(text)
        named = bool(reading.found) or reading.advert or (reading.work and take_out(text)[1])
        if not named or (reading.personal and not forwarded):
            return None
        signs = tuple(found.id for found in reading.found)
        return judge(signs, self._weights), signs

    def ends(self, text: str) -> bool:
        """Whether somebody calls off what was begun ("batal")."""
        short = len(text) <= SHORT
        return short and self._reader.understand("place", text) in ("stop", "back")

    @staticmethod
    def _holds_offer(reading: OfferReading) -> bool:
        return reading.advert or (reading.work and len(reading.found) >= MANY)

    def read(self, text: str, state: Conversation, language: str, now: float) -> Step:
        """The offer itself: name what it shows, then ask the first open question."""
        times = recent_checks(state.offer_times, now)
        if len(times) >= AT_MOST:
            return replace(state, offer=None), (_limit(language),)
        reading = self._reader.find(text)
        check = OfferCheck().read(reading)
        state = replace(state, offer=check, offer_times=(*times, now), misses=0)
        named = self._named(check, language) or Reply("message/offer_none", language)
        if not check.step:
            return self._verdict(state, language, before=(named,))
        return self._asked(state, language, also=named)

    def pause(self, text: str, state: Conversation, now: float) -> Conversation:
        """Danger was noticed in `text`: keep the check, or what an offer shows, for afterwards."""
        waiting = state.offer is not None and state.offer.step == WAITING
        if state.offer is not None:
            state = replace(state, offer=replace(state.offer, paused=True))
        reading = self._reader.find(text)
        times = recent_checks(state.offer_times, now)
        holds = self._holds_offer(reading) or (waiting and bool(reading.found))
        if (state.offer is not None and not waiting) or not holds or len(times) >= AT_MOST:
            return state
        check = replace(OfferCheck().read(reading), paused=True)
        return replace(state, offer=check, offer_times=(*times, now)) if check.step else state

    def hear(self, text: str, state: Conversation, language: str, now: float) -> Step | None:
        """Words typed during a check; None when they are no answer but something else."""
        check = state.offer
        if check is None or check.paused:
            return None
        if check.step == WAITING:
            return self._first_words(text, state, language, now)
        answer = self._reader.understand(check.step, text)
        if answer == "stop":
            return self._stopped(state, language)
        if answer == "back":
            return self._asked(replace(state, offer=check.back()), language)
        if answer in ("unknown", "skip"):
            return self._next(state, check.answered(answer), language)
        found = self._reader.find(text).found
        fits = any(f.id in QUESTIONS[check.step] for f in found)
        if answer is None and not fits:
            return None
        shows = SHOWS.get((check.step, answer or ""))
        taken = [f for f in found if shows or f.id not in QUESTIONS[check.step]]
        return self._next(state, check.answered(answer or "", taken or ()), language)

    def again(self, state: Conversation, language: str) -> Step:
        """What was typed is no answer: say so, and ask once more."""
        return self._asked(state, language, also=Reply("message/offer_again", language))

    def _first_words(
        self, text: str, state: Conversation, language: str, now: float
    ) -> Step | None:
        answer = self._reader.understand("place", text)
        if answer in ("stop", "back"):
            return self._stopped(state, language)
        reading = self._reader.find(text)
        if reading.found or reading.advert or len(text) >= ENOUGH:
            return self.read(text, state, language, now)
        return None

    def _next(self, state: Conversation, check: OfferCheck, language: str) -> Step:
        state = replace(state, offer=check, misses=0)
        return self._asked(state, language) if check.step else self._verdict(state, language)

    def _asked(self, state: Conversation, language: str, also: Reply | None = None) -> Step:
        check = state.offer
        before = (also,) if also else ()
        if check is None or check.step == WAITING:
            waiting: keyboards.Rows = (
                (Button("btn_offer_ask", "offer:ask"),),
                (_STOP,),
                (keyboards.HELP,),
            )
            return state, (*before, Reply("message/offer_start", language, rows=waiting))
        answers = tuple(
            (Button(f"offer/{check.step}/{answer}", f"offer:a:{check.step}:{answer}"),)
            for answer in _answers(check.step)
        )
        last = (_BACK, _STOP) if check.past else (_STOP,)
        rows = (*answers, _CONTROLS, last, (keyboards.HELP,))
        asked = Reply(f"offer/{check.step}", language, rows=rows)
        return state, (*before, asked)

    def _named(self, check: OfferCheck, language: str) -> Reply | None:
        if not check.signs:
            return None
        context = {"signs": _listed(self._sorted(check.signs))}
        return Reply("message/offer_found", language, context=context)

    def _verdict(self, state: Conversation, language: str, before: tuple[Reply, ...] = ()) -> Step:
        assert state.offer is not None
        signs = self._sorted(state.offer.signs)
        verdict = judge([sign.id for sign in signs], self._weights)
        name = str(verdict)
        if verdict is Verdict.UNCLEAR and signs:
            name = "unclear_weak"
        packed = f"{verdict}:{pack(s.id for s in signs)}"
        rows = (
            (Button("btn_offer_share", f"offer:share:{packed}"),),
            (Button("btn_offer_card", f"offer:card:{packed}"),),
            (keyboards.topic_button("signs_agent"),),
            (Button("btn_offer_new", "offer:start"), keyboards.PERSON),
            (keyboards.HELP, keyboards.MENU),
        )
        context = {"signs": _listed(signs), "style": "names"}
        reply = Reply(f"message/offer_{name}", language, rows=rows, context=context)
        return replace(state, offer=None), (*before, reply)

    def _stopped(self, state: Conversation, language: str) -> Step:
        rows = ((Button("btn_offer_new", "offer:start"),), (keyboards.HELP, keyboards.MENU))
        return replace(state, offer=None), (Reply("message/offer_stopped", language, rows=rows),)

    def _sorted(self, signs: Iterable[Sign]) -> list[Sign]:
        order = list(Weight)
        return sorted(signs, key=lambda sign: order.index(self._weights[sign.id]))


def with_people(replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """The replies, with a person to talk to and the numbers below the first one."""
    own = (keyboards.PERSON, Button("btn_numbers", "help"))
    first = replies[0]
    there = any(keyboards.PERSON in row for row in first.rows)
    rows = first.rows if there else (own, *first.rows)
    return (replace(first, rows=rows), *replies[1:])


def resumable(state: Conversation, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """The replies, with a button back to a check that waits, below the first of the last one's:
    where there is danger, the numbers stay on top."""
    if state.offer is None or not replies:
        return replies
    last = replies[-1]
    return (*replies[:-1], replace(last, rows=(*last.rows[:1], (RESUME,), *last.rows[1:])))


def _answers(question: str) -> tuple[str, ...]:
    shows = tuple(answer for asked, answer in SHOWS if asked == question)
    return (*shows, "good")


def _listed(signs: Iterable[Sign]) -> str:
    return json.dumps([[sign.id, sign.words] for sign in signs], ensure_ascii=False)


def _shared(action: str, packed: str, language: str) -> Reply:
    """The summary to send on: verdict and names of the signs, nothing from the offer."""
    verdict, _, word = packed.partition(":")
    if verdict not in set(Verdict):
        verdict = str(Verdict.UNCLEAR)
    signs = [Sign(name) for name in unpack(word)]
    context = {"signs": _listed(signs), "style": "names", "verdict": verdict}
    key = "message/offer_share" if action == "share" else "offer/card"
    rows = ((keyboards.HELP, keyboards.MENU),)
    return Reply(key, language, rows=rows, context=context)


def _limit(language: str) -> Reply:
    return Reply("message/offer_limit", language, rows=keyboards.under_small_talk())
