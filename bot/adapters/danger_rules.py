"""Danger rules on spaCy matchers: they need no model, no network and about a millisecond."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language as Pipeline
from spacy.matcher import Matcher
from spacy.tokens import Doc

from bot.adapters.content.pages import load_yaml
from bot.adapters.content.problems import ContentError, Problem, line_of
from bot.adapters.danger_patterns import PatternError, compile_pattern, words_of
from bot.adapters.lexicon import load_lexicon
from bot.domain.danger import Category, Finding, Level
from bot.domain.text import Lexicon, normalise

_REACH = 4  # words before a match in which a negation takes it back
_CLOSE = 1  # words between a negation inside a match and the match's last word
_CLAUSE_ENDS = frozenset({".", "?", "!", ",", "tapi", "but"})
_GUARDS = frozenset({"story", "general", "negation"})


@dataclass(frozen=True)
class Rule:
    """`guards`: which of story, general and negation take this rule back."""

    id: str
    level: Level
    category: Category
    patterns: tuple[str, ...]
    guards: frozenset[str]
    match: tuple[str, ...]
    no_match: tuple[str, ...]


@dataclass(frozen=True)
class RuleFile:
    """One language's rules; `guards`: name -> patterns; `sets`: name -> words."""

    path: Path
    source: str
    sets: dict[str, list[str]]
    guards: dict[str, tuple[str, ...]]
    rules: tuple[Rule, ...]


class SpacyDangerRules:
    """All languages' rules. Every rule reads every message: people mix languages."""

    def __init__(self, files: list[RuleFile], lexicon: Lexicon) -> None:
        """Raises `ContentError` for a pattern that cannot be compiled."""
        self._lexicon = lexicon
        self._nlp: Pipeline = spacy.blank("xx")
        self._rules: dict[str, Rule] = {}
        self._matcher = Matcher(self._nlp.vocab)
        self._guards = {name: Matcher(self._nlp.vocab) for name in _GUARDS}
        for file in files:
            self._add(file)

    def find(self, text: str) -> list[Finding]:
        """Every rule that holds for `text`, most serious first."""
        return self.find_in(normalise(text[:20_000], self._lexicon))

    def find_in(self, normal: str) -> list[Finding]:
        """The same for a text that is normalised already."""
        words = normal.split()
        if not words:
            return []
        doc = Doc(self._nlp.vocab, words=words)
        hits = self._matcher(doc)
        if not hits:
            return []
        lifted = {name for name in ("story", "general") if self._guards[name](doc)}
        negations = {end for _, _, end in self._guards["negation"](doc)}
        found: dict[str, Finding] = {}
        for key, start, end in hits:
            rule = self._rules[self._nlp.vocab.strings[key]]
            if rule.guards & lifted or (
                "negation" in rule.guards and _taken_back(doc, start, end, negations)
            ):
                continue
            found.setdefault(
                rule.id, Finding(rule.id, rule.level, rule.category, doc[start:end].text)
            )
        return sorted(found.values(), key=lambda f: -f.level)

    def _add(self, file: RuleFile) -> None:
        problems: list[Problem] = []
        for name, patterns in file.guards.items():
            for number, pattern in enumerate(patterns):
                self._try(file, pattern, problems, self._guards[name], f"{file.path.stem}.{number}")
        for rule in file.rules:
            self._rules[rule.id] = rule
            for pattern in rule.patterns:
                self._try(file, pattern, problems, self._matcher, rule.id)
        if problems:
            raise ContentError(problems)

    def _try(
        self, file: RuleFile, pattern: str, problems: list[Problem], matcher: Matcher, key: str
    ) -> None:
        try:
            matcher.add(key, [compile_pattern(pattern, file.sets)])
        except PatternError as error:
            problems.append(Problem(str(file.path), line_of(file.source, pattern), str(error)))


def _taken_back(doc: Doc, start: int, end: int, negations: set[int]) -> bool:
    """Whether a negation (given by its end) stands shortly before the match in the same clause,
    or right before its last word."""
    if any(end - 1 - _CLOSE <= n <= end - 1 for n in negations if n > start):
        return True
    for position in range(start, max(start - _REACH, 0), -1):
        if doc[position - 1].text in _CLAUSE_ENDS:
            return False
        if position in negations:
            return True
    return False


def load_rules(content: Path) -> SpacyDangerRules:
    """The rules of `content/danger` with the lexicon of `content/lexicon`."""
    files = [read_rules(path) for path in sorted((content / "danger").glob("*.yml"))]
    vocabulary: set[str] = set()
    for file in files:
        for patterns in [*file.guards.values(), *(r.patterns for r in file.rules)]:
            for pattern in patterns:
                vocabulary |= _words(pattern, file)
    return SpacyDangerRules(files, load_lexicon(content / "lexicon", frozenset(vocabulary)))


def _words(pattern: str, file: RuleFile) -> set[str]:
    try:
        return words_of(pattern, file.sets)
    except PatternError:  # reported with its line when the pattern is compiled
        return set()


def read_rules(path: Path) -> RuleFile:
    """One rule file; `ContentError` with the line of what is wrong."""
    source = path.read_text("utf-8")
    raw = load_yaml(source, path)
    if not isinstance(raw, dict) or not isinstance(raw.get("rules"), list):
        raise ContentError([Problem(str(path), 1, "needs a list called `rules`")])
    guards = {str(k): tuple(map(str, v)) for k, v in (raw.get("guards") or {}).items()}
    truths = [w for words in (raw.get("sets") or {}).values() for w in words if isinstance(w, bool)]
    if truths or any(
        isinstance(w, bool) for words in (raw.get("guards") or {}).values() for w in words
    ):
        what = "YAML takes no, yes, on and off for true or false: write them in quotes"
        raise ContentError([Problem(str(path), line_of(source, "guards"), what)])
    unknown = set(guards) - _GUARDS
    if unknown:
        line = line_of(source, next(iter(unknown)))
        raise ContentError(
            [Problem(str(path), line, f"unknown guard {', '.join(sorted(unknown))}")]
        )
    sets = {str(k): [str(w) for w in v] for k, v in (raw.get("sets") or {}).items()}
    rules = tuple(_rule(entry, path, source) for entry in raw["rules"])
    return RuleFile(path, source, sets, guards, rules)


def _rule(raw: dict[str, Any], path: Path, source: str) -> Rule:
    name = raw.get("id", "?") if isinstance(raw, dict) else "?"
    try:
        guards = frozenset(raw.get("guards", _GUARDS))
        if guards - _GUARDS:
            raise ValueError(f"unknown guard {', '.join(sorted(guards - _GUARDS))}")
        if not raw["match"]:
            raise ValueError("needs at least one example under `match`")
        return Rule(
            f"{path.stem}.{raw['id']}",
            Level.named(raw["level"]),
            Category(raw["category"]),
            tuple(map(str, raw["patterns"])),
            guards,
            tuple(map(str, raw["match"])),
            tuple(map(str, raw.get("no_match", ()))),
        )
    except (KeyError, ValueError, TypeError) as error:
        what = f"missing {error}" if isinstance(error, KeyError) else str(error)
        line = line_of(source, f"id: {name}")
        raise ContentError([Problem(str(path), line, f"rule {name}: {what}")]) from error


def broken_examples(file: RuleFile, rules: SpacyDangerRules) -> list[Problem]:
    """Examples that do not do what the file says they do."""
    problems = []
    for rule in file.rules:
        for example in rule.match:
            if rule.id not in {f.rule for f in rules.find(example)}:
                line = line_of(file.source, example)
                problems.append(Problem(str(file.path), line, f"{rule.id} must match: {example}"))
        for example in rule.no_match:
            if rule.id in {f.rule for f in rules.find(example)}:
                line = line_of(file.source, example)
                problems.append(
                    Problem(str(file.path), line, f"{rule.id} must not match: {example}")
                )
    return problems
