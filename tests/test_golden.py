"""Whole conversations, as people have them, with the real model.

Each file in tests/golden holds one: `say`, `press` (a button's label), `command`, `send` (photo,
voice, ...), `forward`, `wait` (seconds that pass), and what is seen afterwards: `reply` (content
keys), `alarm` (level, or none), `category`, `language`, `contains`, `lacks`, `buttons`.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.adapters.content.library import Library
from bot.adapters.content.markup import visible
from bot.adapters.content.render import Rendered, render
from bot.adapters.danger_rules import SpacyDangerRules
from bot.adapters.language import Guesser
from bot.adapters.offer_rules import SpacyOfferReader
from bot.app import Deaf
from bot.domain.conversation import Conversation
from bot.domain.menu import TOPICS
from bot.domain.message import Incoming, read_command
from bot.ports import Understander
from bot.usecases.answer import Answer, Turn
from bot.usecases.check_offer import CheckOffer
from bot.usecases.read import Reader

FILES = sorted((Path(__file__).parent / "golden").glob("*.yml"))
ACTIONS = ("say", "press", "command", "send", "forward", "edit", "quote", "start")
CHECKS = ("reply", "alarm", "category", "language", "contains", "lacks", "buttons")


class Person:
    """One person typing."""

    def __init__(self, answer: Answer, library: Library, client: str | None) -> None:
        self._answer = answer
        self._library = library
        self._client = client
        self._state = Conversation()
        self._now = 1_790_000_000.0
        self._update = 0
        self.turn: Turn | None = None
        self.shown: list[Rendered] = []

    def wait(self, seconds: float) -> None:
        self._now += seconds

    async def do(self, action: str, value: str) -> None:
        self._update += 1
        self._now += 1
        base = Incoming(self._update, 1, "text", self._now, client_language=self._client)
        self.turn = await self._answer(self._incoming(base, action, value), self._state)
        self._state = Conversation.from_json(self.turn.conversation.to_json())
        now = datetime(2026, 11, 24, 3, tzinfo=UTC)
        self.shown = [render(reply, self._library, now) for reply in self.turn.replies]

    def _incoming(self, base: Incoming, action: str, value: str) -> Incoming:
        if action == "press":
            return replace(base, kind="button", data=self._button(value))
        if action == "command":
            name, words = read_command(value)
            return replace(base, kind="command", command=name, text=words)
        if action == "send":
            kind, _, caption = value.partition(":")
            return replace(base, kind=kind, text=caption.strip())
        if action == "forward":
            return replace(base, quoted=value, forwarded=True)
        if action == "quote":
            own, _, quoted = value.partition("|")
            return replace(base, text=own.strip(), quoted=quoted.strip())
        return replace(base, kind="edit" if action == "edit" else "text", text=value)

    def _button(self, label: str) -> str:
        buttons = [b for shown in self.shown for row in shown.keyboard for b in row]
        for text, data, _ in buttons:
            if label in text:
                return data
        raise AssertionError(f"no button {label!r} among {[b[0] for b in buttons]}")

    def check(self, step: dict[str, Any]) -> None:
        assert self.turn is not None
        text = "\n".join(visible(r.text) for r in self.shown)
        seen = {
            "reply": [r.key for r in self.turn.replies],
            "alarm": self.turn.alarm.level.label if self.turn.alarm else "none",
            "category": str(self.turn.alarm.category) if self.turn.alarm else "none",
            "language": self.turn.replies[0].language,
        }
        for key, value in seen.items():
            if key in step:
                wanted = step[key] if isinstance(step[key], list) or key != "reply" else [step[key]]
                assert (
                    value in wanted
                    if key == "alarm" and isinstance(wanted, list)
                    else value == wanted
                ), (key, value, wanted, text[:300])
        for part in _list(step.get("contains")):
            assert part in text, (part, text)
        for part in _list(step.get("lacks")):
            assert part not in text, (part, text)
        labels = [b[0] for shown in self.shown for row in shown.keyboard for b in row]
        for label in _list(step.get("buttons")):
            assert any(label in shown for shown in labels), (label, labels)
        assert any("🆘" in b or "nomor" in b or "number" in b for b in labels) or "129" in text


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
async def test_conversation(
    path: Path,
    library: Library,
    rules: SpacyDangerRules,
    guesser: Guesser,
    model: Understander,
    offer_reader: SpacyOfferReader,
) -> None:
    script = yaml.safe_load(path.read_text("utf-8"))
    understander: Understander = Deaf() if script.get("model") == "down" else model
    reader = Reader(rules, understander, TOPICS, library.thresholds)
    offers = CheckOffer(offer_reader, library.weights)
    answer = Answer(reader, guesser, library, offers)
    person = Person(answer, library, script.get("client"))
    for number, step in enumerate(script["steps"], 1):
        strange = set(step) - {*ACTIONS, *CHECKS, "wait"}
        assert not strange, f"step {number}: unknown {strange}"
        person.wait(float(step.get("wait", 0)))
        for action in ACTIONS:
            if action in step:
                await person.do(action, str(step[action]))
        try:
            person.check(step)
        except AssertionError as error:
            raise AssertionError(f"{path.name}, step {number} ({step}): {error}") from None
