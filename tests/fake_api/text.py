"""Lengths as Telegram counts them, and the entities that it finds in what people write."""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
LONGEST = 4096

_FOUND = (
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?!\w)")),
    ("mention", re.compile(r"(?<!\w)@\w{4,32}")),
    ("url", re.compile(r"https?://[^\s<>\"]+")),
    ("hashtag", re.compile(r"(?<!\w)#\w+")),
)


def utf16(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram measures."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def find_entities(text: str) -> list[Json]:
    """Commands, mentions, links and tags in `text`."""
    found = [
        {
            "type": kind,
            "offset": utf16(text[: match.start()]),
            "length": utf16(match.group()),
        }
        for kind, pattern in _FOUND
        for match in pattern.finditer(text)
    ]
    return sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


def split(text: str, longest: int = LONGEST) -> Iterator[str]:
    """`text` in the pieces in which Telegram's apps send a long message."""
    piece, size = "", 0
    for character in text:
        width = utf16(character)
        if size + width > longest:
            yield piece
            piece, size = "", 0
        piece += character
        size += width
    yield piece


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without the white space around it; the entities are moved along."""
    shift = utf16(text) - utf16(text.lstrip())
    short = text.strip()
    end = utf16(short)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - shift)
        stop = min(end, entity["offset"] + entity["length"] - shift)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return short, kept
