"""Hotline staff: who may do what. Everything that is not allowed is refused."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    COUNSELLOR = "counsellor"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True)
class Staff:
    """`number` names a member of staff to colleagues and in events ("counsellor 3"); the Telegram
    id is kept encrypted and never shown. `confirmed`: a supervisor let them in; `active`: False
    once they left; `reachable`: Telegram accepts messages to them (they pressed start)."""

    number: int
    role: Role
    on_duty: bool = False
    confirmed: bool = True
    active: bool = True
    reachable: bool = True
    language: str = "id"

    @property
    def may_work(self) -> bool:
        return self.active and self.confirmed

    @property
    def leads(self) -> bool:
        return self.may_work and self.role is Role.SUPERVISOR
