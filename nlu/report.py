"""The evaluation as a table in the terminal and as a document with plots."""

import itertools
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from nlu.scores import MEASURES, SERIOUS, Measure, Row, score

WORST = 20


def table(rows: list[Row], measures: tuple[Measure, ...], voices: bool = True) -> str:
    """Markdown: a row a measure; all lines, then each language and voice."""
    groups = [("all", rows)]
    if voices:
        for key in ("lang", "voice"):
            for name in sorted({str(row[key]) for row in rows}):
                groups.append((name, [row for row in rows if str(row[key]) == name]))
    head = "| measure | floor | aim | " + " | ".join(name for name, _ in groups) + " |"
    lines = [head, "|" + " --- |" * (len(groups) + 3)]
    for measure in measures:
        cells = []
        for position, (_, some) in enumerate(groups):
            result = score(measure, some)
            if not result.total:
                cells.append("-")
                continue
            low, high = result.interval
            extra = (
                f" ({low:.3f}-{high:.3f}, n={result.total})"
                if position == 0
                else f" (n={result.total})"
            )
            cells.append(f"{result.share:.3f}{extra}")
        sign = "≤" if measure.ceiling else "≥"
        lines.append(
            f"| {measure.name} | {sign} {measure.floor} | {measure.aim} | "
            + " | ".join(cells)
            + " |"
        )
    return "\n".join(lines)


def write_document(folder: Path, rows: list[Row], disguises: list[str]) -> None:
    """`understanding.md` with its two plots; only ever made from the project's own lines."""
    folder.mkdir(exist_ok=True)
    _reliability(rows, folder / "understanding-reliability.png")
    _trade_off(rows, folder / "understanding-trade-off.png")
    text = [
        "# How well it understands",
        "",
        f"Measured by `make eval` on {len(rows)} lines of `nlu/eval/messages.jsonl`, which were written",
        "apart from the training data. In brackets: 95% Wilson interval and number of lines.",
        "",
        table(rows, MEASURES),
        "",
        "## Disguised and mistyped disclosures",
        *disguises,
        "",
        "## How far the model's probability of danger can be trusted",
        "![reliability](understanding-reliability.png)",
        "",
        "## Alarms found against false alarms, over all thresholds of the model",
        "![trade-off](understanding-trade-off.png)",
        "",
        f"## The {WORST} worst errors",
        "",
        *_worst(rows),
        "",
    ]
    (folder / "understanding.md").write_text("\n".join(text), "utf-8")


def _worst(rows: list[Row]) -> list[str]:
    """Missed disclosures first, then false alarms, by how wrong the model was."""
    missed = [r for r in rows if r["risk"] in SERIOUS and r["alarm"] not in SERIOUS]
    false = [r for r in rows if r["kind"] != "disclosure" and r["alarm"] in SERIOUS]
    topics = [r for r in rows if r["kind"] == "question" and r["topic"] not in r["candidates"]]
    missed.sort(key=lambda r: r["serious"])
    false.sort(key=lambda r: -r["serious"])
    lines = [
        f"- missed ({r['risk']} {r['category']}, P={r['serious']:.2f}): {r['text']}" for r in missed
    ]
    lines += [
        f"- false alarm ({r['alarm']}, by {'+'.join(r['by'])}, P={r['serious']:.2f}): {r['text']}"
        for r in false
    ]
    lines += [
        f"- topic {r['topic']} not among {', '.join(r['candidates'])}: {r['text']}" for r in topics
    ]
    return [line.replace("\n", " ") for line in lines[:WORST]] or ["none"]


def _reliability(rows: list[Row], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(5, 4))
    edges = [i / 8 for i in range(9)]
    xs, ys = [], []
    for low, high in itertools.pairwise(edges):
        inside = [
            r for r in rows if low <= r["serious"] < high or (high == 1 and r["serious"] == 1)
        ]
        if inside:
            xs.append(sum(r["serious"] for r in inside) / len(inside))
            ys.append(sum(r["risk"] in SERIOUS for r in inside) / len(inside))
    axes.plot([0, 1], [0, 1], ":", color="grey", label="perfect")
    axes.plot(xs, ys, "o-", color="#0b6e6e", label="model")
    axes.set(xlabel="P(high or critical)", ylabel="share that is", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend()
    _save(figure, path)


def _trade_off(rows: list[Row], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(5, 4))
    danger = sorted(r["serious"] for r in rows if r["risk"] in SERIOUS)
    calm = sorted(r["serious"] for r in rows if r["kind"] != "disclosure")
    limits = sorted({0.0, *danger, *calm, 1.1})
    xs = [sum(p >= limit for p in calm) / max(len(calm), 1) for limit in limits]
    ys = [sum(p >= limit for p in danger) / max(len(danger), 1) for limit in limits]
    axes.plot(xs, ys, color="#0b6e6e", label="model alone")
    found = sum(r["alarm"] in SERIOUS for r in rows if r["risk"] in SERIOUS) / max(len(danger), 1)
    false = sum(r["alarm"] in SERIOUS for r in rows if r["kind"] != "disclosure") / max(
        len(calm), 1
    )
    axes.plot([false], [found], "o", color="#c0392b", label="rules and model, as served")
    axes.set(
        xlabel="false alarms on everything else",
        ylabel="critical and high found",
        xlim=(0, 0.2),
        ylim=(0.6, 1.005),
    )
    axes.legend(loc="lower right")
    _save(figure, path)


def _save(figure: "plt.Figure", path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
