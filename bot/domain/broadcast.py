"""A message to everybody who subscribed, and what became of it for each of them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

QUIET_FROM, QUIET_TO = 20, 8  # hours of the night, in each person's own time


class BroadcastState(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


_NEXT = {
    BroadcastState.DRAFT: {BroadcastState.SCHEDULED, BroadcastState.CANCELLED},
    BroadcastState.SCHEDULED: {
        BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.CANCELLED,
    },
    BroadcastState.RUNNING: {
        BroadcastState.PAUSED, BroadcastState.DONE, BroadcastState.CANCELLED,
    },
    BroadcastState.PAUSED: {BroadcastState.SCHEDULED, BroadcastState.CANCELLED},
    BroadcastState.DONE: set(),
    BroadcastState.CANCELLED: set(),
}  # fmt: skip


def may_become(now: str, then: str) -> bool:
    """Whether a broadcast may go from one state to the other."""
    return BroadcastState(then) in _NEXT[BroadcastState(now)]


@dataclass(frozen=True)
class Broadcast:
    """`texts`: Telegram HTML by language; `languages` and `interests` choose the audience, empty
    for all; nobody is sent to between `quiet_from` and `quiet_to` o'clock of their own time (equal
    hours: no quiet time); `run`: how often the work on it was started."""

    texts: dict[str, str]
    starts_at: datetime
    languages: frozenset[str] = frozenset()
    interests: frozenset[str] = frozenset()
    quiet_from: int = QUIET_FROM
    quiet_to: int = QUIET_TO
    state: BroadcastState = BroadcastState.DRAFT
    number: int = 0
    run: int = 0

    def text_for(self, language: str) -> str:
        """In this language, else in the first there is."""
        return self.texts.get(language) or next(iter(self.texts.values()))

    def awake(self, zone: str, now: datetime) -> bool:
        """Whether people in `zone` may be written to at `now` (aware)."""
        hour = now.astimezone(ZoneInfo(zone)).hour
        begin, end = self.quiet_from, self.quiet_to
        if begin == end:
            return True
        return not (begin <= hour < end if begin < end else hour >= begin or hour < end)


@dataclass(frozen=True)
class Recipient:
    """Somebody to send to. `chat_id` is needed to send and is only ever kept encrypted."""

    chat_hash: str
    chat_id: int
    language: str


@dataclass(frozen=True)
class Progress:
    """How many people are in which state (pending, sending, sent, unknown, blocked, ...)."""

    states: dict[str, int] = field(default_factory=dict)

    @property
    def audience(self) -> int:
        return sum(self.states.values())

    @property
    def over(self) -> bool:
        return not any(self.states.get(state) for state in ("pending", "sending"))


def utc(moment: datetime) -> datetime:
    """Aware, also where a database gave the moment back without its zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
