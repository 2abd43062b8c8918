"""Finds the patterns of `content/offers` in a text, by spaCy matchers, sentence by sentence.

The pattern language is that of the danger rules, but a gap `...` stays within the clause (it
crosses no comma or bracket) and `....` stays within the sentence. A pattern is cut at its gaps; spaCy matches the
pieces and the pieces are joined here, so that a long gap costs no more than a short one."""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

from spacy.language import Language as Pipeline
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan
from spacy.vocab import Vocab

from bot.adapters.danger_patterns import PatternError, Token, compile_pattern
from bot.domain.text import Lexicon

_GAP = re.compile(r"(\.{2,4})(\d*)")
CLAUSE_ENDS = frozenset({",", "lbr", "rbr"})
_DEFAULT_GAP = 5
_LARGEST_GAP = 15
LONGEST_SENTENCE = 80  # words; longer ones are cut, which bounds the time a text takes
SENTENCE_ENDS = frozenset({".", "?", "!"})

Span = tuple[int, int]


@dataclass(frozen=True)
class Sentence:
    """Words `start` to `end` (excluded) of a text, and the set of them."""

    start: int
    end: int
    words: frozenset[str]


@dataclass(frozen=True)
class Phrase:
    """One compiled pattern: `pieces` with the `gaps` between them (words at most, whether within
    the clause); `needs`: word sets of which a
    sentence must hold one each; `denies`: the pattern holds a "not" itself."""

    vocab: Vocab
    pieces: tuple[list[Token], ...]
    gaps: tuple[tuple[int, bool], ...]
    needs: tuple[frozenset[str], ...]
    denies: bool
    _matchers: list[Matcher] = field(default_factory=list, compare=False, repr=False)

    def possible(self, words: frozenset[str]) -> bool:
        for need in self.needs:  # noqa: SIM110 (a plain loop: this runs for every pattern)
            if need.isdisjoint(words):
                return False
        return True

    def spans(self, doc: Doc, sentence: Sentence) -> list[Span]:
        """Where it matches within the sentence; the shortest match for each end."""
        if not self.possible(sentence.words):
            return []
        part = doc[sentence.start : sentence.end]
        reached: list[Span] = []
        for number, piece in enumerate(self._compiled()):
            found = [(start, end) for _, start, end in piece(part)]
            reached = _joined(reached, found, part, *self.gaps[number - 1]) if number else found
            if not reached:
                return []
        return sorted({(s + sentence.start, e + sentence.start) for s, e in reached})

    def _compiled(self) -> list[Matcher]:
        """Matchers are built when a text first needs them: most patterns wait long for one."""
        if not self._matchers:
            for tokens in self.pieces:
                matcher = Matcher(self.vocab)
                matcher.add("piece", [tokens])
                self._matchers.append(matcher)
        return self._matchers


def _joined(
    before: list[Span], after: list[Span], words: SpacySpan, gap: int, in_clause: bool
) -> list[Span]:
    """Spans from the latest fitting start in `before` to each end in `after`."""
    best: dict[int, int] = {}
    for start, end in before:
        best[end] = max(start, best.get(end, -1))
    ends = sorted(best)
    joined = []
    for start, end in after:
        fitting = ends[bisect_left(ends, start - gap) : bisect_left(ends, start + 1)]
        if in_clause:
            fitting = [e for e in fitting if not any(w.text in CLAUSE_ENDS for w in words[e:start])]
        if fitting:
            joined.append((max(best[e] for e in fitting), end))
    return joined


def compile_phrase(
    pattern: str,
    sets: Mapping[str, list[str]],
    nlp: Pipeline,
    lexicon: Lexicon,
    negations: frozenset[str],
) -> Phrase:
    """`PatternError` where the pattern is not understood."""
    pieces: list[list[str]] = [[]]
    gaps: list[tuple[int, bool]] = []
    for part in pattern.split():
        gap = _GAP.fullmatch(part)
        if not gap:
            pieces[-1].append(part)
            continue
        size = int(gap[2] or _DEFAULT_GAP)
        if not 1 <= size <= _LARGEST_GAP:
            raise PatternError(f"{part!r}: a gap has 1 to {_LARGEST_GAP} words")
        gaps.append((size, len(gap[1]) < 4))
        pieces.append([])
    compiled = [compile_pattern(" ".join(piece), sets) for piece in pieces]
    standard = tuple([_standard(token, lexicon) for token in piece] for piece in compiled)
    tokens = [token for piece in standard for token in piece]
    needs = tuple(
        frozenset(token["LOWER"]["IN"])
        for token in tokens
        if "OP" not in token and "IN" in token["LOWER"]
    )
    denies = any(need & negations for need in needs)
    return Phrase(nlp.vocab, standard, tuple(gaps), needs, denies)


def _standard(token: Token, lexicon: Lexicon) -> Token:
    """The token with words in standard spelling, so that an editor may write "hp" or "cewek"."""
    words = token["LOWER"].get("IN")
    if words is None:
        regex = token["LOWER"]["REGEX"].replace("[0-9]+", "[0-9][0-9.,]*")
        return {**token, "LOWER": {"REGEX": regex}}
    standard = [lexicon.words.get(word, word) for word in words]
    return {
        **token,
        "LOWER": {"IN": [w if " " in s else s for w, s in zip(words, standard, strict=True)]},
    }


def sentences(words: tuple[str, ...]) -> list[Sentence]:
    """The sentences of a text, without the marks that end them."""
    found: list[Sentence] = []
    start = 0
    for position, word in enumerate((*words, ".")):
        ends = word in SENTENCE_ENDS
        if ends or position - start >= LONGEST_SENTENCE:
            if position > start:
                found.append(Sentence(start, position, frozenset(words[start:position])))
            start = position + ends
    return found
