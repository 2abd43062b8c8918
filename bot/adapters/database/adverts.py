"""Reported adverts in the database."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.adapters.database.advert_models import AdvertContactRow, AdvertRow
from bot.adapters.database.event_log import EventLog
from bot.adapters.database.unit import Unit
from bot.adapters.encryption import Seal, keyed_hash
from bot.domain.advert import Advert, AdvertOutcome, in_order, same_text, to_the_day
from bot.domain.case import CODE_LETTERS
from bot.domain.events import Detail
from bot.domain.offer import Verdict
from bot.domain.offer_check import pack, unpack
from bot.domain.recruiter import Contact, take_out

LENGTH = 5  # letters of a code: shorter than that of a case, so that they are not mixed up
_SEALS, _HASHES = "contacts", "adverts"  # the random keys, see `Unit.named_key`


class Adverts:
    """Implements `AdvertBook`."""

    def __init__(self, unit: Unit, events: EventLog) -> None:
        self._unit = unit
        self._events = events

    async def report(
        self, text: str, verdict: Verdict, signs: tuple[str, ...], at: datetime
    ) -> None:
        """Idempotent by the text; no event, since its exact time would tell of the person."""
        plain, contacts = take_out(text)
        async with self._unit.writing() as session:
            text_hash = await self._mac(session, f"text {same_text(text)}")
            there = select(AdvertRow.code).where(AdvertRow.text_hash == text_hash)
            if await session.scalar(there) is not None:
                return
            code = await _free_code(session)
            sealed = self._unit.vault.seal(plain)
            session.add(
                AdvertRow(
                    code=code, text_hash=text_hash, sealed_text=sealed, verdict=str(verdict),
                    signs=pack(signs), day=to_the_day(at),
                )
            )  # fmt: skip
            await session.flush()
            for mark, contact in enumerate(contacts, 1):
                session.add(await self._contact(session, code, mark, contact))

    async def known(self, text: str) -> bool:
        async with self._unit.writing() as session:
            text_hash = await self._mac(session, f"text {same_text(text)}")
            query = select(AdvertRow.code).where(AdvertRow.text_hash == text_hash)
            return await session.scalar(query) is not None

    async def everything(self) -> list[Advert]:
        async with self._unit.reading() as session:
            rows = (await session.scalars(select(AdvertRow))).all()
            return in_order(await _as_adverts(session, rows))

    async def get(self, code: str) -> Advert | None:
        async with self._unit.reading() as session:
            row = await session.get(AdvertRow, code)
            return (await _as_adverts(session, [row]))[0] if row else None

    async def waiting(self) -> int:
        query = select(func.count()).select_from(AdvertRow).where(AdvertRow.outcome.is_(None))
        async with self._unit.reading() as session:
            return int(await session.scalar(query) or 0)

    async def others(self, code: str) -> list[str]:
        other = aliased(AdvertContactRow)
        query = (
            select(other.advert)
            .distinct()
            .join(AdvertContactRow, AdvertContactRow.contact_hash == other.contact_hash)
            .where(AdvertContactRow.advert == code, other.advert != code)
        )
        async with self._unit.reading() as session:
            return sorted(await session.scalars(query))

    async def text(self, code: str, reader: int, at: datetime) -> str | None:
        async with self._unit.writing() as session:
            row = await session.get(AdvertRow, code)
            if row is None:
                return None
            await self._read(session, code, "text", reader, at)
            return str(self._unit.vault.open(row.sealed_text))

    async def contacts(self, code: str, reader: int, at: datetime) -> list[tuple[int, str]] | None:
        query = select(AdvertContactRow).where(AdvertContactRow.advert == code)
        async with self._unit.writing() as session:
            if await session.get(AdvertRow, code) is None:
                return None
            await self._read(session, code, "contacts", reader, at)
            seal = Seal(await self._unit.named_key(session, _SEALS))
            rows = await session.scalars(query.order_by(AdvertContactRow.mark))
            return [(row.mark, str(seal.open(row.locked))) for row in rows]

    async def looked_at(self, code: str, outcome: AdvertOutcome, by: int, at: datetime) -> None:
        async with self._unit.writing() as session:
            row = await session.get(AdvertRow, code)
            if row is None or row.outcome == outcome.value:
                return
            row.outcome, row.staff, row.looked_at = outcome.value, by, at
            detail: Detail = {"advert": code, "outcome": outcome.value}
            await self._events.append(session, "advert_looked_at", str(by), at, detail=detail)

    async def _read(
        self, session: AsyncSession, code: str, what: str, reader: int, at: datetime
    ) -> None:
        detail: Detail = {"advert": code, "what": what}
        await self._events.append(session, "advert_read", str(reader), at, detail=detail)

    async def _contact(
        self, session: AsyncSession, code: str, mark: int, contact: Contact
    ) -> AdvertContactRow:
        seal = Seal(await self._unit.named_key(session, _SEALS))
        return AdvertContactRow(
            advert=code, mark=mark, kind=contact.kind,
            contact_hash=await self._mac(session, f"contact {contact.same}"),
            locked=seal.seal(contact.shown),
        )  # fmt: skip

    async def _mac(self, session: AsyncSession, text: str) -> str:
        key = await self._unit.named_key(session, _HASHES)
        return keyed_hash(key, text)


async def forget_adverts(session: AsyncSession, before: datetime) -> int:
    """Adverts reported before that moment, with their numbers and hashes; how many."""
    codes = list(await session.scalars(select(AdvertRow.code).where(AdvertRow.day < before)))
    await session.execute(delete(AdvertContactRow).where(AdvertContactRow.advert.in_(codes)))
    await session.execute(delete(AdvertRow).where(AdvertRow.code.in_(codes)))
    return len(codes)


async def _as_adverts(session: AsyncSession, rows: Sequence[AdvertRow]) -> list[Advert]:
    """With how many other adverts name the most frequent of its numbers and accounts."""
    often = (
        select(AdvertContactRow.contact_hash, func.count().label("times"))
        .group_by(AdvertContactRow.contact_hash)
        .subquery()
    )
    query = (
        select(AdvertContactRow.advert, func.count(), func.max(often.c.times))
        .join(often, often.c.contact_hash == AdvertContactRow.contact_hash)
        .group_by(AdvertContactRow.advert)
    )
    if len(rows) == 1:
        query = query.where(AdvertContactRow.advert == rows[0].code)
    named = {row[0]: (int(row[1]), int(row[2]) - 1) for row in await session.execute(query)}
    return [
        Advert(
            row.code, row.day, Verdict(row.verdict), unpack(row.signs),
            repeats=named.get(row.code, (0, 0))[1], contacts=named.get(row.code, (0, 0))[0],
            outcome=AdvertOutcome(row.outcome) if row.outcome else None, looked_by=row.staff,
        )
        for row in rows
    ]  # fmt: skip


async def _free_code(session: AsyncSession) -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(LENGTH))
        if await session.get(AdvertRow, code) is None:
            return code
