"""What reported adverts are kept in."""

from datetime import datetime
from typing import Protocol

from bot.domain.advert import Advert, AdvertOutcome
from bot.domain.offer import Verdict


class AdvertBook(Protocol):
    """Knows adverts and what they name, and nobody who reported one."""

    async def report(
        self, text: str, verdict: Verdict, signs: tuple[str, ...], at: datetime
    ) -> None:
        """Idempotent by the text: a second copy of it changes nothing."""
        ...

    async def known(self, text: str) -> bool:
        """Whether this text was reported before."""
        ...

    async def everything(self) -> list[Advert]:
        """In the order in which staff should look."""
        ...

    async def get(self, code: str) -> Advert | None: ...

    async def waiting(self) -> int:
        """How many nobody has looked at."""
        ...

    async def others(self, code: str) -> list[str]:
        """Codes of other adverts that name the same number or account."""
        ...

    async def text(self, code: str, reader: int, at: datetime) -> str | None:
        """With marks for numbers and accounts; reading is recorded as an event."""
        ...

    async def contacts(self, code: str, reader: int, at: datetime) -> list[tuple[int, str]] | None:
        """(mark, as written); reading is recorded as an event."""
        ...

    async def looked_at(self, code: str, outcome: AdvertOutcome, by: int, at: datetime) -> None:
        """Recorded as an event; the same outcome once more changes nothing."""
        ...
