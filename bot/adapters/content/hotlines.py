"""Numbers people act on: who answers, how, when, and how fresh the listing is."""

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.adapters.content.pages import load_yaml
from bot.adapters.content.problems import ContentError, Problem, line_of
from bot.domain.danger import Category

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Channel:
    """One way to reach a service; `kind` is `text` or `voice`, `link` an https address."""

    kind: str
    label: str
    link: str | None
    from_abroad: bool


@dataclass(frozen=True)
class Hours:
    """Opening hours in the service's own time zone; `days` empty means always open."""

    days: tuple[int, ...] = ()
    begin: time = time(0)
    end: time = time(0)
    zone: str = "Asia/Jakarta"

    def open_at(self, now: datetime) -> bool:
        """Whether somebody answers at `now` (aware)."""
        if not self.days:
            return True
        local = now.astimezone(ZoneInfo(self.zone))
        return local.weekday() in self.days and self.begin <= local.time() < self.end


@dataclass(frozen=True)
class Hotline:
    """`name` and `who` by language; `serves`: categories, empty for all; `confirmed`: by
    phone."""

    id: str
    name: dict[str, str]
    who: dict[str, str]
    serves: frozenset[str]
    channels: tuple[Channel, ...]
    hours: Hours
    publish: bool
    verified_on: date
    valid_days: int
    confirmed: bool = False

    def expired(self, today: date) -> bool:
        return (today - self.verified_on).days > self.valid_days


def read_hotlines(path: Path, languages: tuple[str, ...]) -> tuple[Hotline, ...]:
    """All entries of `path`; `ContentError` names every broken one with its line."""
    text = path.read_text("utf-8")
    raw = load_yaml(text, path)
    entries = raw.get("hotlines") if isinstance(raw, dict) else None
    if not isinstance(entries, list) or not entries:
        raise ContentError([Problem(str(path), 1, "needs a list called `hotlines`")])
    found: list[Hotline] = []
    problems: list[Problem] = []
    for entry in entries:
        name = entry.get("id", "?") if isinstance(entry, dict) else "?"
        try:
            found.append(_hotline(entry, languages))
        except (KeyError, TypeError, ValueError, AttributeError, ZoneInfoNotFoundError) as error:
            line = line_of(text, f"id: {name}")
            problems.append(Problem(str(path), line, f"hotline {name}: {_reason(error)}"))
    if problems:
        raise ContentError(problems)
    return tuple(found)


def stale(hotlines: tuple[Hotline, ...], path: Path, today: date) -> list[Problem]:
    """A problem for each published number that nobody has confirmed in time."""
    text = path.read_text("utf-8")
    return [
        Problem(
            str(path),
            line_of(text, f"id: {h.id}"),
            f"hotline {h.id} was last verified on {h.verified_on} and is past its "
            f"{h.valid_days} days; confirm it and set verified_on",
        )
        for h in hotlines
        if h.publish and h.expired(today)
    ]


def _reason(error: Exception) -> str:
    return f"missing {error}" if isinstance(error, KeyError) else str(error)


def _hotline(raw: dict[str, Any], languages: tuple[str, ...]) -> Hotline:
    for key in ("name", "who"):
        missing = [code for code in languages if not raw[key].get(code)]
        if missing:
            raise ValueError(f"{key} lacks {', '.join(missing)}")
    serves = frozenset(str(c) for c in raw["for"]) - {"all"}
    unknown = serves - set(Category)
    if unknown:
        raise ValueError(f"unknown category {', '.join(sorted(unknown))} in `for`")
    verified = raw["verified_on"]
    if not isinstance(verified, date):
        raise ValueError("verified_on must be a date like 2026-11-24")
    if not str(raw["source"]).strip():
        raise ValueError("source must say where the number was read")
    channels = tuple(_channel(c) for c in raw["channels"])
    if raw["publish"] and not channels:
        raise ValueError("publish is true but there is no channel")
    return Hotline(
        str(raw["id"]), dict(raw["name"]), dict(raw["who"]), serves, channels,
        _hours(raw["hours"]), bool(raw["publish"]), verified, int(raw["valid_days"]),
        bool(raw.get("confirmed")),
    )  # fmt: skip


def _channel(raw: dict[str, Any]) -> Channel:
    if raw["type"] not in ("text", "voice"):
        raise ValueError(f"channel type {raw['type']!r} must be text or voice")
    link = raw.get("link")
    if link and not str(link).startswith("https://"):
        raise ValueError(f"link {link!r} must begin with https://")
    return Channel(raw["type"], str(raw["label"]), link, bool(raw["from_abroad"]))


def _hours(raw: dict[str, Any]) -> Hours:
    if raw.get("always"):
        return Hours()
    days = tuple(_DAYS.index(str(day)) for day in raw["days"])
    begin, end = time.fromisoformat(str(raw["from"])), time.fromisoformat(str(raw["to"]))
    ZoneInfo(raw["zone"])
    return Hours(days, begin, end, raw["zone"])
