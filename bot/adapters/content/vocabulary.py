"""The words that the campaign's own texts use: all that is kept of a question without an answer."""

from bot.adapters.content.library import Library
from bot.adapters.content.markup import visible
from bot.domain.text import Lexicon, normalise

_WITHOUT = frozenset({"story"})  # invented people have names


def content_words(library: Library, lexicon: Lexicon) -> frozenset[str]:
    """Words of titles and topics, in standard spelling. Words that are only ever written with a
    capital letter (names, places) are left out."""
    found: set[str] = set()
    for page in library.topics.values():
        texts = [text for name, text in page.parts.items() if name not in _WITHOUT]
        plain = visible("\n".join([page.title, *texts])).split()
        small = [word for word in plain if word[:1].islower()]
        found.update(normalise(" ".join(small), lexicon).split())
    return frozenset(word for word in found if word.isalpha())
