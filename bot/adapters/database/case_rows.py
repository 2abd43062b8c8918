"""Rows of cases, found and turned into `Case`."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.adapters.database.case_models import CaseRow
from bot.domain.case import Case, CaseState, Outcome, Talk, new_code
from bot.domain.danger import Category, Level


def as_case(row: CaseRow) -> Case:
    return Case(
        code=row.code,
        level=Level(row.level),
        category=Category(row.category) if row.category else None,
        state=CaseState(row.state),
        talk=Talk(row.talk),
        opened_at=row.opened_at,
        person_at=row.person_at,
        about_other=row.about_other,
        language=row.language,
        staff=row.staff,
        taken_at=row.taken_at,
        staff_at=row.staff_at,
        closed_at=row.closed_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        left_quickly=row.left_quickly,
        erased=row.erased,
        mock=row.mock,
        earlier=row.earlier,
    )


async def open_row(session: AsyncSession, chat_hash: str) -> CaseRow | None:
    """The waiting or taken case of a chat."""
    query = select(CaseRow).where(
        CaseRow.chat_hash == chat_hash, CaseRow.state != CaseState.CLOSED.value
    )
    return (await session.scalars(query.order_by(CaseRow.opened_at.desc()))).first()


async def needed_row(session: AsyncSession, code: str) -> CaseRow:
    """The row of a case; `LookupError` when there is none."""
    row = await session.get(CaseRow, code)
    if row is None:
        raise LookupError("no such case")
    return row


async def free_code(session: AsyncSession) -> str:
    """A code no case has."""
    while True:
        code = new_code()
        if await session.get(CaseRow, code) is None:
            return code
