"""Questions about cases. Asking changes nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from bot.adapters.database.case_models import CaseRow, LineRow, PersonRow
from bot.adapters.database.case_rows import as_case, open_row
from bot.adapters.database.event_log import EventLog
from bot.adapters.database.unit import Unit
from bot.domain.case import Case, CaseState, in_queue_order

_PAST = datetime(1970, 1, 1, tzinfo=UTC)


class CaseQueries:
    """Part of `CaseBook`."""

    def __init__(self, unit: Unit, events: EventLog) -> None:
        self._unit = unit
        self._events = events

    async def of_chat(self, chat_id: int) -> Case | None:
        async with self._unit.reading() as session:
            row = await open_row(session, self._unit.vault.chat_hash(chat_id))
        return as_case(row) if row else None

    async def codes_of_chat(self, chat_id: int) -> list[str]:
        """Codes of all cases of a person, closed ones too; ask before they are forgotten."""
        query = select(CaseRow.code).where(CaseRow.chat_hash == self._unit.vault.chat_hash(chat_id))
        async with self._unit.reading() as session:
            return list(await session.scalars(query.order_by(CaseRow.opened_at)))

    async def get(self, code: str) -> Case | None:
        async with self._unit.reading() as session:
            row = await session.get(CaseRow, code)
        return as_case(row) if row else None

    async def waiting(self) -> list[Case]:
        """In queue order."""
        return in_queue_order(await self._where(CaseRow.state == CaseState.WAITING.value))

    async def of_staff(self, number: int) -> list[Case]:
        """The cases somebody has taken, in queue order."""
        return in_queue_order(
            await self._where(CaseRow.state == CaseState.TAKEN.value, CaseRow.staff == number)
        )

    async def open_cases(self) -> list[Case]:
        """Waiting and taken, in queue order."""
        return in_queue_order(await self._where(CaseRow.state != CaseState.CLOSED.value))

    async def closed_since(self, moment: datetime) -> list[Case]:
        """Closed cases for the statistics, oldest first."""
        return await self._where(
            CaseRow.state == CaseState.CLOSED.value, CaseRow.closed_at >= moment
        )

    async def chat_of(self, code: str) -> int | None:
        """Where to write to; None once the person deleted their data."""
        query = (
            select(PersonRow.sealed_chat)
            .join(CaseRow, CaseRow.chat_hash == PersonRow.chat_hash)
            .where(CaseRow.code == code)
        )
        async with self._unit.reading() as session:
            sealed = await session.scalar(query)
        return int(self._unit.vault.open(sealed)) if sealed else None

    async def was_alerted(self, code: str) -> bool:
        async with self._unit.reading() as session:
            row = await session.get(CaseRow, code)
        return row is not None and row.alerted_at is not None

    async def silent_since(self, moment: datetime) -> list[Case]:
        """Taken cases in which the person waits for words of staff since before `moment`: counted
        from their first unanswered line, from the taking, or from what the counsellor last did,
        whichever is latest."""
        unanswered = await self._unanswered()
        taken = await self._where(CaseRow.state == CaseState.TAKEN.value)
        return [
            case
            for case in in_queue_order(taken)
            if case.code in unanswered
            and max(unanswered[case.code], case.taken_at or case.opened_at, case.staff_at or _PAST)
            < moment
        ]

    async def _unanswered(self) -> dict[str, datetime]:
        """For each taken case, when the person wrote first after staff last did. Lines are
        compared by number, so that a clock that jumps makes nobody wait."""
        other = aliased(LineRow)
        last_of_staff = (
            select(func.coalesce(func.max(other.number), 0))
            .where(other.case == LineRow.case, other.side == "staff")
            .scalar_subquery()
        )
        query = (
            select(LineRow.case, func.min(LineRow.at, type_=LineRow.at.type))
            .join(CaseRow, CaseRow.code == LineRow.case)
            .where(
                CaseRow.state == CaseState.TAKEN.value,
                LineRow.side == "person",
                LineRow.number > last_of_staff,
            )
            .group_by(LineRow.case)
        )
        async with self._unit.reading() as session:
            rows = (await session.execute(query)).all()
        return {row[0]: row[1] for row in rows}

    async def _where(self, *conditions: ColumnElement[bool]) -> list[Case]:
        query = select(CaseRow).where(*conditions).order_by(CaseRow.opened_at)
        async with self._unit.reading() as session:
            rows: Sequence[CaseRow] = (await session.scalars(query)).all()
        return [as_case(row) for row in rows]
