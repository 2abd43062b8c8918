"""Telegram's limits are kept, important messages go first, one chat's 429 stops that chat only."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.telegram import lanes as module
from bot.telegram.lanes import Lane, Lanes, Undeliverable
from bot.telegram.second import IN_A_SECOND, Second


class Clock(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        while self._scheduled and self._scheduled[0].cancelled():
            heapq.heappop(self._scheduled)._scheduled = False
            self._timer_cancelled_count -= 1
        if not self._ready and self._scheduled:
            self._now = max(self._now, self._scheduled[0].when())
        super()._run_once()


def at_jumping_time(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    def run() -> None:
        loop = Clock()
        try:
            loop.run_until_complete(test())
        finally:
            loop.close()

    run.__name__ = test.__name__
    run.__doc__ = test.__doc__
    return run


@asynccontextmanager
async def running(per_second: int = 28):  # type: ignore[no-untyped-def]
    lanes = Lanes(per_second)
    task = asyncio.ensure_future(lanes.run())
    yield lanes
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


class Chat:
    """Records when each send went out; raises the given errors first."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.times: list[float] = []

    async def __call__(self) -> str:
        self.times.append(asyncio.get_running_loop().time())
        if self.errors:
            raise self.errors.pop(0)
        return "sent"


@at_jumping_time
async def test_one_chat_gets_one_message_a_second_after_a_short_burst() -> None:
    async with running() as lanes:
        chat = Chat()
        await asyncio.gather(*(lanes.send(Lane.ANSWER, 1, chat) for _ in range(9)))
        for first, fourth in zip(chat.times, chat.times[3:], strict=False):
            assert fourth - first >= 3 * 0.999


@at_jumping_time
async def test_a_group_gets_20_a_minute() -> None:
    async with running() as lanes:
        chat = Chat()
        await asyncio.gather(*(lanes.send(Lane.ANSWER, -5, chat) for _ in range(45)))
        for start in chat.times:
            assert sum(start <= t < start + 60 for t in chat.times) <= 20


@at_jumping_time
async def test_the_whole_bot_stays_under_30_a_second() -> None:
    async with running() as lanes:
        chat = Chat()
        await asyncio.gather(*(lanes.send(Lane.CAMPAIGN, n + 1, chat) for n in range(200)))
        for start in chat.times:
            assert sum(start <= t < start + 1 for t in chat.times) <= 29
        assert chat.times[-1] < 200 / 28 * 1.05  # and the budget is used


@at_jumping_time
async def test_safety_overtakes_answers_and_answers_overtake_the_campaign() -> None:
    async with running() as lanes:
        campaign, answers, safety = Chat(), Chat(), Chat()
        sends = [lanes.send(Lane.CAMPAIGN, 100 + n, campaign) for n in range(200)]
        sends += [lanes.send(Lane.ANSWER, 500 + n, answers) for n in range(20)]
        sends += [lanes.send(Lane.SAFETY, 700 + n, safety) for n in range(5)]
        await asyncio.gather(*sends)
        assert max(safety.times) < min(answers.times)
        assert max(answers.times) < min(campaign.times)


@at_jumping_time
async def test_429_stops_that_chat_only() -> None:
    async with running() as lanes:
        slow, other = Chat(RetryAfter(30)), Chat()
        both = asyncio.gather(lanes.send(Lane.ANSWER, 1, slow), lanes.send(Lane.ANSWER, 2, other))
        assert await both == ["sent", "sent"]
        assert slow.times[1] - slow.times[0] >= 30
        assert other.times[0] < 1


@at_jumping_time
async def test_what_may_pass_later_is_repeated() -> None:
    async with running() as lanes:
        chat = Chat(TimedOut(), NetworkError("502 Bad Gateway"), TimedOut())
        assert await lanes.send(Lane.SAFETY, 1, chat) == "sent"
        assert len(chat.times) == 4


@at_jumping_time
async def test_an_answer_is_given_up_after_ten_minutes_and_safety_is_not() -> None:
    async with running() as lanes:
        with pytest.raises(Undeliverable):
            await lanes.send(Lane.ANSWER, 1, Chat(*[TimedOut()] * 1000))
        assert asyncio.get_running_loop().time() <= 601
        assert await lanes.send(Lane.SAFETY, 2, Chat(*[TimedOut()] * 100)) == "sent"


@at_jumping_time
async def test_what_telegram_will_never_accept_is_said_at_once() -> None:
    async with running() as lanes:
        with pytest.raises(Undeliverable) as blocked:
            await lanes.send(Lane.ANSWER, 1, Chat(Forbidden("bot was blocked by the user")))
        assert blocked.value.blocked
        with pytest.raises(Undeliverable) as wrong:
            await lanes.send(Lane.ANSWER, 1, Chat(BadRequest("can't parse entities")))
        assert not wrong.value.blocked


@at_jumping_time
async def test_a_fault_of_ours_does_not_hang_the_sender() -> None:
    async with running() as lanes:
        with pytest.raises(ZeroDivisionError):
            await lanes.send(Lane.ANSWER, 1, Chat(ZeroDivisionError()))
        assert await lanes.send(Lane.ANSWER, 1, Chat()) == "sent"


@at_jumping_time
async def test_memory_of_idle_chats_is_let_go() -> None:
    async with running(10_000) as lanes:
        chat = Chat()
        for n in range(50_050):
            await lanes.send(Lane.CAMPAIGN, n, chat)
            if n == 49_000:
                await asyncio.sleep(120)
        assert len(lanes._sent) < 10_000
    assert module.GROUP_PERIOD == 60


@given(
    st.floats(0, 0.1),
    st.floats(0, 0.1),
    st.lists(st.tuples(st.floats(0, 0.1), st.floats(0, 0.15), st.floats(0, 0.4)), max_size=190),
)
def test_no_second_sees_more_than_thirty_whatever_calls_take(
    out: float, back: float, calls: list[tuple[float, float, float]]
) -> None:
    """Each call: pause before it is wanted, and what its way there and its way back take longer than
    the quickest (`out`, `back`), which the first call has."""
    second, now, arrivals = Second(), 0.0, list[float]()
    answers: list[tuple[float, int]] = []
    for number, (pause, slower_out, slower_back) in enumerate(
        [(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), *calls]
    ):
        now += pause
        while True:
            for at, job in [a for a in sorted(answers) if a[0] <= now]:
                second.answered(job, at)
                answers.remove((at, job))
            if (wait := second.full_for(now)) <= 0:
                break
            now = min(now + wait + 1e-6, *(at for at, _ in answers), now + 10)
        second.left(number, now)
        arrivals.append(now + out + slower_out)
        answers.append((arrivals[-1] + back + slower_back, number))
    arrivals.sort()
    for first, last in zip(arrivals, arrivals[IN_A_SECOND:], strict=False):
        assert last - first >= 1.0 - 1e-4


@at_jumping_time
async def test_an_outage_ends_though_a_send_was_not_wanted_any_more() -> None:
    async def unwanted() -> bool:
        return False

    async with running() as lanes:
        one, two = Chat(*[NetworkError("away")] * 6), Chat(*[NetworkError("away")] * 6)
        sends = [
            asyncio.ensure_future(lanes.send(Lane.SAFETY, 1, one)),
            asyncio.ensure_future(lanes.send(Lane.CAMPAIGN, 2, two)),
        ]
        await asyncio.sleep(0.3)
        sends.append(asyncio.ensure_future(lanes.send(Lane.CAMPAIGN, 3, Chat(), 1, unwanted)))
        assert await asyncio.wait_for(asyncio.gather(*sends), 3600) == ["sent", "sent", None]


@at_jumping_time
async def test_what_nobody_waits_for_any_more_is_not_sent() -> None:
    async with running() as lanes:
        chat = Chat()
        sends = [asyncio.ensure_future(lanes.send(Lane.SAFETY, 1, chat)) for _ in range(5)]
        await asyncio.sleep(0.5)
        sends[3].cancel()
        await asyncio.gather(*sends, return_exceptions=True)
        assert len(chat.times) == 4
