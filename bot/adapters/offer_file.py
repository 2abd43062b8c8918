"""Reads `content/offers/patterns.<language>.yml`: word sets and rules with their examples."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters.content.pages import load_yaml
from bot.adapters.content.problems import ContentError, Problem, line_of
from bot.domain.offer import INDICATORS, QUESTIONS

WITHIN = 40  # words that the cues of one rule may lie apart
ANSWERED = "answers."  # a rule that says a question is answered, without a warning sign
_KEYS = frozenset({"id", "patterns", "all", "within", "unless", "negation", "match", "no_match"})


@dataclass(frozen=True)
class OfferRule:
    """Shows the indicator `id` when one of `patterns` matches, or when every entry of `cues`
    (alternatives in a tuple) is found within `within` words. `unless`: patterns that take it back
    in the same sentence; `negation`: whether a "not" before the match does."""

    id: str
    patterns: tuple[str, ...]
    cues: tuple[tuple[str, ...], ...]
    within: int
    unless: tuple[str, ...]
    negation: bool
    match: tuple[str, ...]
    no_match: tuple[str, ...]


@dataclass(frozen=True)
class OfferFile:
    """One language's rules. Sets and cues are shared by all files: people mix languages."""

    path: Path
    source: str
    sets: dict[str, list[str]]
    cues: dict[str, tuple[str, ...]]
    rules: tuple[OfferRule, ...]

    def patterns(self) -> Iterable[str]:
        for group in self.cues.values():
            yield from group
        for rule in self.rules:
            yield from rule.patterns
            yield from rule.unless


def read_offer_file(path: Path) -> OfferFile:
    """One file; `ContentError` with the line of what is wrong."""
    source = path.read_text("utf-8")
    raw = load_yaml(source, path)
    if not isinstance(raw, dict) or not isinstance(raw.get("rules"), list):
        raise ContentError([Problem(str(path), 1, "needs a list called `rules`")])
    sets = _groups(raw.get("sets"), path, source)
    cues = _groups(raw.get("cues"), path, source)
    rules = tuple(_rule(entry, path, source) for entry in raw["rules"])
    return OfferFile(path, source, {k: list(v) for k, v in sets.items()}, cues, rules)


def _groups(raw: Any, path: Path, source: str) -> dict[str, tuple[str, ...]]:
    """`name: [..]` entries; a string stands for words divided by spaces."""
    found: dict[str, tuple[str, ...]] = {}
    for key, value in (raw or {}).items():
        entries = value.split() if isinstance(value, str) else value
        if not isinstance(entries, list) or any(isinstance(entry, bool) for entry in entries):
            what = f"{key}: needs words or a list; write no, yes, on and off in quotes"
            raise ContentError([Problem(str(path), line_of(source, f"{key}:"), what)])
        found[str(key)] = tuple(str(entry) for entry in entries)
    return found


def _rule(raw: Any, path: Path, source: str) -> OfferRule:
    name = raw.get("id", "?") if isinstance(raw, dict) else "?"
    try:
        return _checked(raw)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        what = f"missing {error}" if isinstance(error, KeyError) else str(error)
        line = line_of(source, f"id: {name}")
        raise ContentError([Problem(str(path), line, f"rule {name}: {what}")]) from error


def _checked(raw: dict[str, Any]) -> OfferRule:
    strange = set(raw) - _KEYS
    if strange:
        raise ValueError(f"unknown entry {', '.join(sorted(strange))}")
    name = str(raw["id"])
    if name not in INDICATORS and name.removeprefix(ANSWERED) not in QUESTIONS:
        raise ValueError("is neither an indicator nor `answers.` with a question")
    cues = tuple(tuple(str(entry).split("|")) for entry in raw.get("all", ()))
    if not cues and not raw.get("patterns"):
        raise ValueError("needs `patterns` or `all`")
    if not raw["match"]:
        raise ValueError("needs at least one example under `match`")

    def strings(key: str) -> tuple[str, ...]:
        return tuple(map(str, raw.get(key) or ()))

    return OfferRule(
        name, strings("patterns"), cues, int(raw.get("within", WITHIN)), strings("unless"),
        bool(raw.get("negation", True)), strings("match"), strings("no_match"),
    )  # fmt: skip


def merged_sets(files: Sequence[OfferFile]) -> dict[str, list[str]]:
    """The word sets of all files, by name."""
    sets: dict[str, list[str]] = {}
    for file in files:
        for name, words in file.sets.items():
            sets.setdefault(name, []).extend(words)
    return sets
