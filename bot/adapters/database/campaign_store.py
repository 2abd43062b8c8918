"""Groups, cards, subscribers and links of the campaign in the database."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.adapters.database.campaign_models import CardRow, LinkRow, SubscriberRow
from bot.adapters.database.turns import turns_of
from bot.adapters.database.upsert import upsert
from bot.adapters.encryption import Vault
from bot.domain.subscription import Subscription


class CampaignStore:
    """Implements `Subscribers` and `Links`; keeps cards."""

    def __init__(self, engine: AsyncEngine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault
        self._turns = turns_of(engine)

    async def card(self, name: str) -> str | None:
        """The file id of a card that Telegram keeps already."""
        async with self._turns.reading() as session:
            row = await session.get(CardRow, name)
        return row.file_id if row else None

    async def cards(self, prefix: str) -> dict[str, str]:
        """File ids of all cards whose name begins with `prefix`."""
        query = select(CardRow).where(CardRow.name.startswith(prefix, autoescape=True))
        async with self._turns.reading() as session:
            return {row.name: row.file_id for row in await session.scalars(query)}

    async def keep_card(self, name: str, file_id: str) -> None:
        await self._put(CardRow, {"name": name, "file_id": file_id})

    async def forget_card(self, name: str) -> None:
        async with self._turns.writing() as session:
            await session.execute(delete(CardRow).where(CardRow.name == name))

    async def subscription(self, chat_id: int) -> Subscription | None:
        async with self._turns.reading() as session:
            row = await session.get(SubscriberRow, self._vault.chat_hash(chat_id))
        if row is None:
            return None
        return Subscription(row.language, row.frequency, frozenset(row.interests.split()), row.zone)

    async def subscribe(self, chat_id: int, wanted: Subscription, at: datetime) -> None:
        chosen: dict[str, Any] = {
            "language": wanted.language,
            "frequency": wanted.frequency,
            "interests": " ".join(sorted(wanted.interests)),
            "zone": wanted.zone,
        }
        values = {
            **chosen,
            "chat_hash": self._vault.chat_hash(chat_id),
            "sealed_chat": self._vault.seal(chat_id),
            "since": at,
        }
        await self._put(SubscriberRow, values, chosen)

    async def unsubscribe(self, chat_id: int) -> bool:
        async with self._turns.writing() as session:
            done: Any = await session.execute(
                delete(SubscriberRow).where(
                    SubscriberRow.chat_hash == self._vault.chat_hash(chat_id)
                )
            )
        return bool(done.rowcount)

    async def subscribers(self) -> int:
        async with self._turns.reading() as session:
            return int(await session.scalar(select(func.count()).select_from(SubscriberRow)) or 0)

    async def add_link(self, code: str, label: str) -> None:
        values = {"code": code, "label": label, "created_at": datetime.now(UTC)}
        await self._put(LinkRow, values, {"label": label})

    async def has_link(self, code: str) -> bool:
        async with self._turns.reading() as session:
            return await session.get(LinkRow, code) is not None

    async def links(self) -> dict[str, str]:
        """Code to label."""
        async with self._turns.reading() as session:
            rows = await session.scalars(select(LinkRow).order_by(LinkRow.created_at))
            return {row.code: row.label for row in rows}

    async def _put(
        self, table: Any, values: dict[str, Any], changed: dict[str, Any] | None = None
    ) -> None:
        async with self._turns.writing() as session:
            await session.execute(upsert(self._engine.dialect.name, table, values, changed))
