"""What is counted, and what of it may be shown: weeks, never days; nothing below ten."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

FEWEST = 10
LINK, TALK, HELP = "link", "talk", "help"  # the funnel: came by a link, wrote, saw help


@dataclass(frozen=True)
class Count:
    """`number` is None where it was too small to be shown."""

    week: date
    kind: str
    name: str
    language: str
    number: int | None


def week_of(moment: datetime) -> date:
    """The Monday of its week."""
    day = moment.date()
    return day - timedelta(days=day.weekday())


def suppressed(counts: Iterable[Count]) -> list[Count]:
    """The same counts without those under ten, so that nobody can be made out in them."""
    return [
        Count(c.week, c.kind, c.name, c.language, c.number)
        if c.number is not None and c.number >= FEWEST
        else Count(c.week, c.kind, c.name, c.language, None)
        for c in counts
    ]
