"""Faults that a test switches on: what the network and Telegram's servers do on a bad day."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["status", "hang", "drop", "garbage", "slow"]


@dataclass
class Fault:
    """What happens to the next `times` calls of `method` (None: any) to `chat` (None: any).
    `accepted`: Telegram does what was asked, only the answer suffers."""

    kind: Kind
    method: str | None
    chat: int | None
    times: int
    accepted: bool = False
    status: int = 500
    retry_after: int | None = None
    seconds: float = 0.0

    def fits(self, method: str, chat: object) -> bool:
        named = self.method is None or self.method.lower() == method.lower()
        return self.times > 0 and named and self.chat in (None, chat)


@dataclass
class Faults:
    """`down`: None, "drop" (nobody answers) or an HTTP status for every call."""

    pending: list[Fault] = field(default_factory=list)
    down: int | Literal["drop"] | None = None
    latency: float = 0.0  # seconds before every call but getUpdates

    def add(self, fault: Fault) -> Fault:
        self.pending.append(fault)
        return fault

    def take(self, method: str, chat: object) -> Fault | None:
        """The fault that hits this call, counted."""
        for fault in self.pending:
            if fault.fits(method, chat):
                fault.times -= 1
                return fault
        return None
