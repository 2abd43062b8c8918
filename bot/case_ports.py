"""What cases need from the outside, each named for the need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.case import Case, Outcome, Talk, Wish
from bot.domain.danger import Alarm, Level
from bot.domain.referral import Referral, ReferralState


@dataclass(frozen=True)
class Line:
    """One line of a case's talk. `side`: person, staff, note, or level and closing (why staff
    changed or closed it); `delivery`: kept, sent, failed or held (waits for a supervisor)."""

    number: int
    side: str
    words: str
    at: datetime
    staff: int | None = None
    delivery: str = "kept"


@dataclass(frozen=True)
class Opened:
    """`new`: the case was opened just now; `raised`: its level went up just now."""

    case: Case
    new: bool
    raised: bool


class CaseBook(Protocol):
    """Cases and what was said in them. Every change also records an event with `actor`."""

    async def open_or_raise(
        self,
        chat_id: int,
        alarm: Alarm | Wish,
        language: str,
        words: str,
        source: int,
        at: datetime,
        *,
        mock: bool = False,
    ) -> Opened:
        """The person's open case, opened or raised; never lowered. Idempotent by `source`."""
        ...  # fmt: skip

    async def of_chat(self, chat_id: int) -> Case | None:
        """The person's waiting or taken case."""
        ...

    async def codes_of_chat(self, chat_id: int) -> list[str]:
        """Codes of all cases of a person, closed ones too. Ask before they are forgotten, to take
        back what staff were sent."""
        ...

    async def get(self, code: str) -> Case | None: ...

    async def waiting(self) -> list[Case]:
        """In queue order."""
        ...

    async def of_staff(self, number: int) -> list[Case]: ...

    async def open_cases(self) -> list[Case]: ...

    async def chat_of(self, code: str) -> int | None:
        """Where to write to; None once the person deleted their data."""
        ...

    async def set_talk(self, code: str, talk: Talk, at: datetime) -> None: ...

    async def alerted(self, code: str, number: int, at: datetime) -> None:
        """Telegram accepted an alert to this member of staff."""
        ...

    async def was_alerted(self, code: str) -> bool: ...

    async def touch_staff(self, code: str, at: datetime) -> None:
        """The counsellor is at work on it: not silent. Lines and notes of staff do the same."""
        ...

    async def take(self, code: str, number: int, at: datetime) -> bool:
        """Atomic: False when it is not waiting any more."""
        ...

    async def give_back(self, code: str, actor: str, reason: str, at: datetime) -> bool: ...

    async def hand_over(self, code: str, number: int, to: int, at: datetime) -> bool:
        """False when `number` does not hold the case."""
        ...

    async def change_level(
        self, code: str, level: Level, actor: str, reason: str, at: datetime
    ) -> None: ...

    async def close(self, code: str, outcome: Outcome, actor: str, at: datetime) -> str:
        """Returns the return code, which is shown to the person once and kept as a hash; empty
        when it was closed before (except a repeat within ten minutes) or nobody is left."""
        ...

    async def come_back(self, return_code: str, chat_id: int, at: datetime) -> Case | None:
        """Opens contact again by return code, which works once (rate-limited by the caller, see
        `bot.domain.attempts`): a new case whose `earlier` names the closed one; no past text is
        moved."""
        ...

    async def left_quickly(self, chat_id: int, at: datetime) -> None: ...

    async def closed_since(self, moment: datetime) -> list[Case]:
        """For the statistics, oldest first."""
        ...

    async def silent_since(self, moment: datetime) -> list[Case]:
        """Taken cases in which the person wrote after staff last did, before `moment`."""
        ...

    async def add_line(
        self,
        code: str,
        side: str,
        words: str,
        source: int,
        at: datetime,
        *,
        staff: int | None = None,
        delivery: str = "kept",
    ) -> Line:
        """Idempotent by `source`."""
        ...  # fmt: skip

    async def set_delivery(self, line: int, delivery: str) -> None: ...

    async def line(self, number: int) -> tuple[str, Line] | None:
        """(case code, line)."""
        ...

    async def lines(self, code: str, reader: int, at: datetime) -> list[Line]:
        """All lines, oldest first; reading is recorded as an event."""
        ...

    async def of_sides(self, code: str, sides: Sequence[str]) -> list[Line]:
        """Lines of these sides, oldest first; for staff's own lines, so nothing is recorded."""
        ...

    async def give_detail(self, code: str, kind: str, value: str, at: datetime) -> None: ...

    async def details(self, code: str, reader: int, at: datetime) -> list[tuple[str, str]]:
        """What the person chose to give; only for the counsellor who took the case, else
        `PermissionError`. Recorded as an event."""
        ...


class Referrals(Protocol):
    async def offer(
        self, code: str, service: str, by: int, consent: bool, reason: str, at: datetime
    ) -> Referral: ...

    async def change(
        self, number: int, state: ReferralState, by: int, reason: str, at: datetime
    ) -> bool:
        """False when the state may not follow the present one."""
        ...

    async def of_case(self, code: str) -> list[Referral]: ...

    async def due(self, now: datetime) -> list[Referral]:
        """Open ones whose reminder is due; the next reminder is set."""
        ...


class Events(Protocol):
    """Append-only, hash-chained record of who did what, without anybody's words."""

    async def record(
        self,
        kind: str,
        actor: str,
        at: datetime,
        case: str | None = None,
        detail: dict[str, str | int | bool] | None = None,
    ) -> None: ...  # fmt: skip

    async def verify(self) -> str | None:
        """None when the chain is whole; else one line on the first broken entry."""
        ...


class SentMessages(Protocol):
    """Ids of messages of the last 48 hours, so that they can be deleted."""

    async def remember(
        self,
        chat_id: int,
        message_id: int,
        at: datetime,
        *,
        person: bool,
        by_bot: bool,
        case: str | None = None,
    ) -> None: ...  # fmt: skip

    async def in_chat(self, chat_id: int) -> list[tuple[int, bool, datetime]]:
        """(message id, by the bot, when) of a person's chat, newest first."""
        ...

    async def of_case(self, code: str, chat_id: int | None = None) -> list[tuple[int, int]]:
        """(chat id, message id) of staff copies of a case, in one staff chat or in all."""
        ...

    async def old_copies(self, before: datetime) -> list[tuple[int, int]]:
        """(chat id, message id) of staff copies older than `before`, which have to go now."""
        ...

    async def forget(self, chat_id: int, message_ids: Sequence[int]) -> None: ...
