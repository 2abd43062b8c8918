"""What the model is measured on was never trained on: no line, and no near copy of one."""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
ALIKE = 0.6
_LABELS = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"]


def grams(text: str) -> frozenset[str]:
    """Its pieces of four characters."""
    plain = " ".join(text.lower().split())
    return frozenset(plain[i : i + 4] for i in range(max(1, len(plain) - 3)))


def training_lines() -> list[tuple[str, str]]:
    found = []
    for path in sorted((ROOT / "nlu" / "data").glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            rows = block["examples"].splitlines()
            found += [(path.name, row[2:].strip()) for row in rows if row.startswith("- ")]
    return found


def test_no_training_line_is_an_evaluation_line_or_a_near_copy() -> None:
    lines = training_lines()
    pieces = [grams(text) for _, text in lines]
    holders = defaultdict(list)
    for number, some in enumerate(pieces):
        for piece in some:
            holders[piece].append(number)
    copies = []
    for row in rows_of("messages.jsonl"):
        own = grams(row["text"])
        shared = Counter(n for piece in own for n in holders.get(piece, ()))
        for number, count in shared.most_common(5):
            if count / len(own | pieces[number]) > ALIKE:
                copies.append((row["text"], lines[number]))
    assert copies == []


def rows_of(name: str) -> list[dict[str, object]]:
    text = (ROOT / "nlu" / "eval" / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_the_held_out_set_is_large_and_covers_every_label() -> None:
    rows = rows_of("messages.jsonl")
    assert len(rows) >= 600
    assert len({row["text"] for row in rows}) == len(rows)
    topics = {row["topic"] for row in rows if row["kind"] == "question"}
    assert len(topics) == 31 and topics <= set(_LABELS)
    danger = [row for row in rows if row["kind"] == "disclosure"]
    assert len({row["category"] for row in danger}) == 7
    assert {row["risk"] for row in danger} == {"concern", "high", "critical"}
    assert {row["voice"] for row in rows} == {"id_youth", "id_parent", "en"}


@pytest.mark.parametrize("part", ["disclosure", "question"])
def test_labels_are_complete(part: str) -> None:
    for row in rows_of("messages.jsonl"):
        if row["kind"] == part:
            assert (row["topic"] is None) == (part == "disclosure"), row
            assert (row["risk"] is None) == (part == "question"), row
