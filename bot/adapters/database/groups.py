"""What groups asked for."""

from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.adapters.database.campaign_models import GroupRow
from bot.adapters.database.unit import Unit
from bot.adapters.database.upsert import upsert
from bot.adapters.encryption import Vault, keyed_hash

KEY = "groups"


class GroupStore:
    """Implements `GroupSettings`. The id of a group is kept nowhere, so its hash cannot be made again
    when the master key changes; it is made with a key of its own, which outlives that."""

    def __init__(self, engine: AsyncEngine, vault: Vault) -> None:
        self._unit = Unit(engine, vault)
        self._key: bytes | None = None

    async def is_quiet(self, chat_id: int) -> bool:
        """What was kept under a hash of the master key is moved when it is met."""
        names = await self._names(chat_id)
        async with self._unit.reading() as session:
            found = await session.scalars(select(GroupRow).where(GroupRow.chat_hash.in_(names)))
            rows = {row.chat_hash: row.quiet for row in found}
        if names[0] in rows:
            return rows[names[0]]
        if names[1] in rows:
            await self.set_quiet(chat_id, rows[names[1]])
        return rows.get(names[1], False)

    async def set_quiet(self, chat_id: int, quiet: bool) -> None:
        name, older = await self._names(chat_id)
        values = {"chat_hash": name, "quiet": quiet, "updated_at": datetime.now(UTC)}
        async with self._unit.writing() as session:
            await session.execute(upsert(self._unit.dialect, GroupRow, values))
            await session.execute(delete(GroupRow).where(GroupRow.chat_hash == older))

    async def forget_group(self, chat_id: int) -> None:
        names = await self._names(chat_id)
        async with self._unit.writing() as session:
            await session.execute(delete(GroupRow).where(GroupRow.chat_hash.in_(names)))

    async def _names(self, chat_id: int) -> tuple[str, str]:
        """The hash of today, and that of earlier versions."""
        if self._key is None:
            async with self._unit.writing() as session:
                key = await self._unit.named_key(session, KEY)
            self._key = key  # only now is it sure to stay
        today = keyed_hash(self._key, str(chat_id))
        return today, self._unit.vault.chat_hash(chat_id)
