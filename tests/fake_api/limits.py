"""Telegram's limits on sending (https://core.telegram.org/bots/faq), on a clock that tests may set.

`SLACK` forgives what the network does to the spacing between two messages.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import too_many

Clock = Callable[[], float]
SLACK = 0.25


class ManualClock:
    """Seconds since 1970 that pass only when told: `FakeTelegram(clock=ManualClock())`."""

    def __init__(self, now: float | None = None) -> None:
        self.now = time.time() if now is None else now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Limits:
    """All values may be changed by a test; `enabled = False` lifts the limits on sending."""

    clock: Clock
    enabled: bool = True
    overall: int = 30  # a second, all chats together
    burst: int = 3  # messages to one person at once; one more comes free every second
    group: int = 20  # sends, edits and new topics a minute
    callback_age: float = 900.0  # seconds in which a press can be answered
    inline_age: float = 10.0
    message_age: float = 48 * 3600.0  # seconds in which a message can be edited or deleted
    _all: deque[float] = field(default_factory=deque)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _people: dict[int, tuple[float, float]] = field(default_factory=dict)  # (tokens, as of)

    def take(self, chat: int, new: bool = True) -> None:
        """Count one send (`new`) or edit; `ApiError` 429 when it is one too many. Edits count for
        groups and over all, not for a person."""
        if not self.enabled:
            return
        now = self.clock()
        group = self._groups.setdefault(chat, deque()) if chat < 0 else None
        waits = [_wait(self._all, self.overall, 1.0 - SLACK / 5, now)]
        if group is not None:
            waits.append(_wait(group, self.group, 60.0 - SLACK, now))
        elif new:
            waits.append(1 - SLACK - self._tokens(chat, now))
        if max(waits) > 0:
            raise too_many(max(1, math.ceil(max(waits))))
        self._all.append(now)
        if group is not None:
            group.append(now)
        elif new:
            self._people[chat] = (self._tokens(chat, now) - 1, now)

    def _tokens(self, chat: int, now: float) -> float:
        tokens, as_of = self._people.get(chat, (float(self.burst), now))
        return min(float(self.burst), tokens + now - as_of)


def _wait(sent: deque[float], limit: int, period: float, now: float) -> float:
    """Seconds until one more fits in the window; 0 or less when it fits now."""
    while sent and sent[0] <= now - period:
        sent.popleft()
    return sent[-limit] + period - now if len(sent) >= limit else 0.0
