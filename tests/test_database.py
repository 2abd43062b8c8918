"""The same behaviour on SQLite and PostgreSQL."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, inspect, text

from bot.adapters.database import migrate
from bot.adapters.database.engine import DatabaseProblem, database_url, durable_url, opened
from bot.adapters.database.models import Base
from bot.adapters.database.store import Store
from bot.adapters.encryption import Vault
from bot.domain.conversation import Conversation
from bot.domain.danger import Alarm, Category, Level

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ALARM = Alarm(Level.CRITICAL, Category.VIOLENCE, ("rules", "model"), True)
STATE = Conversation(chosen="en", lines=((NOW.timestamp(), "om itu ngunci pintu"),), misses=1)


async def test_a_conversation_comes_back_as_it_was(any_database: URL, vault: Vault) -> None:
    await _to_head(any_database)
    async with opened(any_database) as engine:
        store = Store(engine, vault)
        assert await store.load(7) == Conversation()
        await store.save(7, STATE)
        await store.save(7, STATE)
        assert await store.load(7) == STATE
        assert await store.load(8) == Conversation()


async def test_an_alarm_is_recorded_once(any_database: URL, vault: Vault) -> None:
    await _to_head(any_database)
    async with opened(any_database) as engine:
        store = Store(engine, vault)
        await store.record(2**40, 7, ALARM, NOW)
        await store.record(2**40, 7, ALARM, NOW + timedelta(hours=1))
        rows = await store.alarms()
    assert [(r.level, r.category, r.noticed_by, r.about_other) for r in rows] == [
        ("critical", "violence", "rules+model", True)
    ]
    assert rows[0].at.replace(tzinfo=UTC) == NOW


async def test_blocking_is_remembered_until_the_person_writes(
    any_database: URL, vault: Vault
) -> None:
    await _to_head(any_database)
    async with opened(any_database) as engine:
        store = Store(engine, vault)
        await store.set_blocked(7, True)
        assert not await store.is_blocked(7)  # unknown people leave no row behind
        await store.save(7, STATE)
        await store.set_blocked(7, True)
        assert await store.is_blocked(7)
        await store.save(7, STATE)
        assert not await store.is_blocked(7)


async def test_old_lines_and_old_conversations_are_forgotten(
    any_database: URL, vault: Vault
) -> None:
    await _to_head(any_database)
    async with opened(any_database) as engine:
        store = Store(engine, vault)
        await store.save(7, STATE)
        assert await store.forget_lines(datetime.now(UTC) - timedelta(minutes=2)) == 0
        assert await store.forget_lines(datetime.now(UTC) + timedelta(seconds=1)) == 1
        assert (await store.load(7)).lines == ()
        assert (await store.load(7)).chosen == "en"
        assert await store.forget_conversations(datetime.now(UTC) + timedelta(seconds=1)) == 1
        assert await store.load(7) == Conversation()


async def test_another_key_is_said_and_changes_nothing(tmp_path: Path, vault: Vault) -> None:
    url = database_url(None, tmp_path)
    await _to_head(url)
    async with opened(url) as engine:
        await Store(engine, vault).save(7, STATE)
        other = Store(engine, Vault(b"z" * 32))
        assert await other.load(7) == Conversation()  # its hash finds nobody


def test_no_word_and_no_chat_id_reaches_the_disk(tmp_path: Path, vault: Vault) -> None:
    import asyncio

    async def fill() -> None:
        url = database_url(None, tmp_path)
        await _to_head(url)
        async with opened(url) as engine:
            store = Store(engine, vault)
            await store.save(987654321, STATE)
            await store.record(5, 987654321, ALARM, NOW)

    asyncio.run(fill())
    content = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert b"987654321" not in content
    assert b"pintu" not in content


async def test_migrations_climb_and_descend_with_data(any_database: URL, vault: Vault) -> None:
    """Every version up with data in it, down to nothing, and up again."""
    await _to_head(any_database)
    async with opened(any_database) as engine:
        store = Store(engine, vault)
        await store.save(7, STATE)
        await store.record(1, 7, ALARM, NOW)
        async with engine.connect() as connection:
            tables = await connection.run_sync(lambda c: set(inspect(c).get_table_names()))
        assert set(Base.metadata.tables) <= tables
    await _in_thread(migrate.downgrade, any_database, "base")
    async with opened(any_database) as engine, engine.connect() as connection:
        tables = await connection.run_sync(lambda c: set(inspect(c).get_table_names()))
    assert tables <= {"alembic_version"}
    await _to_head(any_database)
    async with opened(any_database) as engine:
        assert await Store(engine, vault).load(7) == Conversation()


async def test_the_models_are_what_the_migrations_make(any_database: URL) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    await _to_head(any_database)
    async with opened(any_database) as engine, engine.connect() as connection:
        differences = await connection.run_sync(
            lambda c: compare_metadata(MigrationContext.configure(c), Base.metadata)
        )
    assert differences == []


async def test_sqlite_writes_ahead(tmp_path: Path) -> None:
    async with opened(database_url(None, tmp_path)) as engine, engine.connect() as connection:
        assert await connection.scalar(text("PRAGMA journal_mode")) == "wal"


@pytest.mark.parametrize("wrong", ["mysql://u@h/d", "nonsense", "oracle://x"])
def test_a_wrong_url_is_refused_in_words(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem):
        database_url(wrong, tmp_path)


def test_a_database_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "kawan.db").write_bytes(b"this is not a database, it is a text of some length" * 50)
    with pytest.raises(DatabaseProblem) as caught:
        migrate.upgrade(database_url(None, tmp_path))
    assert "\n" not in str(caught.value)


def test_postgres_urls_are_understood(tmp_path: Path) -> None:
    url = database_url("postgres://me@localhost/kawan", tmp_path)
    assert url.drivername == "postgresql+psycopg"
    assert durable_url(url, tmp_path).startswith("postgresql+psycopg://me@localhost/kawan")
    assert durable_url(database_url(None, tmp_path), tmp_path) == f"sqlite:///{tmp_path}/work.db"
    assert sqlite3.sqlite_version_info >= (3, 35)  # upsert and returning


async def _to_head(url: URL) -> None:
    await _in_thread(migrate.upgrade, url)


async def _in_thread(call, *arguments) -> None:  # type: ignore[no-untyped-def]
    import asyncio

    await asyncio.to_thread(call, *arguments)
