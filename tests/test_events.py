"""Nobody changes the record of events unnoticed, whoever holds the database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError

from bot.adapters.database import migrate
from bot.adapters.database.books import Books
from bot.adapters.database.engine import opened
from bot.adapters.encryption import Vault
from bot.domain.events import START, Entry, fault, next_entry
from tests.test_cases import NOW, a_case, a_team

KEY = b"e" * 32


@pytest.fixture
async def books(any_database: URL, vault: Vault) -> AsyncIterator[Books]:
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        yield Books(engine, vault)


async def _unlock(books: Books) -> None:
    """What somebody with all rights on the database would do first."""
    async with books.unit.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("ALTER TABLE case_event DISABLE TRIGGER USER"))
        else:
            await connection.execute(text("DROP TRIGGER case_event_no_update"))
            await connection.execute(text("DROP TRIGGER case_event_no_delete"))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("UPDATE case_event SET actor = '2' WHERE number = 3", "entry 3 was changed"),
        ("UPDATE case_event SET at = '2026-01-01' WHERE number = 3", "entry 3 was changed"),
        ("UPDATE case_event SET detail = '{}' WHERE number = 2", "entry 2 was changed"),
        ("DELETE FROM case_event WHERE number = 3", "entry 3 is missing"),
        ("DELETE FROM case_event WHERE number = 1", "entry 1 is missing"),
    ],
)
async def test_harm_is_found(books: Books, harm: str, said: str) -> None:
    (staff,) = await a_team(books, 1)
    code = await a_case(books)
    await books.cases.take(code, staff, NOW)
    await books.cases.lines(code, staff, NOW)
    assert await books.events.verify() is None
    async with books.unit.engine.connect() as connection:
        with pytest.raises(DBAPIError, match="append-only"):
            await connection.execute(text(harm))
    await _unlock(books)
    async with books.unit.engine.begin() as connection:
        await connection.execute(text(harm))
    assert await books.events.verify() == said


async def test_entries_cut_off_at_the_end_are_missed_by_who_noted_the_head(books: Books) -> None:
    await a_case(books)
    await books.events.record("drill", "system", NOW)
    noted = await books.event_log.head()
    await books.events.record("drill", "system", NOW)
    assert await books.event_log.verify(noted) is None
    await _unlock(books)
    async with books.unit.engine.begin() as connection:
        await connection.execute(text("DELETE FROM case_event WHERE number > 1"))
    assert await books.event_log.verify() is None
    assert "cut off" in str(await books.event_log.verify(noted))


async def test_many_writers_make_one_chain(books: Books) -> None:
    await asyncio.gather(
        *(books.events.record("drill", "system", NOW, detail={"n": n}) for n in range(30))
    )
    assert (await books.event_log.head())[0] == 30
    assert await books.events.verify() is None


async def test_two_processes_make_one_chain_and_one_winner(
    any_database: URL, vault: Vault, books: Books
) -> None:
    boss, other = await a_team(books)
    codes = [await a_case(books, chat=n, source=n) for n in range(100, 110)]
    async with opened(any_database) as engine:
        elsewhere = Books(engine, vault)  # with connections of its own, as another process has
        for code in codes:
            won = await asyncio.gather(
                books.cases.take(code, boss, NOW), elsewhere.cases.take(code, other, NOW)
            )
            assert sorted(won) == [False, True]
    assert await books.events.verify() is None


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "case": st.none() | st.text(max_size=6),
        "kind": st.text(max_size=8),
        "actor": st.text(max_size=8),
        "detail": st.text(max_size=8),
        "at": st.text(max_size=8),
        "number": st.integers(-3, 9),
    },
)


def _chain(length: int) -> Sequence[Entry]:
    last, entries = (0, START), []
    for n in range(length):
        entry = next_entry(KEY, last, "taken", "1", NOW, "ABCDEF", {"n": n})
        entries.append(entry)
        last = (entry.number, entry.hash)
    return entries


def _first_fault(entries: Sequence[Entry], key: bytes = KEY) -> str | None:
    last = (0, START)
    for entry in entries:
        if problem := fault(key, last, entry):
            return problem
        last = (entry.number, entry.hash)
    return None


@given(st.integers(0, 5), CHANGES)
def test_any_change_of_any_entry_is_found(which: int, changes: dict[str, object]) -> None:
    entries = list(_chain(6))
    changed = replace(entries[which], **changes)  # type: ignore[arg-type]
    same = changed == entries[which]
    entries[which] = changed
    assert (_first_fault(entries) is None) == same


@given(st.permutations(range(6)))
def test_any_other_order_is_found(order: list[int]) -> None:
    entries = _chain(6)
    assert (_first_fault([entries[n] for n in order]) is None) == (order == sorted(order))


def test_the_chain_cannot_be_made_anew_without_the_key() -> None:
    assert _first_fault(_chain(3), b"x" * 32) == "entry 1 was changed"
