"""Duty hours and public holidays in one of Indonesia's time zones."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (\d\d?:\d\d)-(\d\d?:\d\d)")


class HoursProblem(Exception):
    """Duty hours that cannot be read; one line with an example."""


class Duty:
    """Implements `DutyHours`. Without hours the desk is always open."""

    def __init__(self, text: str, zone: str, closed: Callable[[date], bool] | None = None) -> None:
        """`text`: "mon-fri 08:00-17:00, sat 09:00-12:00"; empty for always. `closed`: whether a
        day is a holiday. A span to 24:00 or over midnight ends with its day."""
        self._zone = ZoneInfo(ZONES.get(zone, zone))
        self._closed = closed or (lambda day: False)
        self._spans: dict[int, list[tuple[time, time]]] = {}
        for part in filter(None, (p.strip().lower() for p in text.split(","))):
            self._read(part)

    def _read(self, part: str) -> None:
        match = _SPAN.fullmatch(part)
        if not match or match[1] not in _DAYS or (match[2] or match[1]) not in _DAYS:
            raise HoursProblem(f"cannot read {part!r}; write it as mon-fri 08:00-17:00")
        first, last = _DAYS.index(match[1]), _DAYS.index(match[2] or match[1])
        days = range(first, last + 1) if first <= last else [*range(first, 7), *range(last + 1)]
        begin, end = _time(match[3]), _time(match[4])
        if begin >= end:
            raise HoursProblem(f"{part!r} ends before it begins; a night is two spans")
        for day in days:
            self._spans.setdefault(day, []).append((begin, end))

    def open_at(self, now: datetime) -> bool:
        """Whether the desk is staffed at `now` (aware)."""
        if not self._spans:
            return True
        local = now.astimezone(self._zone)
        if self._closed(local.date()):
            return False
        return any(b <= local.time() < e for b, e in self._spans.get(local.weekday(), ()))

    def opens(self, now: datetime) -> datetime:
        """The next opening; `now` while open. Holidays are passed over; after three weeks without
        any opening (a broken calendar) the desk counts as open in a day."""
        if self.open_at(now):
            return now
        local = now.astimezone(self._zone)
        for ahead in range(22):
            day = local.date() + timedelta(days=ahead)
            if self._closed(day):
                continue
            for begin, _ in sorted(self._spans.get(day.weekday(), ())):
                moment = datetime.combine(day, begin, self._zone)
                if moment > local:
                    return moment
        return now + timedelta(days=1)


def _time(text: str) -> time:
    hour, minute = (int(part) for part in text.split(":"))
    if (hour, minute) == (24, 0):
        return time.max
    if hour > 23 or minute > 59:
        raise HoursProblem(f"{text} is not a time of day")
    return time(hour, minute)


def indonesian_holidays() -> Callable[[date], bool]:
    """Whether a day is a public holiday in Indonesia (joint leave days are not counted)."""
    import holidays  # takes a third of a second, so only where hours are set

    calendar = holidays.country_holidays("ID")
    return lambda day: day in calendar
