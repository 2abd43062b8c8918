"""Tells the languages of short chat messages apart."""

import re
from collections.abc import Mapping
from functools import cached_property

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from bot.domain.language import DEFAULT, Detection
from bot.domain.text import fold

_WORD = re.compile(r"[a-z']+")
_NAMES = {Language.INDONESIAN: "id", Language.ENGLISH: "en"}
_ENOUGH = 0.75  # lingua's confidence from which it decides a message without marks


class Guesser:
    """Counts each language's telling words first and asks lingua where they do not decide. Malay
    and the regional languages have no model of their own and come out as Indonesian."""

    def __init__(self, marks: Mapping[str, frozenset[str]]) -> None:
        """`marks`: for each language the words that it alone uses."""
        self._marks = marks

    def detect(self, text: str) -> Detection:
        """Language of `text`; not `sure` when neither marks nor lingua can tell."""
        words = [w.replace("'", "") for w in _WORD.findall(fold(text).replace("’", "'"))]
        counts = {code: sum(w in own for w in words) for code, own in self._marks.items()}
        ranked = sorted(counts, key=lambda code: -counts[code])
        first, second = counts[ranked[0]], sum(counts[code] for code in ranked[1:])
        if first > 0 and first >= 2 * second:
            return Detection(ranked[0], True)
        if not words:
            return Detection(DEFAULT, False)
        return self._ask_lingua(text, len(words), first + second)

    def _ask_lingua(self, text: str, words: int, marks: int) -> Detection:
        ranked = self._lingua.compute_language_confidence_values(text)
        best = ranked[0]
        sure = best.value >= _ENOUGH and (words >= 3 or marks > 0)
        return Detection(_NAMES[best.language], sure)

    @cached_property
    def _lingua(self) -> LanguageDetector:
        return LanguageDetectorBuilder.from_languages(*_NAMES).build()
