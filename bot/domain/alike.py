"""Questions without an answer, cut down to words that say what was asked and never who asks."""

import re
from collections.abc import Iterable, Sequence

from bot.domain.text import Lexicon, normalise

PEOPLE = 3  # so many must have asked alike before organisers see it
ALIKE = 0.5
_LINK = re.compile(
    r"(?:https?://|www\.|t\.me/)\S+|\S+@\S+|@\w+|\S+\.(?:com|id|net|org|me)\b\S*", re.I
)
_NUMBER = re.compile(r"\S*\d\S*")
_SHORTEST, _MOST = 3, 12


def known_words(text: str, lexicon: Lexicon, vocabulary: frozenset[str]) -> tuple[str, ...]:
    """The words of `text` that the campaign's own content uses, in order, each once. Links,
    addresses, anything with a digit, names and whatever else nobody wrote into the content are
    left out."""
    bare = _NUMBER.sub(" ", _LINK.sub(" ", text))
    words = normalise(bare, lexicon).split()
    kept = [w for w in words if w.isalpha() and len(w) >= _SHORTEST and w in vocabulary]
    return tuple(dict.fromkeys(kept))[:_MOST]


def alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two questions share at least half of their words."""
    a, b = set(one), set(other)
    return bool(a | b) and len(a & b) / len(a | b) >= ALIKE


def best_match(words: Sequence[str], groups: Iterable[tuple[int, Sequence[str]]]) -> int | None:
    """Number of the first group of questions that `words` belongs to."""
    return next((number for number, first in groups if alike(words, first)), None)
