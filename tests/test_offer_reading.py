"""Reading job offers: the rule, evidence, amounts, negation, and any text whatever."""

import io
import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.adapters.content.library import Library
from bot.adapters.content.offer_render import Card
from bot.adapters.offer_card import WIDTH, draw_card
from bot.adapters.offer_load import load_offers
from bot.adapters.offer_rules import SpacyOfferReader
from bot.domain.offer import INDICATORS, Verdict, Weight, judge
from bot.terminal.offers import check_offers
from tests.conftest import CONTENT

S, M, W = Weight.STRONG, Weight.MEDIUM, Weight.WEAK
READER = load_offers(CONTENT)
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "300"))


@pytest.mark.parametrize(
    ("weights", "verdict"),
    [
        ([], "unclear"), ([W], "unclear"), ([W, W, W], "unclear"),
        ([M], "warning"), ([S], "warning"), ([M, M], "warning"), ([M, W], "warning"),
        ([S, S], "strong_warning"), ([S, M], "strong_warning"), ([S, W], "strong_warning"),
        ([M, M, M], "strong_warning"), ([M, M, W], "strong_warning"),
    ],
)  # fmt: skip
def test_the_ilo_rule(weights: list[Weight], verdict: str) -> None:
    names = INDICATORS[: len(weights)]
    assert judge(names, dict(zip(names, weights, strict=True))) is Verdict(verdict)
    assert judge([*names, *names], dict(zip(names, weights, strict=True))) is Verdict(verdict)


def _seen(text: str) -> dict[str, str]:
    return {found.id: found.evidence for found in READER.find(text).found}


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("Gaji Rp 15jt per bulan", "Rp 15jt per bulan"),
        ("gaji 15 juta sebulan", "15 juta sebulan"),
        ("Salary RM 6,000 a month", "RM 6,000 a month"),
        ("they pay me a salary of 3.000 USD", "3.000 USD"),
        ("gaji 13-20jt/bln", "13-20jt/bln"),
        ("gaji lima belas juta", "lima belas juta"),
        ("sehari bisa 1jt", "1jt"),
    ],
)
def test_amounts_that_are_too_high(text: str, evidence: str) -> None:
    assert _seen(text)["unrealistic_pay"] == evidence


@pytest.mark.parametrize(
    "text",
    [
        "Gaji Rp 4.901.798", "Salary RM 1,700 a month", "honor 150rb/hari", "gaji UMK",
        "Gaji di Jepang 22 juta", "gaji perawat 20 juta", "S$650 a month", "harga motor 18 juta",
    ],
)  # fmt: skip
def test_ordinary_pay(text: str) -> None:
    assert "unrealistic_pay" not in _seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "tanpa biaya apa pun", "no fees, no deposits or hidden costs", "ijazah tidak ditahan",
        "tidak ada biaya, potongan, maupun penahanan ijazah", "kontrak tertulis, bukan visa turis",
        "we never keep your passport", "usia min 18, tidak menerima anak di bawah umur",
        "Waspada penipuan yang meminta transfer uang", "HP disimpan di loker saat jam kerja",
    ],
)  # fmt: skip
def test_denials_are_no_signs(text: str) -> None:
    assert not _seen(text)


def test_a_denial_reaches_no_further_than_its_clause() -> None:
    assert "documents_kept" in _seen("tanpa biaya, ijazah asli ditahan")
    assert "documents_kept" in _seen("no fees but they keep your passport")


@pytest.mark.parametrize(
    "text", ["IJAZAH\u200bNYA DITAHAN", "𝗜𝗷𝗮𝘇𝗮𝗵 𝗱𝗶𝘁𝗮𝗵𝗮𝗻", "ijazah di tahan", "ijzh ditahan"]
)
def test_disguises(text: str) -> None:
    seen = _seen(text)
    assert seen["documents_kept"] in text


def _development() -> list[dict[str, object]]:
    path = Path(__file__).parent / "data" / "offers_dev.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_development_offers_are_read_right(library: Library) -> None:
    right = wrong = missed = warned = 0
    for offer in _development():
        found, wanted = set(_seen(str(offer["text"]))), set(offer["indicators"])  # type: ignore[call-overload]
        right += len(found & wanted)
        wrong += len(found - wanted)
        missed += len(wanted - found)
        warned += bool(offer["legit"]) and judge(found, library.weights) != "unclear"
    assert right / (right + wrong) >= 0.95
    assert right / (right + missed) >= 0.95
    assert warned <= 1


_PIECES = [w for offer in _development() for w in str(offer["text"]).split()]
_WILD = st.one_of(
    st.text(max_size=3000),
    st.lists(st.sampled_from(_PIECES), max_size=300).map(" ".join),
    st.tuples(st.sampled_from([*_PIECES, "(", "<b>", "&", "\x00", "🔥", "tidak ", "1.", ", "]),
              st.integers(1, 3000)).map(lambda t: t[0] * t[1]),
    st.text("aeiou tidak0123456789.,-/()\n$?!'\u200b\u202e🔥", max_size=2000),
)  # fmt: skip


# `HYPOTHESIS_EXAMPLES` sets another number; 10,000 were run before this was handed over.
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(_WILD)
@example("")
@example("\x00\x01\ufeff")
@example("rp" * 5000)
@example("1" * 5000 + " juta")
@example("9.9.9.9,9,9 juta per bulan" * 300)
@example("²³ juta ١٢ juta")
def test_any_text_is_read_and_evidence_is_in_it(text: str) -> None:
    reading = READER.find(text)
    assert len({f.id for f in reading.found}) == len(reading.found)
    for found in reading.found:
        assert found.id in INDICATORS
        assert found.evidence
        assert found.evidence in text


def test_a_hundred_kilobytes_are_read() -> None:
    words = random.Random(7).choices(_PIECES, k=20_000)
    for text in (" ".join(words), "tidak boleh " * 9000, "a.\n" * 33_000, "🔥" * 30_000):
        READER.find(text)


def test_a_broken_line_does_not_stop_the_rest() -> None:
    out = io.StringIO()
    source = io.StringIO('{"text": "a"}\nnonsense\n[]\n{"text": 3}\n{"text": "b"}')
    check_offers(source, out, lambda text: {"text": text}, jsonl=True)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line.get("text") for line in lines] == ["a", None, None, None, "b"]
    assert [line.get("line") for line in lines] == [None, 2, 3, 4, None]


def test_plain_input_is_one_offer() -> None:
    out = io.StringIO()
    check_offers(io.StringIO("satu\ndua\n"), out, lambda text: {"text": text}, jsonl=False)
    assert json.loads(out.getvalue()) == {"text": "satu\ndua\n"}


def test_the_picture_is_a_png_as_wide_as_said() -> None:
    card = Card(
        "warning", "Judul", "Peringatan", ("Dokumen asli ditahan",) * 8, ("a " * 90, "b", "c")
    )
    png = draw_card(card)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20], "big") == WIDTH
    assert png == draw_card(card)


def test_names_and_reasons_in_every_language(
    library: Library, offer_reader: SpacyOfferReader
) -> None:
    for texts in library.offers.values():
        assert set(texts.names) == set(texts.why) == set(INDICATORS)
