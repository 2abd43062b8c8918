"""When a person may be written to, and with which words. The phone may be in other hands."""

from datetime import datetime, timedelta, timezone
from enum import StrEnum

LATE = timedelta(minutes=10)
WIB = timezone(timedelta(hours=7))


class Way(StrEnum):
    """`OPEN`: they wrote just now, say it; `OPENING`: only the agreed harmless words; `NOTHING`:
    wait until they write."""

    OPEN = "open"
    OPENING = "opening"
    NOTHING = "nothing"


class Delivery(StrEnum):
    """`SENT`: Telegram accepted it; `WAITS`: kept until the person writes or taps; `FAILED`: it
    will never arrive (they blocked the bot or deleted their data)."""

    SENT = "sent"
    WAITS = "waits"
    FAILED = "failed"


def way(
    *, agreed: bool, hours: tuple[int, int], quiet: bool, wrote_at: datetime, now: datetime
) -> Way:
    """How something may be said to a person who last wrote at `wrote_at`. `agreed`: they allowed
    us to write first; `hours`: from and to, in WIB; `quiet`: they left quickly. Times are aware."""
    if quiet:
        return Way.NOTHING
    if now - wrote_at <= LATE:
        return Way.OPEN
    return Way.OPENING if agreed and within(hours, now) else Way.NOTHING


def within(hours: tuple[int, int], now: datetime) -> bool:
    """Whether `now` lies in `hours` (WIB); from 20 to 6 goes over midnight, equal ones are all
    day."""
    begin, end = (hour % 24 for hour in hours)
    hour = now.astimezone(WIB).hour
    if begin == end:
        return True
    return begin <= hour < end if begin < end else hour >= begin or hour < end


def late(at: float, now: datetime) -> bool:
    """Whether an answer to something written at `at` (Unix seconds) comes more than 10 minutes
    late."""
    return at > 0 and now.timestamp() - at > LATE.total_seconds()
