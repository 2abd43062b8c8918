"""Broadcasts and their recipients in the database."""

import json
from collections import Counter as Tally
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.adapters.database.campaign_models import BroadcastRow, RecipientRow, SubscriberRow
from bot.adapters.database.case_models import PersonRow
from bot.adapters.database.turns import turns_of
from bot.adapters.encryption import Vault
from bot.domain.broadcast import Broadcast, BroadcastState, Progress, Recipient, may_become, utc
from bot.domain.subscription import FREQUENCIES

_OPEN = (BroadcastState.SCHEDULED, BroadcastState.RUNNING)


class BroadcastStore:
    """Implements `Broadcasts`."""

    def __init__(self, engine: AsyncEngine, vault: Vault) -> None:
        self._vault = vault
        self._turns = turns_of(engine)

    async def add(self, wanted: Broadcast, at: datetime) -> int:
        row = BroadcastRow(
            state=str(wanted.state), texts=json.dumps(wanted.texts, ensure_ascii=False),
            languages=_join(wanted.languages), interests=_join(wanted.interests),
            starts_at=wanted.starts_at, quiet_from=wanted.quiet_from, quiet_to=wanted.quiet_to,
            run=0, created_at=at,
        )  # fmt: skip
        async with self._turns.writing() as session:
            session.add(row)
            await session.flush()
            return row.number

    async def get(self, number: int) -> Broadcast | None:
        async with self._turns.reading() as session:
            row = await session.get(BroadcastRow, number)
        return _broadcast(row) if row else None

    async def recent(self, limit: int = 10) -> list[Broadcast]:
        query = select(BroadcastRow).order_by(BroadcastRow.number.desc()).limit(limit)
        async with self._turns.reading() as session:
            return [_broadcast(row) for row in await session.scalars(query)]

    async def due(self, now: datetime) -> list[Broadcast]:
        """Those that are to be worked on now, oldest first."""
        query = select(BroadcastRow).where(BroadcastRow.state.in_(_OPEN))
        async with self._turns.reading() as session:
            rows = await session.scalars(query.order_by(BroadcastRow.number))
            return [found for row in rows if (found := _broadcast(row)).starts_at <= now]

    async def edit(self, number: int, wanted: Broadcast) -> bool:
        """Audience and time of a draft; False when it is none any more."""
        values = {
            "languages": _join(wanted.languages), "interests": _join(wanted.interests),
            "starts_at": wanted.starts_at,
        }  # fmt: skip
        query = update(BroadcastRow).where(
            BroadcastRow.number == number, BroadcastRow.state == BroadcastState.DRAFT
        )
        async with self._turns.writing() as session:
            done: Any = await session.execute(query.values(**values))
        return bool(done.rowcount)

    async def change(self, number: int, wanted: str, at: datetime) -> bool:
        async with self._turns.writing() as session:
            row = await session.get(BroadcastRow, number, with_for_update=True)
            if row is None or not may_become(row.state, wanted):
                return False
            row.state = wanted
            if wanted in (BroadcastState.DONE, BroadcastState.CANCELLED):
                row.finished_at = at
            return True

    async def next_run(self, number: int) -> int:
        """Count the start of one more piece of work on it."""
        async with self._turns.writing() as session:
            row = await session.get(BroadcastRow, number, with_for_update=True)
            assert row is not None
            row.run += 1
            return row.run

    async def open_audience(self, number: int, at: datetime) -> int:
        """Subscribers of these languages and interests whose last message is long enough ago. Who
        is written down already stays as they are."""
        async with self._turns.writing() as session:
            row = await session.get(BroadcastRow, number)
            there = select(RecipientRow.broadcast).where(RecipientRow.broadcast == number).limit(1)
            if row is not None and not await session.scalar(there):
                chosen = _audience(_broadcast(row), at)
                await session.execute(
                    insert(RecipientRow).from_select(["broadcast", "chat_hash", "state"], chosen)
                )
        return (await self.progress(number)).audience

    async def audience(self, wanted: Broadcast, at: datetime) -> int:
        """How many would get it now."""
        query = select(func.count()).select_from(_audience(wanted, at).subquery())
        async with self._turns.reading() as session:
            return int(await session.scalar(query) or 0)

    async def settle_interrupted(self, number: int) -> int:
        query = (
            update(RecipientRow)
            .where(RecipientRow.broadcast == number, RecipientRow.state == "sending")
            .values(state="unknown")
        )
        async with self._turns.writing() as session:
            done: Any = await session.execute(query)
        return int(done.rowcount)

    async def pending_zones(self, number: int) -> set[str]:
        query = (
            select(SubscriberRow.zone)
            .join(RecipientRow, RecipientRow.chat_hash == SubscriberRow.chat_hash)
            .where(RecipientRow.broadcast == number, RecipientRow.state == "pending")
            .distinct()
        )
        async with self._turns.reading() as session:
            return set(await session.scalars(query))

    async def drop_departed(self, number: int) -> None:
        """Pending ones who unsubscribed meanwhile, or left quickly and must not be written to
        before they write again, get nothing."""
        stay = select(SubscriberRow.chat_hash)
        quiet = select(PersonRow.chat_hash).where(PersonRow.quiet)
        gone = RecipientRow.chat_hash.not_in(stay) | RecipientRow.chat_hash.in_(quiet)
        query = (
            update(RecipientRow)
            .where(RecipientRow.broadcast == number, RecipientRow.state == "pending")
            .where(gone)
            .values(state="left")
        )
        async with self._turns.writing() as session:
            await session.execute(query)

    async def next_recipients(
        self, number: int, zones: Sequence[str], limit: int
    ) -> list[Recipient]:
        query = (
            select(SubscriberRow)
            .join(RecipientRow, RecipientRow.chat_hash == SubscriberRow.chat_hash)
            .where(RecipientRow.broadcast == number, RecipientRow.state == "pending")
            .where(SubscriberRow.zone.in_(zones))
            .limit(limit)
        )
        async with self._turns.reading() as session:
            return [
                Recipient(row.chat_hash, int(self._vault.open(row.sealed_chat)), row.language)
                for row in await session.scalars(query)
            ]

    async def mark(self, number: int, states: dict[str, str], at: datetime) -> None:
        """One transaction; who blocked the bot is unsubscribed."""
        by_state: dict[str, list[str]] = {}
        for chat, state in states.items():
            by_state.setdefault(state, []).append(chat)
        async with self._turns.writing() as session:
            for state, chats in by_state.items():
                mine = (RecipientRow.broadcast == number, RecipientRow.chat_hash.in_(chats))
                await session.execute(update(RecipientRow).where(*mine).values(state=state))
                people = SubscriberRow.chat_hash.in_(chats)
                if state == "sent":
                    await session.execute(update(SubscriberRow).where(people).values(last_at=at))
                elif state == "blocked":
                    await session.execute(delete(SubscriberRow).where(people))

    async def progress(self, number: int) -> Progress:
        query = (
            select(RecipientRow.state, func.count())
            .where(RecipientRow.broadcast == number)
            .group_by(RecipientRow.state)
        )
        async with self._turns.reading() as session:
            found: Tally[str] = Tally()
            for state, count in (await session.execute(query)).all():
                found[state] = count
        return Progress(dict(found))

    async def forget_recipients(self, finished_before: datetime) -> None:
        """Who got an old broadcast is nobody's business any more."""
        old = select(BroadcastRow.number).where(BroadcastRow.finished_at < finished_before)
        async with self._turns.writing() as session:
            await session.execute(delete(RecipientRow).where(RecipientRow.broadcast.in_(old)))


def _audience(wanted: Broadcast, at: datetime) -> Any:
    query = select(literal(wanted.number), SubscriberRow.chat_hash, literal("pending"))
    if wanted.languages:
        query = query.where(SubscriberRow.language.in_(sorted(wanted.languages)))
    if wanted.interests:
        about = [SubscriberRow.interests.contains(name) for name in sorted(wanted.interests)]
        query = query.where(or_(SubscriberRow.interests == "", *about))
    rested = [
        (SubscriberRow.frequency == name)
        & (SubscriberRow.last_at.is_(None) | (SubscriberRow.last_at <= at - timedelta(days=days)))
        for name, days in FREQUENCIES.items()
        if days
    ]
    return query.where(or_(SubscriberRow.frequency == "all", *rested))


def _join(names: frozenset[str]) -> str:
    return " ".join(sorted(names))


def _broadcast(row: BroadcastRow) -> Broadcast:
    return Broadcast(
        json.loads(row.texts), utc(row.starts_at), frozenset(row.languages.split()),
        frozenset(row.interests.split()), row.quiet_from, row.quiet_to,
        BroadcastState(row.state), row.number, row.run,
    )  # fmt: skip
