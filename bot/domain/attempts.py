"""A limit on guessing: so many attempts in a window, by somebody and by everybody together."""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field


@dataclass
class Attempts:
    """`each`: attempts of one asker in `window` seconds; `all`: of everybody together. With codes
    of 71 bits the limit is there against noise and against staff-code guessing, not for them."""

    each: int = 5
    all: int = 300
    window: float = 3600.0
    _by: dict[Hashable, deque[float]] = field(default_factory=dict)
    _everybody: deque[float] = field(default_factory=deque)

    def allow(self, asker: Hashable, now: float) -> bool:
        """Whether `asker` may try now (seconds of any steady clock); an allowed try is counted."""
        self._forget(now)
        mine = self._by.setdefault(asker, deque())
        if len(mine) >= self.each or len(self._everybody) >= self.all:
            return False
        mine.append(now)
        self._everybody.append(now)
        return True

    def _forget(self, now: float) -> None:
        for times in (self._everybody, *self._by.values()):
            while times and now - times[0] >= self.window:
                times.popleft()
        for asker in [asker for asker, times in self._by.items() if not times]:
            del self._by[asker]
