"""What the use cases need from the outside, each named for the need."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.conversation import Conversation
from bot.domain.danger import Alarm, Evidence
from bot.domain.language import Detection
from bot.domain.offer import OfferReading
from bot.domain.understanding import Parsed


class Unavailable(Exception):
    """A helper service cannot answer now; the caller goes on without it."""


class Understander(Protocol):
    """Reads texts with the trained model."""

    async def parse(self, texts: Sequence[str], *, explain: bool = False) -> list[Parsed]:
        """One `Parsed` a text, in order; `Unavailable` when it is down or slow."""
        ...


class DangerRules(Protocol):
    """Notices danger words without a model."""

    def weigh(self, text: str) -> Evidence:
        """What the rules of every language see in `text`."""
        ...


class LanguageGuesser(Protocol):
    def detect(self, text: str) -> Detection: ...


class Conversations(Protocol):
    """Keeps the state of each conversation, encrypted."""

    async def load(self, chat_id: int) -> Conversation:
        """The stored state, or a new one."""
        ...

    async def save(self, chat_id: int, conversation: Conversation) -> None: ...

    async def set_blocked(self, chat_id: int, blocked: bool) -> None: ...


class AlarmLog(Protocol):
    """Records that danger was noticed: level, category and time, never words."""

    async def record(self, update_id: int, chat_id: int, alarm: Alarm, at: datetime) -> None:
        """Idempotent by `update_id`."""
        ...


class OfferReader(Protocol):
    """Finds warning signs in a job offer without a model."""

    def find(self, text: str) -> OfferReading:
        """The indicators that `text` shows, of any language."""
        ...

    def understand(self, question: str, text: str) -> str | None:
        """What `text` answers to a question of the check: `unknown`, `skip`, `back`, `stop`, an
        answer's id, or None when it is no answer."""
        ...
