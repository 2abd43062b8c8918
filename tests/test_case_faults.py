"""A killed process, a locked database: what was confirmed is there, the rest can be repeated."""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.adapters.database import migrate
from bot.adapters.database.books import Books
from bot.adapters.database.engine import database_url, opened
from bot.adapters.encryption import Vault
from tests.cases_process import ALARM
from tests.test_cases import CHAT, NOW, a_case, a_team

ROOT = Path(__file__).resolve().parents[1]
KILLS = 4


def test_kill_9_at_random_points_loses_and_breaks_nothing(tmp_path: Path, vault: Vault) -> None:
    async def prepare() -> None:
        await asyncio.to_thread(migrate.upgrade, database_url(None, tmp_path))
        async with opened(database_url(None, tmp_path)) as engine:
            await a_team(Books(engine, vault), 1)

    asyncio.run(prepare())
    dice, confirmed = random.Random(4), [0]
    for _ in range(KILLS):
        confirmed += _run_and_kill(tmp_path, confirmed[-1] + 1, dice.randint(1, 12))
        asyncio.run(_everything_confirmed_is_there(tmp_path, vault, confirmed[1:]))


def _run_and_kill(folder: Path, first: int, after: int) -> list[int]:
    """Numbers that were confirmed; the process is killed somewhere in the work that follows."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cases_process", str(folder), str(first)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    numbers = [int(process.stdout.readline()) for _ in range(after)]
    os.kill(process.pid, signal.SIGKILL)
    numbers += [int(line) for line in process.stdout.read().split("\n")[:-1]]
    process.wait()
    return numbers


async def _everything_confirmed_is_there(folder: Path, vault: Vault, numbers: list[int]) -> None:
    async with opened(database_url(None, folder)) as engine:
        books = Books(engine, vault)
        assert await books.events.verify() is None
        for number in numbers:
            case = await books.cases.of_chat(number)
            assert case and case.staff == 1
        # the one in flight is there wholly or not at all, and doing it again is harmless
        last = numbers[-1] + 1
        await books.cases.open_or_raise(last, ALARM, "id", "t", last, NOW)
        case = await books.cases.of_chat(last)
        assert case
        assert [line.words for line in await books.cases.lines(case.code, 1, NOW)] == ["t"]


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / "kawan.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_who_writes_waits_for_a_locked_database_and_readers_do_not(
    tmp_path: Path, vault: Vault
) -> None:
    url = database_url(None, tmp_path)
    await asyncio.to_thread(migrate.upgrade, url)
    async with opened(url) as engine:
        books = Books(engine, vault)
        code = await a_case(books)
        with _locked(tmp_path):
            writing = asyncio.create_task(books.cases.add_line(code, "person", "halo", 2, NOW))
            case = await books.cases.of_chat(CHAT)
            assert case and case.code == code
            assert not writing.done()
        assert (await writing).words == "halo"
        assert len(await books.cases.lines(code, 1, NOW)) == 2


async def test_a_failed_change_leaves_no_event(tmp_path: Path, vault: Vault) -> None:
    """The change and its event are one: a disk that is full takes neither."""
    url = database_url(None, tmp_path)
    await asyncio.to_thread(migrate.upgrade, url)
    async with opened(url) as engine:
        books = Books(engine, vault)
        (staff,) = await a_team(books, 1)
        code = await a_case(books)
        before = await books.event_log.head()

        async def full_disk(*_: object, **__: object) -> None:
            raise OSError("disk is full")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(books.event_log, "append", full_disk)
            with pytest.raises(OSError, match="full"):
                await books.cases.take(code, staff, NOW)
        case = await books.cases.get(code)
        assert case and case.staff is None
        assert await books.event_log.head() == before
        assert await books.cases.take(code, staff, NOW)
