"""What the desk reads from content: words that are held, ready replies, services to refer to."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.adapters.content.pages import load_yaml
from bot.adapters.content.problems import ContentError, Problem
from bot.domain.masking import HeldWords


def held_words(root: Path) -> tuple[HeldWords, ...]:
    """The patterns of `desk/held.yml`; `ContentError` for a broken one."""
    path = root / "desk" / "held.yml"
    found = []
    for entry in _entries(path, "held"):
        for pattern in entry["patterns"]:
            try:
                found.append(HeldWords(str(entry["kind"]), re.compile(str(pattern))))
            except re.error as error:
                raise ContentError([Problem(str(path), 1, f"{pattern!r}: {error}")]) from error
    return tuple(found)


def ready_replies(root: Path, language: str) -> dict[str, str]:
    """Name -> words in `language`."""
    return {name: texts["text"] for name, texts in _replies(root, language).items()}


def ready_titles(root: Path, language: str) -> dict[str, str]:
    """Name -> what the button says."""
    return {name: texts["title"] for name, texts in _replies(root, language).items()}


def _replies(root: Path, language: str) -> dict[str, dict[str, str]]:
    path = root / "desk" / "replies.yml"
    return _cached_replies(path, path.stat().st_mtime_ns, language)


@lru_cache(maxsize=8)
def _cached_replies(path: Path, _changed: int, language: str) -> dict[str, dict[str, str]]:
    found = {}
    for entry in _entries(path, "replies"):
        other = next(iter(entry["text"]))
        pick = language if language in entry["text"] else other
        found[str(entry["id"])] = {
            "title": str(entry["title"][pick]), "text": str(entry["text"][pick]),
        }  # fmt: skip
    return found


def _entries(path: Path, name: str) -> list[dict[str, Any]]:
    try:
        raw = load_yaml(path.read_text("utf-8"), path)
    except OSError as error:
        raise ContentError([Problem(str(path), 1, f"cannot be read: {error.strerror}")]) from error
    entries = raw.get(name) if isinstance(raw, dict) else None
    if not isinstance(entries, list):
        raise ContentError([Problem(str(path), 1, f"needs a list called `{name}`")])
    return entries
