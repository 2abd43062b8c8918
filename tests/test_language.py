"""The language of an answer follows the message, and an explicit choice sticks."""

import pytest

from bot.adapters.language import Guesser
from bot.domain.language import Detection, choose

KNOWN = frozenset({"id", "en"})


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("gw mau tanya soal ijazah", "id"),
        ("my passport was taken by the agent", "en"),
        ("apa itu child grooming kak?", "id"),
        ("Beta sonde tau lai", "id"),
        ("is it safe?", "en"),
        ("boleh minta info loker di malaysia?", "id"),
        ("hatur nuhun teh", "id"),
        ("how old is a child", "en"),
    ],
)
def test_it_tells_the_languages_apart(guesser: Guesser, text: str, language: str) -> None:
    assert choose(known=KNOWN, detected=guesser.detect(text)) == language


@pytest.mark.parametrize("text", ["ok", "stop", "menu", "hmm", "123", "😀", "", "Rina"])
@pytest.mark.parametrize("previous", ["id", "en"])
def test_shared_words_do_not_flip_it(guesser: Guesser, text: str, previous: str) -> None:
    assert choose(known=KNOWN, detected=guesser.detect(text), previous=previous) == previous


def test_precedence_from_first_to_last() -> None:
    english = Detection("en", True)
    assert choose(known=KNOWN, explicit="id", detected=english, previous="en") == "id"
    assert choose(known=KNOWN, detected=english, previous="id", client="id") == "en"
    assert choose(known=KNOWN, detected=Detection("en", False), previous="id") == "id"
    assert choose(known=KNOWN, detected=Detection("id", False), client="en-US") == "en"
    assert choose(known=KNOWN, client="ms") == "id"
    assert choose(known=KNOWN, client="jv") == "id"
    assert choose(known=KNOWN, detected=Detection("en", False), client="fr") == "en"
    assert choose(known=KNOWN) == "id"


def test_malay_counts_as_indonesian(guesser: Guesser) -> None:
    assert choose(known=KNOWN, detected=guesser.detect("macam mana nak buat laporan polis")) == "id"
