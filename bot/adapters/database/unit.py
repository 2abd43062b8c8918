"""One transaction of the desk's tables, with whoever's keys it needs."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.adapters.database.case_models import NamedKeyRow, PersonRow
from bot.adapters.database.turns import Change, T, turns_of
from bot.adapters.database.upsert import upsert
from bot.adapters.encryption import Seal, Vault

log = logging.getLogger("kawan.database")

_LOCK = 0x6B6177616E  # number of the advisory lock, "kawan"
_SCRUBBED = (
    "person", "conversation", "case_line", "case_detail", "referral", "advert", "advert_contact",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """How a person is found, and their key."""

    chat_hash: str
    seal: Seal


class Unit:
    """Opens transactions. Writers wait for each other, because every change adds an event and each
    event needs the one before it; so what a writer reads stays true until it commits."""

    def __init__(self, engine: AsyncEngine, vault: Vault) -> None:
        self.vault = vault
        self.engine = engine
        self.dialect = engine.dialect.name
        self._turns = turns_of(engine)
        self._named: dict[str, bytes] = {}

    @property
    def _postgres(self) -> bool:
        return self.dialect == "postgresql"

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with self._turns.reading() as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Commits at the end, rolls back on an error; the only writer while it lasts, in this
        process and in any other. Not to be nested."""
        async with self._turns.writing() as session:
            if self._postgres:
                await session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
            yield session

    async def plainly(self, change: Change[T]) -> T:
        """For small changes that add no event and may be made twice, beside those of others."""
        return await self._turns.together(change)

    async def person(self, session: AsyncSession, chat_hash: str | None) -> Person | None:
        """The person behind a hash; None when they were forgotten or never wrote."""
        row = await session.get(PersonRow, chat_hash) if chat_hash else None
        return Person(row.chat_hash, Seal(self.vault.open_key(row.sealed_key))) if row else None

    async def seal_of(self, session: AsyncSession, chat_hash: str | None) -> Seal:
        """The key for what belongs to a case: the person's, or the master key once forgotten."""
        person = await self.person(session, chat_hash)
        return person.seal if person else self.vault

    async def known(self, session: AsyncSession, chat_id: int, at: datetime) -> Person:
        """The person of a chat, made with a key of their own if need be, and seen at `at`."""
        chat_hash = self.vault.chat_hash(chat_id)
        row = await session.get(PersonRow, chat_hash)
        if row is None:
            key, sealed_key = self.vault.new_key()
            values = {
                "chat_hash": chat_hash, "key_id": self.vault.key_id, "sealed_key": sealed_key,
                "sealed_chat": self.vault.seal(chat_id), "quiet": False,
                "created_at": at, "seen_at": at,
            }  # fmt: skip
            made: Any = await session.execute(upsert(self.dialect, PersonRow, values, {}))
            if made.rowcount == 1:
                return Person(chat_hash, Seal(key))
            row = await session.get_one(PersonRow, chat_hash)  # somebody else was quicker
        elif at > row.seen_at:
            row.seen_at = at
        return Person(chat_hash, Seal(self.vault.open_key(row.sealed_key)))

    async def named_key(self, session: AsyncSession, name: str) -> bytes:
        """A random key that outlives changes of the master key; made when first asked for."""
        if name not in self._named:
            query = select(NamedKeyRow.sealed).where(NamedKeyRow.name == name)
            sealed = await session.scalar(query)
            if sealed is None:
                values = {"name": name, "sealed": self.vault.new_key()[1]}
                await session.execute(upsert(self.dialect, NamedKeyRow, values, {}))
                # not cached: a roll-back would take it away again
                return self.vault.open_key(str(await session.scalar(query)))
            self._named[name] = self.vault.open_key(sealed)
        return self._named[name]

    async def scrub(self) -> None:
        """Make sure that deleted rows are gone from the files too, as far as others let us; it is
        tried again with the next deletion."""
        async with self.engine.connect() as connection:
            if self._postgres:
                connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
                for table in _SCRUBBED:
                    await connection.execute(text(f"VACUUM {table}"))
                return
            await connection.execute(text("PRAGMA busy_timeout=500"))
            busy = await connection.scalar(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            await connection.execute(text("PRAGMA busy_timeout=30000"))
        if busy:
            log.info("deleted rows leave the write-ahead log later")
