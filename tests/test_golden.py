"""Whole conversations, as people have them, with the real model.

Each file in tests/golden holds one: `say`, `press` (a button's label), `command`, `send` (photo,
voice, ...), `forward`, `wait` (seconds that pass), and what is seen afterwards: `reply` (content
keys), `alarm` (level, or none), `category`, `language`, `contains`, `lacks`, `buttons`.

A file with `staffed: true` holds both sides: `staff` steps (see `tests/both_sides.py`), what came to
the staff since (`staff_sees`, `staff_lacks`), and all that the phone shows (`screen`, `screen_lacks`).
There `reply` are the keys of everything the person got in that step, `on_duty: false` leaves nobody on duty, and `late`
is how many seconds late an update is dealt with.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.adapters.content.library import Library
from bot.adapters.content.markup import visible
from bot.adapters.content.person_words import read_person_words
from bot.adapters.content.render import Rendered, render
from bot.adapters.danger_rules import SpacyDangerRules
from bot.adapters.encryption import Vault
from bot.adapters.language import Guesser
from bot.adapters.offer_rules import SpacyOfferReader
from bot.domain.conversation import Conversation
from bot.domain.danger import Level
from bot.domain.menu import TOPICS
from bot.domain.message import Incoming, read_command
from bot.domain.retention import Retention
from bot.person_side import facts
from bot.ports import Understander
from bot.understanders import Deaf
from bot.usecases.accompany import Accompany
from bot.usecases.answer import Answer, Turn
from bot.usecases.check_offer import CheckOffer
from bot.usecases.read import Reader
from tests.both_sides import World

FILES = sorted((Path(__file__).parent / "golden").glob("*.yml"))
ACTIONS = ("say", "press", "command", "send", "forward", "edit", "quote", "start")
CHECKS = ("reply", "alarm", "category", "language", "contains", "lacks", "buttons")
STAFF = ("staff", "staff_sees", "staff_lacks", "screen", "screen_lacks", "late", "case")


class Person:
    """One person typing."""

    def __init__(self, answer: Accompany, library: Library, client: str | None) -> None:
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
        return replace(base, **_fields(action, value))

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
    vault: Vault,
    tmp_path: Path,
) -> None:
    script = yaml.safe_load(path.read_text("utf-8"))
    understander: Understander = Deaf() if script.get("model") == "down" else model
    reader = Reader(rules, understander, TOPICS, library.thresholds)
    offers = CheckOffer(offer_reader, library.weights)
    words = read_person_words(library.root)
    plain = Answer(reader, guesser, library, offers)
    answer = Accompany(plain, lambda: words, facts(Retention()))
    if script.get("staffed") or script.get("world"):
        world = World(tmp_path, library, answer, vault, staffed=bool(script.get("staffed")))
        async with world:
            await _both_sides(world, script, path.name)
        return
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


def _fields(action: str, value: str) -> dict[str, Any]:
    """What an action of a script is as an update."""
    if action == "command":
        name, words = read_command(value)
        return {"kind": "command", "command": name, "text": words}
    if action == "send":
        kind, _, caption = value.partition(":")
        return {"kind": kind, "text": caption.strip()}
    if action == "forward":
        return {"quoted": value, "forwarded": True}
    if action == "quote":
        own, _, quoted = value.partition("|")
        return {"text": own.strip(), "quoted": quoted.strip()}
    return {"kind": "edit" if action == "edit" else "text", "text": value}


async def _both_sides(world: World, script: dict[str, Any], name: str) -> None:
    if script.get("staffed") and script.get("on_duty", True):
        await world.staff("duty on")
    for number, step in enumerate(script["steps"], 1):
        strange = set(step) - {*ACTIONS, *CHECKS, *STAFF, "wait"}
        assert not strange, f"step {number}: unknown {strange}"
        world.wait(float(step.get("wait", 0)))
        world.to_staff.clear()
        if "staff" in step:
            await world.staff(step["staff"])
        for action in ACTIONS:
            if action in step:
                value = str(step[action])
                late = float(step.get("late", 0))
                if action == "press":
                    await world.update(kind="button", data=world.button(value))
                else:
                    value = value.replace("{return_code}", world.last_return_code)
                    await world.update(late, **_fields(action, value))
        try:
            await _check_both(world, step)
        except AssertionError as error:
            raise AssertionError(f"{name}, step {number} ({step}): {error}") from None


async def _check_both(world: World, step: dict[str, Any]) -> None:
    fresh = world.phone.fresh
    text = "\n".join(visible(shown.rendered.text) for shown in fresh)
    keys = [shown.key for shown in fresh]
    if "reply" in step:
        assert keys == _list(step["reply"]), (keys, text[:600])
    if "alarm" in step:
        alarm = world.plan["alarm"]
        level = Level(alarm["level"]).label if alarm else "none"
        assert level in _list(step["alarm"]), (level, text[:300])
    labels = [b[0] for shown in fresh for row in shown.rendered.keyboard for b in row]
    staff = "\n".join(words for _, words in world.to_staff)
    for where, there, gone in (
        (text, "contains", "lacks"),
        (world.screen(), "screen", "screen_lacks"),
        (staff, "staff_sees", "staff_lacks"),
    ):
        for part in _list(step.get(there)):
            assert part in where, (there, part, where[:1500])
        for part in _list(step.get(gone)):
            assert part not in where, (gone, part, where[:1500])
    for label in _list(step.get("buttons")):
        assert any(label in shown for shown in labels), (label, labels)
    if "case" in step:
        cases = await world.books.cases.open_cases()
        state = f"{cases[0].level.label} {cases[0].state} {cases[0].talk}" if cases else "none"
        assert state == step["case"], state
