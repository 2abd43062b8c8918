"""A reported advert, as staff see it. Nothing in it tells who reported it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.offer import Verdict
from bot.domain.text import fold

LONGEST = 4096  # characters, as many as Telegram sends at once


class AdvertOutcome(StrEnum):
    """What staff did with it."""

    KP2MI = "kp2mi"
    POLICE = "police"
    CONTENT = "aduankonten"
    OTHER = "other"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Advert:
    """`day`: when it was reported, to the day; `signs`: indicator ids its text shows; `repeats`: how
    many other reported texts name the same number or account, the most frequent one in it;
    `contacts`: how many it names; `looked_by`: staff number."""

    code: str
    day: datetime
    verdict: Verdict
    signs: tuple[str, ...]
    repeats: int = 0
    contacts: int = 0
    outcome: AdvertOutcome | None = None
    looked_by: int | None = None


def to_the_day(at: datetime) -> datetime:
    """Midnight of its day: the hour would help to find out who wrote then."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def same_text(text: str) -> str:
    """What two copies of one advert have in common: its letters and digits."""
    return "".join(c for c in fold(text) if c.isalnum())


def in_order(adverts: list[Advert]) -> list[Advert]:
    """Those that wait before those that were looked at, repeated ones on top, then the newest."""
    newest = sorted(adverts, key=lambda a: (a.day, a.code), reverse=True)
    return sorted(
        newest, key=lambda a: (a.outcome is not None, a.outcome is None and not a.repeats)
    )
