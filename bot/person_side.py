"""Puts the person's side of cases together. Without staff it still keeps wishes, message ids for
the quick exit, and forgets on request."""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from bot.adapters.database.books import Books
from bot.adapters.database.knowing import KnowPerson
from bot.adapters.database.outbox import OutboxBook
from bot.desk_ports import DeskQueue
from bot.domain.conversation import Conversation
from bot.domain.danger import Alarm, Level
from bot.domain.deed import Deed
from bot.domain.message import Incoming
from bot.domain.reply import Reply
from bot.domain.retention import Retention
from bot.telegram.person_post import TelegramPost
from bot.usecases.act import Acts, Stores
from bot.usecases.hotline import Situation
from bot.usecases.know import StaffThere
from bot.usecases.reach_person import ReachPerson
from bot.usecases.tell_person import TellPerson

AGREED = 900.0  # seconds for which the consent to read one place holds
Unkept = Callable[[Alarm], Awaitable[None]]


class NoDesk:
    """Implements `DeskQueue` where no staff is connected: nobody is told, nothing is promised."""

    async def escalate(self, code: str, level: Level) -> None: ...

    async def restart(self, code: str, level: Level, mark: str) -> None: ...

    async def person_line(self, code: str, line: int, edited: bool = False) -> None: ...

    async def person_event(self, code: str, kind: str) -> None: ...

    async def forget_case(self, codes: Sequence[str]) -> None: ...


async def _nobody_to_tell(_alarm: Alarm) -> None: ...


class PersonSide:
    """Implements `telegram.worker.Beside`; `tell` is what the desk calls."""

    def __init__(
        self,
        books: Books,
        desk: DeskQueue,
        post: TelegramPost,
        unkept: Unkept = _nobody_to_tell,
        forget_work: Callable[[int], Awaitable[object]] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`unkept` tells supervisors that an alarm could not be kept; `forget_work` deletes the
        finished durable work of a chat."""
        outbox = OutboxBook(books.unit)
        connected = StaffThere(books.staff)
        reach = ReachPerson(books.cases, books.people, outbox, post, desk, now)
        stores = Stores(books.cases, books.people, books.sent, books.events, outbox, books.adverts)
        self.tell = TellPerson(books.cases, books.referrals, reach)
        self._know = KnowPerson(books.unit, connected, now)
        self._acts = Acts(stores, desk, reach, post, connected, forget_work)
        self._reach = reach
        self._sent = books.sent
        self._unkept = unkept
        self._places: dict[int, float] = {}

    async def situation(self, chat_id: int) -> Situation:
        return await self._know(chat_id)

    def ask_place(self, chat_id: int) -> None:
        """They agreed to give a place; only then is one read from what they send next."""
        self._places = {c: t for c, t in self._places.items() if time.monotonic() - t < AGREED}
        self._places[chat_id] = time.monotonic()

    def wants_place(self, chat_id: int) -> bool:
        """For the receiver. Held in memory only: after a restart they are asked again."""
        return time.monotonic() - self._places.get(chat_id, -AGREED) < AGREED

    async def act(
        self, incoming: Incoming, deeds: list[Deed], alarm: Alarm | None, state: Conversation
    ) -> list[Reply]:
        return await self._acts(incoming, deeds, alarm, state)

    async def received(self, incoming: Incoming) -> None:
        """Keep the id of the person's message for 48 hours."""
        if incoming.message_id:
            at = datetime.fromtimestamp(incoming.at, UTC)
            await self._sent.remember(
                incoming.chat_id, incoming.message_id, at, person=True, by_bot=False
            )

    async def too_late(self, chat_id: int, language: str) -> None:
        await self._reach.knock_late(chat_id, language)

    async def cannot_keep(self, alarm: Alarm) -> None:
        await self._unkept(alarm)


def remembering(books: Books) -> Callable[[int, int, datetime], Awaitable[None]]:
    """For `Outbound`: keeps the ids of what the bot sent to people."""

    async def remember(chat_id: int, message_id: int, at: datetime) -> None:
        await books.sent.remember(chat_id, message_id, at, person=True, by_bot=True)

    return remember


def facts(rules: Retention) -> dict[str, str]:
    """How long what is kept, in seconds, for the pages about privacy."""
    kept = {
        "keep_ids": rules.message_ids, "keep_talk": rules.conversation,
        "keep_transcript": rules.transcript, "keep_case": rules.case, "keep_work": rules.work,
        "keep_advert": rules.advert,
    }  # fmt: skip
    return {name: str(int(period.total_seconds())) for name, period in kept.items()}
