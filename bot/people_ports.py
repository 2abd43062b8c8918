"""What is kept about a person, beside their cases."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Wishes:
    """Safe contact, as the person set it. Without `may_write_first` nothing unprompted is sent.
    `hours`: from and to in the person's local time; `opening`: which of the harmless opening
    words; `safe_word`: brings help up at any time."""

    may_write_first: bool = False
    hours: tuple[int, int] = (0, 24)
    opening: int = 0
    safe_word: str = ""


class People(Protocol):
    """What is kept about a person, under their own key."""

    async def wishes(self, chat_id: int) -> Wishes: ...

    async def set_wishes(self, chat_id: int, wishes: Wishes) -> None: ...

    async def quiet(self, chat_id: int) -> bool:
        """Whether nothing unprompted may be sent (quick exit), until they write."""
        ...

    async def set_quiet(self, chat_id: int, quiet: bool) -> None: ...

    async def block(self, chat_id: int, until: datetime | None) -> None: ...

    async def blocked_until(self, chat_id: int) -> datetime | None: ...

    async def forget(self, chat_id: int, at: datetime) -> list[str]:
        """Destroys the person's key and everything under it; codes of cases that survive without
        identity (critical and high, flagged). The same whether or not anything was there."""
        ...
