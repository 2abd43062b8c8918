"""Danger rules on spaCy matchers: they need no model, no network and about a millisecond."""

import re
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path

import spacy
from spacy.language import Language as Pipeline
from spacy.matcher import Matcher
from spacy.tokens import Doc

from bot.adapters.content.problems import ContentError, Problem, line_of
from bot.adapters.danger_file import GUARDS, NO_SUM, Length, Rule, RuleFile, read_rules
from bot.adapters.danger_patterns import (
    BEGINNING,
    END,
    PatternError,
    Token,
    compile_pattern,
    stands_for,
)
from bot.adapters.lexicon import load_lexicon
from bot.domain.danger import Evidence, Finding
from bot.domain.text import Lexicon, normalise

_LONGEST = 20_000
_REACH = 4  # words before a match in which a negation takes it back
_CLOSE = 1  # words between a negation inside a match and the match's last word
_CLAUSE_ENDS = frozenset({".", "?", "!", ",", "tapi", "but"})
_COMBINATIONS = 400
_EXACT = 1000  # weight of a rule whose cues have no points
_REMEMBERED = 50_000  # words whose kinds are kept
_WEIGHED = 128  # texts, in memory only
_WITH_DOLLAR = re.compile(r"\S*\$\S*")

Span = tuple[int, int]


class _Kinds:
    """Numbers for the kinds of words that patterns ask for, so that a text is compared with all
    patterns at once: most of them cannot match and the matchers need not look."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[frozenset[str], str], int] = {}
        self._plain: dict[str, set[int]] = {}
        self._shapes: list[tuple[re.Pattern[str], int]] = []
        self._seen: dict[str, frozenset[int]] = {}

    def number(self, token: Token) -> int:
        """The kind of word that one token of a pattern asks for."""
        plain, shape = stands_for(token)
        known = self._numbers.get((plain, shape))
        if known is not None:
            return known
        number = self._numbers[(plain, shape)] = len(self._numbers)
        for word in plain:
            self._plain.setdefault(word, set()).add(number)
        if shape:
            self._shapes.append((re.compile(shape), number))
        return number

    def of(self, word: str) -> frozenset[int]:
        """All kinds that `word` is one of."""
        known = self._seen.get(word)
        if known is None:
            shaped = {number for shape, number in self._shapes if shape.match(word)}
            known = frozenset(self._plain.get(word, set()) | shaped)
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[word] = known
        return known


@dataclass(frozen=True)
class _Pattern:
    """One compiled pattern; `needs`: kinds of which a text must hold a word each. A pattern of
    one word has no matcher."""

    key: str
    matcher: Matcher | None
    needs: frozenset[int]

    def spans(self, text: "_Text") -> list[Span]:
        if not self.needs <= text.present:
            return []
        if self.matcher is None:
            return [(i, i + 1) for i, kinds in enumerate(text.kinds) if self.needs <= kinds]
        return [(start, end) for _, start, end in self.matcher(text.doc)]


@dataclass(frozen=True)
class _Text:
    """A normalised text and the kinds of its words."""

    doc: Doc
    kinds: list[frozenset[int]]
    present: frozenset[int]


class SpacyDangerRules:
    """All languages' rules. Every rule reads every message: people mix languages."""

    def __init__(self, files: list[RuleFile], lexicon: Lexicon) -> None:
        """Raises `ContentError` for a pattern that cannot be compiled."""
        self._lexicon = lexicon
        self._nlp: Pipeline = spacy.blank("xx")
        self._kinds = _Kinds()
        self._weighed: dict[str, Evidence] = {}
        self._points: dict[str, int] = {}
        self._lengths: list[Length] = [file.length for file in files]
        self._rules: dict[str, Rule] = {}
        self._patterns: list[_Pattern] = []
        self._guards: dict[str, list[_Pattern]] = {name: [] for name in GUARDS}
        problems = [problem for file in files for problem in self._add(file)]
        if problems:
            raise ContentError(problems)

    def find(self, text: str) -> list[Finding]:
        """Every rule that holds for `text`, most serious first."""
        return list(self.weigh(text).findings)

    def weigh(self, text: str) -> Evidence:
        """The rules that hold for `text`, and the points of its cues. A message is weighed when it
        comes in and again when its turn comes, so the last ones are remembered."""
        known = self._weighed.pop(text, None) or self._weigh(text)
        self._weighed[text] = known
        if len(self._weighed) > _WEIGHED:
            del self._weighed[next(iter(self._weighed))]
        return known

    def _weigh(self, text: str) -> Evidence:
        letters = _WITH_DOLLAR.sub(_dollar_as_letter, text[:_LONGEST])
        words = normalise(letters, self._lexicon).split()
        if not words:
            return Evidence()
        words = [BEGINNING, *words, END]
        kinds = [self._kinds.of(word) for word in words]
        doc = Doc(self._nlp.vocab, words=words)
        seen = _Text(doc, kinds, frozenset().union(*kinds))
        spans: dict[str, list[Span]] = {}
        for pattern in self._patterns:
            here = pattern.spans(seen)
            if here:
                spans.setdefault(pattern.key, []).extend(here)
        total = self._total(spans, len(words))
        if not spans:
            return Evidence(points=total)
        lifted = {
            name for name in ("story", "general")
            if any(pattern.spans(seen) for pattern in self._guards[name])
        }  # fmt: skip
        negations = {end for pattern in self._guards["negation"] for _, end in pattern.spans(seen)}
        found: list[tuple[int, Finding]] = []
        for rule in self._rules.values():
            if rule.guards & lifted or rule.at_least > total:
                continue
            span = _holds(rule, spans, doc, negations if "negation" in rule.guards else set())
            if span:
                words_of_it = " ".join(doc[a:b].text for a, b in span)
                weak = rule.at_least != NO_SUM
                finding = Finding(rule.id, rule.level, rule.category, words_of_it, weak)
                found.append((self._weight(rule, spans), finding))
        found.sort(key=lambda pair: (-pair[1].level, -pair[0]))
        return Evidence(tuple(f for _, f in found), total)

    def _total(self, spans: dict[str, list[Span]], words: int) -> int:
        """The points of a text: those of the cues in it, less what its length costs."""
        found = sum(self._points.get(cue, 0) for cue in spans)
        return found - sum(length.lost(words) for length in self._lengths)

    def _weight(self, rule: Rule, spans: dict[str, list[Span]]) -> int:
        """How much speaks for this rule rather than another of its level: one whose cues have no
        points is the most exact; of the others, the one whose own cues count more."""
        file = _file_of(rule)
        own = {f"{file}:{cue}" for group in rule.cues for cue in group} & self._points.keys()
        return sum(self._points[cue] for cue in own if cue in spans) if own else _EXACT

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
        for name, points in file.points.items():
            self._points[f"{file.path.stem}:{name}"] = points
        for rule in file.rules:
            self._rules[rule.id] = rule
            for pattern in rule.patterns:
                add(self._patterns, rule.id, pattern)
        return problems

    def _compile(self, key: str, pattern: str, sets: dict[str, list[str]]) -> _Pattern:
        tokens = compile_pattern(pattern, sets)
        needs = frozenset(self._kinds.number(token) for token in tokens if "OP" not in token)
        if len(tokens) == 1:
            return _Pattern(key, None, needs)
        matcher = Matcher(self._nlp.vocab)
        matcher.add(key, [tokens])
        return _Pattern(key, matcher, needs)


def _dollar_as_letter(token: re.Match[str]) -> str:
    """ "gue$t$" -> "guests", while "$5" stays."""
    word = token.group()
    return word.replace("$", "s") if any(c.isalpha() for c in word) else word


def _file_of(rule: Rule) -> str:
    return rule.id.split(".")[0]


def _holds(
    rule: Rule, spans: dict[str, list[Span]], doc: Doc, negations: set[int]
) -> tuple[Span, ...]:
    """The spans that make the rule true, or nothing."""
    for start, end in spans.get(rule.id, ()):
        if not _taken_back(doc, start, end, negations):
            return ((start, end),)
    if not rule.cues:
        return ()
    file = _file_of(rule)
    groups: list[list[Span]] = []
    for alternatives in rule.cues:
        group = [s for cue in alternatives for s in spans.get(f"{file}:{cue}", ())]
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
