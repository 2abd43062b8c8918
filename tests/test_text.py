"""People type in many ways; rules and model must read them as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.lexicon import load_lexicon
from bot.domain.text import normalise, strip_invisible
from tests.conftest import CONTENT

LEXICON = load_lexicon(CONTENT / "lexicon", frozenset({"need", "maaf"}))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("TOLONG", "tolong"),
        ("T0L0NG", "tolong"),
        ("t o l o n g aku", "tolong aku"),
        ("t.o.l.o.n.g", "tolong"),
        ("tоlоng", "tolong"),  # with Cyrillic letters
        ("to\u200blong", "tolong"),
        ("\u202etolong\u202c", "tolong"),
        ("ｔｏｌｏｎｇ", "tolong"),
        ("tolooooong", "tolong"),
        ("t😭o😭l😭o😭n😭g", "tolong"),
        ("aku😭takut", "aku takut"),
        ("I neeeed you", "i need you"),
        ("maaf", "maaf"),
        ("gw d1kunci", "aku dikunci"),
        ("m@ti", "mati"),
        ("anak2", "anak anak"),
        ("umur 14thn", "umur 14 tahun"),
        ("Rp15jt", "rupiah 15 juta"),
        ("4ku di rumah", "aku di rumah"),
        ("I'm scared!", "im scared !"),
        ("don’t", "dont"),
        ("", ""),
        ("😭😭", ""),
    ],
)
def test_it_reads_tricks_and_slang_as_plain_words(typed: str, meant: str) -> None:
    assert normalise(typed, LEXICON) == meant


@given(st.text(max_size=300))
def test_any_text_gives_plain_words(text: str) -> None:
    normal = normalise(text, LEXICON)
    assert normal == normal.strip()
    assert "  " not in normal
    assert all(c.isascii() and (c.isalnum() or c in " ?!.,") for c in normal)


@given(st.text(max_size=300))
def test_normal_text_stays_what_it_is_in_capitals(text: str) -> None:
    plain = "".join(c for c in text if c.isascii())
    assert normalise(plain.upper(), LEXICON) == normalise(plain, LEXICON)


@given(st.text(alphabet="abc \n\u200b\u200d\u202e\ufeff\u2066\x07", max_size=50))
def test_unseen_characters_are_removed(text: str) -> None:
    assert set(strip_invisible(text)) <= set("abc \n")
