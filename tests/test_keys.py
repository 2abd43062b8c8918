"""The master key is changed, also in two goes, and nothing is lost; the old key opens nothing."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.adapters import keys
from bot.adapters.database import migrate
from bot.adapters.database.books import Books
from bot.adapters.database.campaign_models import GroupRow
from bot.adapters.database.engine import durable_url, opened
from bot.adapters.database.groups import GroupStore
from bot.adapters.database.outbox import OutboxBook
from bot.adapters.database.store import Store
from bot.adapters.durable import Inbox
from bot.adapters.encryption import KeyProblem, Vault
from bot.adapters.keys import check_key, rotate, rotate_work
from bot.domain.case import Outcome
from bot.domain.conversation import Conversation
from bot.domain.message import Incoming
from bot.people_ports import Wishes
from tests.test_cases import BOSS, CHAT, HIGH, MINUTE, NOW, a_case, a_team

OLD, NEW = Vault(b"o" * 32), Vault(b"n" * 32)


async def _fill(engine: AsyncEngine) -> tuple[str, str, str]:
    """Codes of an open case and of a closed one, and the return code of that."""
    books = Books(engine, OLD)
    await Store(engine, OLD).save(CHAT, Conversation(chosen="en"))
    await Store(engine, OLD).record(77, 5, HIGH, NOW)  # of somebody nothing else is known of
    (staff,) = await a_team(books, 1)
    closed = await a_case(books, chat=CHAT + 1, source=8)
    secret = await books.cases.close(closed, Outcome.HELPED, str(staff), NOW)
    code = await a_case(books)
    await books.people.set_wishes(CHAT, Wishes(True, (8, 20), 2, "mangga"))
    await books.sent.remember(CHAT, 12, NOW, person=True, by_bot=True)
    await books.referrals.offer(code, "sapa129", staff, True, "setuju", NOW)
    assert await OutboxBook(books.unit).put(CHAT, code, "closing", {"text": "halo"}, NOW)
    return code, closed, secret


async def _everything_is_there(engine: AsyncEngine, code: str, secret: str) -> None:
    books, staff = Books(engine, NEW), 1
    assert await Store(engine, NEW).load(CHAT) == Conversation(chosen="en")
    assert (await books.people.wishes(CHAT)).safe_word == "mangga"
    case = await books.cases.of_chat(CHAT)
    assert case and case.code == code
    assert await books.cases.chat_of(code) == CHAT
    assert [line.words for line in await books.cases.lines(code, staff, NOW)] == ["tolong aku"]
    assert [number for number, _, _ in await books.sent.in_chat(CHAT)] == [12]
    assert [r.reason for r in await books.referrals.of_case(code)] == ["setuju"]
    boss = await books.staff.by_user(BOSS)
    assert boss and await books.staff.chat_of(boss.number) == BOSS
    assert await books.cases.come_back(secret, CHAT + 1, NOW + MINUTE)
    assert await books.events.verify() is None
    assert [kept.content for kept in await OutboxBook(books.unit).waiting(CHAT)] == [
        {"text": "halo"}
    ]


async def test_everything_is_sealed_anew(any_database: URL) -> None:
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        code, _, secret = await _fill(engine)
        with pytest.raises(KeyProblem, match="KAWAN_OLD_KEY"):
            await check_key(engine, NEW)
        counts, hashes = await rotate(engine, OLD, NEW)
        assert counts["person"] == 2
        assert hashes[OLD.chat_hash(CHAT)] == NEW.chat_hash(CHAT)
        await check_key(engine, NEW)
        await _everything_is_there(engine, code, secret)
        await _nothing_is_left_of_the_old_key(engine)
        assert (await rotate(engine, OLD, NEW))[0] == {}


async def _nothing_is_left_of_the_old_key(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        tables = await connection.run_sync(keys._reflect, None)
        for table in tables.values():
            for row in await connection.execute(table.select()):
                for value in row:
                    if isinstance(value, str):
                        assert not OLD.opens(value), table.name
                        assert value != OLD.chat_hash(CHAT)
                        assert value != OLD.chat_hash(5)


async def test_a_rotation_that_stopped_half_way_goes_on(
    any_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        code, _, secret = await _fill(engine)
        real, seen = keys._changes, []

        def full_disk(row: Any, table: str, *rest: Any) -> Any:
            seen.append(table)
            if table == "person" and seen.count("person") == 2:
                raise OSError("disk is full")
            return real(row, table, *rest)

        monkeypatch.setattr(keys, "_AT_ONCE", 1)
        monkeypatch.setattr(keys, "_changes", full_disk)
        with pytest.raises(OSError, match="full"):
            await rotate(engine, OLD, NEW)
        monkeypatch.setattr(keys, "_changes", real)
        with pytest.raises(KeyProblem):
            await check_key(engine, NEW)
        await rotate(engine, OLD, NEW)
        await _everything_is_there(engine, code, secret)
        await _nothing_is_left_of_the_old_key(engine)


async def test_a_wrong_old_key_changes_nothing(any_database: URL) -> None:
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        await _fill(engine)
        with pytest.raises(KeyProblem, match="KAWAN_OLD_KEY"):
            await rotate(engine, Vault(b"w" * 32), NEW)
        await check_key(engine, OLD)


async def test_a_quiet_group_stays_quiet(any_database: URL) -> None:
    """Though its id is kept nowhere, so that its hash cannot be made again."""
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        groups = GroupStore(engine, OLD)
        await groups.set_quiet(-100, True)
        await groups.set_quiet(-200, True)
        await groups.set_quiet(-200, False)
        await rotate(engine, OLD, NEW)
        groups = GroupStore(engine, NEW)
        assert await groups.is_quiet(-100)
        assert not await groups.is_quiet(-200) and not await groups.is_quiet(-300)
        await groups.forget_group(-100)
        assert not await groups.is_quiet(-100)


async def test_what_an_earlier_version_kept_of_a_group_lasts_too(any_database: URL) -> None:
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        async with AsyncSession(engine) as session, session.begin():
            session.add(GroupRow(chat_hash=OLD.chat_hash(-100), quiet=True, updated_at=NOW))
        assert await GroupStore(engine, OLD).is_quiet(-100)  # seen once before the change
        await rotate(engine, OLD, NEW)
        assert await GroupStore(engine, NEW).is_quiet(-100)
        await GroupStore(engine, NEW).set_quiet(-100, False)
        assert not await GroupStore(engine, NEW).is_quiet(-100)
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM campaign_group")) == 1


class _Worker:
    """Cannot do its work with the old key around, then does it."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def decide(self, raw: dict[str, Any]) -> dict[str, Any]:
        self.texts.append(raw["text"])
        return {"messages": []}

    async def send(self, chat_id: int, message: dict[str, Any]) -> None: ...

    async def keep(self, raw: dict[str, Any], plan: dict[str, Any]) -> None: ...


class _Stuck(_Worker):
    """Waits for ever, and is held on to: a task that waits for what nobody knows of is swept up in
    the middle of the test."""

    def __init__(self) -> None:
        super().__init__()
        self._never = asyncio.Event()

    async def decide(self, raw: dict[str, Any]) -> dict[str, Any]:
        self.texts.append(raw["text"])
        await self._never.wait()
        raise AssertionError


async def test_unfinished_work_goes_on_under_the_new_key(
    any_database: URL, tmp_path: Path, until: Any
) -> None:
    url = durable_url(any_database, tmp_path)
    stuck = _Stuck()
    inbox = Inbox(url, OLD, stuck)
    await inbox.launch()
    await inbox.put(Incoming(1, CHAT, "text", 0.0, "tolong"))
    await inbox.put(Incoming(2, CHAT, "text", 0.0, "cepat"))
    await until(lambda: stuck.texts == ["tolong"])
    inbox.close()
    changed = rotate_work(url, OLD, NEW, {OLD.chat_hash(CHAT): NEW.chat_hash(CHAT)})
    assert changed >= 2  # one row a table that holds an input
    worker = _Worker()
    inbox = Inbox(url, NEW, worker)
    await inbox.launch()
    await inbox.put(Incoming(3, CHAT, "text", 0.0, "halo"))
    await until(lambda: worker.texts == ["tolong", "cepat", "halo"])
    inbox.close()


async def test_a_database_without_anything_fits_every_key(any_database: URL) -> None:
    async with opened(any_database) as engine:
        await check_key(engine, NEW)
        await asyncio.to_thread(migrate.upgrade, any_database)
        await check_key(engine, NEW)
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM person")) == 0
