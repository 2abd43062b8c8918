"""Conversations and alarms in the database."""

import json
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.adapters.database.engine import DatabaseProblem
from bot.adapters.database.models import AlarmRow, ConversationRow
from bot.adapters.database.unit import Unit
from bot.adapters.database.upsert import upsert
from bot.adapters.encryption import Vault
from bot.domain.conversation import Conversation
from bot.domain.danger import Alarm


class Store:
    """Implements `Conversations` and `AlarmLog`. A conversation is sealed with the key of its
    person, so that it is lost with them."""

    def __init__(self, engine: AsyncEngine, vault: Vault) -> None:
        self._vault = vault
        self._unit = Unit(engine, vault)

    async def load(self, chat_id: int) -> Conversation:
        """The stored state, or a new one. `DatabaseProblem` when it was sealed with another key."""
        chat_hash = self._vault.chat_hash(chat_id)
        async with self._unit.reading() as session:
            row = await session.get(ConversationRow, chat_hash)
            if row is None:
                return Conversation()
            try:
                seal = await self._unit.seal_of(session, chat_hash)
                return Conversation.from_json(seal.open(row.sealed))
            except (InvalidTag, ValueError, json.JSONDecodeError) as error:
                raise DatabaseProblem("a conversation was sealed with another key") from error

    async def save(self, chat_id: int, conversation: Conversation) -> None:
        """Insert or replace; a person who writes is not blocked any more."""
        now = datetime.now(UTC)

        async def change(session: AsyncSession) -> None:
            person = await self._unit.known(session, chat_id, now)
            values = {
                "chat_hash": person.chat_hash,
                "sealed": person.seal.seal(conversation.to_json()),
                "blocked": False,
                "updated_at": now,
            }
            await session.execute(upsert(self._unit.dialect, ConversationRow, values))

        await self._unit.plainly(change)

    async def set_blocked(self, chat_id: int, blocked: bool) -> None:
        """Remember that this person blocked the bot, or came back."""

        async def change(session: AsyncSession) -> None:
            row = await session.get(ConversationRow, self._vault.chat_hash(chat_id))
            if row is not None:
                row.blocked = blocked

        await self._unit.plainly(change)

    async def is_blocked(self, chat_id: int) -> bool:
        query = select(ConversationRow.blocked).where(
            ConversationRow.chat_hash == self._vault.chat_hash(chat_id)
        )
        async with self._unit.reading() as session:
            return bool(await session.scalar(query))

    async def record(self, update_id: int, chat_id: int, alarm: Alarm, at: datetime) -> None:
        """Record an alarm once; a repeated `update_id` changes nothing."""
        values = {
            "update_id": update_id,
            "chat_hash": self._vault.chat_hash(chat_id),
            "at": at,
            "level": alarm.level.label,
            "category": str(alarm.category),
            "noticed_by": "+".join(alarm.by),
            "about_other": alarm.about_other,
        }
        insert = upsert(self._unit.dialect, AlarmRow, values, {})
        await self._unit.plainly(lambda session: session.execute(insert))

    async def alarms(self) -> list[AlarmRow]:
        """All alarms, oldest first."""
        async with self._unit.reading() as session:
            return list(await session.scalars(select(AlarmRow).order_by(AlarmRow.at)))

    async def forget_lines(self, older_than: datetime) -> int:
        """Empty the two-minute memory of conversations that went quiet; returns how many."""
        changed = 0
        async with self._unit.writing() as session:
            rows = await session.scalars(
                select(ConversationRow).where(ConversationRow.updated_at < older_than)
            )
            for row in rows:
                seal = await self._unit.seal_of(session, row.chat_hash)
                state = seal.open(row.sealed)
                if state.get("lines"):
                    row.sealed = seal.seal({**state, "lines": []})
                    changed += 1
        return changed

    async def forget_conversations(self, older_than: datetime) -> int:
        """Delete conversations nobody came back to; returns how many."""
        async with self._unit.writing() as session:
            result: Any = await session.execute(
                delete(ConversationRow).where(ConversationRow.updated_at < older_than)
            )
        return int(result.rowcount)
