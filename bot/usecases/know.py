"""What is known about a person when they write: their case, their wishes, what waits for them."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.case_ports import CaseBook, People, StaffBook
from bot.usecases.hotline import Situation
from bot.usecases.outbox import Outbox

FRESH = 5.0  # seconds for which the answer whether there is staff is good enough


class StaffThere:
    """Whether there is anybody who may answer; asked for every update, so remembered shortly."""

    def __init__(self, staff: StaffBook, clock: Callable[[], float] = time.monotonic) -> None:
        self._staff = staff
        self._clock = clock
        self._known: tuple[float, bool] | None = None

    async def __call__(self) -> bool:
        now = self._clock()
        if self._known is None or now - self._known[0] > FRESH:
            there = any(member.may_work for member in await self._staff.everyone())
            self._known = (now, there)
        return self._known[1]


class KnowPerson:
    """Reads only; a person who is new leaves no trace by it."""

    def __init__(
        self,
        cases: CaseBook,
        people: People,
        outbox: Outbox,
        connected: Callable[[], Awaitable[bool]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._cases = cases
        self._people = people
        self._outbox = outbox
        self._connected = connected
        self._now = now

    async def __call__(self, chat_id: int) -> Situation:
        case = await self._cases.of_chat(chat_id)
        until = await self._people.blocked_until(chat_id)
        return Situation(
            connected=await self._connected(),
            case=case,
            alerted=case is not None and await self._cases.was_alerted(case.code),
            waits=bool(await self._outbox.waiting(chat_id)),
            quiet=await self._people.quiet(chat_id),
            blocked=until is not None and until > self._now(),
            wishes=await self._people.wishes(chat_id),
        )
