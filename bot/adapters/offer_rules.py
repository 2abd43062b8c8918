"""Reads an offer: which indicators its words show, and where. spaCy matchers on blank pipelines;
no model, no network, a few milliseconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.tokens import Doc

from bot.adapters.content.problems import ContentError, Problem, line_of
from bot.adapters.danger_patterns import PatternError
from bot.adapters.offer_file import ANSWERED, OfferFile, OfferRule, merged_sets
from bot.adapters.offer_money import CURRENCY, UNIT, MoneyReader
from bot.adapters.offer_negation import NEGATIONS, negated, negation_positions
from bot.adapters.offer_pay import PayReader
from bot.adapters.offer_phrases import (
    CLAUSE_ENDS,
    Phrase,
    Sentence,
    Span,
    compile_phrase,
    sentences,
)
from bot.adapters.offer_replies import load_replies
from bot.adapters.offer_words import Speller, Words
from bot.domain.offer import Found, OfferReading
from bot.domain.text import Lexicon

_NEAR = 6  # words between a match and what takes it back
_SKILLED, _NO_EXPERIENCE, _WARNING = "skilled", "no_experience", "warning"
_WORK = "offer"  # cue: words for work
_ADVERT, _ADVERT_MARKS = "advert", 2  # cue, and how many of its patterns make an advert
_PERSONAL = "personal"  # cue: somebody is told of


@dataclass(frozen=True)
class _Compiled:
    rule: OfferRule
    patterns: tuple[Phrase, ...]
    cues: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Text:
    """One text while it is read: `free` are the negations no pattern has used up."""

    doc: Doc
    words: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    free: frozenset[int]


class SpacyOfferReader:
    """All languages' rules at once: people mix languages."""

    def __init__(self, files: Sequence[OfferFile], pay: PayReader, speller: Speller,
                 lexicon: Lexicon, replies: Path) -> None:  # fmt: skip
        """Raises `ContentError` for patterns that cannot be compiled."""
        self._nlp = spacy.blank("xx")
        self._speller = speller
        self._lexicon = lexicon
        self._money = MoneyReader(self._nlp)
        self._pay = pay
        self._sets = merged_sets(files)
        self._problems: list[Problem] = []
        self._cues: dict[str, tuple[Phrase, ...]] = {}
        for file in files:
            for name, patterns in file.cues.items():
                self._cues[name] = self._cues.get(name, ()) + self._phrases(file, patterns)
        self._unless = self._takers(files)
        self._rules = [self._rule(file, rule) for file in files for rule in file.rules]
        if self._problems:
            raise ContentError(self._problems)
        self.replies = load_replies(replies, self._nlp, lexicon, speller)

    def understand(self, question: str, text: str) -> str | None:
        """A control word (`unknown`, `skip`, `back`, `stop`), an answer id, or None."""
        return self.replies.understand(question, text)

    def find(self, text: str) -> OfferReading:
        """Every indicator that `text` shows, in the order of the text."""
        read = self._speller.read(text)
        if not read.words:
            return OfferReading()
        doc = Doc(self._nlp.vocab, words=list(read.words))
        rows = tuple(sentences(read.words))
        places = self._matches(_Text(doc, read.words, rows, frozenset()))
        answered = {name.removeprefix(ANSWERED) for name, _ in places if name.startswith(ANSWERED)}
        shown: dict[str, Span] = {}
        for name, span in sorted(places, key=lambda p: (p[1][0], -p[1][1])):
            if not name.startswith(ANSWERED):
                shown.setdefault(name, span)
        found = tuple(Found(name, _evidence(read, text, span)) for name, span in shown.items())
        work = self._holding(_WORK, doc, rows) > 0
        advert = self._holding(_ADVERT, doc, rows) >= _ADVERT_MARKS
        personal = self._holding(_PERSONAL, doc, rows) > 0
        return OfferReading(found, frozenset(answered), advert, work, personal)

    def _holding(self, cue: str, doc: Doc, rows: Sequence[Sentence]) -> int:
        """How many patterns of a cue are in the text."""
        return sum(any(p.spans(doc, row) for row in rows) for p in self._cues.get(cue, ()))

    def _matches(self, text: _Text) -> list[tuple[str, Span]]:
        everyone = frozenset(text.words)
        likely = [r for r in self._rules if r.cues or any(p.possible(everyone) for p in r.patterns)]
        raw = [(rule, *hit) for rule in likely for hit in self._hits(rule, text)]
        used = {
            n
            for rule, span, _, phrase in raw
            if phrase.denies and not rule.rule.id.startswith(ANSWERED)
            for n in range(*span)
        }
        text = _Text(text.doc, text.words, text.sentences, negation_positions(text.words) - used)
        warned = self._warnings(text)
        kept = []
        for rule, span, sentence, phrase in raw:
            if sentence in warned and not rule.rule.id.startswith(ANSWERED):
                continue
            if rule.rule.negation and negated(text.words, span, sentence, text.free, phrase.denies):
                continue
            if not self._lifted(rule, span, sentence, text):
                kept.append((rule.rule.id, span))
        kept.extend(self._combined(text, warned))
        kept.extend(("unrealistic_pay", span) for span in self._unreal(text, everyone))
        return kept

    def _hits(self, rule: _Compiled, text: _Text) -> list[tuple[Span, Sentence, Phrase]]:
        return [
            (span, sentence, phrase)
            for phrase in rule.patterns
            for sentence in text.sentences
            for span in phrase.spans(text.doc, sentence)
        ]

    def _combined(self, text: _Text, warned: set[Sentence]) -> list[tuple[str, Span]]:
        """Rules that need several cues near each other; the first cue's words are the evidence."""
        hits: dict[str, list[Span]] = {}

        def spans(cue: str) -> list[Span]:
            if cue not in hits:
                hits[cue] = [
                    span
                    for phrase in self._cues[cue]
                    for sentence in text.sentences
                    if sentence not in warned
                    for span in phrase.spans(text.doc, sentence)
                    if not negated(text.words, span, sentence, text.free, phrase.denies)
                ]
            return hits[cue]

        found = []
        for rule in self._rules:
            groups = [[s for cue in names for s in spans(cue)] for names in rule.cues]
            if not groups or not all(groups):
                continue
            for first in groups[0]:
                if all(
                    any(_apart(first, other) <= rule.rule.within and other != first for other in g)
                    for g in groups[1:]
                ):
                    sentence = _sentence_of(text, first)
                    if not self._lifted(rule, first, sentence, text):
                        found.append((rule.rule.id, first))
                        break
        return found

    def _lifted(self, rule: _Compiled, span: Span, sentence: Sentence, text: _Text) -> bool:
        return any(
            _apart(span, other) <= _NEAR and _same_clause(text.words, span, other)
            for phrase in self._unless[rule.rule.id]
            for other in phrase.spans(text.doc, sentence)
        )

    def _warnings(self, text: _Text) -> set[Sentence]:
        """Sentences that warn of tricksters: what they name is no part of the offer."""
        return {
            sentence
            for sentence in text.sentences
            if any(p.spans(text.doc, sentence) for p in self._cues.get(_WARNING, ()))
        }

    def _unreal(self, text: _Text, everyone: frozenset[str]) -> list[Span]:
        if everyone.isdisjoint(CURRENCY) and everyone.isdisjoint(UNIT) and not any(
            word[0].isdigit() and len(word) > 4 for word in everyone
        ):  # fmt: skip
            return []

        def holds(cue: str) -> bool:
            return any(
                p.spans(text.doc, s) for p in self._cues.get(cue, ()) for s in text.sentences
            )

        amounts = self._money.find(text.doc, text.words)
        return self._pay.too_high(text.words, amounts, holds(_SKILLED), holds(_NO_EXPERIENCE))

    def _rule(self, file: OfferFile, rule: OfferRule) -> _Compiled:
        unknown = {cue for group in rule.cues for cue in group} - set(self._cues)
        if unknown:
            line = line_of(file.source, f"id: {rule.id}")
            self._problems.append(Problem(str(file.path), line, f"unknown cue {unknown}"))
        return _Compiled(rule, self._phrases(file, rule.patterns), rule.cues)

    def _takers(self, files: Sequence[OfferFile]) -> dict[str, tuple[Phrase, ...]]:
        """What takes an indicator back, from all files: languages are mixed."""
        found: dict[str, tuple[Phrase, ...]] = {}
        for file in files:
            for rule in file.rules:
                found[rule.id] = found.get(rule.id, ()) + self._phrases(file, rule.unless)
        return found

    def _phrases(self, file: OfferFile, patterns: Sequence[str]) -> tuple[Phrase, ...]:
        compiled = []
        for pattern in patterns:
            try:
                compiled.append(
                    compile_phrase(pattern, self._sets, self._nlp, self._lexicon, NEGATIONS)
                )
            except PatternError as error:
                line = line_of(file.source, pattern)
                self._problems.append(Problem(str(file.path), line, str(error)))
        return tuple(compiled)


def _apart(one: Span, other: Span) -> int:
    """Words between two spans; 0 when they touch or overlap."""
    return max(0, max(one[0], other[0]) - min(one[1], other[1]))


def _same_clause(words: Sequence[str], one: Span, other: Span) -> bool:
    """Whether no comma or bracket stands between two spans."""
    between = words[min(one[1], other[1]) : max(one[0], other[0])]
    return CLAUSE_ENDS.isdisjoint(between)


def _sentence_of(text: _Text, span: Span) -> Sentence:
    return next(s for s in text.sentences if s.start <= span[0] < s.end)


def _evidence(read: Words, text: str, span: Span) -> str:
    return read.piece(text, *span)
