"""The campaign's part of a private conversation. Everything else, and whatever sounds like danger,
goes to the conversation itself."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from bot.campaign_ports import Subscribers
from bot.domain.conversation import Conversation
from bot.domain.language import choose
from bot.domain.message import Incoming
from bot.domain.quiz import Quiz
from bot.domain.reply import Reply
from bot.usecases.answer import Turn
from bot.usecases.hotline import NOBODY, Situation
from bot.usecases.quiz import choose_quiz, press_quiz
from bot.usecases.subscribe import leave, offer, press_subscription

log = logging.getLogger("kawan.campaign")
_COMMANDS = {
    "kuis": "quiz", "quiz": "quiz", "daftar": "subscribe", "subscribe": "subscribe",
    "berhenti": "leave", "unsubscribe": "leave", "tanya": "ask", "ask": "ask",
}  # fmt: skip
_ENGLISH = frozenset({"quiz", "subscribe", "unsubscribe", "ask"})
_INDONESIAN = frozenset({"kuis", "daftar", "berhenti", "tanya"})
_BUTTONS = frozenset({"qz", "qn", "qa", "quizzes", "sub"})


class Answering(Protocol):
    async def __call__(
        self, incoming: Incoming, before: Conversation, situation: Situation = NOBODY
    ) -> Turn: ...


class Catalogue(Protocol):
    @property
    def languages(self) -> frozenset[str]: ...

    @property
    def quiz_names(self) -> Sequence[str]: ...

    def quiz(self, name: str, language: str) -> Quiz | None: ...


class CampaignAnswer:
    """Quizzes and subscriptions around the conversation `inner`."""

    def __init__(self, inner: Answering, catalogue: Catalogue, people: Subscribers) -> None:
        self._inner = inner
        self._catalogue = catalogue
        self._people = people

    async def __call__(
        self, incoming: Incoming, before: Conversation, situation: Situation = NOBODY
    ) -> Turn:
        """As `Answer`."""
        if incoming.kind == "button" and incoming.data.partition(":")[0] in _BUTTONS:
            return await self._button(incoming, before)
        what = _COMMANDS.get(incoming.command, "") if incoming.kind == "command" else ""
        if not what:
            turn = await self._inner(incoming, before, situation)
            if turn.conversation.chosen and turn.conversation.chosen != before.chosen:
                await self._follow(incoming, turn.conversation.chosen)
            return turn
        if incoming.words.strip() or what == "ask":
            plain = replace(incoming, kind="text" if incoming.words.strip() else "command")
            turn = await self._inner(replace(plain, command=""), before, situation)
            if turn.alarm or what == "ask":
                return turn
        return await self._command(what, incoming, before)

    async def _follow(self, incoming: Incoming, language: str) -> None:
        """Campaign messages come in the language that was chosen last. Nothing else depends on it."""
        try:
            known = await self._people.subscription(incoming.chat_id)
            if known is not None and known.language != language:
                now = datetime.fromtimestamp(incoming.at, UTC) if incoming.at else datetime.now(UTC)
                await self._people.subscribe(
                    incoming.chat_id, replace(known, language=language), now
                )
        except Exception as error:
            log.warning("language of a subscription not changed: %s", type(error).__name__)

    async def _command(self, what: str, incoming: Incoming, before: Conversation) -> Turn:
        state = self._state(incoming, before)
        language = state.language or "id"
        if what == "quiz":
            name = incoming.text.strip().lower().replace(" ", "_")
            start = f"qz:{name}" if name in self._catalogue.quiz_names else ""
            if start:
                return _turn(*press_quiz(start, state, language, self._catalogue))
            return _turn(*choose_quiz(state, language, self._catalogue))
        change = offer if what == "subscribe" else leave
        return _turn(state, (await change(incoming.chat_id, language, self._people),))

    async def _button(self, incoming: Incoming, before: Conversation) -> Turn:
        state = self._state(incoming, before)
        language = state.language or "id"
        if incoming.data.startswith("sub"):
            now = datetime.fromtimestamp(incoming.at, UTC) if incoming.at else datetime.now(UTC)
            reply = await press_subscription(
                incoming.data, incoming.chat_id, language, self._people, now
            )
            return _turn(state, (reply,))
        if incoming.data == "quizzes":
            return _turn(*choose_quiz(state, language, self._catalogue))
        return _turn(*press_quiz(incoming.data, state, language, self._catalogue))

    def _state(self, incoming: Incoming, before: Conversation) -> Conversation:
        english, local = incoming.command in _ENGLISH, incoming.command in _INDONESIAN
        language = choose(
            known=self._catalogue.languages,
            explicit=before.chosen or ("en" if english else "id" if local else None),
            previous=before.language,
            client=incoming.client_language,
        )
        return replace(before, language=language, last_update=incoming.update_id, greeted=True)


def _turn(state: Conversation, replies: tuple[Reply, ...]) -> Turn:
    return Turn(replies, state)
