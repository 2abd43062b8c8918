"""Cuts long texts into pieces a classifier was made for."""

import re

SIZE = 400
_OVERLAP = 60
_BREAK = re.compile(r"[.!?\n]\s|\s")


def cut(text: str, size: int = SIZE) -> list[str]:
    """`text` in pieces of at most `size` characters that overlap a little, so that no sentence
    is lost at a seam. Always at least one piece, which may be empty."""
    pieces = []
    start = 0
    while len(text) - start > size:
        end = _seam(text, start + size // 2, start + size)
        pieces.append(text[start:end])
        start = max(end - _OVERLAP, start + 1)
    return [*pieces, text[start:]]


def _seam(text: str, earliest: int, latest: int) -> int:
    """The best place to cut: after the last sentence end, else after the last space."""
    found = [m.end() for m in _BREAK.finditer(text, earliest, latest)]
    sentences = [end for end in found if text[end - 2] in ".!?\n"]
    return (sentences or found or [latest])[-1]
