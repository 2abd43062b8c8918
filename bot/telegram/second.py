"""No second in which Telegram counts more calls than it takes."""

from collections import deque

IN_A_SECOND = 30
ON_THE_WAY = 0.25  # seconds after which a call that has no answer yet is taken to have arrived
QUICKEST_OF = 200  # calls whose quickest tells how long the way is


class Second:
    """How many calls reach Telegram within any second. One arrives at some moment between leaving
    and its answer, at the latest a way back before the answer. The quickest way there and back of
    late is subtracted, the way there for the call that is about to leave and the way back for the
    one before it: so two calls that are a second apart here are never closer there, and only what
    a call took longer than the quickest is lost."""

    def __init__(self) -> None:
        self._left: dict[int, float] = {}  # on the way
        self._arrived: deque[float] = deque()  # at the latest, on the clock of the leaving ones
        self._took: deque[float] = deque(maxlen=QUICKEST_OF)

    def left(self, job: int, now: float) -> None:
        self._left[job] = now

    def answered(self, job: int, now: float) -> None:
        took = now - self._left.pop(job)
        self._took.append(took)
        self._arrived.append(now - min(self._took))

    def full_for(self, now: float) -> float:
        """Seconds until one more fits; 0 or less when it fits now."""
        while self._arrived and self._arrived[0] <= now - 1.0 - ON_THE_WAY:
            self._arrived.popleft()
        if len(self._arrived) + len(self._left) < IN_A_SECOND:
            return 0.0
        on_the_way = (left + ON_THE_WAY for left in self._left.values())
        return sorted([*self._arrived, *on_the_way])[-IN_A_SECOND] + 1.0 - now
