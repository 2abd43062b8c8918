"""A case passed on to another service. It is not over until what became of it is recorded."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReferralState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DONE = "done"


_NEXT = {
    ReferralState.OFFERED: {ReferralState.ACCEPTED, ReferralState.REFUSED},
    ReferralState.ACCEPTED: {ReferralState.DONE, ReferralState.REFUSED},
    ReferralState.REFUSED: set(),
    ReferralState.DONE: set(),
}


@dataclass(frozen=True)
class Referral:
    """`service`: id of an entry in `content/hotlines.yml`; `consent`: the person agreed, else
    `reason` names the duty of care; `remind_at`: when staff are asked for feedback again."""

    number: int
    case: str
    service: str
    state: ReferralState
    consent: bool
    offered_at: datetime
    remind_at: datetime | None
    reason: str = ""

    @property
    def open(self) -> bool:
        return bool(_NEXT[self.state])


def may_become(now: ReferralState, then: ReferralState) -> bool:
    """Whether a referral may go from one state to the other."""
    return then in _NEXT[now]
