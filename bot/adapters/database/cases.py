"""What was said in a case, and what the person chose to give."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, select

from bot.adapters.database.case_models import CaseRow, DetailRow, LineRow
from bot.adapters.database.case_rows import needed_row
from bot.adapters.database.case_work import CaseWork
from bot.adapters.encryption import Seal
from bot.case_ports import Line
from bot.domain.case import CaseState
from bot.domain.events import PERSON, SYSTEM, Detail

log = logging.getLogger("kawan.cases")

UNREADABLE = "…"  # stands for words whose key is gone


class Cases(CaseWork):
    """Implements `CaseBook`."""

    async def add_line(
        self,
        code: str,
        side: str,
        words: str,
        source: int,
        at: datetime,
        *,
        staff: int | None = None,
        delivery: str = "kept",
    ) -> Line:
        """Idempotent by `source`. `LookupError` for a case that does not exist."""
        async with self._unit.writing() as session:
            row = await needed_row(session, code)
            seal = await self._unit.seal_of(session, row.chat_hash)
            earlier = await session.scalar(select(LineRow).where(LineRow.source == source))
            if earlier is not None:
                return _line(earlier, seal)
            line = LineRow(
                case=code, side=side, staff=staff, sealed=seal.seal(words), delivery=delivery,
                source=source, at=at,
            )  # fmt: skip
            session.add(line)
            await session.flush()
            if side == "person":
                row.person_at = max(row.person_at, at)
                row.left_quickly = False
            else:
                row.staff_at = at
            actor = PERSON if side == "person" else str(staff or SYSTEM)
            detail: Detail = {"number": line.number, "side": side, "delivery": delivery}
            await self._events.append(session, "line", actor, at, code, detail)
            return _line(line, seal)

    async def set_delivery(self, line: int, delivery: str) -> None:
        async with self._unit.writing() as session:
            row = await session.get(LineRow, line)
            if row is None or row.delivery == delivery:
                return
            row.delivery = delivery
            detail: Detail = {"number": line, "delivery": delivery}
            await self._events.append(
                session, "delivery", SYSTEM, datetime.now(UTC), row.case, detail
            )

    async def line(self, number: int) -> tuple[str, Line] | None:
        """(case code, line)."""
        async with self._unit.reading() as session:
            row = await session.get(LineRow, number)
            if row is None:
                return None
            case = await needed_row(session, row.case)
            return row.case, _line(row, await self._unit.seal_of(session, case.chat_hash))

    async def lines(self, code: str, reader: int, at: datetime) -> list[Line]:
        """All lines, oldest first; reading is recorded as an event. Lines without words (a press)
        are left out."""
        async with self._unit.writing() as session:
            case = await needed_row(session, code)
            seal = await self._unit.seal_of(session, case.chat_hash)
            query = select(LineRow).where(LineRow.case == code).order_by(LineRow.number)
            lines = [_line(row, seal) for row in await session.scalars(query)]
            await self._events.append(session, "read", str(reader), at, code)
        return [line for line in lines if line.words]

    async def of_sides(self, code: str, sides: Sequence[str]) -> list[Line]:
        """Lines of these sides, oldest first; for staff's own lines, so nothing is recorded."""
        query = select(LineRow).where(LineRow.case == code, LineRow.side.in_(sides))
        async with self._unit.reading() as session:
            case = await needed_row(session, code)
            seal = await self._unit.seal_of(session, case.chat_hash)
            rows = await session.scalars(query.order_by(LineRow.number))
            return [_line(row, seal) for row in rows]

    async def give_detail(self, code: str, kind: str, value: str, at: datetime) -> None:
        """Keep one thing the person chose to give, in the place of an earlier one of that kind.
        `LookupError` when the case is closed or its person is gone."""
        async with self._unit.writing() as session:
            case = await needed_row(session, code)
            person = await self._unit.person(session, case.chat_hash)
            if person is None or case.state == CaseState.CLOSED.value:
                raise LookupError("no open case of a person")
            await session.execute(
                delete(DetailRow).where(DetailRow.case == code, DetailRow.kind == kind)
            )
            session.add(DetailRow(case=code, kind=kind, sealed=person.seal.seal(value), at=at))
            await self._events.append(session, "gave", PERSON, at, code, {"kind": kind})

    async def details(self, code: str, reader: int, at: datetime) -> list[tuple[str, str]]:
        """(kind, value), in the order given. `PermissionError` unless `reader` took the case."""
        async with self._unit.writing() as session:
            case: CaseRow = await needed_row(session, code)
            if case.staff != reader or case.state != CaseState.TAKEN.value:
                raise PermissionError("only for the counsellor who took the case")
            seal = await self._unit.seal_of(session, case.chat_hash)
            query = select(DetailRow).where(DetailRow.case == code).order_by(DetailRow.number)
            given = [(row.kind, str(seal.open(row.sealed))) for row in await session.scalars(query)]
            await self._events.append(session, "read_details", str(reader), at, code)
        return given


def _line(row: LineRow, seal: Seal) -> Line:
    try:
        words = str(seal.open(row.sealed))
    except InvalidTag:
        log.error("a line cannot be read: its key is gone")
        words = UNREADABLE
    return Line(row.number, row.side, words, row.at, row.staff, row.delivery)
