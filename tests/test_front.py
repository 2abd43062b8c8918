"""An update that cannot be kept is answered all the same; the more severe does not wait."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.adapters.content.library import Library
from bot.adapters.danger_rules import SpacyDangerRules
from bot.domain.danger import Alarm, Level
from bot.domain.message import Incoming
from bot.telegram.front import Front
from bot.telegram.worker import UpdateWorker
from tests.test_worker import World

STAFF = 900
Put = Callable[[Incoming, int], Awaitable[None]]


class Inbox:
    """Keeps what it is given, unless it is told to fail or to hang."""

    def __init__(self) -> None:
        self.kept: list[tuple[int, int]] = []
        self.error: Exception | None = None
        self.hangs = False

    async def put(self, incoming: Incoming, level: int = 0) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.error:
            raise self.error
        self.kept.append((incoming.update_id, level))


class Scene:
    def __init__(self, library: Library, rules: SpacyDangerRules) -> None:
        self.inbox, self.world, self.told = Inbox(), World(), list[Alarm]()
        people = UpdateWorker(
            self.world.answer, self.world, self.world, self.world, lambda: library
        )

        async def is_staff(chat_id: int) -> bool:
            return chat_id == STAFF

        async def unkept(alarm: Alarm) -> None:
            self.told.append(alarm)

        self.front = Front(self.inbox, people, is_staff, rules, unkept, patience=0.05)


@pytest.fixture
def scene(library: Library, rules: SpacyDangerRules) -> Scene:
    return Scene(library, rules)


def text(number: int, words: str = "halo", chat: int = 77, **more: Any) -> Incoming:
    return Incoming(number, chat, "text", 1_790_000_000.0, words, **more)


async def test_danger_seen_at_a_glance_is_kept_with_its_level(scene: Scene) -> None:
    await scene.front.put(text(1))
    await scene.front.put(text(2, "tolong aku dikunci majikan di ruko, pasporku diambil"))
    await scene.front.put(text(3, "tolong aku dikunci majikan di ruko", private=False))
    assert scene.inbox.kept == [(1, 0), (2, int(Level.CRITICAL)), (3, 0)]


@pytest.mark.parametrize("hangs", [False, True])
async def test_what_cannot_be_kept_is_answered_once_and_told(scene: Scene, hangs: bool) -> None:
    scene.inbox.hangs, scene.inbox.error = hangs, OSError("disk is full")
    for _ in range(2):  # Telegram brings it again
        with pytest.raises((OSError, TimeoutError)):
            await scene.front.put(text(1, "tolong"))
    assert len(scene.world.sent) == 1 and "129" in scene.world.sent[0][1].text
    assert [alarm.level for alarm in scene.told] == [Level.HIGH]
    assert scene.world.recorded == [] and scene.world.states == {}

    scene.inbox.hangs, scene.inbox.error = False, None
    await scene.front.put(text(1, "tolong"))
    assert [number for number, _ in scene.inbox.kept] == [1]


async def test_staff_and_groups_wait_until_theirs_can_be_kept(scene: Scene) -> None:
    scene.inbox.error = OSError("disk is full")
    for incoming in (text(1, chat=STAFF), text(2, private=False)):
        with pytest.raises(OSError):
            await scene.front.put(incoming)
    assert scene.world.sent == []


async def test_a_fault_while_answering_hides_nothing(scene: Scene) -> None:
    scene.inbox.error = OSError("disk is full")
    scene.world.refuse = [RuntimeError("no network")] * 3
    with pytest.raises(OSError):
        await scene.front.put(text(1))
