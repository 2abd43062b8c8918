"""Danger rules on spaCy matchers: they need no model, no network and about a millisecond."""

from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path

import spacy
from spacy.language import Language as Pipeline
from spacy.matcher import Matcher
from spacy.tokens import Doc

from bot.adapters.content.problems import ContentError, Problem, line_of
from bot.adapters.danger_file import GUARDS, Rule, RuleFile, read_rules
from bot.adapters.danger_patterns import PatternError, compile_pattern
from bot.adapters.lexicon import load_lexicon
from bot.domain.danger import Finding
from bot.domain.text import Lexicon, normalise

_LONGEST = 20_000
_REACH = 4  # words before a match in which a negation takes it back
_CLOSE = 1  # words between a negation inside a match and the match's last word
_CLAUSE_ENDS = frozenset({".", "?", "!", ",", "tapi", "but"})
_COMBINATIONS = 400

Span = tuple[int, int]


@dataclass(frozen=True)
class _Pattern:
    """One compiled pattern; `needs`: word sets of which a text must hold a word each. Looking at
    them first leaves the matchers few texts to read."""

    key: str
    matcher: Matcher
    needs: tuple[frozenset[str], ...]

    def spans(self, doc: Doc, words: set[str]) -> list[Span]:
        if any(need.isdisjoint(words) for need in self.needs):
            return []
        return [(start, end) for _, start, end in self.matcher(doc)]


class SpacyDangerRules:
    """All languages' rules. Every rule reads every message: people mix languages."""

    def __init__(self, files: list[RuleFile], lexicon: Lexicon) -> None:
        """Raises `ContentError` for a pattern that cannot be compiled."""
        self._lexicon = lexicon
        self._nlp: Pipeline = spacy.blank("xx")
        self._rules: dict[str, Rule] = {}
        self._patterns: list[_Pattern] = []
        self._guards: dict[str, list[_Pattern]] = {name: [] for name in GUARDS}
        problems = [problem for file in files for problem in self._add(file)]
        if problems:
            raise ContentError(problems)

    def find(self, text: str) -> list[Finding]:
        """Every rule that holds for `text`, most serious first."""
        words = normalise(text[:_LONGEST], self._lexicon).split()
        if not words:
            return []
        doc = Doc(self._nlp.vocab, words=words)
        present = set(words)
        spans: dict[str, list[Span]] = {}
        for pattern in self._patterns:
            spans.setdefault(pattern.key, []).extend(pattern.spans(doc, present))
        if not any(spans.values()):
            return []
        lifted = {
            name for name in ("story", "general")
            if any(pattern.spans(doc, present) for pattern in self._guards[name])
        }  # fmt: skip
        negations = {
            end for pattern in self._guards["negation"] for _, end in pattern.spans(doc, present)
        }
        found = []
        for rule in self._rules.values():
            if rule.guards & lifted:
                continue
            span = _holds(rule, spans, doc, negations if "negation" in rule.guards else set())
            if span:
                words_of_it = " ".join(doc[a:b].text for a, b in span)
                found.append(Finding(rule.id, rule.level, rule.category, words_of_it))
        return sorted(found, key=lambda f: -f.level)

    def _add(self, file: RuleFile) -> list[Problem]:
        """Compile a file's patterns; what cannot be read is returned."""
        problems: list[Problem] = []

        def add(where: list[_Pattern], key: str, pattern: str) -> None:
            try:
                where.append(self._compile(key, pattern, file.sets))
            except PatternError as error:
                line = line_of(file.source, pattern)
                problems.append(Problem(str(file.path), line, str(error)))

        for name, patterns in file.guards.items():
            for pattern in patterns:
                add(self._guards[name], name, pattern)
        for name, patterns in file.cues.items():
            for pattern in patterns:
                add(self._patterns, f"{file.path.stem}:{name}", pattern)
        for rule in file.rules:
            self._rules[rule.id] = rule
            for pattern in rule.patterns:
                add(self._patterns, rule.id, pattern)
        return problems

    def _compile(self, key: str, pattern: str, sets: dict[str, list[str]]) -> _Pattern:
        tokens = compile_pattern(pattern, sets)
        matcher = Matcher(self._nlp.vocab)
        matcher.add(key, [tokens])
        needs = tuple(
            frozenset(token["LOWER"]["IN"])
            for token in tokens
            if "OP" not in token and "IN" in token["LOWER"]
        )
        return _Pattern(key, matcher, needs)


def _holds(
    rule: Rule, spans: dict[str, list[Span]], doc: Doc, negations: set[int]
) -> tuple[Span, ...]:
    """The spans that make the rule true, or nothing."""
    for start, end in spans.get(rule.id, ()):
        if not _taken_back(doc, start, end, negations):
            return ((start, end),)
    if not rule.cues:
        return ()
    language = rule.id.split(".")[0]
    groups: list[list[Span]] = []
    for alternatives in rule.cues:
        group = [s for cue in alternatives for s in spans.get(f"{language}:{cue}", ())]
        group = [s for s in group if not _taken_back(doc, *s, negations)]
        if not group:
            return ()
        groups.append(group)
    for chosen in islice(product(*groups), _COMBINATIONS):
        apart = max(end for _, end in chosen) - min(start for start, _ in chosen)
        if apart <= rule.within and len({start for start, _ in chosen}) == len(chosen):
            return tuple(sorted(chosen))
    return ()


def _taken_back(doc: Doc, start: int, end: int, negations: set[int]) -> bool:
    """Whether a negation (given by its end) stands shortly before the match in the same clause,
    or right before its last word."""
    if any(end - 1 - _CLOSE <= n <= end - 1 for n in negations if n > start + 1):
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
    vocabulary = frozenset(word for file in files for word in file.vocabulary())
    return SpacyDangerRules(files, load_lexicon(content / "lexicon", vocabulary))


def broken_examples(file: RuleFile, rules: SpacyDangerRules) -> list[Problem]:
    """Examples that do not do what the file says they do."""
    problems = []
    for rule in file.rules:
        for examples, wanted in ((rule.match, True), (rule.no_match, False)):
            for example in examples:
                if (rule.id in {f.rule for f in rules.find(example)}) != wanted:
                    what = f"{rule.id} must {'' if wanted else 'not '}match: {example}"
                    line = line_of(file.source, example)
                    problems.append(Problem(str(file.path), line, what))
    return problems
