"""How hard a text is to read: words in a sentence, on average."""

import re
from collections.abc import Iterable

from bot.adapters.content.markup import visible

LIMIT = 14.0  # words of an average sentence in texts for the young
_END = re.compile(r"(?<=[.!?:;])[\"')\u201d]*\s+|\n+")
_WORD = re.compile(r"[^\W_]+(?:[-'’./][^\W_]+)*")


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence of an HTML text; a line of a list is a sentence of its own."""
    found = [_WORD.findall(piece) for piece in _END.split(visible(text))]
    return [words for words in found if words]


def words_a_sentence(texts: Iterable[str]) -> float:
    """The average over all texts; 0 when there are no words."""
    counts = [len(words) for text in texts for words in sentences(text)]
    return sum(counts) / len(counts) if counts else 0.0
