"""The chain of events in the database."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.adapters.database.case_models import EventRow
from bot.adapters.database.unit import Unit
from bot.domain.events import START, Detail, Entry, fault, next_entry

_AT_ONCE = 500  # rows that are read together


class EventLog:
    """Implements `Events`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def record(
        self,
        kind: str,
        actor: str,
        at: datetime,
        case: str | None = None,
        detail: dict[str, str | int | bool] | None = None,
    ) -> None:
        """Add an event in a transaction of its own."""
        async with self._unit.writing() as session:
            await self.append(session, kind, actor, at, case, detail)

    async def append(
        self,
        session: AsyncSession,
        kind: str,
        actor: str,
        at: datetime,
        case: str | None = None,
        detail: Detail | None = None,
    ) -> None:
        """Add an event to a transaction of `Unit.writing`."""
        key = await self._unit.named_key(session, "events")
        query = select(EventRow.number, EventRow.hash).order_by(EventRow.number.desc()).limit(1)
        last = (await session.execute(query)).one_or_none()
        entry = next_entry(
            key, (last[0], last[1]) if last else (0, START), kind, actor, at, case, detail
        )
        session.add(EventRow(**asdict(entry)))
        await session.flush()

    async def of_case(self, code: str) -> list[Entry]:
        """The history of a case, oldest first."""
        query = select(EventRow).where(EventRow.case == code).order_by(EventRow.number)
        async with self._unit.reading() as session:
            return [_entry(row) for row in await session.scalars(query)]

    async def head(self) -> tuple[int, str]:
        """(number, hash) of the newest entry. Noted elsewhere, it shows later whether entries
        were cut off at the end."""
        query = select(EventRow.number, EventRow.hash).order_by(EventRow.number.desc()).limit(1)
        async with self._unit.reading() as session:
            last = (await session.execute(query)).one_or_none()
        return (last[0], last[1]) if last else (0, START)

    async def verify(self, noted: tuple[int, str] | None = None) -> str | None:
        """None when the chain is whole and holds the `noted` head; else one line on what is not."""
        last = (0, START)
        found = noted is None or noted == last
        async with self._unit.reading() as session:
            key = await self._unit.named_key(session, "events")
            while True:
                query = (
                    select(EventRow)
                    .where(EventRow.number > last[0])
                    .order_by(EventRow.number)
                    .limit(_AT_ONCE)
                )
                entries = [_entry(row) for row in await session.scalars(query)]
                if not entries:
                    break
                session.expunge_all()
                for entry in entries:
                    problem = fault(key, last, entry)
                    if problem:
                        return problem
                    last = (entry.number, entry.hash)
                    found = found or last == noted
        return None if found else "the noted entry is not in the record; entries were cut off"


def _entry(row: EventRow) -> Entry:
    return Entry(
        row.number, row.case, row.kind, row.actor, row.detail, row.at, row.previous, row.hash
    )
