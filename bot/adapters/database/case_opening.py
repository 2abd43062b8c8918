"""How a case comes to be: by an alarm, by a raised one, by a return code."""

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.adapters.database.case_models import CaseRow, EventRow, LineRow
from bot.adapters.database.case_queries import CaseQueries
from bot.adapters.database.case_rows import as_case, free_code, needed_row, open_row
from bot.adapters.database.secret_codes import code_hash
from bot.case_ports import Opened
from bot.domain.case import Case, CaseState, Talk, Wish
from bot.domain.danger import Alarm
from bot.domain.events import PERSON, Detail


class CaseOpening(CaseQueries):
    """Part of `CaseBook`."""

    async def open_or_raise(
        self,
        chat_id: int,
        alarm: Alarm | Wish,
        language: str,
        words: str,
        source: int,
        at: datetime,
        *,
        mock: bool = False,
    ) -> Opened:
        """The person's open case, opened or raised; never lowered. Repeating it with the same
        `source` changes nothing and answers the same, even when the case was closed meanwhile."""
        async with self._unit.writing() as session:
            person = await self._unit.known(session, chat_id, at)
            line = await session.scalar(select(LineRow).where(LineRow.source == source))
            if line is None:
                row = await open_row(session, person.chat_hash)
            else:
                row = await needed_row(session, line.case)
            if row is not None and (done := await _what_it_did(session, row.code, source)):
                return Opened(as_case(row), done == "opened", done == "raised")
            if row is None:
                row, new, raised = _new(await free_code(session), alarm, at, mock), True, False
                row.chat_hash, row.language = person.chat_hash, language
                session.add(row)
                await session.flush()
            else:
                new, raised = False, _raise(row, alarm)
            row.language = language
            row.person_at = max(row.person_at, at)
            if line is None:
                session.add(
                    LineRow(
                        case=row.code, side="person", sealed=person.seal.seal(words),
                        delivery="kept", source=source, at=at,
                    )
                )  # fmt: skip
            if new or raised:
                kind = "opened" if new else "raised"
                detail: Detail = {"level": row.level, **_about(row), "source": source}
                await self._events.append(session, kind, PERSON, at, row.code, detail)
            elif _learn(row, alarm):
                await self._events.append(session, "category", PERSON, at, row.code, _about(row))
            return Opened(as_case(row), new, raised)

    async def come_back(self, return_code: str, chat_id: int, at: datetime) -> Case | None:
        """Opens contact again by return code, which works once. It is a new case that names the
        earlier one; what was written there stays there, under the key of whoever wrote it."""
        async with self._unit.writing() as session:
            hashed = await code_hash(self._unit, session, return_code)
            closed = await session.scalar(select(CaseRow).where(CaseRow.return_hash == hashed))
            if closed is None:
                return None
            person = await self._unit.known(session, chat_id, at)
            row = await open_row(session, person.chat_hash)
            if row is None:
                row = _again(await free_code(session), closed, at)
                row.chat_hash = person.chat_hash
                session.add(row)
            row.earlier, row.talk, row.person_at = closed.code, Talk.WANTED.value, at
            closed.return_hash = None
            await session.flush()
            detail: Detail = {"earlier": closed.code, "level": row.level}
            await self._events.append(session, "came_back", PERSON, at, row.code, detail)
            return as_case(row)


async def _what_it_did(session: AsyncSession, code: str, source: int) -> str | None:
    """`opened` or `raised` when the update `source` did that to the case before."""
    query = select(EventRow.kind, EventRow.detail).where(
        EventRow.case == code, EventRow.kind.in_(("opened", "raised"))
    )
    for kind, detail in await session.execute(query):
        if json.loads(detail).get("source") == source:
            return str(kind)
    return None


def _new(code: str, alarm: Alarm | Wish, at: datetime, mock: bool) -> CaseRow:
    return CaseRow(
        code=code, level=int(alarm.level), category=_name(alarm),
        state=CaseState.WAITING.value, talk=Talk.UNASKED.value, about_other=alarm.about_other,
        opened_at=at, person_at=at, left_quickly=False, erased=False, mock=mock,
    )  # fmt: skip


def _again(code: str, closed: CaseRow, at: datetime) -> CaseRow:
    return CaseRow(
        code=code, level=closed.level, category=closed.category, state=CaseState.WAITING.value,
        talk=Talk.WANTED.value, about_other=closed.about_other, language=closed.language,
        opened_at=at, person_at=at, left_quickly=False, erased=False, mock=closed.mock,
    )  # fmt: skip


def _raise(row: CaseRow, alarm: Alarm | Wish) -> bool:
    if row.state == CaseState.CLOSED.value or alarm.level <= row.level:
        return False
    row.about_other = alarm.about_other and (row.about_other or row.category is None)
    row.level, row.category = int(alarm.level), _name(alarm)
    return True


def _learn(row: CaseRow, alarm: Alarm | Wish) -> bool:
    """What an open case of somebody who only asked to talk turns out to be about."""
    if row.state == CaseState.CLOSED.value or row.category or alarm.category is None:
        return False
    row.category, row.about_other = _name(alarm), alarm.about_other
    return True


def _name(alarm: Alarm | Wish) -> str | None:
    return str(alarm.category) if alarm.category else None


def _about(row: CaseRow) -> Detail:
    return {"category": row.category} if row.category else {}
