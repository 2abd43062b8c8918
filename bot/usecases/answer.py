"""Answer one update: danger first, then the person's question. No input or output in here but
the ports; everything sent is returned as `Reply`s."""

import re
import unicodedata
from dataclasses import dataclass, replace

from bot.domain.conversation import Conversation
from bot.domain.danger import Alarm, Category, Level
from bot.domain.deed import Deed
from bot.domain.language import Detection, choose
from bot.domain.menu import TOPICS
from bot.domain.message import Incoming
from bot.domain.reply import Reply
from bot.domain.text import fold
from bot.ports import LanguageGuesser
from bot.usecases import keyboards
from bot.usecases.check_offer import TOPIC, CheckOffer, resumable, with_people
from bot.usecases.press import Catalogue, press, serve_topic, show_help
from bot.usecases.read import Reader, Reading

LONG = 1500
MISSES = 2
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COMMANDS = {
    "start": ("welcome", None), "menu": ("menu", None), "bahasa": ("language_choice", "id"),
    "language": ("language_choice", "en"), "darurat": ("help", "id"), "help_now": ("help", "en"),
    "about": ("about", None), "privacy": ("privacy", None),
}  # fmt: skip
_MEDIA = frozenset(
    {"photo", "voice", "video", "sticker", "location", "contact", "file", "poll", "other"}
)


@dataclass(frozen=True)
class Turn:
    """What one update leads to: messages to send, the new state and, where danger was noticed,
    the alarm to record with the words that raised it; `deeds` are done after answering."""

    replies: tuple[Reply, ...]
    conversation: Conversation
    alarm: Alarm | None = None
    worried: str = ""
    deeds: tuple[Deed, ...] = ()


class Answer:
    """The conversation with one person, an update at a time."""

    def __init__(
        self,
        reader: Reader,
        guesser: LanguageGuesser,
        catalogue: Catalogue,
        offers: CheckOffer,
    ) -> None:
        self.offers = self._offers = offers
        self._reader = reader
        self._guesser = guesser
        self._catalogue = catalogue

    async def __call__(self, incoming: Incoming, before: Conversation) -> Turn:
        """`before` is the stored state. An update that was dealt with already changes nothing."""
        language = self._language(incoming, before)
        state = replace(before, language=language, last_update=incoming.update_id)
        if incoming.kind == "button" and self._offers.wants_button(incoming.data):
            state, replies = self._offers.press(incoming.data, state, language, incoming.at)
            return Turn(replies, replace(state, greeted=True))
        if incoming.kind == "button":
            state, replies = press(incoming.data, state, language, self._catalogue)
            return Turn(replies, replace(state, greeted=True))
        if not self._worth_reading(incoming):
            turn = Turn((self._wordless(incoming, language),), state)
            return turn if incoming.kind != "command" else self._command(incoming, state, None)
        earlier = [line for _, line in state.recent(incoming.at)]
        reading = await self._reader.read(incoming.words, earlier)
        reading = _unless_story_goes_on(reading, state, incoming.at)
        heard = state.heard(incoming.at, incoming.words)
        alarm = reading.decision.alarm
        alone = reading.alone == alarm
        worried = incoming.words if alone else _all_of(heard)
        checked = self._check(incoming, heard, reading, language)
        if alarm and checked and self._is_no_cry(alarm, incoming):
            return replace(checked, replies=with_people(checked.replies))
        if alarm:
            heard = self._offers.pause(incoming.words, heard, incoming.at)
            turn = self._danger(incoming, heard, alarm, language)
            return replace(turn, replies=resumable(heard, turn.replies), worried=worried)
        if incoming.kind == "command":
            turn = self._command(incoming, heard, reading)
            return replace(turn, replies=resumable(heard, turn.replies))
        if checked:
            return checked
        if state.in_alarm(incoming.at) and reading.decision.topic is None:
            again = Reply(
                "message/danger_again",
                language,
                rows=keyboards.under_safety(False, False),
                urgent=True,
            )
            return Turn(resumable(heard, (again,)), heard)
        return self._beside_a_check(incoming, heard, reading, language)

    def _is_no_cry(self, alarm: Alarm, incoming: Incoming) -> bool:
        """Recruitment that worries, in somebody's advert or, below a serious level, anywhere in a
        check: the check itself is the help. See docs/decisions/0004."""
        if alarm.category is not Category.RISKY_RECRUITMENT or alarm.level >= Level.CRITICAL:
            return False
        return alarm.level < Level.HIGH or self._offers.is_advert(incoming)

    def _check(
        self, incoming: Incoming, state: Conversation, reading: Reading, language: str
    ) -> Turn | None:
        """A step of the check of a job offer; None when the words are neither offer nor answer."""
        if incoming.kind == "command":
            return None
        step = self._offers.hear(incoming.words, state, language, incoming.at)
        if step is None and self._offers.looks_like_offer(incoming, reading.decision.topic):
            step = self._offers.read(incoming.words, state, language, incoming.at)
        if step is None:
            return None
        # Neither an offer nor an answer stays among the lines: nothing of it is kept, and signs
        # of an offer told one by one are no disclosure.
        kept = state.lines[:-1]
        return Turn(step[1], replace(step[0], greeted=True, lines=kept))

    def _beside_a_check(
        self, incoming: Incoming, state: Conversation, reading: Reading, language: str
    ) -> Turn:
        """Something else than the check: begin one where it is asked for; answer what was asked,
        with the way back; or say that an answer was not understood."""
        decision = reading.decision
        if decision.topic == TOPIC:
            state, replies = self._offers.start(state, language, incoming.at)
            return Turn(replies, replace(state, greeted=True))
        check = state.offer
        if check and not check.paused and decision.topic is None and decision.kind != "chitchat":
            state, replies = self._offers.again(state, language)
            return Turn(replies, state)
        turn = self._plain(incoming, state, reading, language)
        return replace(turn, replies=resumable(turn.conversation, turn.replies))

    def _language(self, incoming: Incoming, before: Conversation) -> str:
        hint = _COMMANDS.get(incoming.command, ("", None))[1]
        detected = Detection(hint, True) if hint else None
        if detected is None and incoming.text.strip():
            detected = self._guesser.detect(incoming.text)
        return choose(
            known=self._catalogue.languages,
            explicit=before.chosen,
            detected=detected,
            previous=before.language,
            client=incoming.client_language,
        )

    @staticmethod
    def _worth_reading(incoming: Incoming) -> bool:
        if incoming.command == "start" and _PAYLOAD.fullmatch(incoming.text):
            return False
        return any(c.isalnum() for c in fold(incoming.words))

    def _wordless(self, incoming: Incoming, language: str) -> Reply:
        """Something without readable words: each kind has its own answer."""
        if incoming.kind in _MEDIA or incoming.kind == "edit":
            name = f"got_{incoming.kind}"
        else:
            pictures = any(unicodedata.category(c) == "So" for c in incoming.words)
            name = "got_sticker" if pictures else "got_empty"
        return Reply(f"message/{name}", language, rows=keyboards.under_small_talk())

    def _danger(self, incoming: Incoming, state: Conversation, alarm: Alarm, language: str) -> Turn:
        """A disclosure is answered at once and never with anything else."""
        not_own = incoming.forwarded or not incoming.text.strip()
        other = alarm.about_other or not_own
        state = replace(
            state, misses=0, greeted=True, alarm_at=incoming.at,
            alarm_level=int(alarm.level), alarm_category=str(alarm.category),
        )  # fmt: skip
        serious = alarm.level >= Level.HIGH
        part = "concern" if not serious else "other" if other else ""
        reply = Reply(
            f"safety/{alarm.category}",
            language,
            part,
            keyboards.under_safety(other, with_switch=serious),
            urgent=serious,
            context={"lead": "line_forwarded"} if not_own else {},
        )
        return Turn((reply,), state, replace(alarm, about_other=other))

    def _command(self, incoming: Incoming, state: Conversation, reading: Reading | None) -> Turn:
        language = state.language or "id"
        name = _COMMANDS.get(incoming.command, ("got_command_unknown", None))[0]
        if name == "help":
            return Turn((show_help(language),), replace(state, greeted=True))
        rows = {
            "welcome": keyboards.welcome(self._catalogue.order),
            "menu": keyboards.main_menu(),
            "language_choice": keyboards.languages(self._catalogue.order),
        }.get(name, keyboards.under_small_talk())
        return Turn(
            (Reply(f"message/{name}", language, rows=rows),),
            replace(state, greeted=state.greeted or name == "welcome", misses=0),
        )

    def _plain(
        self, incoming: Incoming, state: Conversation, reading: Reading, language: str
    ) -> Turn:
        """No danger: the question's answer, small talk, or "did you mean"."""
        decision = reading.decision
        state = replace(state, candidates=decision.candidates)
        lead = self._about_the_form(incoming, language, decision.candidates)
        if lead and not decision.topic:
            return Turn((lead,), replace(state, greeted=True))
        if decision.topic:
            state, replies = serve_topic(decision.topic, state, language, self._catalogue)
            return Turn((*((lead,) if lead else ()), *replies), replace(state, greeted=True))
        if decision.kind == "question":
            return self._unsure(state, language)
        if decision.reply == "message/nlu_down" or decision.reply == "message/chitchat_menu":
            rows = keyboards.main_menu()
        else:
            rows = keyboards.under_small_talk()
        key = decision.reply
        if key == "message/chitchat_menu":
            key = "message/menu"
        if key == "message/chitchat_greet" and not state.greeted:
            key, rows = (
                "message/welcome",
                keyboards.welcome(self._catalogue.order),
            )
        reply = Reply(key, language, rows=rows)
        return Turn((reply,), replace(state, misses=0, greeted=True, served=""))

    def _about_the_form(
        self, incoming: Incoming, language: str, candidates: tuple[str, ...]
    ) -> Reply | None:
        """A word on how the message came, where that matters more than what it says."""
        if incoming.kind in _MEDIA or incoming.kind == "edit":
            name = f"got_{incoming.kind}"
        elif incoming.forwarded:
            name = "got_forward"
        elif len(incoming.text) > LONG:
            name = "got_too_long"
        elif _other_script(incoming.words):
            name = "got_other_script"
        else:
            return None
        topics = tuple(t for t in candidates if t in TOPICS)[:2]
        rows = (*keyboards.one_each(topics), *keyboards.under_small_talk())
        return Reply(f"message/{name}", language, rows=rows)

    def _unsure(self, state: Conversation, language: str) -> Turn:
        state = replace(state, misses=state.misses + 1, greeted=True, served="")
        if state.misses > MISSES or not state.candidates:
            rows = keyboards.main_menu()
            return Turn((Reply("message/unsure_again", language, rows=rows),), state)
        rows = keyboards.under_unsure(state.candidates)
        return Turn((Reply("message/unsure", language, rows=rows),), state)


def _unless_story_goes_on(reading: Reading, state: Conversation, now: float) -> Reading:
    """Inside a burst that has raised its alarm already, only something worse, or a line that is
    alarming by itself, raises it again; the rest is answered as a line of that conversation."""
    alarm = reading.decision.alarm
    if alarm is None or not state.in_alarm(now):
        return reading
    if alarm.level > state.alarm_level or reading.alone is not None:
        return reading
    calm = replace(reading.decision, alarm=None, topic=None, kind="chitchat")
    return replace(reading, decision=calm)


def _all_of(state: Conversation) -> str:
    """The lines of the burst, where it takes all of them to see the danger."""
    return "\n".join(line for _, line in state.lines)


def _other_script(text: str) -> bool:
    letters = [c for c in fold(text) if c.isalpha()]
    latin = sum("a" <= c <= "z" for c in letters)
    return bool(letters) and latin < 0.4 * len(letters)
