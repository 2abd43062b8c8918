"""Counts of the campaign in the database."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.adapters.database.campaign_models import CountedRow, CountRow, UnansweredRow
from bot.adapters.database.turns import turns_of
from bot.adapters.database.upsert import upsert
from bot.adapters.encryption import Vault
from bot.domain.alike import PEOPLE, best_match
from bot.domain.numbers import Count, week_of

_LONGEST_LIST = 1000  # different questions without an answer that are kept a week


class CountStore:
    """Implements `Counter`."""

    def __init__(self, engine: AsyncEngine, vault: Vault) -> None:
        self._dialect = engine.dialect.name
        self._vault = vault
        self._turns = turns_of(engine)

    async def count(
        self, update_id: int, what: Sequence[tuple[str, str, str]], at: datetime
    ) -> None:
        if not what:
            return

        async def change(session: AsyncSession) -> None:
            if await self._first(session, update_id, at):
                for kind, name, language in what:
                    await session.execute(self._one_more(kind, name, language, week_of(at)))

        await self._turns.together(change)

    async def unanswered(
        self, update_id: int, chat_id: int, words: Sequence[str], language: str, at: datetime
    ) -> None:
        if not words:
            return
        week = week_of(at)
        async with self._turns.writing() as session:
            if not await self._first(session, -update_id, at):
                return
            query = select(UnansweredRow).where(
                UnansweredRow.week == week, UnansweredRow.language == language
            )
            rows = {row.number: row for row in await session.scalars(query)}
            asked = [(n, self._vault.open(row.sealed_words)) for n, row in rows.items()]
            number = best_match(words, asked)
            if number is not None:
                self._ask(rows[number], chat_id)
            elif len(rows) < _LONGEST_LIST:
                row = UnansweredRow(
                    week=week, language=language, sealed_words=self._vault.seal(list(words)),
                    askers="[]", people=0,
                )  # fmt: skip
                self._ask(row, chat_id)
                session.add(row)

    def _ask(self, row: UnansweredRow, chat_id: int) -> None:
        """Tell people apart only until there are enough of them; then nothing is left of them."""
        if row.people >= PEOPLE:
            row.people += 1
            return
        asker = self._vault.chat_hash(chat_id)[:16]
        askers: list[str] = json.loads(row.askers)
        if asker not in askers:
            askers.append(asker)
        row.people = len(askers)
        row.askers = json.dumps(askers if len(askers) < PEOPLE else [])

    async def counts(self, since: date) -> list[Count]:
        """All counts from a week on, oldest first; not for showing before `suppressed`."""
        query = select(CountRow).where(CountRow.week >= since).order_by(
            CountRow.week, CountRow.kind, CountRow.name, CountRow.language
        )  # fmt: skip
        async with self._turns.reading() as session:
            return [
                Count(r.week, r.kind, r.name, r.language, r.number)
                for r in await session.scalars(query)
            ]

    async def unanswered_since(self, since: date) -> list[tuple[date, str, str]]:
        """(week, language, words) of what at least three people asked alike."""
        query = select(UnansweredRow).where(
            UnansweredRow.week >= since, UnansweredRow.people >= PEOPLE
        )
        async with self._turns.reading() as session:
            return [
                (r.week, r.language, " ".join(self._vault.open(r.sealed_words)))
                for r in await session.scalars(query.order_by(UnansweredRow.week))
            ]

    async def forget(self, counted: datetime, asked: datetime) -> None:
        """Forget which updates were counted before `counted`, and questions that fewer than three
        people asked before the week of `asked`."""
        async with self._turns.writing() as session:
            await session.execute(delete(CountedRow).where(CountedRow.at < counted))
            await session.execute(
                delete(UnansweredRow).where(
                    UnansweredRow.week < week_of(asked), UnansweredRow.people < PEOPLE
                )
            )

    async def _first(self, session: AsyncSession, update_id: int, at: datetime) -> bool:
        values = {"update_id": update_id, "at": at}
        statement: Any = upsert(self._dialect, CountedRow, values, {})
        return await session.scalar(statement.returning(CountedRow.update_id)) is not None

    def _one_more(self, kind: str, name: str, language: str, week: date) -> Any:
        values = {
            "week": week, "kind": kind, "name": name[:64], "language": language, "number": 1,
        }  # fmt: skip
        return upsert(self._dialect, CountRow, values, {"number": CountRow.number + 1})
