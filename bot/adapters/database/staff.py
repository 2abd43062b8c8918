"""Who works here."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.adapters.database.case_models import StaffRow
from bot.adapters.database.enrolment import Enrolment
from bot.adapters.database.staff_rows import as_staff, by_hash, needed
from bot.domain.staff import Staff


class StaffList(Enrolment):
    """Implements `StaffBook`."""

    async def by_user(self, user_id: int) -> Staff | None:
        """None for everybody who may not work, leavers included."""
        async with self._unit.reading() as session:
            row = await by_hash(session, self._unit.vault.chat_hash(user_id))
        return as_staff(row) if row and row.active and row.confirmed else None

    async def get(self, number: int) -> Staff | None:
        async with self._unit.reading() as session:
            row = await session.get(StaffRow, number)
        return as_staff(row) if row else None

    async def everyone(self) -> list[Staff]:
        """All who are or wait to be let in, by number; leavers are left out."""
        return await self._where(StaffRow.active)

    async def on_duty(self) -> list[Staff]:
        return await self._where(StaffRow.active, StaffRow.confirmed, StaffRow.on_duty)

    async def pending(self) -> list[Staff]:
        """Joined, not yet confirmed."""
        return await self._where(StaffRow.active, ~StaffRow.confirmed)

    async def chat_of(self, number: int) -> int:
        """Their private chat; `LookupError` for a number nobody has."""
        async with self._unit.reading() as session:
            return int(self._unit.vault.open((await needed(session, number)).sealed_user))

    async def set_duty(self, number: int, on_duty: bool, at: datetime) -> None:
        async with self._unit.writing() as session:
            row = await needed(session, number)
            if row.active and row.confirmed and row.on_duty != on_duty:
                row.on_duty = on_duty
                kind = "on_duty" if on_duty else "off_duty"
                await self._events.append(session, kind, str(number), at)

    async def set_reachable(self, number: int, reachable: bool) -> None:
        async with self._unit.writing() as session:
            (await needed(session, number)).reachable = reachable

    async def set_language(self, number: int, language: str) -> None:
        async with self._unit.writing() as session:
            (await needed(session, number)).language = language

    async def _where(
        self, *conditions: ColumnElement[bool] | InstrumentedAttribute[bool]
    ) -> list[Staff]:
        query = select(StaffRow).where(*conditions).order_by(StaffRow.number)
        async with self._unit.reading() as session:
            return [as_staff(row) for row in await session.scalars(query)]
