"""How people come to work here, and how they leave."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.adapters.database.case_models import CaseRow, InvitationRow, StaffRow
from bot.adapters.database.event_log import EventLog
from bot.adapters.database.secret_codes import code_hash
from bot.adapters.database.staff_rows import as_staff, by_hash, must_lead, needed
from bot.adapters.database.unit import Unit
from bot.domain.case import CaseState, secret_code
from bot.domain.events import SYSTEM
from bot.domain.staff import Role, Staff


class Enrolment:
    """Part of `StaffBook`. Inviting, confirming and removing need a supervisor, else
    `PermissionError`."""

    def __init__(self, unit: Unit, events: EventLog) -> None:
        self._unit = unit
        self._events = events

    async def ensure_supervisors(self, user_ids: Sequence[int], at: datetime) -> None:
        """Let in those named in the settings, as supervisors. Repeating it changes nothing."""
        async with self._unit.writing() as session:
            for user_id in user_ids:
                row = await by_hash(session, self._unit.vault.chat_hash(user_id))
                if row and row.active and row.confirmed and row.role == Role.SUPERVISOR.value:
                    continue
                row = row or self._new(session, user_id, "id", at)
                row.role, row.active, row.confirmed = Role.SUPERVISOR.value, True, True
                await session.flush()
                await self._events.append(
                    session, "staff_ensured", SYSTEM, at, detail={"staff": row.number}
                )

    async def invite(self, role: Role, by: int, expires_at: datetime) -> str:
        """A one-time code, shown once."""
        code = secret_code(secrets.token_bytes(32))
        async with self._unit.writing() as session:
            await must_lead(session, by)
            hashed = await code_hash(self._unit, session, code)
            session.add(
                InvitationRow(
                    code_hash=hashed, role=role.value, invited_by=by, expires_at=expires_at
                )
            )
        return code

    async def join(self, code: str, user_id: int, language: str, at: datetime) -> Staff | None:
        """An unconfirmed member; None for a wrong, used or expired code. Somebody who works here
        already stays what they are, and the code stays good."""
        async with self._unit.writing() as session:
            invitation = await session.get(
                InvitationRow, await code_hash(self._unit, session, code)
            )
            if invitation is None or invitation.expires_at <= at:
                return None
            row = await by_hash(session, self._unit.vault.chat_hash(user_id))
            if invitation.used_by is not None:
                repeated = row is not None and row.number == invitation.used_by and row.active
                return as_staff(row) if row is not None and repeated else None
            if row is not None and row.active and row.confirmed:
                return as_staff(row)
            row = row or self._new(session, user_id, language, at)
            row.role, row.language = invitation.role, language
            row.active, row.confirmed, row.on_duty, row.reachable = True, False, False, True
            await session.flush()
            invitation.used_by = row.number
            await self._events.append(
                session, "joined", str(row.number), at, detail={"invited_by": invitation.invited_by or 0}
            )  # fmt: skip
            return as_staff(row)

    async def confirm(self, number: int, by: int, at: datetime) -> None:
        async with self._unit.writing() as session:
            await must_lead(session, by)
            row = await needed(session, number)
            if row.active and not row.confirmed:
                row.confirmed = True
                await self._events.append(
                    session, "confirmed", str(by), at, detail={"staff": number}
                )

    async def remove(self, number: int, by: int, at: datetime) -> list[str]:
        """Access ends at once; their cases go back to the queue (codes). Anybody may leave."""
        async with self._unit.writing() as session:
            if number != by:
                await must_lead(session, by)
            row = await needed(session, number)
            row.active, row.confirmed, row.on_duty = False, False, False
            held = (CaseRow.staff == number) & (CaseRow.state == CaseState.TAKEN.value)
            codes = list(await session.scalars(select(CaseRow.code).where(held)))
            await session.execute(
                update(CaseRow)
                .where(held)
                .values(state=CaseState.WAITING.value, staff=None, taken_at=None)
            )
            await self._events.append(session, "removed", str(by), at, detail={"staff": number})
            for code in codes:
                detail: dict[str, str | int | bool] = {"reason": "staff_left", "staff": number}
                await self._events.append(session, "given_back", SYSTEM, at, code, detail)
            return codes

    def _new(self, session: AsyncSession, user_id: int, language: str, at: datetime) -> StaffRow:
        vault = self._unit.vault
        row = StaffRow(
            user_hash=vault.chat_hash(user_id), sealed_user=vault.seal(user_id),
            language=language, on_duty=False, reachable=False, joined_at=at,
        )  # fmt: skip
        session.add(row)
        return row
