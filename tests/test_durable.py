"""No update is lost or done twice, whatever ends the process; chats do not wait for each other."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

from bot.adapters.database.engine import durable_url
from bot.adapters.durable import CHATS_AT_ONCE, Inbox
from bot.adapters.encryption import Vault
from bot.domain.message import Incoming

ROOT = Path(__file__).resolve().parents[1]
HELPER = Path(__file__).with_name("durable_process.py")


class Worker:
    """Writes down what it is asked to do."""

    def __init__(self) -> None:
        self.done: list[tuple[int, int]] = []
        self.gates: dict[int, asyncio.Event] = {}
        self.failures = 0
        self.sending: list[int] = []

    async def decide(self, raw: dict[str, Any]) -> dict[str, Any]:
        return {"messages": [{"text": raw["text"]}]}

    async def send(self, chat_id: int, message: dict[str, Any]) -> None:
        self.sending.append(chat_id)
        if chat_id in self.gates:
            await self.gates[chat_id].wait()

    async def keep(self, raw: dict[str, Any], plan: dict[str, Any]) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("disk is full")
        self.done.append((raw["chat_id"], raw["update_id"]))


def update(number: int, chat: int = 1, text: str = "halo") -> Incoming:
    return Incoming(number, chat, "text", 0.0, text)


@pytest.fixture
async def inbox(any_database: URL, tmp_path: Path, vault: Vault):  # type: ignore[no-untyped-def]
    worker = Worker()
    box = Inbox(durable_url(any_database, tmp_path), vault, worker)
    await box.launch()
    yield box, worker
    box.close()


async def test_updates_of_a_chat_are_done_in_order(inbox, until) -> None:  # type: ignore[no-untyped-def]
    box, worker = inbox
    for number in range(1, 31):
        await box.put(update(number, chat=number % 3))
    await until(lambda: len(worker.done) == 30)
    for chat in range(3):
        numbers = [n for c, n in worker.done if c == chat]
        assert numbers == sorted(numbers)


async def test_the_same_update_is_done_once(inbox, until) -> None:  # type: ignore[no-untyped-def]
    box, worker = inbox
    for _ in range(3):
        await box.put(update(5))
    await box.put(update(6))
    await until(lambda: (1, 6) in worker.done)
    assert worker.done == [(1, 5), (1, 6)]


async def test_a_slow_chat_holds_up_nobody_else(inbox, until) -> None:  # type: ignore[no-untyped-def]
    box, worker = inbox
    worker.gates[1] = asyncio.Event()
    await box.put(update(1, chat=1))
    await box.put(update(2, chat=1))
    await box.put(update(3, chat=2))
    await until(lambda: (2, 3) in worker.done)
    assert worker.done == [(2, 3)]
    worker.gates[1].set()
    await until(lambda: len(worker.done) == 3)
    assert worker.done[1:] == [(1, 1), (1, 2)]


async def test_the_severe_goes_before_all_that_wait(inbox, until) -> None:  # type: ignore[no-untyped-def]
    box, worker = inbox
    busy = range(1, CHATS_AT_ONCE + 1)
    worker.gates = {chat: asyncio.Event() for chat in busy}
    for number in busy:
        await box.put(update(number, chat=number))
    await until(lambda: len(worker.sending) == CHATS_AT_ONCE)
    await box.put(update(100, chat=100))
    await box.put(update(101, chat=101), level=2)
    await box.put(update(102, chat=102), level=3)
    await until(lambda: len(worker.done) == 2)
    assert {number for _, number in worker.done} == {101, 102}
    worker.gates[1].set()
    await until(lambda: len(worker.done) == 4)
    assert {number for _, number in worker.done[2:]} == {1, 100}
    for gate in worker.gates.values():
        gate.set()


async def test_one_chat_is_never_worked_off_twice_at_once(inbox, until) -> None:  # type: ignore[no-untyped-def]
    box, worker = inbox
    worker.gates = {1: asyncio.Event()}
    await box.put(update(1))
    await until(lambda: worker.sending == [1])
    await box.put(update(2), level=3)
    await box.put(update(3, chat=2), level=3)
    await until(lambda: worker.done == [(2, 3)])
    assert worker.sending == [1, 2]
    worker.gates[1].set()
    await until(lambda: len(worker.done) == 3)
    assert worker.done[1:] == [(1, 1), (1, 2)]


async def test_a_failing_disk_is_tried_again(inbox, until) -> None:  # type: ignore[no-untyped-def]
    box, worker = inbox
    worker.failures = 2
    await box.put(update(9))
    await until(lambda: worker.done == [(1, 9)])


async def test_finished_work_is_forgotten_after_a_day(inbox, until) -> None:  # type: ignore[no-untyped-def]
    box, worker = inbox
    await box.put(update(1))
    await until(lambda: worker.done == [(1, 1)])
    while await box.waiting():
        await asyncio.sleep(0)
    assert await box.prune(datetime.now(UTC)) == 0
    assert await box.prune(datetime.now(UTC) + timedelta(hours=26)) == 1


async def test_nothing_readable_lies_on_disk(tmp_path: Path, vault: Vault, until) -> None:  # type: ignore[no-untyped-def]
    worker = Worker()
    box = Inbox(f"sqlite:///{tmp_path}/work.db", vault, worker)
    await box.launch()
    await box.put(update(1, chat=987654321, text="om itu ngunci pintu"))
    await until(lambda: len(worker.done) == 1)
    box.close()
    content = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert b"987654321" not in content
    assert b"pintu" not in content
    assert b"pickle" not in content


@pytest.mark.parametrize("point", ["decide", "send", "keep", "between"])
def test_kill_9_loses_nothing(point: str, tmp_path: Path) -> None:
    """A process is killed at each step; the next one finishes what was kept, once."""
    first = subprocess.Popen(
        [sys.executable, str(HELPER), str(tmp_path), "put", point],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert first.stdout is not None
    assert first.stdout.readline().strip() == "hanging"
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    second = subprocess.run(
        [sys.executable, str(HELPER), str(tmp_path), "finish", "-"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert json.loads(second.stdout)["waiting"] == 0
    lines = (tmp_path / "done.log").read_text().split()
    kept = [line for line in lines if line.startswith("keep")]
    sent = [line for line in lines if line.startswith("send")]
    assert kept == [f"keep:{n}" for n in (1, 2, 3)]
    assert sorted(set(sent)) == ["send:1", "send:2", "send:3"]
    assert len(sent) <= 4  # only the one in flight may repeat
