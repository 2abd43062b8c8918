"""Whether disclosures are still noticed when a text is disguised, mangled or mistyped."""

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.perturb import ALL
from nlu.scores import SERIOUS, Row, Score

LARGEST_FALL = 0.03
GUARDED_FALL = 0.06  # what fails a build: with some 150 lines one point is noise


@dataclass(frozen=True)
class Falls:
    """A printed table and what falls further than allowed."""

    lines: list[str]
    missed: list[str]


def disguised(labelled: Sequence[Row]) -> list[Row]:
    """Every critical and high disclosure in each disguise, with the disguise's name."""
    serious = [row for row in labelled if row.get("risk") in SERIOUS]
    return [
        {**row, "text": change(row["text"]), "disguise": name}
        for name, change in ALL.items()
        for row in serious
    ]


def robustness(
    rows: Sequence[Row], changed: Sequence[Row], source: Sequence[Row], largest: float
) -> Falls:
    """Alarm recall in each disguise beside that of the texts as written; `source` names the
    disguise of each row of `changed`, `largest` is how far it may fall."""
    plain = _recall([row for row in rows if row["risk"] in SERIOUS])
    if not changed or not plain.total:
        return Falls([], [])
    lines = ["| disguise | alarms | against as written |", "| --- | --- | --- |"]
    missed = []
    for name in ALL:
        found = _recall([r for r, s in zip(changed, source, strict=True) if s["disguise"] == name])
        fall = plain.share - found.share
        lines.append(f"| {name} | {found.share:.3f} (n={found.total}) | {-fall:+.3f} |")
        if fall > largest:
            missed.append(f"alarms under {name} fall by {fall:.3f}, at most {largest}")
    return Falls(lines, missed)


def _recall(rows: Sequence[Row]) -> Score:
    return Score(sum(row["alarm"] in SERIOUS for row in rows), len(rows))
