"""A round of housekeeping: what is too old goes, also when something is in the way."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import URL

from bot.adapters.database import migrate
from bot.adapters.database.books import Books
from bot.adapters.database.engine import opened
from bot.adapters.database.store import Store
from bot.adapters.encryption import Vault
from bot.housekeeping import tidy
from bot.settings import Settings
from tests.test_cases import BOSS, CHAT

HOUR = timedelta(hours=1)


class _Inbox:
    def __init__(self) -> None:
        self.kept: list[timedelta] = []

    async def prune(self, now: datetime, kept: timedelta) -> int:
        self.kept.append(kept)
        return 0


@pytest.fixture
async def books(any_database: URL, vault: Vault) -> AsyncIterator[Books]:
    await asyncio.to_thread(migrate.upgrade, any_database)
    async with opened(any_database) as engine:
        yield Books(engine, vault)


def _settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[call-arg]


async def test_staff_copies_are_taken_back_while_telegram_lets_us(books: Books) -> None:
    now = datetime.now(UTC)
    for message, hours in ((1, 47.5), (2, 46), (3, 47.2)):
        at = now - hours * HOUR
        await books.sent.remember(BOSS, message, at, person=False, by_bot=True, case="ABCDEF")
        await books.sent.remember(CHAT, message, at, person=True, by_bot=True)
    tried: list[tuple[int, int]] = []

    async def take_back(chat: int, message: int) -> None:
        tried.append((chat, message))
        if message == 1:
            raise OSError("Telegram is out of reach")

    store = Store(books.unit.engine, books.unit.vault)
    await tidy(_Inbox(), store, _settings(), books, take_back)  # type: ignore[arg-type]
    assert tried == [(BOSS, 1), (BOSS, 3)]
    assert await books.sent.of_case("ABCDEF") == [(BOSS, 1), (BOSS, 2)]
    assert len(await books.sent.in_chat(CHAT)) == 3  # the person's own stay for the quick exit


async def test_finished_work_goes_in_its_time(books: Books) -> None:
    store, inbox = Store(books.unit.engine, books.unit.vault), _Inbox()
    await tidy(inbox, store, _settings(), books)  # type: ignore[arg-type]
    await tidy(inbox, store, _settings(KAWAN_ZERO_RETENTION=True), books)  # type: ignore[arg-type]
    assert inbox.kept == [25 * HOUR, HOUR]
