"""The guided check as a use case: rate, back and stop, what is kept and what is not."""

import json
from dataclasses import replace

import pytest

from bot.adapters.content.library import Library
from bot.adapters.offer_rules import SpacyOfferReader
from bot.domain.conversation import Conversation
from bot.domain.offer import INDICATORS, QUESTIONS
from bot.domain.offer_check import AT_MOST, OfferCheck, pack, shorten, unpack
from bot.usecases.check_offer import CheckOffer

ADVERT = (
    "LOKER Sabah! Gaji RM 9.000 tanpa pengalaman, usia bebas, hub Bu Yati 0812-3456-7890, "
    "ijazah asli ditahan, berangkat besok pakai visa turis."
)


@pytest.fixture
def check(offer_reader: SpacyOfferReader, library: Library) -> CheckOffer:
    return CheckOffer(offer_reader, library.weights)


def test_nothing_of_the_advert_stays_but_signs_and_their_words(check: CheckOffer) -> None:
    state, _ = check.read(ADVERT, Conversation(), "id", 1000.0)
    kept = json.dumps(state.to_json(), ensure_ascii=False)
    assert "0812" not in kept
    assert "Bu Yati" not in kept
    assert "ijazah asli ditahan" in kept


def test_the_end_of_a_check_drops_it(check: CheckOffer) -> None:
    state, replies = check.read(ADVERT, Conversation(), "id", 1000.0)
    for _ in QUESTIONS:
        if state.offer is None:
            break
        state, replies = check.press("offer:skip", state, "id", 1000.0)
    assert state.offer is None
    assert replies[-1].key == "message/offer_strong_warning"
    assert "ijazah" not in json.dumps(state.to_json())


def test_the_seventh_check_within_an_hour_waits(check: CheckOffer) -> None:
    state = Conversation()
    for turn in range(AT_MOST):
        state, replies = check.read(ADVERT, state, "id", 1000.0 + turn)
        assert replies[0].key == "message/offer_found"
    state, replies = check.read(ADVERT, state, "id", 1100.0)
    assert [r.key for r in replies] == ["message/offer_limit"]
    assert state.offer is None
    _, replies = check.read(ADVERT, state, "id", 1000.0 + 3700)
    assert replies[0].key == "message/offer_found"


def test_back_takes_the_answers_signs_with_it(check: CheckOffer) -> None:
    state, _ = check.press("offer:ask", replace(Conversation(), offer=OfferCheck()), "en", 0.0)
    state, _ = check.press("offer:a:travel_cost:bad", state, "en", 0.0)
    assert state.offer and [s.id for s in state.offer.signs] == ["upfront_payment"]
    state, replies = check.press("offer:back", state, "en", 0.0)
    assert state.offer and state.offer.signs == ()
    assert replies[-1].key == "offer/travel_cost"


def test_a_button_of_another_question_changes_nothing(check: CheckOffer) -> None:
    state, _ = check.press("offer:ask", replace(Conversation(), offer=OfferCheck()), "en", 0.0)
    after, replies = check.press("offer:a:age:bad", state, "en", 0.0)
    assert after == state
    assert replies[-1].key == "offer/travel_cost"


def test_the_state_survives_being_stored(check: CheckOffer) -> None:
    state, _ = check.read(ADVERT, Conversation(), "id", 1000.0)
    assert Conversation.from_json(json.loads(json.dumps(state.to_json()))) == state


@pytest.mark.parametrize("raw", [None, {}, {"step": "of another version"}])
def test_a_strange_stored_check_is_none(raw: dict[str, object] | None) -> None:
    assert OfferCheck.from_json(raw) is None


@pytest.mark.parametrize("data", ["offer:card:strong_warning:zz", "offer:share:", "offer:x:y:z"])
def test_strange_buttons_do_not_break(check: CheckOffer, data: str) -> None:
    assert check.press(data, Conversation(), "en", 0.0)[1]


def test_signs_are_packed_into_a_button() -> None:
    assert set(unpack(pack(INDICATORS))) == set(INDICATORS)
    assert len(f"offer:card:strong_warning:{pack(INDICATORS)}") <= 64


def test_evidence_is_kept_without_numbers_and_addresses() -> None:
    assert shorten("hub +62 812-3456-7890 atau @bosku\nhttps://x.example/a") == "hub … atau … …"


@pytest.mark.parametrize(
    ("question", "words", "answer"),
    [
        ("papers", "ijazahnya ditahan dulu katanya", "bad"),
        ("papers", "I keep it myself", "good"),
        ("travel_cost", "potong gaji", "debt"),
        ("contract", "nggak ada", "bad"),
        ("contract", "yes, signed", "good"),
        ("age", "umurnya 16", "bad"),
        ("age", "22 tahun", "good"),
        ("phone_home", "ga boleh", "bad"),
        ("place", "gak tau kak", "unknown"),
        ("place", "lewatin aja", "skip"),
        ("place", "stop", "stop"),
        ("place", "back", "back"),
        ("age", "apa kabar", None),
    ],
)
def test_answers_in_own_words(
    offer_reader: SpacyOfferReader, question: str, words: str, answer: str | None
) -> None:
    assert offer_reader.understand(question, words) == answer
