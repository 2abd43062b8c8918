"""What staff do with a case: take, give back, hand over, raise or lower, close."""

import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.adapters.database.case_models import CaseRow, DetailRow, LineRow, StaffRow
from bot.adapters.database.case_opening import CaseOpening
from bot.adapters.database.case_rows import needed_row, open_row
from bot.adapters.database.secret_codes import code_hash, return_code
from bot.domain.case import CaseState, Outcome, Talk
from bot.domain.danger import Level
from bot.domain.events import PERSON, SYSTEM

_REASON_ID = re.compile(r"[a-z_]{1,32}")
_SAME_CLOSING = timedelta(minutes=10)  # a repeated closing shows the same return code again


class CaseWork(CaseOpening):
    """Part of `CaseBook`."""

    async def set_talk(self, code: str, talk: Talk, at: datetime) -> None:
        async with self._unit.writing() as session:
            row = await needed_row(session, code)
            if row.talk == talk.value or row.state == CaseState.CLOSED.value:
                return
            row.talk = talk.value
            await self._events.append(session, "talk", PERSON, at, code, {"talk": talk.value})

    async def alerted(self, code: str, number: int, at: datetime) -> None:
        """Telegram accepted an alert to this member of staff."""
        async with self._unit.writing() as session:
            row = await needed_row(session, code)
            row.alerted_at = row.alerted_at or at
            await self._events.append(session, "alerted", SYSTEM, at, code, {"staff": number})

    async def touch_staff(self, code: str, at: datetime) -> None:
        """The counsellor is at work on it, so they are not silent."""
        async with self._unit.writing() as session:
            (await needed_row(session, code)).staff_at = at

    async def take(self, code: str, number: int, at: datetime) -> bool:
        """Of two who take it at once one wins: the update finds it waiting or not."""
        async with self._unit.writing() as session:
            if not await _works(session, number):
                return False
            done: Any = await session.execute(
                update(CaseRow)
                .where(CaseRow.code == code, CaseRow.state == CaseState.WAITING.value)
                .values(state=CaseState.TAKEN.value, staff=number, taken_at=at, staff_at=None)
            )
            if done.rowcount:
                await self._events.append(session, "taken", str(number), at, code)
            return bool(done.rowcount)

    async def give_back(self, code: str, actor: str, reason: str, at: datetime) -> bool:
        """Into the queue again; False when it was not taken. `reason`: an identifier such as
        `silent`, or words, which become a note."""
        async with self._unit.writing() as session:
            row = await needed_row(session, code)
            if row.state != CaseState.TAKEN.value:
                return False
            detail = await self._reason(session, row, actor, reason, at)
            detail["staff"] = row.staff or 0
            row.state, row.staff, row.taken_at = CaseState.WAITING.value, None, None
            await self._events.append(session, "given_back", actor, at, code, detail)
            return True

    async def hand_over(self, code: str, number: int, to: int, at: datetime) -> bool:
        """False when `number` does not hold the case or `to` may not work."""
        async with self._unit.writing() as session:
            if number == to or not await _works(session, to):
                return False
            done: Any = await session.execute(
                update(CaseRow)
                .where(
                    CaseRow.code == code,
                    CaseRow.state == CaseState.TAKEN.value,
                    CaseRow.staff == number,
                )
                .values(staff=to, taken_at=at, staff_at=None)
            )
            if done.rowcount:
                await self._events.append(session, "handed_over", str(number), at, code, {"to": to})
            return bool(done.rowcount)

    async def change_level(
        self, code: str, level: Level, actor: str, reason: str, at: datetime
    ) -> None:
        """Raise or lower an open case; the reason is kept as a note."""
        async with self._unit.writing() as session:
            row = await needed_row(session, code)
            if row.state == CaseState.CLOSED.value or row.level == int(level):
                return
            detail = await self._reason(session, row, actor, reason, at)
            detail |= {"from": row.level, "to": int(level)}
            row.level = int(level)
            await self._events.append(session, "level", actor, at, code, detail)

    async def close(self, code: str, outcome: Outcome, actor: str, at: datetime) -> str:
        """Returns the return code, to be shown once; empty when the case was closed before or
        nobody is left to come back. What the person gave of themselves is deleted."""
        async with self._unit.writing() as session:
            row = await needed_row(session, code)
            if row.state == CaseState.CLOSED.value:
                return await self._same_closing(session, row, outcome, at)
            row.state, row.outcome, row.closed_at = CaseState.CLOSED.value, outcome.value, at
            secret = ""
            if row.chat_hash:
                secret = await return_code(self._unit, session, code, at)
                row.return_hash = await code_hash(self._unit, session, secret)
            await session.execute(delete(DetailRow).where(DetailRow.case == code))
            detail = {"outcome": outcome.value}
            await self._events.append(session, "closed", actor, at, code, detail)
            return secret

    async def _same_closing(
        self, session: AsyncSession, row: CaseRow, outcome: Outcome, at: datetime
    ) -> str:
        same = row.outcome == outcome.value and row.return_hash and row.closed_at
        if not same or not row.closed_at or at - row.closed_at > _SAME_CLOSING:
            return ""
        return await return_code(self._unit, session, row.code, row.closed_at)

    async def left_quickly(self, chat_id: int, at: datetime) -> None:
        """Flags the person's open case, until they write again."""
        async with self._unit.writing() as session:
            row = await open_row(session, self._unit.vault.chat_hash(chat_id))
            if row is not None and not row.left_quickly:
                row.left_quickly = True
                await self._events.append(session, "left_quickly", PERSON, at, row.code)

    async def _reason(
        self, session: AsyncSession, row: CaseRow, actor: str, reason: str, at: datetime
    ) -> dict[str, str | int | bool]:
        """Events hold nobody's words: an identifier goes into the event, words become a note."""
        if not reason or _REASON_ID.fullmatch(reason):
            return {"reason": reason} if reason else {}
        seal = await self._unit.seal_of(session, row.chat_hash)
        staff = int(actor) if actor.isdigit() else None
        session.add(
            LineRow(
                case=row.code, side="note", staff=staff, sealed=seal.seal(reason), delivery="kept",
                at=at,
            )
        )  # fmt: skip
        return {"reason": "note"}


async def _works(session: AsyncSession, number: int) -> bool:
    row = await session.get(StaffRow, number)
    return row is not None and row.active and row.confirmed
