"""Sending within Telegram's limits: lanes by importance on one shared budget.

Limits (https://core.telegram.org/bots/faq): about 30 messages a second over all, one a second to
one chat (short bursts pass), 20 a minute to one group. A 429 for one chat stops that chat only.
"""

import asyncio
import contextlib
import heapq
import itertools
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from typing import Any

from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.telegram.outage import Outage
from bot.telegram.second import Second

log = logging.getLogger("kawan.sending")

PER_SECOND = 29.7  # of 30; a steady beat, so that nobody waits for a burst of others
CHAT_BURST = 3
CHAT_PERIOD = 1.0
GROUP_LIMIT = 20
GROUP_PERIOD = 60.0
PATIENCE = {0: 86_400.0, 1: 600.0, 2: 86_400.0}  # seconds after which a lane gives a send up
LONGEST_WAIT = 30.0
LATE = 0.05  # seconds, less than two slots
FORGET_FROM = 4096  # chats remembered before idle ones are forgotten, once a minute
_NOW = 1e-6  # seconds that are no wait: a clock wakes us a hair too early


class Lane(IntEnum):
    """A smaller number goes first."""

    SAFETY = 0
    ANSWER = 1
    CAMPAIGN = 2


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait (a number or a timedelta, by version of the library)."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


class Undeliverable(Exception):
    """Telegram will never accept this send. `blocked`: because the person blocked the bot."""

    def __init__(self, reason: str, blocked: bool = False) -> None:
        super().__init__(reason)
        self.blocked = blocked


@dataclass(order=True)
class _Job:
    lane: int
    weight: int  # negative, so that the most severe sorts first
    number: int
    chat: int = field(compare=False)
    call: Callable[[], Awaitable[Any]] = field(compare=False)
    done: "asyncio.Future[Any]" = field(compare=False)
    give_up: float = field(compare=False)
    prepare: Callable[[], Awaitable[bool]] | None = field(default=None, compare=False)
    attempts: int = field(default=0, compare=False)


class Lanes:
    """`send` waits for its turn and retries what may pass later. Start with `run()` as a task."""

    def __init__(self, per_second: float = PER_SECOND) -> None:
        self._per_second = per_second
        self._heap: list[_Job] = []
        self._numbers = itertools.count()
        self._wake = asyncio.Event()
        self._free_at: dict[int, float] = {}
        self._sent: dict[int, deque[float]] = {}
        self._next_slot = 0.0
        self._second = Second()
        self._running: set[asyncio.Task[None]] = set()
        self._forget_at = 0.0
        self._campaign_at = 0.0
        self._outage = Outage()

    async def send(
        self,
        lane: Lane,
        chat: int,
        call: Callable[[], Awaitable[Any]],
        weight: int = 0,
        prepare: Callable[[], Awaitable[bool]] | None = None,
    ) -> Any:
        """Result of `call()` once Telegram accepted it; `Undeliverable` when it never will, or
        when the lane's patience is over. `weight`: inside a lane a larger one goes first.
        `prepare` is awaited right before each attempt, while it waits for its slot; where it says
        False nothing is sent and the result is None."""
        loop = asyncio.get_running_loop()
        job = _Job(
            lane,
            -weight,
            next(self._numbers),
            chat,
            call,
            loop.create_future(),
            loop.time() + PATIENCE[lane],
            prepare,
        )
        self._push(job)
        return await job.done

    async def run(self) -> None:
        """Hand out slots until cancelled; sends under way are cancelled with it."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                now = loop.time()
                job, wait = self._next(now)
                if job is None:
                    self._wake.clear()
                    # not `wait_for`: in Python 3.11 it loses a cancellation that comes with a wake
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(wait):
                            await self._wake.wait()
                    continue
                slot = max(self._next_slot, now)
                gone = job.done.done()  # whoever asked for it waits no more
                if gone or (job.prepare and not await self._prepared(job)):
                    self._outage.untried()
                    continue
                if (early := slot - loop.time()) > 0:
                    await asyncio.sleep(early)
                # a small delay keeps the rhythm; after a long one, nothing is made up for
                late = loop.time() - slot
                self._next_slot = (slot if late < LATE else slot + late) + 1 / self._per_second
                self._start(job)
        finally:
            for task in self._running:
                task.cancel()

    async def _prepared(self, job: _Job) -> bool:
        assert job.prepare
        try:
            ready = await job.prepare()
        except Exception as error:
            self._fail(job, error)
            return False
        if not ready and not job.done.done():
            job.done.set_result(None)
        return ready

    def _push(self, job: _Job) -> None:
        heapq.heappush(self._heap, job)
        self._wake.set()

    def _next(self, now: float) -> tuple[_Job | None, float | None]:
        """The most important job whose chat may be written to now, or how long to wait."""
        if (pause := self._outage.pause(now)) is not None:
            return None, pause
        if (full := self._second.full_for(now)) > _NOW:
            return None, full
        held: list[_Job] = []
        wait: float | None = None
        found = None
        while self._heap:
            job = heapq.heappop(self._heap)
            delay = self._delay(job.chat, now)
            if job.lane == Lane.CAMPAIGN:
                delay = max(delay, self._campaign_at - now)
            if delay <= _NOW and not self._outage.passes_over(job.number):
                found = job
                break
            if delay <= _NOW:
                held.append(job)
                continue
            wait = delay if wait is None else min(wait, delay)
            held.append(job)
        if found is None and wait is None and held:
            found = held.pop()  # nobody else is there to try it with
        for job in held:
            heapq.heappush(self._heap, job)
        if found is not None:
            self._outage.handed_out(found.number)
        return found, wait

    def _delay(self, chat: int, now: float) -> float:
        until = self._free_at.get(chat, 0.0) - now
        sent = self._sent.get(chat)
        if not sent:
            return until
        limit, period = (
            (GROUP_LIMIT, GROUP_PERIOD) if chat < 0 else (CHAT_BURST, CHAT_BURST * CHAT_PERIOD)
        )
        while sent and sent[0] <= now - period:
            sent.popleft()
        return max(until, sent[-limit] + period - now if len(sent) >= limit else 0.0)

    def _start(self, job: _Job) -> None:
        now = asyncio.get_running_loop().time()
        self._sent.setdefault(job.chat, deque()).append(now)
        self._second.left(job.number, now)
        self._forget_idle(now)
        task = asyncio.create_task(self._attempt(job))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _forget_idle(self, now: float) -> None:
        if len(self._sent) > FORGET_FROM and now >= self._forget_at:
            self._forget_at = now + GROUP_PERIOD
            recent = now - GROUP_PERIOD
            self._sent = {c: q for c, q in self._sent.items() if q and q[-1] > recent}
            self._free_at = {c: t for c, t in self._free_at.items() if t > now}

    async def _attempt(self, job: _Job) -> None:
        job.attempts += 1
        try:
            await self._call(job)
        finally:
            self._second.answered(job.number, asyncio.get_running_loop().time())
            self._wake.set()

    async def _call(self, job: _Job) -> None:
        loop = asyncio.get_running_loop()
        try:
            result = await job.call()
        except RetryAfter as error:
            self._outage.over()
            self._free_at[job.chat] = loop.time() + seconds_of(error)
            if job.lane == Lane.CAMPAIGN:  # one message a chat: it was too much over all
                self._campaign_at = self._free_at[job.chat]
            self._again(job, error, 0.0)
        except (BadRequest, Forbidden) as error:
            self._outage.over()
            self._fail(
                job, Undeliverable(type(error).__name__, blocked=isinstance(error, Forbidden))
            )
        except (TimedOut, NetworkError) as error:
            self._network(job, error)
        except TelegramError as error:
            self._outage.over()
            self._fail(job, Undeliverable(type(error).__name__))
        except asyncio.CancelledError:
            job.done.cancel()
            raise
        except Exception as error:  # a fault of ours must not leave the sender waiting for ever
            self._outage.over()
            self._fail(job, error)
        else:
            self._outage.over()
            if not job.done.done():
                job.done.set_result(result)

    def _network(self, job: _Job, error: TelegramError) -> None:
        """A send that failed waits by itself; when several chats fail, Telegram is away, and all
        wait together, so that they leave in the order of their importance."""
        now = asyncio.get_running_loop().time()
        self._outage.failed(job.number, job.chat, now)
        alone = min(2.0 ** (job.attempts - 1) / 2, LONGEST_WAIT)
        self._again(job, error, 0.0 if self._outage.lasts else alone)

    def _again(self, job: _Job, error: TelegramError, wait: float) -> None:
        loop = asyncio.get_running_loop()
        log.info("%s; attempt %d will be repeated", type(error).__name__, job.attempts)
        if loop.time() + wait > job.give_up:
            self._fail(job, Undeliverable("gave up"))
        elif not job.done.cancelled():
            loop.call_later(wait, self._push, job)

    @staticmethod
    def _fail(job: _Job, error: Exception) -> None:
        if not job.done.done():
            job.done.set_exception(error)
