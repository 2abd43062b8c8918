"""The campaign in numbers: what may be shown of the counts, put into tables."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.numbers import FEWEST, HELP, LINK, TALK, Count, suppressed

Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Table:
    """A heading, names of columns, rows of texts."""

    title: str
    columns: tuple[str, ...]
    rows: Rows


def shown(number: int | None) -> str:
    return f"<{FEWEST}" if number is None else str(number)


def tables(counts: Iterable[Count], labels: dict[str, str]) -> list[Table]:
    """Everything for people to read. `labels`: campaign code to its label. Sums are made of what
    is shown, so that nothing hidden can be worked out from them."""
    visible = suppressed(counts)
    return [
        Table("Reach: people who wrote for the first time", ("week", "language", "number"),
              _weeks(visible, "reach")),
        Table("Questions by topic and language", ("topic", "language", "number"),
              _sums(visible, "topic")),
        Table("Questions without an answer", ("week", "language", "number"),
              _weeks(visible, "unanswered")),
        Table("Quizzes played to the end", ("quiz", "language", "number"), _sums(visible, "quiz")),
        Table("In groups", ("what", "language", "number"), _sums(visible, "group")),
        Table("From link to conversation to help", ("code", "label", "came", "talked", "saw help"),
              funnel(visible, labels)),
    ]  # fmt: skip


def _weeks(counts: Sequence[Count], kind: str) -> Rows:
    return [(c.week.isoformat(), c.language, shown(c.number)) for c in counts if c.kind == kind]


def _sums(counts: Sequence[Count], kind: str) -> Rows:
    """Over all weeks, most first; a name of which nothing may be shown is shown as too few."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for count in counts:
        if count.kind == kind:
            found[count.name, count.language] += count.number or 0
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [(name, language, shown(number or None)) for (name, language), number in ranked]


def funnel(counts: Sequence[Count], labels: dict[str, str]) -> Rows:
    """Per campaign code, over all weeks and languages."""
    steps = (LINK, TALK, HELP)
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(steps, 0))
    for count in counts:
        if count.kind in steps:
            found[count.name][count.kind] += count.number or 0
    return [
        (code, labels.get(code, ""), *(shown(found[code][step] or None) for step in steps))
        for code in sorted(found)
    ]


def as_csv_rows(counts: Iterable[Count]) -> Rows:
    """One row a count, for spreadsheets."""
    head = ("week", "kind", "name", "language", "number")
    return [
        head,
        *(
            (c.week.isoformat(), c.kind, c.name, c.language, shown(c.number))
            for c in suppressed(counts)
        ),
    ]


def as_text(table: Table) -> str:
    """A table for the terminal."""
    rows = [table.columns, *(table.rows or [("nothing yet",)])]
    widths = [max(len(r[n]) for r in rows if n < len(r)) for n in range(len(table.columns))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=False)).rstrip()
             for row in rows]  # fmt: skip
    return "\n".join([table.title, "-" * len(table.title), *lines])
