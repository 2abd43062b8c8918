"""Whether there is anybody who may answer."""

import time
from collections.abc import Callable

from bot.staff_ports import StaffBook

FRESH = 5.0  # seconds for which the answer is good enough


class StaffThere:
    """Asked for every update, so it is remembered shortly."""

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
