"""Words of people that mean something in every state: safe words, and asking who wrote here."""

import re
from pathlib import Path

from bot.adapters.content.pages import load_yaml
from bot.adapters.content.problems import ContentError, Problem
from bot.usecases.accompany import PersonWords
from bot.usecases.safe_contact import plain


def read_person_words(root: Path) -> PersonWords:
    """From `person_words.yml` below `root`; `ContentError` when it cannot be used."""
    path = root / "person_words.yml"
    try:
        raw = load_yaml(path.read_text("utf-8"), path)
        safe = tuple(str(word) for words in raw["safe_words"].values() for word in words)
        asks = [re.compile(str(p)) for patterns in raw["who_wrote"].values() for p in patterns]
    except (OSError, KeyError, TypeError, AttributeError, re.error) as error:
        what = f"needs safe_words and who_wrote, by language ({type(error).__name__})"
        raise ContentError([Problem(str(path), 1, what)]) from error
    return PersonWords(safe, lambda text: any(p.search(plain(text)) for p in asks))
