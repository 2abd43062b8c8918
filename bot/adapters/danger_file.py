"""Reads `content/danger/<language>.yml`: word sets, guards, cues and rules with their examples."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters.content.pages import load_yaml
from bot.adapters.content.problems import ContentError, Problem, line_of
from bot.adapters.danger_patterns import PatternError, words_of
from bot.domain.danger import Category, Level

GUARDS = frozenset({"story", "general", "negation"})
WITHIN = 30  # words that the cues of one rule may lie apart
NO_SUM = -(10**6)  # `at_least` of a rule that does not add up points


@dataclass(frozen=True)
class Rule:
    """Holds when one of `patterns` matches, or when every entry of `cues` (alternatives in a
    tuple) is found within `within` words; in both cases only where the points of a text come to
    `at_least`. `guards`: what takes the rule back."""

    id: str
    level: Level
    category: Category
    patterns: tuple[str, ...]
    cues: tuple[tuple[str, ...], ...]
    within: int
    at_least: int
    guards: frozenset[str]
    match: tuple[str, ...]
    no_match: tuple[str, ...]


@dataclass(frozen=True)
class Length:
    """A text loses a point for every `words` words, up to `most`: a long one holds more cues by
    chance. Zero words: it loses nothing."""

    words: int = 0
    most: int = 0

    def lost(self, words: int) -> int:
        return min(words // self.words, self.most) if self.words else 0


@dataclass(frozen=True)
class RuleFile:
    """One file's rules. `sets`: name -> words; `guards` and `cues`: name -> patterns; `points`:
    what finding a cue counts, once in a text; `length`: what a long text loses."""

    path: Path
    source: str
    sets: dict[str, list[str]]
    guards: dict[str, tuple[str, ...]]
    cues: dict[str, tuple[str, ...]]
    points: dict[str, int]
    length: "Length"
    rules: tuple[Rule, ...]

    def vocabulary(self) -> set[str]:
        """All words of all patterns. Patterns that cannot be read are reported elsewhere."""
        found: set[str] = set()
        groups = [*self.guards.values(), *self.cues.values(), *(r.patterns for r in self.rules)]
        for pattern in (p for group in groups for p in group):
            try:
                found |= words_of(pattern, self.sets)
            except PatternError:
                continue
        return found


def read_rules(path: Path) -> RuleFile:
    """One rule file; `ContentError` with the line of what is wrong."""
    source = path.read_text("utf-8")
    raw = load_yaml(source, path)
    if not isinstance(raw, dict) or not isinstance(raw.get("rules"), list):
        raise ContentError([Problem(str(path), 1, "needs a list called `rules`")])
    groups = {
        name: _groups(raw.get(name), name, path, source) for name in ("sets", "guards", "cues")
    }
    unknown = set(groups["guards"]) - GUARDS
    if unknown:
        raise ContentError(
            [Problem(str(path), line_of(source, "guards"), f"unknown guard {unknown}")]
        )
    rules = tuple(_rule(entry, set(groups["cues"]), path, source) for entry in raw["rules"])
    return RuleFile(
        path, source, {k: list(v) for k, v in groups["sets"].items()}, groups["guards"],
        groups["cues"], _points(raw.get("points"), set(groups["cues"]), path, source),
        _length(raw.get("length"), path, source), rules,
    )  # fmt: skip


def _groups(raw: Any, name: str, path: Path, source: str) -> dict[str, tuple[str, ...]]:
    """`name: [..]` entries; a string stands for words divided by spaces."""
    found: dict[str, tuple[str, ...]] = {}
    for key, value in (raw or {}).items():
        entries = value.split() if isinstance(value, str) else value
        if any(isinstance(entry, bool) for entry in entries):
            what = f"{key}: YAML takes no, yes, on and off for true or false: write them in quotes"
            raise ContentError([Problem(str(path), line_of(source, f"{key}:"), what)])
        found[str(key)] = tuple(str(entry) for entry in entries)
    return found


def _points(raw: Any, known_cues: set[str], path: Path, source: str) -> dict[str, int]:
    """`cue: whole number` entries, also below zero."""
    for cue, value in (raw or {}).items():
        if cue not in known_cues or type(value) is not int:
            what = f"points: {cue}: {value} is not a cue of this file with a whole number"
            raise ContentError([Problem(str(path), line_of(source, "points:"), what)])
    return dict(raw or {})


def _length(raw: Any, path: Path, source: str) -> Length:
    try:
        return Length(**{name: int(value) for name, value in (raw or {}).items()})
    except (AttributeError, TypeError, ValueError) as error:
        what = "length: needs `words` and `most`, whole numbers"
        raise ContentError([Problem(str(path), line_of(source, "length:"), what)]) from error


def _rule(raw: Any, known_cues: set[str], path: Path, source: str) -> Rule:
    name = raw.get("id", "?") if isinstance(raw, dict) else "?"
    try:
        guards = frozenset(raw.get("guards", GUARDS))
        cues = tuple(tuple(str(entry).split("|")) for entry in raw.get("all", ()))
        strange = (guards - GUARDS) | ({c for group in cues for c in group} - known_cues)
        if strange:
            raise ValueError(f"unknown guard or cue {', '.join(sorted(strange))}")
        if not raw["match"]:
            raise ValueError("needs at least one example under `match`")
        if not cues and not raw.get("patterns"):
            raise ValueError("needs `patterns` or `all`")
        return Rule(
            f"{path.stem}.{raw['id']}", Level.named(raw["level"]), Category(raw["category"]),
            tuple(map(str, raw.get("patterns", ()))), cues,
            int(raw.get("within", WITHIN)), int(raw.get("at_least", NO_SUM)), guards,
            tuple(map(str, raw["match"])), tuple(map(str, raw.get("no_match", ()))),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError) as error:
        what = f"missing {error}" if isinstance(error, KeyError) else str(error)
        line = line_of(source, f"id: {name}")
        raise ContentError([Problem(str(path), line, f"rule {name}: {what}")]) from error
