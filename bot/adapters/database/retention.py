"""Forgets in time what `bot.domain.retention.Retention` says."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.adapters.database.adverts import forget_adverts
from bot.adapters.database.case_models import (
    CaseRow,
    DetailRow,
    InvitationRow,
    LineRow,
    PersonRow,
    ReferralRow,
    SentRow,
)
from bot.adapters.database.event_log import EventLog
from bot.adapters.database.models import AlarmRow, ConversationRow
from bot.adapters.database.outbox_models import OutboxRow
from bot.adapters.database.people import forget_identity, forget_words, tables_of_others
from bot.adapters.database.unit import Unit
from bot.domain.case import CaseState
from bot.domain.events import SYSTEM
from bot.domain.retention import Retention

_SHOWN_LATER = timedelta(days=1)  # what somebody was not shown waits for them at least so long


class Forgetting:
    """Enforces retention; each round is one transaction and one event with the numbers."""

    def __init__(self, unit: Unit, events: EventLog) -> None:
        self._unit = unit
        self._events = events

    async def enforce(self, rules: Retention, now: datetime) -> dict[str, int]:
        """How many of each class were forgotten; classes without any are left out."""
        async with self._unit.writing() as session:
            counts = {
                "message_ids": await _delete(
                    session, SentRow, SentRow.at < now - rules.message_ids
                ),
                "transcripts": await self._transcripts(session, now - rules.transcript),
                "cases": await _cases(session, now - rules.case),
                "alarms": await _delete(session, AlarmRow, AlarmRow.at < now - rules.case),
                "adverts": await forget_adverts(session, now - rules.advert),
                "outbox": await _delete(
                    session,
                    OutboxRow,
                    OutboxRow.at < now - max(rules.conversation, _SHOWN_LATER),
                    ~_open_case(OutboxRow.chat_hash),
                ),
                "invitations": await _delete(
                    session, InvitationRow, InvitationRow.expires_at < now - rules.message_ids
                ),
                "conversations": await _delete(
                    session,
                    ConversationRow,
                    ConversationRow.updated_at < now - rules.conversation,
                    ~_open_case(ConversationRow.chat_hash),
                ),
                "people": await _people(session, now - rules.conversation, now),
            }
            counts = {name: count for name, count in counts.items() if count}
            if counts:
                await self._events.append(session, "retention", SYSTEM, now, detail=counts)
        if counts:
            await self._unit.scrub()
        return counts

    async def _transcripts(self, session: AsyncSession, before: datetime) -> int:
        """Words of cases that were closed long enough ago."""
        held = or_(
            exists().where(LineRow.case == CaseRow.code),
            exists().where(DetailRow.case == CaseRow.code),
            exists().where(ReferralRow.case == CaseRow.code, ReferralRow.sealed_reason != ""),
        )
        codes = (await session.scalars(select(CaseRow.code).where(_closed(before), held))).all()
        for code in codes:
            await forget_words(session, code)
        return len(codes)


async def _cases(session: AsyncSession, before: datetime) -> int:
    codes = select(CaseRow.code).where(_closed(before))
    for table in (LineRow, DetailRow, ReferralRow):
        await session.execute(delete(table).where(table.case.in_(codes)))
    return await _delete(session, CaseRow, _closed(before))


async def _people(session: AsyncSession, before: datetime, now: datetime) -> int:
    """Keys of people who did not come back and of whom nothing is left under it."""
    worded = exists().where(CaseRow.chat_hash == PersonRow.chat_hash, LineRow.case == CaseRow.code)
    elsewhere = [
        exists().where(table.c.chat_hash == PersonRow.chat_hash) for table in tables_of_others()
    ]
    query = select(PersonRow.chat_hash).where(
        PersonRow.seen_at < before,
        or_(PersonRow.blocked_until.is_(None), PersonRow.blocked_until < now),
        ~exists().where(ConversationRow.chat_hash == PersonRow.chat_hash),
        ~_open_case(PersonRow.chat_hash),
        ~worded,
        *[~there for there in elsewhere],
    )
    gone = (await session.scalars(query)).all()
    for chat_hash in gone:
        await forget_identity(session, chat_hash)
    return len(gone)


def _closed(before: datetime) -> ColumnElement[bool]:
    return (CaseRow.state == CaseState.CLOSED.value) & (CaseRow.closed_at <= before)


def _open_case(chat_hash: Any) -> ColumnElement[bool]:
    return exists().where(CaseRow.chat_hash == chat_hash, CaseRow.state != CaseState.CLOSED.value)


async def _delete(session: AsyncSession, table: Any, *conditions: ColumnElement[bool]) -> int:
    done: Any = await session.execute(
        delete(table).where(*conditions).execution_options(synchronize_session=False)
    )
    return int(done.rowcount)
