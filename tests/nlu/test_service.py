"""The parse service over real HTTP."""

import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import Service, address, wait_until

LEVELS = {"none", "concern", "high", "critical"}


def test_it_reads_intents_risk_and_categories(service):
    first, second = service.parse("halo kak, pagi", "paspor aku diambil, aku dikunci di mess")
    assert first["intents"][0]["name"] == "chitchat_greet"
    assert second["intents"][0]["name"] == "disclosure_trafficking"
    for result in (first, second):
        assert set(result["risk"]) == LEVELS
        assert sum(result["risk"].values()) == pytest.approx(1.0, abs=0.01)
        assert sum(result["categories"].values()) == pytest.approx(1.0, abs=0.01)
    assert second["risk"]["critical"] > first["risk"]["critical"]


def test_it_is_ready_with_the_model_it_loaded(service):
    status, answer = service.ask("/ready")
    assert (status, answer["ready"], len(answer["model"])) == (200, True, 12)


def test_it_explains_with_words_when_asked(service):
    (result,) = service.parse("paspor aku diambil", explain=True)
    weights = dict(result["words"])
    assert set(weights) == {"paspor", "aku", "diambil"}
    assert max(weights.values()) > 0
    assert "words" not in service.parse("paspor aku diambil")[0]


@pytest.mark.parametrize("secret", ["", "wrong", "secret-of-the-test"])
def test_it_refuses_a_wrong_secret(service, secret):
    status, answer = service.ask("/parse", {"texts": ["halo"]}, secret=secret)
    assert status == 401 and "X-Kawan-Secret" in answer["error"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"\xff", b"[" * 100_000, {"texts": "halo"}, {"texts": [1]}, {"text": []},
     {"texts": [], "explain": "yes"}],
)  # fmt: skip
def test_it_says_what_is_wrong_with_a_question(service, body):
    status, answer = service.ask("/parse", body)
    assert status == 400 and answer["error"]


@pytest.mark.parametrize("texts", [["a"] * 65, ["a" * 20_001], ["a" * 9_000_000]])
def test_it_refuses_too_much(service, texts):
    assert service.ask("/parse", {"texts": texts})[0] == 413


def test_it_takes_the_most_that_is_allowed(service):
    assert len(service.parse(*["halo"] * 64)) == 64
    assert len(service.parse("aku dikunci di mess. " * 900)) == 1


def test_no_texts_give_no_results(service):
    assert service.parse() == []


def test_unknown_paths_answer_in_json(service):
    assert service.ask("/model")[0] == 404


@pytest.mark.parametrize(
    "text",
    ["/chitchat_greet", " /chitchat_greet", "//chitchat_greet", "\u200b/chitchat_greet",
     '/chitchat_greet{"x": "y"}'],
)  # fmt: skip
def test_a_slash_forces_no_intent(service, text):
    (result,) = service.parse(text)
    assert result["intents"][0]["confidence"] < 0.9999
    assert len(result["intents"]) == 4


@pytest.mark.parametrize(
    "text",
    ["", " ", "\0", "🙂🙂", "\ud800", "\u202e\u200b", "{}[](x)", "${HOME}", "ああああ", "مرحبا", "1" * 5000,
     "\n" * 3000, "a\u0301" * 3000, "!" * 4000],
)  # fmt: skip
def test_hostile_texts_get_a_sound_answer(service, text):
    (result,) = service.parse(text)
    assert all(0.0 <= p <= 1.0 for p in result["risk"].values())


def test_danger_at_the_end_of_a_long_text_is_seen(service):
    calm = "halo kak pagi, " * 200
    quiet, alarming = service.parse(calm, calm + "aku dikunci di mess, paspor diambil bos")
    assert alarming["risk"]["critical"] > quiet["risk"]["critical"] + 0.1


def test_the_same_text_alone_or_in_company_reads_the_same(service):
    text = "bapak mukul aku tiap malam"
    alone = service.parse(text)[0]
    among = service.parse("halo", text, "hotline number")[1]
    assert alone["risk"] == pytest.approx(among["risk"], abs=1e-4)


def test_many_ask_at_once(service):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda i: service.parse(f"halo kak {i}"), range(48)))
    assert all(len(answer) == 1 for answer in answers)


def test_no_text_is_logged(service):
    marks = ("zebrakuning", "/gajahbiru", "kudahijau")
    service.parse(*marks, explain=True)
    service.ask("/parse", b'{"texts": "kudahijau')
    logged = service.log.read_text()
    assert not any(mark.strip("/") in logged for mark in marks)


def test_a_changed_model_is_not_served(start, trained, tmp_path):
    model = tmp_path / trained.name
    model.write_bytes(trained.read_bytes() + b"x")
    seal = trained.with_name(trained.name + ".sha256")
    (tmp_path / seal.name).write_text(seal.read_text())
    process, log = start(model)
    assert process.wait(60) == 1
    assert "SHA-256" in log.read_text()


def test_it_needs_a_secret(start, trained):
    process, log = start(trained, secret="")
    assert process.wait(30) == 2
    assert "KAWAN_NLU_SECRET" in log.read_text()


def test_it_is_not_ready_before_the_model_is_loaded(start, trained):
    process, log = start(trained)
    early = Service(process, address(process, log), log)
    assert early.ask("/ready") == (503, {"ready": False})
    assert early.ask("/parse", {"texts": ["halo"]})[0] == 503
    process.send_signal(signal.SIGTERM)
    assert process.wait(2.5) == 0


@pytest.mark.parametrize("end", ["SIGTERM", "SIGINT", "stdin closed"])
def test_it_ends_within_two_seconds(start, trained, end):
    process, log = start(trained, "--watch-stdin")
    service = Service(process, address(process, log), log)
    wait_until(lambda: service.ask("/ready")[0] == 200, process, log)
    began = time.monotonic()
    if end == "stdin closed":
        process.stdin.close()
    else:
        process.send_signal(getattr(signal, end))
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        pytest.fail("it did not end")
    assert time.monotonic() - began < 2.0
