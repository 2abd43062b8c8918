"""The queue of updates: until the bot confirms one, it stays."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from .limits import Clock
from .text import Json
from .waiting import Signal

KEPT = 24 * 3600.0  # seconds that Telegram keeps what the bot does not fetch
_ONLY_IF_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass
class Waiting:
    """An update in the queue. `repeat`: delivered once more although it was confirmed."""

    update: Json
    at: float
    repeat: bool = False


class Updates:
    """In the order of delivery; numbers rise by one."""

    def __init__(self, clock: Clock, changed: Signal, first: int = 700_000_001) -> None:
        self.queue: list[Waiting] = []
        self.past: dict[int, Json] = {}  # everything that ever happened, by update_id
        self.allowed: list[str] = []
        self.duplicate_next = 0
        self._clock = clock
        self._changed = changed
        self._next = first
        self._held: list[Waiting] | None = None

    def put(self, kind: str, body: Json) -> Json | None:
        """The new update; None when the bot did not ask for this kind."""
        if kind not in self.allowed if self.allowed else kind in _ONLY_IF_ASKED:
            return None
        update: Json = {"update_id": self._next, kind: body}
        self._next += 1
        self.past[update["update_id"]] = update
        self._add(Waiting(update, self._clock()))
        if self.duplicate_next > 0:
            self.duplicate_next -= 1
            self._add(Waiting(update, self._clock(), repeat=True))
        return update

    def redeliver(self, update_id: int) -> None:
        """Deliver an update again, confirmed or not."""
        self._add(Waiting(self.past[update_id], self._clock(), repeat=True))

    def _add(self, waiting: Waiting) -> None:
        if self._held is not None:
            self._held.append(waiting)
            return
        self.queue.append(waiting)
        self._changed.notify()

    @contextlib.contextmanager
    def held(self, reverse: bool) -> Iterator[None]:
        """Keep back what happens inside; deliver it at the end, in one go."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            for waiting in reversed(held) if reverse else held:
                self._add(waiting)

    def waiting(self) -> list[Waiting]:
        """What can be delivered now; what is too old is forgotten."""
        oldest = self._clock() - KEPT
        self.queue = [w for w in self.queue if w.at > oldest]
        return self.queue

    def confirm(self, offset: int) -> None:
        """Forget everything before `offset`; a negative one keeps the last updates only."""
        if offset < 0:
            self.queue = self.waiting()[offset:]
        else:
            self.queue = [w for w in self.queue if w.repeat or w.update["update_id"] >= offset]

    def fetch(self, limit: int) -> list[Json]:
        """Up to `limit` updates, which stay in the queue until they are confirmed."""
        found = self.waiting()[:limit]
        self.queue = [w for w in self.queue if not (w.repeat and w in found)]
        return [w.update for w in found]

    def delivered(self, waiting: Waiting) -> None:
        """A webhook took it."""
        self.queue = [w for w in self.queue if w is not waiting]
        self._changed.notify()
