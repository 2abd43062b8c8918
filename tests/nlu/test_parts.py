"""Parts of the pipeline on their own."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from nlu import vectors
from nlu.components import fitting, store
from nlu.components.linear import Softmax
from nlu.results import combine
from nlu.windows import SIZE, cut


def test_a_model_is_the_same_after_a_round_trip(tmp_path):
    random = np.random.default_rng(1)
    ngrams = csr_matrix(random.random((40, 12)).astype(np.float32))
    labels = np.array(["a", "b"] * 20)
    space = fitting.Space.of(ngrams, None)
    (model,) = fitting.fit([space], [fitting.Task(labels, np.arange(40), 1.0, 0.5)], processes=1)
    model.save(tmp_path, "head.lean")
    loaded = Softmax.load(tmp_path, "head.lean")
    expected = model.probabilities(ngrams, None)
    assert loaded.probabilities(ngrams, None) == pytest.approx(expected, abs=1e-3)
    assert loaded.classes == ("a", "b")


def test_arrays_with_objects_are_refused(tmp_path):
    np.savez(tmp_path / "bad.npz", x=np.array([object()], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        store.read_arrays(tmp_path / "bad.npz")


def test_a_text_without_words_has_a_zero_vector():
    rows = vectors.embed(["", "?!", "halo kak"])
    assert not rows[:2].any()
    assert np.linalg.norm(rows[2]) == pytest.approx(1.0, abs=1e-3)


def test_vectors_are_kept_by_hash_without_texts(tmp_path):
    cache = tmp_path / "vectors.npz"
    first = vectors.embed_many(["zebrakuning", "halo"], cache, processes=1)
    again = vectors.embed_many(["halo", "zebrakuning"], cache, processes=1)
    assert np.array_equal(first, again[::-1])
    assert b"zebrakuning" not in cache.read_bytes()


def test_a_damaged_cache_is_made_anew(tmp_path):
    cache = tmp_path / "vectors.npz"
    cache.write_bytes(b"not an archive")
    assert vectors.embed_many(["halo"], cache, processes=1).shape == (1, vectors.DIMENSIONS)


@pytest.mark.parametrize("text", ["", "a", "a" * 2000, "kata " * 500, "Satu. Dua! Tiga? " * 200])
def test_windows_hold_every_word(text):
    pieces = cut(text)
    assert pieces and all(len(piece) <= SIZE for piece in pieces)
    assert set(text.split()) <= {w for piece in pieces for w in piece.split()} | {"a" * 2000}
    assert sum(map(len, pieces)) >= len(text)


def test_the_worst_window_decides_the_risk():
    def window(name, none):
        risk = {"none": none, "concern": 0.0, "high": 1.0 - none, "critical": 0.0}
        return {"risk": risk, "intent_ranking": [{"name": name, "confidence": 1.0}]}

    whole = combine([window("calm", 1.0), window("danger", 0.2), window("calm", 0.9)])
    assert whole["risk"]["high"] == pytest.approx(0.8)
    assert whole["intent_ranking"][0]["name"] == "calm"


def test_long_talk_keeps_the_label_of_the_danger_in_it():
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from nlu.components.examples import risk_of
    from nlu.components.long_talk import LongTalk

    calm = [Message.build(f"calm {i}", "ordinary") for i in range(12)]
    told = Message.build("danger", "disclosure_violence", intent_metadata={"risk": "high"})
    examples = LongTalk().process_training_data(TrainingData([*calm, told])).training_examples
    added = examples[13:]
    assert len(added) == 2
    for message in added:
        assert risk_of(message) == "high"
        assert "danger" in message.get("text") and "calm" in message.get("text")
