"""What a person has not been shown yet, because nothing may be sent to them now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.contact import Delivery
from bot.domain.reply import Reply


@dataclass(frozen=True)
class Kept:
    """`content`: a `Reply` (`{"reply": ...}`), a line of staff (`{"line": number}`), or nothing
    but the fact that opening words were sent."""

    number: int
    case: str
    content: dict[str, Any]


class Outbox(Protocol):
    """Kept under the person's own key; gone with it."""

    async def put(
        self, chat_id: int, case: str, mark: str, content: dict[str, Any], at: datetime
    ) -> bool:
        """False when the person has something with this mark already; the newer content replaces
        it. Marks of a case hold its code."""
        ...

    async def waiting(self, chat_id: int) -> list[Kept]:
        """Oldest first; marks without content are not shown to anybody and are left out."""
        ...

    async def shown(self, number: int) -> None: ...

    async def drop(self, mark: str) -> None: ...

    async def has(self, mark: str) -> bool: ...

    async def given(self, code: str) -> list[str]:
        """Kinds of details that the person gave in a case."""
        ...


class PersonPost(Protocol):
    """Telegram for the person's chat."""

    async def send(self, chat_id: int, reply: Reply, until: datetime | None = None) -> Delivery:
        """`WAITS` when it could not leave before `until`."""
        ...

    async def delete(self, chat_id: int, message_ids: list[int]) -> None:
        """As far as Telegram allows, with the pins; never raises."""
        ...

    async def blank(self, chat_id: int, message_ids: list[int], reply: Reply) -> None:
        """Turn messages of the bot into `reply`; never raises."""
        ...
