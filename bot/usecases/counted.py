"""Counts what conversations are about, by week and never by person. Counting is by the way: it
delays no answer, and when it fails nobody notices."""

import asyncio
import contextlib
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from bot.campaign_ports import Counter, Links
from bot.domain.alike import known_words
from bot.domain.conversation import Conversation
from bot.domain.message import Incoming
from bot.domain.numbers import HELP, LINK, TALK
from bot.domain.text import Lexicon
from bot.usecases.answer import Turn
from bot.usecases.hotline import NOBODY, Situation

log = logging.getLogger("kawan.numbers")
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
PAUSE = 2.0  # seconds
Event = tuple[str, str, str]


class Answering(Protocol):
    async def __call__(
        self, incoming: Incoming, before: Conversation, situation: Situation = NOBODY
    ) -> Turn: ...


class CountedAnswer:
    """`inner` answers; what it did is counted afterwards. `links`: the codes that are counted, so
    that nobody fills the numbers with codes of their own; `vocabulary`: the words that content
    uses, all that is ever kept of a question without an answer."""

    def __init__(
        self,
        inner: Answering,
        counter: Counter,
        links: Links,
        lexicon: Lexicon,
        vocabulary: frozenset[str],
    ) -> None:
        self._inner = inner
        self._counter = counter
        self._links = links
        self._lexicon = lexicon
        self._vocabulary = vocabulary
        self._running: set[asyncio.Task[None]] = set()
        self._hurry = asyncio.Event()

    async def __call__(
        self, incoming: Incoming, before: Conversation, situation: Situation = NOBODY
    ) -> Turn:
        turn = await self._inner(incoming, before, situation)
        code = "" if before.came_by else await self._code(incoming)
        state, events = events_of(incoming, before, turn, code)
        task = asyncio.create_task(self._count(incoming, events, turn, before))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return replace(turn, conversation=state)

    async def _code(self, incoming: Incoming) -> str:
        """The code of a link somebody came by; empty where nobody made such a link."""
        code = incoming.text.strip().lower() if incoming.command == "start" else ""
        try:
            return code if CODE.fullmatch(code) and await self._links.has_link(code) else ""
        except Exception as error:
            log.warning("not counted: %s", type(error).__name__)
            return ""

    async def settled(self) -> None:
        """Wait until everything so far is counted, without the pause before it."""
        self._hurry.set()
        if self._running:
            await asyncio.wait(self._running)
        self._hurry.clear()

    async def _count(
        self, incoming: Incoming, events: list[Event], turn: Turn, before: Conversation
    ) -> None:
        with contextlib.suppress(TimeoutError):  # answer and alarm are written first
            await asyncio.wait_for(self._hurry.wait(), PAUSE)
        at = datetime.fromtimestamp(incoming.at, UTC) if incoming.at else datetime.now(UTC)
        language = turn.conversation.language or "id"
        try:
            await self._counter.count(incoming.update_id, events, at)
            if _unanswered(incoming, turn, before):
                words = known_words(incoming.text, self._lexicon, self._vocabulary)
                await self._counter.unanswered(
                    incoming.update_id, incoming.chat_id, words, language, at
                )
        except Exception as error:
            log.warning("not counted: %s", type(error).__name__)


def events_of(
    incoming: Incoming, before: Conversation, turn: Turn, code: str
) -> tuple[Conversation, list[Event]]:
    """The state with how far this person has gone since their link, and what is to be counted:
    (kind, name, language). `code`: of the link they come by now, if any. A help event is the safety
    steps or the numbers."""
    state, language = turn.conversation, turn.conversation.language or "id"
    events: list[Event] = []
    if not before.last_update:
        events.append(("reach", "", language))
    if code:
        state = replace(state, came_by=code, stage=1)
        events.append((LINK, code, language))
    keys = [reply.key for reply in turn.replies]
    helped = turn.alarm is not None or "message/emergency" in keys
    if state.came_by and state.stage == 1 and incoming.kind in ("text", "button"):
        state = replace(state, stage=2)
        events.append((TALK, state.came_by, language))
    if state.came_by and state.stage == 2 and helped:
        state = replace(state, stage=3)
        events.append((HELP, state.came_by, language))
    if turn.alarm is None and incoming.kind in ("text", "command", "button"):
        topics = [k.removeprefix("topic/") for k, r in zip(keys, turn.replies, strict=True)
                  if k.startswith("topic/") and not r.part]  # fmt: skip
        events += [("topic", topic, language) for topic in topics]
    if before.quiz and not state.quiz and any("praise" in r.context for r in turn.replies):
        events.append(("quiz", before.quiz[0], language))
    if _unanswered(incoming, turn, before):
        events.append(("unanswered", "", language))
    return state, events


def _unanswered(incoming: Incoming, turn: Turn, before: Conversation) -> bool:
    """A question nothing fitted. Near an alarm nothing is kept of what somebody wrote."""
    keys = {reply.key for reply in turn.replies}
    return (
        incoming.kind == "text"
        and not incoming.forwarded
        and turn.alarm is None
        and not before.in_alarm(incoming.at)
        and bool(keys & {"message/unsure", "message/unsure_again"})
    )
