"""Waiting for something to change, without polling. Plain code may announce a change."""

import asyncio
from collections.abc import Callable

PATIENCE = 4.0  # several programs of several tests share few cores


class NoReply(AssertionError, TimeoutError):
    """What a test waited for did not come in time."""


class Signal:
    """Like `asyncio.Condition`, but `notify` needs no lock, so that `user.say()` can be plain."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Wake everybody who waits; they look at their condition again."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def until(self, condition: Callable[[], object], seconds: float) -> bool:
        """Whether `condition()` came true within `seconds` of real time, stretched by `PATIENCE`."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE * seconds
        while not condition():
            left = end - loop.time()
            if left <= 0:
                return False
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.add(future)
            await asyncio.wait([future], timeout=left)
            self._waiting.discard(future)
        return True
