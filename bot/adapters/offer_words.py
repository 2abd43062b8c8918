"""The words of an offer in standard spelling, each with its place in the original text.

Other than `bot.domain.text.normalise`, which gives a spelling only, this keeps offsets, numbers
with their separators, brackets, and line breaks as ends of sentences."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.text import Lexicon, fold, normalise

LONGEST = 10_000  # characters that are read; Telegram sends 4,096 at most
_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<money>(?:us|s|hk|nt|a|nz)?\$|[€£¥₩])"
    r"|(?P<currency>(?:rp|rm|usd|idr|sgd|myr|aed|sar|hkd|twd|eur)(?=\d))"
    r"|(?P<word>[a-z][a-z0-9]*(?:'[a-z]+)?)"
    r"|(?P<end>\.{2,}|(?<!rp)\.|[?!\n])"
    r"|(?P<range>(?<=[0-9a-z])\s?[-–—~]\s?(?=\d))"
    r"|(?P<mark>[,;:()\[\]\"“”/&+%*•|–—-])"
    r"|(?P<other>[^\w\s])"
)
# A hyphen inside a word and the brackets around a single word divide nothing.
_JOINED = re.compile(r"(?<=[a-z0-9])-(?=[a-z])|\((?=[a-z]{2,12}\))|(?<=[a-z])\)")
_ABBREVIATIONS = frozenset(
    "rp pt cv no jl kab kec min max maks th thn jt rb usd dr bp hj tgl bln hp tlp telp ttd an yth "
    "sdr st mr mrs ms dll approx".split()
)
_SUFFIXES = {"'ll": "will", "'ve": "have", "'re": "are", "'d": "would", "'m": "am"}
_OWNERS = ("nya", "ku", "mu")  # his, my, your
_ENDINGS = ("an", "in", "kan")
_SIGNS = {"$": "usd", "us$": "usd", "s$": "sgd", "hk$": "hkd", "nt$": "twd", "a$": "aud",
          "nz$": "nzd", "€": "eur", "£": "gbp", "¥": "jpy", "₩": "krw"}  # fmt: skip
_DOUBLED = re.compile(r"([a-z]{3,})2([a-z]{0,3})")


@dataclass(frozen=True)
class Words:
    """`words[i]` stands at `spans[i]` (start, end) of the text."""

    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def piece(self, text: str, start: int, end: int) -> str:
        """What the words `start` to `end` (excluded) look like in the text itself."""
        return text[self.spans[start][0] : max(span[1] for span in self.spans[start:end])]


class Speller:
    """Puts words into standard spelling. `vocabulary`: words that patterns know; endings such as
    -nya are cut off, and "di tahan" is joined, only where that leads to one of them."""

    def __init__(
        self, lexicon: Lexicon, pairs: Mapping[tuple[str, str], str], vocabulary: frozenset[str]
    ) -> None:
        """`pairs`: two words that are read as one ("orang tua" -> "ortu")."""
        self._lexicon = lexicon
        self._pairs = pairs
        self._vocabulary = vocabulary

    def read(self, text: str) -> Words:
        """The words of the first 10,000 characters."""
        folded, places = _fold(text[:LONGEST])
        rows: list[tuple[str, int, int]] = []
        for match in _TOKEN.finditer(_JOINED.sub(" ", folded)):
            span = (places[match.start()], places[match.end() - 1] + 1)
            for word in self._words(match, rows):
                self._append(rows, word, *span)
        return Words(tuple(r[0] for r in rows), tuple((r[1], r[2]) for r in rows))

    def standard(self, word: str) -> list[str]:
        """Standard form of one written word."""
        double = _DOUBLED.fullmatch(word)
        if double:
            word = double[1]
        if word in self._lexicon.words:
            return self._lexicon.words[word].split()
        words = normalise(word, self._lexicon).split()
        return [self._stem(words[0])] if len(words) == 1 else words

    def _stem(self, word: str) -> str:
        if word in self._vocabulary:
            return word
        for ending in _OWNERS:
            rest = word.removesuffix(ending)
            known = self._lexicon.words.get(rest, rest)
            if rest != word and len(rest) >= 2 and known in self._vocabulary:
                return known
        for ending in _ENDINGS:
            rest = word.removesuffix(ending)
            if rest != word and len(rest) >= 4 and rest in self._vocabulary:
                return rest
        return word

    def _words(self, match: re.Match[str], before: list[tuple[str, int, int]]) -> list[str]:
        kind, token = match.lastgroup, match.group()
        last = before[-1][0] if before else ""
        if kind == "end" and token == "?" and _short(before):
            return []  # "kontrak? tidak perlu"
        if kind == "number":
            return [token]
        if token == "k" and last[:1].isdigit():
            return ["ribu"]
        if kind in ("word", "currency"):
            return self._word(token)
        if kind == "end":
            return _end(token, last)
        if kind == "range":
            return ["sampai"]
        return _mark(token, last)

    def _word(self, token: str) -> list[str]:
        stem, apostrophe, rest = token.partition("'")
        if apostrophe and f"'{rest}" in _SUFFIXES:
            return [*self.standard(stem), _SUFFIXES[f"'{rest}"]]
        if apostrophe and rest == "s":
            return self.standard(stem)
        whole = stem + rest
        if len(whole) >= 7 and whole not in self._vocabulary:
            for head in ("di", "ke"):
                tail = whole.removeprefix(head)
                if tail != whole and tail in self._vocabulary and whole not in self._lexicon.words:
                    return [head, tail]
        return self.standard(whole)

    def _append(self, rows: list[tuple[str, int, int]], word: str, start: int, end: int) -> None:
        if not rows:
            rows.append((word, start, end))
            return
        last, begin, close = rows[-1]
        if last == "di" and f"di{word}" in self._vocabulary:
            rows[-1] = (f"di{word}", begin, end)
        elif (last, word) in self._pairs:
            rows[-1] = (self._pairs[last, word], begin, end)
        elif last == word and word.isalpha() and start > close:
            rows[-1] = (word, begin, end)  # "anak-anak", "hati hati"
        else:
            rows.append((word, start, end))


def _short(before: list[tuple[str, int, int]]) -> bool:
    """Whether the sentence so far has one or two words: a question that is answered at once."""
    return any(row[0] in (".", "?", "!", ",") for row in before[-3:]) or len(before) < 3


def _end(token: str, last: str) -> list[str]:
    """A sentence's end; a dot behind an abbreviation ends nothing, "..." is a pause."""
    if last in (".", "?", "!") or (token == "." and last in _ABBREVIATIONS):
        return []
    if token.startswith(".."):
        return [","]
    return ["." if token == "\n" else token]


def _mark(token: str, last: str) -> list[str]:
    number = last[:1].isdigit() or last in ("juta", "ribu")
    if token == "/":
        return ["per"] if number else []
    if token == "&":
        return ["dan"]
    if token == "+":
        return ["keatas"] if number else [","]
    if token == "%":
        return ["persen"]
    if token in "()[]":
        return ["lbr" if token in "([" else "rbr"]
    if token in ":-*|" or token == last:
        return [] if token in ":*" or last in (",", ".", "") else [","]
    if token[-1] in _SIGNS or token in _SIGNS:
        return [_SIGNS.get(token, "usd")]
    return [","] if last not in (",", ".", "?", "!", "") else []


def _fold(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, the index it had in `text`."""
    folded: list[str] = []
    places: list[int] = []
    for index, char in enumerate(text):
        if char < "\x80":
            if char >= " " or char in "\n\t":
                folded.append(char.lower())
                places.append(index)
            continue
        plain = "'" if char in "’‘´ʼ" else _fold_one(char)
        folded.append(plain)
        places.extend([index] * len(plain))
    return "".join(folded), places


_FOLDED: dict[str, str] = {}


def _fold_one(char: str) -> str:
    found = _FOLDED.get(char)
    if found is None:
        found = "" if unicodedata.category(char) in ("Mn", "Cf", "Cc") else fold(char)
        if len(_FOLDED) < 5000:
            _FOLDED[char] = found
    return found
