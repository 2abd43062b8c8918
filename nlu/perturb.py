"""Ways in which people, phones and attackers change the look of a text, all repeatable."""

import random
import re
from collections.abc import Callable

_LOOKALIKE = str.maketrans("aeopcxyi", "аеорсхуі")
_LEET = str.maketrans("aeiost", "4310$7")
_VOWELS = re.compile(r"(?<=[bcdfghjklmnpqrstvwyz])[aeiou](?=[a-z])", re.IGNORECASE)
_EMOJI = "😭🙏💔😢"


def _some(text: str, change: Callable[[str, random.Random], str], share: float) -> str:
    """Changes about `share` of the words, the same ones each time."""
    dice = random.Random(text)  # noqa: S311 (repeatable on purpose, no secret)
    parts = re.split(r"(\s+)", text)
    return "".join(change(p, dice) if p.strip() and dice.random() < share else p for p in parts)


def capitals(text: str) -> str:
    return text.upper()


def homoglyphs(text: str) -> str:
    """Cyrillic letters that look like Latin ones."""
    return text.translate(_LOOKALIKE)


def zero_width(text: str) -> str:
    """An unseen character after every second letter."""
    return "".join(c + ("\u200b" if i % 2 else "") for i, c in enumerate(text))


def leetspeak(text: str) -> str:
    """Digits for letters in half the words of four letters or more."""
    return _some(text, lambda w, _: w.translate(_LEET) if len(w) > 3 and w.isalpha() else w, 0.5)


def missing_spaces(text: str) -> str:
    """A tenth of the spaces gone."""
    dice = random.Random(text)  # noqa: S311
    return "".join("" if c == " " and dice.random() < 0.1 else c for c in text)


def repeated_letters(text: str) -> str:
    """The last vowel of a third of the words, drawn out."""
    return _some(text, lambda w, _: re.sub(r"([aeiou])([a-z]?)$", r"\1\1\1\1\2", w), 0.33)


def dropped_vowels(text: str) -> str:
    """One inner vowel gone in a quarter of the words."""
    return _some(text, _drop, 0.25)


def _drop(word: str, dice: random.Random) -> str:
    found = list(_VOWELS.finditer(word))
    if len(word) < 4 or not found:
        return word
    at = dice.choice(found).start()
    return word[:at] + word[at + 1 :]


def emoji_between_letters(text: str) -> str:
    """One word of four letters or more with a picture between all its letters."""
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) >= 4 and w.isalpha()]
    if long:
        at = random.Random(text).choice(long)  # noqa: S311
        words[at] = _EMOJI[len(words[at]) % len(_EMOJI)].join(words[at])
    return " ".join(words)


SAME_RULES: dict[str, Callable[[str], str]] = {
    "capitals": capitals,
    "homoglyphs": homoglyphs,
    "zero-width characters": zero_width,
    "leetspeak": leetspeak,
}
ALL: dict[str, Callable[[str], str]] = {
    **SAME_RULES,
    "missing spaces": missing_spaces,
    "repeated letters": repeated_letters,
    "dropped vowels": dropped_vowels,
    "emoji between letters": emoji_between_letters,
}
