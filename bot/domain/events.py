"""The record of who did what. Each entry is bound to the one before it by a keyed hash, so that
nobody without the key can change, insert or drop one unnoticed. It never holds anybody's words."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

START = "0" * 64  # what the first entry follows
PERSON, SYSTEM = "person", "system"  # actors besides staff numbers

Detail = Mapping[str, str | int | bool]


@dataclass(frozen=True)
class Entry:
    """`detail`: JSON; `at`: ISO 8601 in UTC; `previous` and `hash`: 64 hexadecimal characters."""

    number: int
    case: str | None
    kind: str
    actor: str
    detail: str
    at: str
    previous: str
    hash: str


def next_entry(
    key: bytes,
    last: tuple[int, str],
    kind: str,
    actor: str,
    at: datetime,
    case: str | None,
    detail: Detail | None,
) -> Entry:
    """The entry after `last`, a (number, hash) pair; (0, `START`) for the first."""
    number, previous = last[0] + 1, last[1]
    text = json.dumps(dict(detail or {}), sort_keys=True, separators=(",", ":"))
    moment = at.astimezone(UTC).isoformat()
    mark = _hash(key, number, case, kind, actor, text, moment, previous)
    return Entry(number, case, kind, actor, text, moment, previous, mark)


def fault(key: bytes, last: tuple[int, str], entry: Entry) -> str | None:
    """What is wrong with an entry that should follow `last`, in one line; None when it is sound."""
    if entry.number != last[0] + 1:
        return f"entry {last[0] + 1} is missing"
    if entry.previous != last[1]:
        return f"entry {entry.number} does not follow the one before it"
    expected = _hash(
        key, entry.number, entry.case, entry.kind, entry.actor, entry.detail, entry.at,
        entry.previous,
    )  # fmt: skip
    if not hmac.compare_digest(expected, entry.hash):
        return f"entry {entry.number} was changed"
    return None


def _hash(key: bytes, *parts: str | int | None) -> str:
    return hmac.new(key, json.dumps(parts).encode(), hashlib.sha256).hexdigest()
