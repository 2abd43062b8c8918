"""Whether a "not" takes back what was found: "tanpa biaya", "ijazah tidak ditahan", "no fees"."""

from collections.abc import Sequence, Set

from bot.adapters.offer_phrases import Sentence, Span

NEGATIONS = frozenset(
    "tidak bukan tanpa belum jangan no not never without cannot nor dilarang anti takkan neither "
    "nobody none nihil zero".split()
)
_CONTRAST = frozenset(
    "tapi but cuma hanya only melainkan except kecuali asal asalkan sudah already malah".split()
)
_BREAKS = frozenset({",", "lbr", "rbr"})
_LIST = frozenset("atau maupun ataupun or nor".split())
_ONLY = frozenset("cuma hanya only just saja sekadar".split())  # "not only": no denial
# "don't worry about being 16", "jangan lupa bawa ijazah asli": no denial either
_NO_DENIAL = _ONLY | frozenset(
    "worry mind forget hesitate khawatir kuatir lupa takut ragu sungkan cemas panik".split()
)
_REACH = 5
_LIST_REACH = 14


def negation_positions(words: Sequence[str]) -> frozenset[int]:
    """Where a "not" stands that may take something back."""
    return frozenset(
        n
        for n, word in enumerate(words)
        if word in NEGATIONS and not (n + 1 < len(words) and words[n + 1] in _NO_DENIAL)
    )


def negated(
    words: Sequence[str],
    span: Span,
    sentence: Sentence,
    free: Set[int],
    denies: bool,
) -> bool:
    """`free`: negations that no pattern has used for itself; `denies`: the matched pattern holds
    its own "not", so that one inside the match means nothing more."""
    start, end = span
    if not denies and any(start <= n < end for n in free):
        return True
    listed = not _LIST.isdisjoint(words[end : min(end + 3, sentence.end)])
    broken = False
    for position in range(start - 1, max(start - 1 - _LIST_REACH, sentence.start - 1), -1):
        word = words[position]
        if word in _CONTRAST:
            return False
        if position in free:
            return listed if broken else start - position <= _REACH
        listed = listed or (word in _LIST and not broken)
        broken = broken or word in _BREAKS
    return False
