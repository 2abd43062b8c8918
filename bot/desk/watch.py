"""What is looked after all the time: silent counsellors, cases without a ladder, referrals that
nobody answered, and the heartbeat."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

import httpx

from bot.desk_ports import DeskQueue
from bot.domain.case import Case
from bot.domain.danger import Level
from bot.domain.referral import Referral
from bot.domain.staff import Role
from bot.staff_ports import StaffMessage
from bot.usecases.staff_ladder import LadderSteps
from bot.usecases.staff_refer import reminder

log = logging.getLogger("kawan.desk")
BEAT = 60.0  # seconds between heartbeats
JUMP = 5.0  # seconds by which a clock may be set without more ado
LONGEST_ROUND = 15.0


class Climbing(DeskQueue, Protocol):
    async def climbing(self) -> set[str]:
        """Codes of the cases whose ladder is under way or asleep."""
        ...


class Watch:
    """Run `run()` as a task. Every round is harmless to repeat."""

    def __init__(
        self,
        steps: LadderSteps,
        work: Climbing,
        silent: timedelta,
        heartbeat: str | None,
        clocks: Callable[[], tuple[float, float]] = lambda: (time.time(), time.monotonic()),
    ) -> None:
        """`clocks`: seconds on the wall clock and on one that never jumps."""
        self._clocks = clocks
        self._apart = _apart(clocks)
        self._steps = steps
        self._work = work
        self._silent = silent
        self._heartbeat = heartbeat
        self._round = min(LONGEST_ROUND, max(0.2, silent.total_seconds() / 4))
        self._beaten = -BEAT

    async def run(self) -> None:
        async with httpx.AsyncClient(timeout=10) as client:
            while True:
                await _try("looking at the clock", self.clock)
                await _try("adopting cases", self.adopt)
                await _try("looking for silent cases", self.silent)
                await _try("reminding of referrals", self.remind)
                now = asyncio.get_running_loop().time()
                if self._heartbeat and now - self._beaten >= BEAT:
                    self._beaten = now
                    await self._beat(client, self._heartbeat)
                await asyncio.sleep(self._round)

    async def clock(self) -> None:
        """Rungs sleep until an hour of the wall clock. When it jumps back they would oversleep, so
        the ladders of all waiting cases begin anew; a jump ahead only wakes them early."""
        apart = _apart(self._clocks)
        jumped, self._apart = apart - self._apart, apart
        if jumped > -JUMP:
            return
        log.warning("the clock went back by %.0f s; ladders begin anew", -jumped)
        for case in await self._serious():
            mark = f"c{int(self._clocks()[1] * 1000)}"
            await self._work.restart(case.code, case.level, mark)

    async def _serious(self) -> list[Case]:
        """Waiting cases that a ladder has to look after."""
        return [c for c in await self._steps.desk.cases.waiting() if c.level > Level.CONCERN]

    async def adopt(self) -> None:
        """A waiting case that no ladder looks after gets one: after a crash between two changes,
        or with a restored backup."""
        waiting = await self._serious()
        climbing = await self._work.climbing() if waiting else set()
        for case in waiting:
            if case.code not in climbing:
                mark = f"w{int(self._steps.desk.now().timestamp())}"
                log.warning("a waiting case had no ladder; it has one now")
                await self._work.restart(case.code, case.level, mark)

    async def silent(self) -> None:
        """A counsellor who lets a person wait gives the case back."""
        before = self._steps.desk.now() - self._silent
        for code, level in await self._steps.give_back_silent(before):
            mark = f"s{int(self._steps.desk.now().timestamp())}"
            await self._work.restart(code, Level(level), mark)
            await self._steps.refresh()

    async def remind(self) -> None:
        """Staff are asked what became of a referral until it is recorded."""
        for referral in await self._steps.desk.referrals.due(self._steps.desk.now()):
            for number in await self._askable(referral):
                effect = reminder(number, referral)
                message = StaffMessage(
                    effect.key, effect.values, "", effect.buttons, referral.case, urgent=False
                )
                if await self._steps.telling.tell(number, message):
                    break

    async def _askable(self, referral: Referral) -> list[int]:
        """Whoever holds or closed the case, else the supervisors."""
        case = await self._steps.desk.cases.get(referral.case)
        leaders = [
            s.number
            for s in await self._steps.desk.staff.everyone()
            if s.may_work and s.role is Role.SUPERVISOR
        ]
        return [*([case.staff] if case and case.staff else []), *leaders]

    async def _beat(self, client: httpx.AsyncClient, url: str) -> None:
        try:
            (await client.get(url)).raise_for_status()
        except httpx.HTTPError as error:
            log.warning("heartbeat failed: %s", type(error).__name__)


def _apart(clocks: Callable[[], tuple[float, float]]) -> float:
    wall, steady = clocks()
    return wall - steady


async def _try(what: str, call: Callable[[], Awaitable[None]]) -> None:
    try:
        await call()
    except Exception as error:
        log.error("%s failed: %s", what, type(error).__name__)
