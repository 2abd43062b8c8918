"""What is known about a person when they write, in as few questions as possible: it is asked for
every update."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlalchemy import select

from bot.adapters.database.case_models import PersonRow
from bot.adapters.database.case_rows import as_case, open_row
from bot.adapters.database.outbox_models import OutboxRow
from bot.adapters.database.unit import Unit
from bot.adapters.encryption import Seal
from bot.people_ports import Wishes
from bot.usecases.hotline import Situation


class KnowPerson:
    """Reads only; a person who is new leaves no trace by it."""

    def __init__(
        self,
        unit: Unit,
        connected: Callable[[], Awaitable[bool]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`connected`: whether there is any staff."""
        self._unit = unit
        self._connected = connected
        self._now = now

    async def __call__(self, chat_id: int) -> Situation:
        connected = await self._connected()
        chat_hash = self._unit.vault.chat_hash(chat_id)
        async with self._unit.reading() as session:
            person = await session.get(PersonRow, chat_hash)
            if person is None:
                return Situation(connected)
            row = await open_row(session, chat_hash)
            waits = select(OutboxRow.number).where(
                OutboxRow.chat_hash == chat_hash, OutboxRow.waits
            )
            something = await session.scalar(waits.limit(1)) is not None
        until = person.blocked_until
        return Situation(
            connected,
            case=as_case(row) if row else None,
            alerted=row is not None and row.alerted_at is not None,
            waits=something,
            quiet=person.quiet,
            blocked=until is not None and until > self._now(),
            wishes=self._wishes(person),
        )

    def _wishes(self, person: PersonRow) -> Wishes:
        if person.sealed_wishes is None:
            return Wishes()
        raw = Seal(self._unit.vault.open_key(person.sealed_key)).open(person.sealed_wishes)
        return Wishes(**{**raw, "hours": tuple(raw["hours"])})
