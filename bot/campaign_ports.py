"""What the campaign needs from the outside, each named for the need."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.broadcast import Broadcast, Progress, Recipient
from bot.domain.subscription import Subscription


class GroupSettings(Protocol):
    """What a group asked for; found by the hash of its id, and nothing more is known."""

    async def is_quiet(self, chat_id: int) -> bool: ...

    async def set_quiet(self, chat_id: int, quiet: bool) -> None: ...

    async def forget_group(self, chat_id: int) -> None: ...


class Subscribers(Protocol):
    """People who asked for campaign messages."""

    async def subscription(self, chat_id: int) -> Subscription | None: ...

    async def subscribe(self, chat_id: int, wanted: Subscription, at: datetime) -> None:
        """New or changed."""
        ...

    async def unsubscribe(self, chat_id: int) -> bool:
        """Whether there was a subscription. Nothing of it is left."""
        ...


class Links(Protocol):
    """Campaign codes of posters, schools and events."""

    async def has_link(self, code: str) -> bool:
        """Whether an organiser made a link with this code."""
        ...


class Broadcasts(Protocol):
    """Messages to subscribers and who of them has had one."""

    async def add(self, wanted: Broadcast, at: datetime) -> int:
        """Its number."""
        ...

    async def get(self, number: int) -> Broadcast | None: ...

    async def recent(self, limit: int = 10) -> list[Broadcast]:
        """Newest first."""
        ...

    async def change(self, number: int, wanted: str, at: datetime) -> bool:
        """False when the state may not follow the present one."""
        ...

    async def progress(self, number: int) -> Progress: ...

    async def open_audience(self, number: int, at: datetime) -> int:
        """Write down who gets it, once; how many they are."""
        ...

    async def settle_interrupted(self, number: int) -> int:
        """What a killed process was sending has perhaps arrived: it becomes unknown."""
        ...

    async def next_recipients(
        self, number: int, zones: Sequence[str], limit: int
    ) -> list[Recipient]:
        """Pending ones in these time zones; those who unsubscribed meanwhile are dropped."""
        ...

    async def pending_zones(self, number: int) -> set[str]: ...

    async def mark(self, number: int, states: dict[str, str], at: datetime) -> None:
        """New states by chat hash."""
        ...


class Counter(Protocol):
    """Counts what happens, by week, never by person."""

    async def count(
        self, update_id: int, what: Sequence[tuple[str, str, str]], at: datetime
    ) -> None:
        """Adds one to each (kind, name, language). Idempotent by `update_id`."""
        ...

    async def unanswered(
        self, update_id: int, chat_id: int, words: Sequence[str], language: str, at: datetime
    ) -> None:
        """One more question without an answer, as its known words. Idempotent by `update_id`."""
        ...
