"""Who works at the desk, and how they are reached."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.staff import Role, Staff


class StaffBook(Protocol):
    """Who works here."""

    async def by_user(self, user_id: int) -> Staff | None:
        """None for everybody who may not work, leavers included."""
        ...

    async def get(self, number: int) -> Staff | None: ...

    async def everyone(self) -> list[Staff]: ...

    async def on_duty(self) -> list[Staff]: ...

    async def pending(self) -> list[Staff]:
        """Joined, not yet confirmed."""
        ...

    async def chat_of(self, number: int) -> int: ...

    async def ensure_supervisors(self, user_ids: Sequence[int], at: datetime) -> None: ...

    async def invite(self, role: Role, by: int, expires_at: datetime) -> str: ...

    async def join(self, code: str, user_id: int, language: str, at: datetime) -> Staff | None:
        """An unconfirmed member; None for a wrong, used or expired code."""
        ...

    async def confirm(self, number: int, by: int, at: datetime) -> None: ...

    async def remove(self, number: int, by: int, at: datetime) -> list[str]:
        """Access ends at once; their cases go back to the queue (codes)."""
        ...

    async def set_duty(self, number: int, on_duty: bool, at: datetime) -> None: ...

    async def set_reachable(self, number: int, reachable: bool) -> None: ...

    async def set_language(self, number: int, language: str) -> None: ...


@dataclass(frozen=True)
class StaffMessage:
    """One message to a member of staff: `key` a staff text of the catalogue with `values` put in
    (escaped), `extra` words of a person that were asked for (shown below), `buttons` as rows of
    (string key, callback data); `case` ties it to a case so that it can be taken back."""

    key: str
    values: dict[str, str | int] = field(default_factory=dict)
    extra: str = ""
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()
    case: str | None = None
    urgent: bool = True


class StaffDesk(Protocol):
    """Reaches staff."""

    async def tell(self, number: int, message: StaffMessage) -> bool:
        """True once Telegram accepted it; False when it never will. Always `protect_content`."""
        ...

    async def take_back(self, code: str, number: int | None = None) -> None:
        """Delete or blank the copies of a case in one member's chat, or in all."""
        ...

    async def refresh_digest(self) -> None:
        """Bring the group's digest up to date, within its limits."""
        ...
