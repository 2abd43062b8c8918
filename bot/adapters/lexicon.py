"""Loads the spelling lexicon that `bot.domain.text.normalise` reads with."""

from pathlib import Path

from bot.adapters.content.pages import load_yaml
from bot.adapters.content.problems import ContentError, Problem
from bot.domain.text import Lexicon


def load_lexicon(folder: Path, vocabulary: frozenset[str] = frozenset()) -> Lexicon:
    """All files of `folder` as one lexicon; a variant stands for its first standard form.
    `vocabulary` adds words whose double letters are right."""
    words: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        raw = load_yaml(path.read_text("utf-8"), path)
        if not isinstance(raw, dict):
            raise ContentError(
                [Problem(str(path), 1, "needs lines of `standard form: [variants]`")]
            )
        for standard, variants in raw.items():
            if not isinstance(variants, list):
                raise ContentError(
                    [Problem(str(path), 1, f"{standard} needs a [list] of variants")]
                )
            for variant in variants:
                words.setdefault(str(variant), str(standard))
    standard_words = {w for form in words.values() for w in form.split()}
    return Lexicon(words, vocabulary | standard_words)
