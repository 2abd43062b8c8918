"""What is kept about a person, and how they are forgotten."""

import dataclasses
from datetime import UTC, datetime

from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.adapters.database.case_models import (
    CaseRow,
    DetailRow,
    LineRow,
    PersonRow,
    ReferralRow,
    SentRow,
)
from bot.adapters.database.event_log import EventLog
from bot.adapters.database.models import AlarmRow, Base, ConversationRow
from bot.adapters.database.unit import Unit
from bot.adapters.encryption import Seal
from bot.domain.case import CaseState, Outcome
from bot.domain.danger import Level
from bot.domain.events import PERSON
from bot.people_ports import Wishes

_OURS = {"person", "conversation", "case", "alarm", "sent_message"}


class PeopleBook:
    """Implements `People`."""

    def __init__(self, unit: Unit, events: EventLog) -> None:
        self._unit = unit
        self._events = events

    async def wishes(self, chat_id: int) -> Wishes:
        async with self._unit.reading() as session:
            row = await self._row(session, chat_id)
        if row is None or row.sealed_wishes is None:
            return Wishes()
        raw = Seal(self._unit.vault.open_key(row.sealed_key)).open(row.sealed_wishes)
        return Wishes(**{**raw, "hours": tuple(raw["hours"])})

    async def set_wishes(self, chat_id: int, wishes: Wishes) -> None:
        async with self._unit.writing() as session:
            person = await self._unit.known(session, chat_id, datetime.now(UTC))
            row = await session.get_one(PersonRow, person.chat_hash)
            row.sealed_wishes = person.seal.seal(dataclasses.asdict(wishes))

    async def quiet(self, chat_id: int) -> bool:
        """Whether nothing unprompted may be sent (quick exit), until they write."""
        async with self._unit.reading() as session:
            row = await self._row(session, chat_id)
        return row is not None and row.quiet

    async def set_quiet(self, chat_id: int, quiet: bool) -> None:
        """Somebody we do not know needs no row to be left alone, unless they ask for it."""
        async with self._unit.writing() as session:
            if quiet:
                await self._unit.known(session, chat_id, datetime.now(UTC))
            row = await self._row(session, chat_id)
            if row is not None:
                row.quiet = quiet

    async def block(self, chat_id: int, until: datetime | None) -> None:
        """A supervisor's temporary block, or its end."""
        async with self._unit.writing() as session:
            person = await self._unit.known(session, chat_id, datetime.now(UTC))
            (await session.get_one(PersonRow, person.chat_hash)).blocked_until = until

    async def blocked_until(self, chat_id: int) -> datetime | None:
        async with self._unit.reading() as session:
            row = await self._row(session, chat_id)
        return row.blocked_until if row else None

    async def forget(self, chat_id: int, at: datetime) -> list[str]:
        """Destroys the person's key and everything under it; codes of the critical and high cases
        that stay open without identity. The same whether or not anything was there."""
        chat_hash = self._unit.vault.chat_hash(chat_id)
        async with self._unit.writing() as session:
            cases = (
                await session.scalars(select(CaseRow).where(CaseRow.chat_hash == chat_hash))
            ).all()
            for case in cases:
                await self._erase(session, case, at)
            for table in reversed(tables_of_others()):
                await session.execute(delete(table).where(table.c.chat_hash == chat_hash))
            await session.execute(delete(SentRow).where(SentRow.chat_hash == chat_hash))
            await forget_identity(session, chat_hash)
        await self._unit.scrub()
        return [case.code for case in cases if case.state != CaseState.CLOSED.value]

    async def _erase(self, session: AsyncSession, case: CaseRow, at: datetime) -> None:
        case.chat_hash, case.return_hash, case.erased = None, None, True
        if case.state != CaseState.CLOSED.value and case.level < Level.HIGH:
            case.state, case.outcome = CaseState.CLOSED.value, Outcome.NO_ANSWER.value
            case.closed_at = at
        await forget_words(session, case.code)
        await self._events.append(session, "erased", PERSON, at, case.code)

    async def _row(self, session: AsyncSession, chat_id: int) -> PersonRow | None:
        return await session.get(PersonRow, self._unit.vault.chat_hash(chat_id))


def tables_of_others() -> list[Table]:
    """Tables of other parts of the program that hold something about a chat."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if table.name not in _OURS and "chat_hash" in table.c
    ]


async def forget_words(session: AsyncSession, code: str) -> None:
    """Everything somebody wrote in a case. What became of it stays."""
    await session.execute(delete(LineRow).where(LineRow.case == code))
    await session.execute(delete(DetailRow).where(DetailRow.case == code))
    await session.execute(
        update(ReferralRow).where(ReferralRow.case == code).values(sealed_reason="")
    )


async def forget_identity(session: AsyncSession, chat_hash: str) -> None:
    """The key, the conversation, and what would find this chat again."""
    await session.execute(delete(PersonRow).where(PersonRow.chat_hash == chat_hash))
    await session.execute(delete(ConversationRow).where(ConversationRow.chat_hash == chat_hash))
    await session.execute(
        update(CaseRow).where(CaseRow.chat_hash == chat_hash).values(chat_hash=None)
    )
    await session.execute(
        update(AlarmRow).where(AlarmRow.chat_hash == chat_hash).values(chat_hash="")
    )
