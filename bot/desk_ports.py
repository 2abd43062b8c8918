"""What the desk of hotline staff needs from the outside, and what it does for the person's side."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.danger import Level

Buttons = tuple[tuple[tuple[str, str], ...], ...]  # rows of (label, callback data)


class Refused(Exception):
    """Telegram will never accept this. `blocked`: the other side blocked the bot, left, or never
    pressed start; `gone`: the message to change does not exist any more."""

    def __init__(self, reason: str, *, blocked: bool = False, gone: bool = False) -> None:
        super().__init__(reason)
        self.blocked = blocked
        self.gone = gone


class DeskQueue(Protocol):
    """Durable work of the desk. Every call is idempotent and may be made inside a worker's step."""

    async def escalate(self, code: str, level: Level) -> None:
        """Start the alarm ladder of a case, once for each level it reaches."""
        ...

    async def restart(self, code: str, level: Level, mark: str) -> None:
        """The ladder from its beginning, for a case that waits again; once for each `mark`."""
        ...

    async def person_line(self, code: str, line: int, edited: bool = False) -> None:
        """Pass a line of the person on to the counsellor who holds the case; nobody: nothing."""
        ...

    async def person_event(self, code: str, kind: str) -> None:
        """Tell the holder, else everybody on duty, what the person did: wants_talk, not_now,
        not_meant, left_quickly, erased, blocked_bot, came_back, read, other_hands, detail:<kind>,
        referral_yes:<number>, referral_no:<number> or share_<kind>:<number>."""
        ...

    async def forget_case(self, codes: Sequence[str]) -> None:
        """Take back every staff copy of these cases."""
        ...


class PersonSide(Protocol):
    """Tells the person what is true about their case, within the safe-contact rule. A call may be
    repeated after a crash; at most one message may then come twice."""

    async def sent(self, code: str) -> None:
        """Telegram accepted the first alert to somebody on duty."""
        ...

    async def reading(self, code: str) -> None:
        """A counsellor took the case."""
        ...

    async def nobody(self, code: str, again: bool) -> None:
        """Nobody on duty can be reached; `again`: after the whole ladder still nobody took it."""
        ...

    async def deliver(self, code: str, line: int) -> str:
        """Send a line of staff; sent, waiting (the content waits for a tap) or failed."""
        ...

    async def relayed(self, code: str, line: int, accepted: bool) -> None:
        """Telegram accepted a line of the person in the counsellor's chat, or never will."""
        ...

    async def given_back(self, code: str) -> None:
        """Another counsellor is looked for, or was found."""
        ...

    async def closed(self, code: str, return_code: str) -> None: ...

    async def referral(self, code: str, number: int) -> None:
        """A referral was offered or its state changed."""
        ...


class StaffSender(Protocol):
    """Telegram for staff: protected messages through the sending lanes. All raise `Refused`."""

    async def send(self, chat_id: int, text: str, buttons: Buttons, severity: int) -> int:
        """Message id. `severity`: 3 critical to 0; the most severe goes first."""
        ...

    async def edit(self, chat_id: int, message_id: int, text: str) -> None: ...

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Delete it or, where it is too old, make it blank."""
        ...

    async def notice(self, callback_id: str, text: str) -> None:
        """A short line on top of the chat, for a pressed button; never raises."""
        ...


class SecondChannel(Protocol):
    """A way to reach supervisors beside Telegram. Carries code and level only."""

    async def alert(self, code: str, level: str) -> bool:
        """Whether it was accepted; never raises."""
        ...


class DutyHours(Protocol):
    """When the desk is staffed."""

    def open_at(self, now: datetime) -> bool: ...

    def opens(self, now: datetime) -> datetime:
        """The next opening; `now` itself while open."""
        ...
