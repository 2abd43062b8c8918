"""Answers in groups. Everything has one shape and the same link, so that nobody who watches can
tell who is in danger: a disclosure gets the very words that small talk gets."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.language import choose
from bot.domain.message import Incoming
from bot.domain.quiz import Quiz
from bot.domain.reply import Button, Reply
from bot.ports import LanguageGuesser
from bot.usecases.keyboards import Rows
from bot.usecases.read import Reader, Reading

_ENGLISH = frozenset({"quiz", "card", "ask", "quiet", "speak", "help_now", "language"})
_SAME = {
    "quiz": "kuis", "card": "kartu", "ask": "tanya", "quiet": "diam", "speak": "bicara",
}  # fmt: skip
_OTHERS = frozenset(
    {
        "start", "menu", "bahasa", "language", "darurat", "help_now", "about", "privacy", "daftar",
        "subscribe", "berhenti", "unsubscribe", "help", "tolong", "bantuan",
    }
)  # fmt: skip
_CARDS = (
    "signs_general", "signs_online", "signs_fees", "signs_documents", "signs_overseas",
    "signs_relationship", "rights_child_age", "rights_work", "help_friend", "help_hotlines",
)  # fmt: skip


class Quizzes(Protocol):
    """What there is to play."""

    @property
    def languages(self) -> frozenset[str]: ...

    @property
    def quiz_names(self) -> Sequence[str]: ...

    def quiz(self, name: str, language: str) -> Quiz | None: ...


@dataclass(frozen=True)
class GroupTurn:
    """At most one message: a `reply`, a poll (quiz name, place of the question) or the `card` of a
    topic. `quiet`: the new setting, None when it stays; `topic`: what was answered."""

    language: str
    reply: Reply | None = None
    poll: tuple[str, int] | None = None
    card: str = ""
    quiet: bool | None = None
    topic: str = ""


class GroupAnswer:
    """What one update of a group leads to. Keeps nothing."""

    def __init__(self, reader: Reader, guesser: LanguageGuesser, quizzes: Quizzes) -> None:
        self._reader = reader
        self._guesser = guesser
        self._quizzes = quizzes

    async def __call__(self, incoming: Incoming, quiet: bool, me: str) -> GroupTurn:
        """`quiet`: the group asked for silence; `me`: the bot's username for the link."""
        language = self._language(incoming)
        if incoming.kind == "joined":
            return GroupTurn(language, _message("group_intro", language, me), quiet=False)
        command = _SAME.get(incoming.command, incoming.command)
        if not _means_us(incoming, command) or (quiet and command != "bicara"):
            return GroupTurn(language)
        if command in ("diam", "bicara"):
            page = "group_quiet" if command == "diam" else "group_speaking"
            return GroupTurn(language, _message(page, language, me), quiet=command == "diam")
        hint = GroupTurn(language, _message("group_hint", language, me))
        if command in _OTHERS:
            return hint
        reading = await self._reader.read(incoming.words) if incoming.words.strip() else None
        if reading and reading.decision.alarm:
            return hint
        if command == "kuis":
            return GroupTurn(language, poll=self._question(incoming, language))
        if command == "kartu":
            card = _card(incoming, reading)
            return GroupTurn(language, card=card, topic=card) if card else hint
        topic = reading.decision.topic if reading else None
        if topic is None:
            return hint
        return GroupTurn(language, _message(topic, language, me), topic=topic)

    def _language(self, incoming: Incoming) -> str:
        detected = self._guesser.detect(incoming.text) if incoming.text.strip() else None
        return choose(
            known=self._quizzes.languages,
            explicit="en" if incoming.command in _ENGLISH else None,
            detected=detected,
            client=incoming.client_language,
        )

    def _question(self, incoming: Incoming, language: str) -> tuple[str, int] | None:
        """A question that a repeated update would choose again; of the quiz that was named, if
        one was."""
        names = list(self._quizzes.quiz_names)
        if not names:
            return None
        dice = random.Random(incoming.update_id)  # noqa: S311  (not a secret)
        named = incoming.text.strip().lower().replace(" ", "_")
        name = named if named in names else dice.choice(names)
        quiz = self._quizzes.quiz(name, language)
        return (name, dice.randrange(len(quiz.questions))) if quiz else None


def _means_us(incoming: Incoming, command: str) -> bool:
    """A command of ours, a mention with words, or a reply to the bot. Unknown commands may be for
    another bot of the group."""
    if not incoming.addressed:
        return False
    if incoming.kind == "command":
        return command in _OTHERS or command in _SAME.values()
    return incoming.kind == "text"


def _card(incoming: Incoming, reading: Reading | None) -> str:
    if reading is None:
        return random.Random(incoming.update_id).choice(_CARDS)  # noqa: S311  (not a secret)
    return reading.decision.topic or ""


def private_link(me: str) -> Rows:
    """The button under everything in a group. It carries no code, so that nobody can be told apart
    by it."""
    return ((Button("btn_private_chat", url=f"https://t.me/{me}"),),) if me else ()


def _message(page: str, language: str, me: str) -> Reply:
    return Reply(f"group/{page}", language, rows=private_link(me))
