"""One spelling for the many ways people type, in any script trick or slang.

Rules and models both read text through `normalise`, so that "T0L0NG", "t o l o n g" and
"tоlong" with a Cyrillic letter mean what "tolong" means. Standard library only and free of
input or output: the NLU environment (Python 3.10) imports it as well.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

# Letters of other scripts that look like Latin ones (from the confusables of Unicode TR39).
_LOOKALIKES = str.maketrans(
    "авекмнорстухіјѕԁɡһԛԝӏсүαβεικνορτυχωɑıℓ",
    "abekmhopctyxijsdghqwlcyabeikvoptuxwail",
)
_LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g",
         "@": "a", "$": "s", "!": "i"}  # fmt: skip
_UNITS = frozenset(
    (
        "th thn tahun taun tahunan yo yr yrs year years jt juta rb ribu k m km kg gr g x kali "
        "hari hr d jam j menit mnt mins min h hrs hours bln bulan minggu mgg am pm an st nd rd "
        "malam pagi siang sore orang org anak usd rm cm gb mb persen hp sd sma smp smk"
    ).split()
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_APOSTROPHE = re.compile("(?<=[a-z])['’‘`´ʼ](?=[a-z])")
_SPELLED = re.compile(r"(?<![a-z0-9])(?:[a-z][\s.\-_*/|+~,]{1,3}){3,}[a-z](?![a-z0-9])")
_TOKEN = re.compile(r"[a-z0-9@$!]*[a-z0-9]+[a-z0-9@$!]*|[?!.,]")
_REPEAT = re.compile(r"([a-z])\1{2,}")
_PAIR = re.compile(r"([a-z])\1")
_RUN = re.compile(r"[0-9]+|[a-z@$!]+")


@dataclass(frozen=True)
class Lexicon:
    """Spellings people use (`words`: variant -> standard form, may hold several words) and the
    words whose double letters are right (`vocabulary`)."""

    words: Mapping[str, str] = field(default_factory=dict)
    vocabulary: frozenset[str] = frozenset()


def strip_invisible(text: str) -> str:
    """Remove zero-width, direction and other unseen characters; line ends stay."""
    text = _INVISIBLE.sub("", text)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def fold(text: str) -> str:
    """Lower-case Latin look of a text: compatibility forms, accents and look-alikes removed."""
    text = strip_invisible(unicodedata.normalize("NFKC", text)).casefold().translate(_LOOKALIKES)
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")


def normalise(text: str, lexicon: Lexicon) -> str:
    """Words of `text` in standard spelling, separated by single spaces; `? ! . ,` are kept as
    words of their own, other punctuation and emoji are dropped."""
    plain = _APOSTROPHE.sub("", fold(text))
    plain = _SPELLED.sub(_join_letters, _without_pictures(plain))
    words = []
    for token in _TOKEN.findall(plain):
        words.extend(_word(token, lexicon))
    return " ".join(words)


def _without_pictures(text: str) -> str:
    """Emoji and symbols become spaces, or nothing where they stand between single letters."""
    spaced = "".join(
        " " if unicodedata.category(c) in ("So", "Sk", "Cn", "Co") else c for c in text
    )
    if spaced == text:
        return text
    marked = "".join(
        "\0" if unicodedata.category(c) in ("So", "Sk", "Cn", "Co") else c for c in text
    )
    pieces = re.split("\0+", marked)
    inner = [p for p in pieces[1:-1] if p]
    letters_only = len(inner) >= 2 and sum(len(p) <= 2 for p in inner) >= 0.8 * len(inner)
    return "".join(pieces) if letters_only else spaced


def _join_letters(match: re.Match[str]) -> str:
    return re.sub(r"[^a-z]", "", match.group())


def _word(token: str, lexicon: Lexicon) -> list[str]:
    if token in lexicon.words:
        return lexicon.words[token].split()
    if not any(c.isalpha() for c in token):
        return [token] if token in "?!.," else re.findall(r"\d+", token)
    if token[0] in "!@$" and _leetspeak(token, lexicon):
        return _spell(_unleet(token), lexicon)
    ending: list[str] = []
    while token[-1] in "!@$":  # an exclamation mark at the end ends a sentence
        ending = ["!"] if token[-1] == "!" else ending
        token = token[:-1]
    words = [
        w for part in _split_digits(token.lstrip("!@$"), lexicon) for w in _spell(part, lexicon)
    ]
    return words + ending


def _spell(word: str, lexicon: Lexicon) -> list[str]:
    if word in lexicon.words:
        return lexicon.words[word].split()
    short = _shorten(word, lexicon)
    return lexicon.words.get(short, short).split()


def _shorten(word: str, lexicon: Lexicon) -> str:
    """ "tolooong" -> "tolong"; "neeeed" -> "need" where the vocabulary knows it."""
    if not _PAIR.search(word):
        return word
    known = lexicon.vocabulary
    if word in known:
        return word
    twice = _REPEAT.sub(r"\1\1", word)
    once = _PAIR.sub(r"\1", twice)
    if twice in known:
        return twice
    if once in known or once in lexicon.words:
        return once
    return word if twice == word else once


def _split_digits(token: str, lexicon: Lexicon) -> list[str]:
    """Numbers apart from their units, "anak2" doubled, leetspeak digits back into letters."""
    if any(c.isdigit() for c in token) and _leetspeak(token, lexicon):
        return [_unleet(token)]
    number = re.fullmatch(r"(\d+)([a-z]+)", token)
    if number and (len(number[1]) > 1 or number[2] in _UNITS or number[1] not in _LEET):
        return [number[1], number[2]]
    if number and _LEET[number[1]] in "aeio" and number[2][0] in "aeiou":
        return [number[1], number[2]]
    double = re.fullmatch(r"([a-z]{2,})2([a-z]{0,3})", token)
    if double:
        return [double[1], double[1] + double[2]]
    tail = re.fullmatch(r"([a-z]{2,})(\d+)", token)
    if tail and not (len(tail[2]) == 1 and tail[2] in "0134"):
        return [tail[1], tail[2]]
    if re.search(r"\d{2}", token):
        return re.findall(r"\d+|[a-z]+", token)
    return [_unleet(token)]


def _unleet(token: str) -> str:
    return "".join(_LEET.get(c, c) for c in token)


def _leetspeak(token: str, lexicon: Lexicon) -> bool:
    """Whether digits in a token stand for letters, also where two of them touch: they change with
    letters several times ("71d4k"), or what comes out is a word that is known ("714p")."""
    runs = _RUN.findall(token)
    if not all(c in _LEET for run in runs for c in run if c.isdigit()):
        return False
    if len(runs) >= 4:
        return True
    word = _unleet(token)
    known = word in lexicon.vocabulary or word in lexicon.words
    return known and len(word) > 3 and not (len(runs) == 2 and runs[1] in _UNITS)
