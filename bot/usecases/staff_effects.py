"""What follows from a step of staff: messages, deliveries, refreshed views. An effect names lines
by number and never carries anybody's words, so that nothing readable waits in the work queue."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Rows = tuple[tuple[tuple[str, str], ...], ...]  # rows of (string key or "=label", callback data)


@dataclass(frozen=True)
class Effect:
    """`do`: tell (staff text `key` with `values` and `buttons` to `staff`), card (the same with the
    reasons given in `case`), lines (what was written
    in `case`, to `staff`), line (line `number` with `key` to `staff`), details, deliver (line
    `number` to the person), person (what `key` says), close (with outcome `key`), take_back (copies
    of `case` at `staff`, or at all), restart (the ladder), notice (on top of the chat), digest,
    advert and contacts (what a reported advert, `key`, says and names)."""

    do: str
    staff: int = 0
    case: str = ""
    key: str = ""
    number: int = 0
    values: dict[str, str | int] = field(default_factory=dict)
    buttons: Rows = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Effect":
        buttons = tuple(tuple((b[0], b[1]) for b in row) for row in raw["buttons"])
        return cls(**{**raw, "buttons": buttons})


DIGEST = Effect("digest")


def tell(staff: int, key: str, case: str = "", buttons: Rows = (), **values: str | int) -> Effect:
    """A staff text to one member."""
    shown = {"code": case, **values} if case else values
    return Effect("tell", staff=staff, case=case, key=key, values=shown, buttons=buttons)


def notice(key: str, **values: str | int) -> Effect:
    """A short line on top of the chat of whoever pressed the button."""
    return Effect("notice", key=key, values=values)


def in_rows(buttons: Sequence[tuple[str, str]], width: int = 2) -> Rows:
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))
