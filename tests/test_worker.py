"""Whatever fails, a person is answered; a disclosure never gets an error."""

from datetime import datetime
from typing import Any

import pytest

from bot.adapters.content.library import Library
from bot.adapters.content.render import Rendered
from bot.domain.conversation import Conversation
from bot.domain.danger import Alarm, Category, Level
from bot.domain.message import Incoming
from bot.domain.reply import Button, Reply
from bot.telegram.lanes import Undeliverable
from bot.telegram.worker import UpdateWorker
from bot.usecases.answer import Turn

ALARM = Alarm(Level.HIGH, Category.VIOLENCE, ("rules",))


class World:
    """Memory in place of the database and Telegram, with faults to switch on."""

    def __init__(self) -> None:
        self.states: dict[int, Conversation] = {}
        self.blocked: dict[int, bool] = {}
        self.recorded: list[tuple[int, str]] = []
        self.sent: list[tuple[int, Rendered]] = []
        self.broken = False
        self.refuse: list[Exception] = []
        self.answer_fails = False

    async def load(self, chat_id: int) -> Conversation:
        if self.broken:
            raise OSError("database is gone")
        return self.states.get(chat_id, Conversation())

    async def save(self, chat_id: int, conversation: Conversation) -> None:
        self.states[chat_id] = conversation

    async def set_blocked(self, chat_id: int, blocked: bool) -> None:
        self.blocked[chat_id] = blocked

    async def record(self, update_id: int, chat_id: int, alarm: Alarm, at: datetime) -> None:
        self.recorded.append((update_id, alarm.level.label))

    async def send(self, chat_id: int, rendered: Rendered, until: datetime | None = None) -> int:
        if self.refuse:
            raise self.refuse.pop(0)
        self.sent.append((chat_id, rendered))
        return 1

    async def acknowledge(self, callback_id: str) -> None:
        pass

    async def answer(self, incoming: Incoming, before: Conversation) -> Turn:
        if self.answer_fails:
            raise ZeroDivisionError
        reply = Reply("safety/violence", "id", rows=((Button("btn_menu", "menu"),),), urgent=True)
        return Turn((reply,), Conversation(misses=1), ALARM)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def worker(world: World, library: Library) -> UpdateWorker:
    return UpdateWorker(world.answer, world, world, world, lambda: library)


def text(**more: Any) -> dict[str, Any]:
    return Incoming(5, 77, "text", 1_790_000_000.0, "tolong", **more).to_json()


async def _work(worker: UpdateWorker, raw: dict[str, Any]) -> dict[str, Any]:
    plan = await worker.decide(raw)
    for message in plan["messages"]:
        await worker.send(raw["chat_id"], message)
    await worker.keep(raw, plan)
    return plan


async def test_it_answers_records_and_remembers(worker: UpdateWorker, world: World) -> None:
    await _work(worker, text())
    assert world.sent[0][1].urgent
    assert world.recorded == [(5, "high")]
    assert world.states[77].misses == 1


async def test_without_a_database_safety_steps_still_come(
    worker: UpdateWorker, world: World
) -> None:
    world.broken = True
    await _work(worker, text())
    assert "129" in world.sent[0][1].text
    assert world.recorded == [(5, "high")]
    assert world.states == {}  # nothing is written over what could not be read


async def test_a_fault_of_ours_brings_the_numbers(worker: UpdateWorker, world: World) -> None:
    world.answer_fails = True
    await _work(worker, text())
    assert "129" in world.sent[0][1].text


async def test_refused_markup_never_swallows_safety_steps(
    worker: UpdateWorker, world: World
) -> None:
    world.refuse = [Undeliverable("BadRequest")]
    await _work(worker, text())
    sent = world.sent[0][1].text
    assert "129" in sent
    assert "<" not in sent


async def test_who_blocked_the_bot_is_remembered(worker: UpdateWorker, world: World) -> None:
    world.refuse = [Undeliverable("Forbidden", blocked=True)]
    await _work(worker, text())
    assert world.blocked == {77: True}
    await _work(worker, Incoming(6, 77, "unblocked", 0.0).to_json())
    assert world.blocked == {77: False}


async def test_groups_get_one_constant_line_and_only_for_a_command(
    worker: UpdateWorker, world: World
) -> None:
    await _work(worker, text(private=False))
    assert world.sent == []
    for words in ("", "aku dikunci tolong"):
        raw = Incoming(7, -5, "command", 0.0, words, command="menu", private=False).to_json()
        await _work(worker, raw)
    assert world.sent[0] == world.sent[1]
    assert world.recorded == []
