"""Rows of staff, found and turned into `Staff`."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.adapters.database.case_models import StaffRow
from bot.domain.staff import Role, Staff


def as_staff(row: StaffRow) -> Staff:
    return Staff(
        row.number, Role(row.role), row.on_duty, row.confirmed, row.active, row.reachable,
        row.language,
    )  # fmt: skip


async def by_hash(session: AsyncSession, user_hash: str) -> StaffRow | None:
    return await session.scalar(select(StaffRow).where(StaffRow.user_hash == user_hash))


async def needed(session: AsyncSession, number: int) -> StaffRow:
    """`LookupError` for a number nobody has."""
    row = await session.get(StaffRow, number)
    if row is None:
        raise LookupError("no such member of staff")
    return row


async def must_lead(session: AsyncSession, number: int) -> None:
    """`PermissionError` for everybody but supervisors."""
    row = await session.get(StaffRow, number)
    if row is None or not as_staff(row).leads:
        raise PermissionError("only for supervisors")
