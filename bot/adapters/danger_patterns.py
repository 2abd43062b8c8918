"""The pattern language of `content/danger/*.yml`, translated to spaCy `Matcher` patterns.

A pattern is a row of words over normalised text:

    aku|kami          one of these words
    kunci*            a word that begins like this;  *kurung* one that holds it
    (tidak|belum)     a word that may be missing
    ...               up to 5 words of any kind, within a sentence;  ...9 up to 9
    NUM               a number
    . , ? !           that mark;  ^ and $ where the message begins and ends
    @child            any word of the set `child` of the same file (words only)
"""

import re
from collections.abc import Mapping
from typing import Any

NUMBER = "NUM"
BEGINNING, END = "^", "$"
_GAP = re.compile(r"\.\.\.(\d*)")
_DEFAULT_GAP = 5
_LARGEST_GAP = 15
_SENTENCE_ENDS = (".", "?", "!")

Token = dict[str, Any]


class PatternError(ValueError):
    """A pattern that cannot be read; the message says which part."""


def compile_pattern(pattern: str, sets: Mapping[str, list[str]]) -> list[Token]:
    """spaCy token patterns for one row; `PatternError` where it is not understood."""
    tokens = [_token(part, sets) for part in pattern.split()]
    if not tokens:
        raise PatternError("is empty")
    if "OP" in tokens[0] or "OP" in tokens[-1]:
        raise PatternError(f"{pattern!r} must begin and end with a word that has to be there")
    return tokens


def stands_for(token: Token) -> tuple[frozenset[str], str]:
    """The plain words a token matches, or the regular expression where it has a `*` or NUM."""
    rule = token["LOWER"]
    return frozenset(rule.get("IN", ())), rule.get("REGEX", "")


def words_of(pattern: str, sets: Mapping[str, list[str]]) -> set[str]:
    """All plain words of a pattern, so that their double letters are kept."""
    found: set[str] = set()
    for part in pattern.split():
        for word in _alternatives(part.strip("()"), sets):
            found.update(re.findall(r"[a-z]+", word))
    return found


def _token(part: str, sets: Mapping[str, list[str]]) -> Token:
    gap = _GAP.fullmatch(part)
    if gap:
        size = int(gap[1] or _DEFAULT_GAP)
        if not 1 <= size <= _LARGEST_GAP:
            raise PatternError(f"{part!r}: a gap has 1 to {_LARGEST_GAP} words")
        return {"LOWER": {"NOT_IN": [*_SENTENCE_ENDS, END]}, "OP": f"{{0,{size}}}"}
    optional = part.startswith("(") and part.endswith(")")
    token = _word(_alternatives(part.strip("()") if optional else part, sets))
    return {**token, "OP": "?"} if optional else token


def _alternatives(part: str, sets: Mapping[str, list[str]]) -> list[str]:
    words: list[str] = []
    for word in part.split("|"):
        if word.startswith("@"):
            if word[1:] not in sets:
                raise PatternError(f"unknown set {word!r}")
            words.extend(sets[word[1:]])
        else:
            words.append(word)
    return words


def _word(words: list[str]) -> Token:
    for word in words:
        if word != NUMBER and not re.fullmatch(r"\*?[a-z0-9]+\*?|[.,?!^$]", word):
            raise PatternError(f"{word!r} is not a plain lower-case word")
    if not any("*" in word or word == NUMBER for word in words):
        return {"LOWER": {"IN": words}}
    choices = "|".join(word.replace("*", "[a-z0-9]*").replace(NUMBER, "[0-9]+") for word in words)
    return {"LOWER": {"REGEX": f"^(?:{choices})$"}}
