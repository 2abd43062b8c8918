"""Cases passed on to other services, and what became of them."""

from datetime import datetime, timedelta

from sqlalchemy import select

from bot.adapters.database.case_models import CaseRow, ReferralRow
from bot.adapters.database.case_rows import needed_row
from bot.adapters.database.event_log import EventLog
from bot.adapters.database.unit import Unit
from bot.adapters.encryption import Seal
from bot.domain.events import Detail
from bot.domain.referral import Referral, ReferralState, may_become

REMIND_AFTER = timedelta(days=2)


class ReferralBook:
    """Implements `Referrals`. Staff are reminded every `remind_after` until a referral is over."""

    def __init__(
        self, unit: Unit, events: EventLog, remind_after: timedelta = REMIND_AFTER
    ) -> None:
        self._unit = unit
        self._events = events
        self._remind_after = remind_after

    async def offer(
        self, code: str, service: str, by: int, consent: bool, reason: str, at: datetime
    ) -> Referral:
        """`ValueError` when there is neither consent nor a reason."""
        if not consent and not reason.strip():
            raise ValueError("without consent the duty of care has to be named")
        async with self._unit.writing() as session:
            seal = await self._unit.seal_of(session, (await needed_row(session, code)).chat_hash)
            row = ReferralRow(
                case=code, service=service, state=ReferralState.OFFERED.value, consent=consent,
                sealed_reason=seal.seal(reason), staff=by, offered_at=at,
                remind_at=at + self._remind_after,
            )  # fmt: skip
            session.add(row)
            await session.flush()
            detail: Detail = {"number": row.number, "service": service, "consent": consent}
            await self._events.append(session, "referred", str(by), at, code, detail)
            return _referral(row, reason)

    async def change(
        self, number: int, state: ReferralState, by: int, reason: str, at: datetime
    ) -> bool:
        """False when the state may not follow the present one. A reason replaces the earlier."""
        async with self._unit.writing() as session:
            row = await session.get(ReferralRow, number)
            if row is None or not may_become(ReferralState(row.state), state):
                return False
            case = await needed_row(session, row.case)
            if reason:
                seal = await self._unit.seal_of(session, case.chat_hash)
                row.sealed_reason = seal.seal(reason)
            row.state = state.value
            still_open = _referral(row, "").open
            row.remind_at = at + self._remind_after if still_open else None
            change: Detail = {"number": number, "state": state.value}
            await self._events.append(session, "referral", str(by), at, row.case, change)
            return True

    async def of_case(self, code: str) -> list[Referral]:
        query = select(ReferralRow).where(ReferralRow.case == code).order_by(ReferralRow.number)
        async with self._unit.reading() as session:
            case = await session.get(CaseRow, code)
            if case is None:
                return []
            seal = await self._unit.seal_of(session, case.chat_hash)
            rows = (await session.scalars(query)).all()
        return [_referral(row, self._reason(row, seal)) for row in rows]

    async def due(self, now: datetime) -> list[Referral]:
        """Open ones whose reminder is due, without reasons; the next reminder is set."""
        async with self._unit.writing() as session:
            query = select(ReferralRow).where(ReferralRow.remind_at <= now)
            rows = (await session.scalars(query.order_by(ReferralRow.number))).all()
            for row in rows:
                row.remind_at = now + self._remind_after
        return [_referral(row, "") for row in rows]

    def _reason(self, row: ReferralRow, seal: Seal) -> str:
        """Empty once the words of the case are forgotten. What is written after the person is gone
        is sealed with the master key."""
        if not row.sealed_reason:
            return ""
        own = seal if seal.opens(row.sealed_reason) else self._unit.vault
        return str(own.open(row.sealed_reason))


def _referral(row: ReferralRow, reason: str) -> Referral:
    return Referral(
        row.number, row.case, row.service, ReferralState(row.state), row.consent, row.offered_at,
        row.remind_at, reason,
    )  # fmt: skip
