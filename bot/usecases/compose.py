"""A broadcast as an organiser writes it: a topic of the content, or a text in every language."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.broadcast import Broadcast
from bot.domain.menu import TOPICS

LONGEST = 900
HOUR = 16  # o'clock in Jakarta, when school is over
_HEAD = re.compile(r"^\s*([A-Za-z]{2,3})\s*:\s*", re.MULTILINE)


class ComposeProblem(Exception):
    """`key`: the string that says what is wrong; `detail`: where."""

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(f"{key} {detail}".strip())
        self.key = key
        self.detail = detail


def split_texts(text: str, languages: Sequence[str]) -> dict[str, str]:
    """Language to text, of "ID: ... EN: ..." with each language at the start of a line. Every one
    of `languages` must be there; `ComposeProblem` when one is not."""
    pieces = _HEAD.split(text)
    found: dict[str, str] = {}
    for code, words in zip(pieces[1::2], pieces[2::2], strict=True):
        if code.lower() in languages:
            found[code.lower()] = words.strip()
    missing = [code.upper() for code in languages if not found.get(code)]
    if missing:
        raise ComposeProblem("bc_missing", ", ".join(missing))
    return found


def check_texts(
    texts: dict[str, str],
    faults: Callable[[str], list[tuple[int, str]]],
    visible: Callable[[str], str],
) -> None:
    """`ComposeProblem` for what Telegram would refuse, or is too long to be read."""
    for code, text in texts.items():
        if wrong := faults(text):
            raise ComposeProblem("bc_markup", f"{code.upper()}: {wrong[0][1]}")
        if len(visible(text)) > LONGEST:
            raise ComposeProblem("bc_too_long", f"{code.upper()}: {len(visible(text))}/{LONGEST}")


def topic_of(words: str) -> str | None:
    """`topik signs_fees` or `topic signs_fees`."""
    match = re.fullmatch(r"\s*topi[ck]\s+([a-z_]+)\s*", words.lower())
    return match[1] if match and match[1] in TOPICS else None


def moment(when: str, now: datetime) -> datetime:
    """`now`; `today` or `tomorrow` at the hour when school is over (the next one that comes)."""
    if when == "now":
        return now
    local = now.astimezone(ZoneInfo("Asia/Jakarta"))
    hour = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if when == "tomorrow":
        hour += timedelta(days=1)
    return hour if hour > local else hour + timedelta(days=1)


def may_be_sent(broadcast: Broadcast, now: datetime) -> bool:
    """Not when it was meant for a moment more than a day ago."""
    return broadcast.starts_at > now - timedelta(days=1)
