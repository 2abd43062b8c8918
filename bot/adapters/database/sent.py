"""Ids of messages, kept for as long as Telegram lets a bot delete them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from bot.adapters.database.case_models import SentRow
from bot.adapters.database.unit import Unit
from bot.adapters.database.upsert import upsert


class SentBook:
    """Implements `SentMessages`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def remember(
        self,
        chat_id: int,
        message_id: int,
        at: datetime,
        *,
        person: bool,
        by_bot: bool,
        case: str | None = None,
    ) -> None:
        vault = self._unit.vault
        values = {
            "chat_hash": vault.chat_hash(chat_id), "message_id": message_id,
            "sealed_chat": vault.seal(chat_id), "person": person, "by_bot": by_bot,
            "case": case, "at": at,
        }  # fmt: skip
        insert = upsert(self._unit.dialect, SentRow, values)
        await self._unit.plainly(lambda session: session.execute(insert))

    async def in_chat(self, chat_id: int) -> list[tuple[int, bool, datetime]]:
        """(message id, by the bot, when) of a person's chat, newest first."""
        query = (
            select(SentRow.message_id, SentRow.by_bot, SentRow.at)
            .where(SentRow.chat_hash == self._unit.vault.chat_hash(chat_id), SentRow.person)
            .order_by(SentRow.message_id.desc())
        )
        async with self._unit.reading() as session:
            return [(number, by_bot, at) for number, by_bot, at in await session.execute(query)]

    async def of_case(self, code: str, chat_id: int | None = None) -> list[tuple[int, int]]:
        """(chat id, message id) of staff copies of a case, in one staff chat or in all."""
        query = select(SentRow.sealed_chat, SentRow.message_id).where(
            SentRow.case == code, ~SentRow.person
        )
        if chat_id is not None:
            query = query.where(SentRow.chat_hash == self._unit.vault.chat_hash(chat_id))
        async with self._unit.reading() as session:
            rows = (await session.execute(query.order_by(SentRow.at))).all()
        return [(int(self._unit.vault.open(sealed)), number) for sealed, number in rows]

    async def old_copies(self, before: datetime) -> list[tuple[int, int]]:
        """(chat id, message id) of staff copies older than `before`, which have to go now."""
        query = select(SentRow.sealed_chat, SentRow.message_id).where(
            ~SentRow.person, SentRow.at < before
        )
        async with self._unit.reading() as session:
            rows = (await session.execute(query.order_by(SentRow.at))).all()
        return [(int(self._unit.vault.open(sealed)), number) for sealed, number in rows]

    async def forget(self, chat_id: int, message_ids: Sequence[int]) -> None:
        statement = delete(SentRow).where(
            SentRow.chat_hash == self._unit.vault.chat_hash(chat_id),
            SentRow.message_id.in_(message_ids),
        )
        await self._unit.plainly(lambda session: session.execute(statement))
