"""What a person has not been shown yet, sealed with their own key."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.adapters.database.case_models import DetailRow
from bot.adapters.database.outbox_models import OutboxRow
from bot.adapters.database.unit import Unit
from bot.usecases.outbox import Kept


class OutboxBook:
    """Implements `Outbox`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def put(
        self, chat_id: int, case: str, mark: str, content: dict[str, Any], at: datetime
    ) -> bool:
        """False when something with this mark is kept already; the newer content replaces it."""
        async with self._unit.writing() as session:
            person = await self._unit.person(session, self._unit.vault.chat_hash(chat_id))
            if person is None:  # forgotten: nothing may be kept for them
                return False
            sealed = person.seal.seal(content)
            row = await session.scalar(
                select(OutboxRow).where(
                    OutboxRow.chat_hash == person.chat_hash, OutboxRow.mark == mark
                )
            )
            if row is not None:
                row.sealed = sealed
                return False
            session.add(
                OutboxRow(
                    chat_hash=person.chat_hash, case=case, mark=mark, sealed=sealed,
                    waits=bool(content), at=at,
                )
            )  # fmt: skip
            return True

    async def waiting(self, chat_id: int) -> list[Kept]:
        """Oldest first; marks without content are not shown to anybody and are left out."""
        chat_hash = self._unit.vault.chat_hash(chat_id)
        query = select(OutboxRow).where(OutboxRow.chat_hash == chat_hash, OutboxRow.waits)
        async with self._unit.reading() as session:
            person = await self._unit.person(session, chat_hash)
            rows = list(await session.scalars(query.order_by(OutboxRow.number)))
        if person is None:
            return []
        return [Kept(row.number, row.case, person.seal.open(row.sealed)) for row in rows]

    async def shown(self, number: int) -> None:
        async with self._unit.writing() as session:
            await session.execute(delete(OutboxRow).where(OutboxRow.number == number))

    async def drop(self, mark: str) -> None:
        async with self._unit.writing() as session:
            await session.execute(delete(OutboxRow).where(OutboxRow.mark == mark))

    async def has(self, mark: str) -> bool:
        async with self._unit.reading() as session:
            found = await session.scalar(select(OutboxRow.number).where(OutboxRow.mark == mark))
        return found is not None

    async def given(self, code: str) -> list[str]:
        """Kinds of details that the person gave in a case."""
        query = select(DetailRow.kind).where(DetailRow.case == code).order_by(DetailRow.number)
        async with self._unit.reading() as session:
            return list(await session.scalars(query))
