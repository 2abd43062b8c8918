"""A backup comes back as it was, from and into either database, or not at all."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import URL, MetaData, select

from bot.adapters.backup import back_up, restore
from bot.adapters.database import migrate
from bot.adapters.database.books import Books
from bot.adapters.database.engine import database_url, opened
from bot.adapters.database.store import Store
from bot.adapters.encryption import Vault
from bot.adapters.sealed_file import FileProblem
from bot.domain.conversation import Conversation
from tests.test_cases import CHAT, CRITICAL, NOW, a_case, a_team

WORDS = "om itu ngunci pintu " * 500


@pytest.fixture
async def saved(any_database: URL, vault: Vault, tmp_path: Path) -> Path:
    """A backup of a database with everything in it."""
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        books = Books(engine, vault)
        await Store(engine, vault).save(CHAT, Conversation(chosen="en"))
        boss, _ = await a_team(books)
        code = await a_case(books, CRITICAL)
        await books.cases.take(code, boss, NOW)
        await books.sent.remember(CHAT, 5, NOW, person=True, by_bot=True)
        for source in range(10, 40):
            await books.cases.add_line(code, "person", WORDS, source, NOW)
        path = tmp_path / "kawan.backup"
        assert await back_up(engine, vault, path) > 60
        with pytest.raises(FileProblem, match="exists"):
            await back_up(engine, vault, path)
    return path


async def _rows(url: URL) -> dict[str, list[str]]:
    found = MetaData()
    async with opened(url) as engine, engine.connect() as connection:
        await connection.run_sync(found.reflect)
        return {
            table.name: sorted(
                repr([v.replace(tzinfo=None) if hasattr(v, "tzinfo") else v for v in row])
                for row in await connection.execute(select(table))
            )
            for table in found.sorted_tables
        }


async def test_a_backup_comes_back_in_another_database(
    saved: Path, any_database: URL, vault: Vault, tmp_path: Path, postgres: str
) -> None:
    """From SQLite into PostgreSQL and the other way round."""
    if any_database.drivername.startswith("sqlite"):
        import psycopg

        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS restored")
            connection.execute("CREATE DATABASE restored")
        other = database_url(postgres.replace("/postgres?", "/restored?"), tmp_path)
    else:
        other = database_url(None, tmp_path / "other")
    await restore(other, vault, saved)
    assert await _rows(other) == await _rows(any_database)
    async with opened(other) as engine:
        books = Books(engine, vault)
        case = await books.cases.of_chat(CHAT)
        assert case and case.staff
        lines = await books.cases.lines(case.code, case.staff, NOW)
        assert [line.words for line in lines] == ["tolong aku"] + [WORDS] * 30
        assert await books.events.verify() is None
        line = await books.cases.add_line(case.code, "person", "lagi", 5000, NOW)
        assert line.number > max(line.number for line in lines)  # numbers go on
        boss = await books.staff.get(1)
        assert boss and boss.leads
    with pytest.raises(FileProblem, match="not empty"):
        await restore(other, vault, saved)


async def test_nothing_can_be_read_in_it(saved: Path) -> None:
    content = saved.read_bytes()
    for word in ("ngunci pintu", "case_line", str(CHAT), "critical"):
        assert word.encode() not in content
    assert saved.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("any_database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("harm", ["short", "flipped", "longer", "swapped", "key", "other", "empty"])
async def test_a_bad_backup_is_refused_and_changes_nothing(
    saved: Path, vault: Vault, tmp_path: Path, harm: str
) -> None:
    raw = saved.read_bytes()
    bad = tmp_path / "bad"
    head, chunk = 15 + 16 + 7, 4 + 64 * 1024 + 16
    assert len(raw) > head + 3 * chunk
    bad.write_bytes(
        {
            "short": raw[: head + 2 * chunk],
            "flipped": raw[:-30] + bytes([raw[-30] ^ 1]) + raw[-29:],
            "longer": raw + b"x",
            "swapped": raw[:head] + raw[head + chunk : head + 2 * chunk] + raw[head : head + chunk]
            + raw[head + 2 * chunk :],
            "key": raw,
            "other": b"PK" + raw[2:],
            "empty": b"",
        }[harm]
    )  # fmt: skip
    url = database_url(None, tmp_path / "other")
    with pytest.raises(FileProblem) as caught:
        await restore(url, Vault(b"x" * 32) if harm == "key" else vault, bad)
    assert "\n" not in str(caught.value)
    rows = {k: v for k, v in (await _rows(url)).items() if k != "alembic_version"}
    assert not any(rows.values())
    await restore(url, vault, saved)  # the same database still takes the good one
