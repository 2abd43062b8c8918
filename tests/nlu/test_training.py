"""Training as people run it: what it writes, when it does nothing, how it refuses."""

import hashlib
import tarfile

import numpy as np
import pytest
from small import DATA, train, write_project

from nlu.reader import ModelError, Reader, smoke_test


def weights(model):
    """All arrays of a model archive by name."""
    found = {}
    with tarfile.open(model) as archive:
        for member in archive:
            if member.name.endswith(".npz"):
                with np.load(archive.extractfile(member)) as stored:
                    found.update({f"{member.name}/{n}": stored[n] for n in stored.files})
    return found


def test_it_seals_the_model(trained):
    seal = trained.with_name(trained.name + ".sha256").read_text().split()
    assert seal == [hashlib.sha256(trained.read_bytes()).hexdigest(), trained.name]


def test_a_model_holds_no_pickle(trained):
    with tarfile.open(trained) as archive:
        endings = {name.rsplit(".", 1)[-1] for name in archive.getnames() if "/" in name}
    assert not endings & {"pkl", "pickle", "joblib", "skops"}


def test_the_same_data_gives_the_same_model(project, trained, tmp_path):
    assert train(project, tmp_path).returncode == 0
    first, second = weights(trained), weights(tmp_path / trained.name)
    assert first.keys() == second.keys() and first
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_nothing_happens_when_nothing_changed(project, trained):
    before = trained.stat().st_mtime_ns
    done = train(project, trained.parent)
    assert done.returncode == 0 and "nothing changed" in done.stdout
    assert trained.stat().st_mtime_ns == before


def test_without_sentence_vectors_it_still_reads(tmp_path):
    project = write_project(tmp_path / "project", vectors=False)
    assert train(project, tmp_path / "out").returncode == 0
    reader = Reader(tmp_path / "out" / "kawan-nlu.tar.gz")
    smoke_test(reader)
    assert reader.read(["halo kak"])[0]["intents"][0]["name"] == "chitchat_greet"


def test_a_full_model_goes_on_when_the_sentence_model_breaks(trained, monkeypatch):
    from nlu import vectors

    def broken():
        raise vectors.Unavailable("not here")

    monkeypatch.setattr(vectors, "engine", broken)
    reader = Reader(trained)
    assert reader.read(["paspor diambil, aku dikunci"])[0]["risk"]["critical"] > 0.3


def test_a_model_that_answers_the_same_to_everything_is_refused(trained):
    class Stuck:
        def read(self, texts):
            return Reader(trained).read(["halo"]) * len(texts)

    with pytest.raises(ModelError, match="the same"):
        smoke_test(Stuck())


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("data/bad.id.yml", "nlu: [\n", "bad.id.yml:2"),
        ("data/bad.id.yml", "nlu:\n  - intent: nobody\n    examples: |\n      - x\n", "nobody"),
        ("data/bad.id.yml", "just words", "needs a list"),
        (
            "data/bad.id.yml",
            "nlu:\n  - intent: chitchat_greet\n    metadata: {risk: much}\n    examples: |\n      - x\n",
            "much",
        ),
        ("domain.yml", None, "domain.yml is missing"),
        ("config.yml", None, "config.yml is missing"),
    ],
)
def test_it_says_in_one_line_what_is_wrong(tmp_path, file, content, says):
    project = write_project(tmp_path / "project")
    path = project / file
    path.unlink() if content is None else path.write_text(content)
    done = train(project, tmp_path / "out")
    assert done.returncode == 2
    assert says in done.stderr and len(done.stderr.splitlines()) == 1


def test_it_needs_a_lexicon(project, tmp_path):
    done = train(project, tmp_path / "out", "--lexicon", str(tmp_path))
    assert done.returncode == 2 and "lexicon" in done.stderr


def test_the_small_data_is_whole():
    assert all(len(texts) == 6 for _, texts in DATA.values())
