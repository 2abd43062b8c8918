"""Reads the spelling lexicon that rules and model share."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import yaml

from bot.domain.text import Lexicon, fold

FOLDER = Path("content") / "lexicon"
_SEEN_OFTEN = 3


def load_words(folder: Path) -> dict[str, str]:
    """`variant -> standard form` from every `*.yml` of `folder` (`standard: [variants]`).

    Raises FileNotFoundError when the folder holds none: a model trained without the lexicon
    would read other words than the rules do.
    """
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise FileNotFoundError(f"no spelling lexicon in {folder}")
    words: dict[str, str] = {}
    for file in files:
        for standard, variants in (yaml.safe_load(file.read_text("utf-8")) or {}).items():
            for variant in variants or []:
                words.setdefault(str(variant), str(standard))
    return words


def build(folder: Path, texts: Iterable[str]) -> Lexicon:
    """The lexicon of `folder`, knowing the double letters that `texts` use often ("need")."""
    words = load_words(folder)
    counts = Counter(w for text in texts for w in fold(text).split() if w.isalpha())
    often = {w for w, n in counts.items() if n >= _SEEN_OFTEN}
    standard = {w for form in words.values() for w in form.split()}
    return Lexicon(words, frozenset(often | standard))
