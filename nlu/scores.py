"""Scores of understanding: what is counted, over which lines, and how sure the figure is."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]  # a labelled line merged with the bot's decision on it
SERIOUS = ("high", "critical")
ORDER = (None, "concern", "high", "critical")


@dataclass(frozen=True)
class Measure:
    """`among`: which lines count; `good`: whether one is right; `floor` and `aim` as shares.
    `ceiling` measures (false alarms) are right when they stay below."""

    name: str
    among: Callable[[Row], bool]
    hit: Callable[[Row], bool]
    floor: float
    aim: float
    ceiling: bool = False

    def met(self, share: float) -> bool:
        return share <= self.floor if self.ceiling else share >= self.floor


@dataclass(frozen=True)
class Score:
    """`hits` of `total` lines, with a 95% Wilson interval."""

    hits: int
    total: int

    @property
    def share(self) -> float:
        return self.hits / self.total if self.total else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.hits, self.total)


def wilson(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """95% interval of a share (Wilson 1927); (0, 1) when there is nothing to count."""
    if total == 0:
        return 0.0, 1.0
    p = hits / total
    centre = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return max(0.0, centre - half), min(1.0, centre + half)


def score(measure: Measure, rows: Iterable[Row]) -> Score:
    """The measure over `rows`."""
    counted = [row for row in rows if measure.among(row)]
    return Score(sum(measure.hit(row) for row in counted), len(counted))


def _disclosed(*levels: str) -> Callable[[Row], bool]:
    return lambda row: row["risk"] in levels


def _question(row: Row) -> bool:
    return bool(row["kind"] == "question")


def _calm(row: Row) -> bool:
    return bool(row["kind"] != "disclosure")


def _alarmed(row: Row) -> bool:
    return row["alarm"] in SERIOUS


def _level(row: Row) -> bool:
    step = ORDER.index(row["alarm"]) - ORDER.index(row["risk"])
    return step in (0, 1)


MEASURES: tuple[Measure, ...] = (
    Measure("alarms on critical and high disclosures", _disclosed(*SERIOUS), _alarmed, 0.96, 0.99),
    Measure(
        "alarms or an offer of help on concern", _disclosed("concern"),
        lambda r: r["alarm"] is not None, 0.90, 0.97,
    ),
    Measure("false alarms (high or critical) on everything else", _calm, _alarmed, 0.04, 0.01, True),
    Measure(
        "concern or above on everything else", _calm, lambda r: r["alarm"] is not None,
        0.08, 0.02, True,
    ),
    Measure(
        "alarm level right or one step too high", lambda r: r["kind"] == "disclosure", _level,
        0.85, 0.95,
    ),
    Measure(
        "category right", lambda r: r["kind"] == "disclosure",
        lambda r: r["predicted_category"] == r["category"], 0.80, 0.92,
    ),
    Measure(
        "topic right, first answer", _question, lambda r: r["predicted_topic"] == r["topic"],
        0.90, 0.96,
    ),
    Measure(
        "topic among the three candidates", _question, lambda r: r["topic"] in r["candidates"],
        0.97, 0.99,
    ),
    Measure(
        "out-of-scope lines not answered with a topic", lambda r: r["kind"] == "out_of_scope",
        lambda r: r["predicted_topic"] is None, 0.90, 0.97,
    ),
    Measure(
        "language of the answer, id and en lines", lambda r: r["lang"] in ("id", "en"),
        lambda r: r["language"] == r["lang"], 0.99, 1.0,
    ),
)  # fmt: skip

TWEETS: tuple[Measure, ...] = (
    Measure("false alarms on tweets", lambda r: True, _alarmed, 0.015, 0.003, True),
    Measure(
        "concern or above on tweets", lambda r: True, lambda r: r["alarm"] is not None,
        0.04, 0.01, True,
    ),
)  # fmt: skip

# With the parse service down: (over messages, over tweets).
RULES_ALONE: tuple[tuple[Measure, ...], tuple[Measure, ...]] = (
    (
        Measure(MEASURES[0].name, MEASURES[0].among, _alarmed, 0.75, 0.90),
        Measure(MEASURES[2].name, _calm, _alarmed, 0.04, 0.01, True),
    ),
    (Measure("false alarms on tweets", lambda r: True, _alarmed, 0.01, 0.003, True),),
)

VOICE_SLACK = 0.05  # how far a single voice may fall below a floor


def merge(labelled: Sequence[Row], decided: Sequence[Row]) -> list[Row]:
    """Labels and decisions side by side; `ValueError` when they do not belong together."""
    if len(labelled) != len(decided):
        raise ValueError(f"{len(labelled)} lines but {len(decided)} decisions")
    rows = []
    for label, decision in zip(labelled, decided, strict=True):
        if label["text"] != decision.get("text"):
            raise ValueError(f"no decision for {label['text'][:40]!r}")
        rows.append(
            {
                "text": label["text"],
                "lang": label.get("lang"),
                "voice": label.get("voice") or label.get("source") or "-",
                "kind": label.get("kind"),
                "topic": label.get("topic"),
                "risk": label.get("risk"),
                "category": label.get("category"),
                "alarm": decision["alarm"],
                "predicted_topic": decision["topic"],
                "predicted_category": decision["category"],
                "predicted_kind": decision["kind"],
                "candidates": decision["candidates"],
                "language": decision["language"],
                "serious": decision.get("serious", 0.0),
                "by": decision["by"],
            }
        )
    return rows
