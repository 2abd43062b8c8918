"""Plots of the campaign's numbers, from the same tables that people read."""

from io import BytesIO
from typing import Any

from bot.usecases.numbers import Rows, Table

COLOURS = ("#1D3F8F", "#C2570C", "#0B5A3C", "#5B2A86")
MOST = 12


def draw_numbers(tables: list[Table]) -> bytes:
    """One picture with reach by week, the most asked topics, quizzes and the funnel, as PNG. What
    may not be shown is not drawn."""
    from matplotlib.figure import Figure  # slow to load, and needed only here

    by_title = {table.title.split(":")[0].split(" ")[0]: table for table in tables}
    figure = Figure(figsize=(12, 9), dpi=110, layout="constrained")
    axes = figure.subplots(2, 2)
    _lines(axes[0][0], by_title["Reach"])
    topics = next(t for t in tables if t.title.startswith("Questions by topic"))
    _bars(axes[0][1], topics)
    _bars(axes[1][0], by_title["Quizzes"])
    _funnel(axes[1][1], by_title["From"])
    out = BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _lines(axis: Any, table: Table) -> None:
    axis.set_title(table.title, loc="left", fontsize=11)
    weeks = sorted({row[0] for row in table.rows})
    for colour, language in zip(COLOURS, sorted({row[1] for row in table.rows}), strict=False):
        found = {row[0]: _number(row[2]) for row in table.rows if row[1] == language}
        values = [float("nan") if found.get(w) is None else found[w] for w in weeks]
        axis.plot(weeks, values, marker="o", color=colour, label=language)
    if weeks:
        axis.legend(frameon=False)
        axis.tick_params(axis="x", rotation=30)
    _tidy(axis, bool(weeks))


def _bars(axis: Any, table: Table) -> None:
    axis.set_title(table.title, loc="left", fontsize=11)
    known: Rows = [row for row in table.rows if _number(row[2])][:MOST][::-1]
    languages = sorted({row[1] for row in known})
    for row in known:
        colour = COLOURS[languages.index(row[1]) % len(COLOURS)]
        bar = axis.barh(f"{row[0]} ({row[1]})", _number(row[2]), color=colour)
        axis.bar_label(bar, padding=3, fontsize=9)
    _tidy(axis, bool(known))


def _funnel(axis: Any, table: Table) -> None:
    axis.set_title(table.title, loc="left", fontsize=11)
    steps = table.columns[2:]
    known = [row for row in table.rows if any(_number(cell) for cell in row[2:])][:6]
    width = 0.8 / max(len(known), 1)
    for place, row in enumerate(known):
        heights = [_number(cell) or 0 for cell in row[2:]]
        where = [n + place * width for n in range(len(steps))]
        bars = axis.bar(
            where, heights, width * 0.9, color=COLOURS[place % 4], label=row[1] or row[0]
        )
        axis.bar_label(bars, labels=list(row[2:]), fontsize=9)
    if known:
        middle = 0.4 - width / 2
        axis.set_xticks([n + middle for n in range(len(steps))], steps)
        axis.legend(frameon=False, fontsize=9)
    _tidy(axis, bool(known))


def _tidy(axis: Any, anything: bool) -> None:
    axis.spines[["top", "right"]].set_visible(False)
    if not anything:
        axis.text(0.5, 0.5, "nothing to show yet", ha="center", transform=axis.transAxes)
