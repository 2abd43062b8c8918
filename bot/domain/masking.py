"""Hiding what names a person in words that more than one member of staff sees, and noticing what
a counsellor must not send."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.text import strip_invisible

_LINK = re.compile(
    r"(?:https?://|www\.|t\.me/|wa\.me/|bit\.ly/)\S+"
    r"|(?<![\w@.])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|id|net|org|me|io|co|xyz|link|app|ly|gl)\b(?:/\S*)?",
    re.I,
)
_MAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
_NAME = re.compile(r"(?<!\w)@\s?\w{3,}")
_NUMBER = re.compile(r"(?<!\w)\+?\(?\d(?:[\s().\-–/]{0,2}\d){6,}")
_DIGITS = {
    "nol": "0", "kosong": "0", "satu": "1", "dua": "2", "tiga": "3", "empat": "4", "lima": "5",
    "enam": "6", "tujuh": "7", "delapan": "8", "sembilan": "9", "zero": "0", "oh": "0", "one": "1",
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9",
}  # fmt: skip
_SPOKEN = re.compile(
    rf"(?<!\w)(?:(?:{'|'.join(_DIGITS)}|\d)[\s,.\-]+){{6,}}(?:{'|'.join(_DIGITS)}|\d)(?!\w)", re.I
)
_KINDS = (
    ("mail", _MAIL), ("link", _LINK), ("username", _NAME), ("number", _NUMBER),
    ("number", _SPOKEN),
)  # fmt: skip
HIDDEN = "▒▒▒"


@dataclass(frozen=True)
class HeldWords:
    """`kind` says why words wait for a supervisor (photo, meeting, money, ...); `pattern` is
    searched in the lower-case text."""

    kind: str
    pattern: re.Pattern[str]


def mask(text: str) -> str:
    """`text` with numbers, links, addresses and user names hidden."""
    text = strip_invisible(text)
    for _, pattern in _KINDS:
        text = pattern.sub(HIDDEN, text)
    return text


def reasons_to_hold(text: str, words: Iterable[HeldWords]) -> tuple[str, ...]:
    """Why a line to a person must be seen by a supervisor first; empty when it may go."""
    plain = strip_invisible(text)
    found = [kind for kind, pattern in _KINDS if pattern.search(plain)]
    low = plain.casefold()
    found += [w.kind for w in words if w.pattern.search(low)]
    return tuple(dict.fromkeys(found))
