"""What the bot answers, before it is put into words: content keys and buttons."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Button:
    """`data` is what comes back when it is pressed (at most 64 bytes); `label` names a string of
    the catalogue, a topic's or quiz's title when it starts with `topic/` or `quiz/`, or is shown as
    it stands after a `=`. `url` opens a page instead."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True)
class Reply:
    """One message to send. `key` is a content key (`topic/...`, `message/...`, `safety/...`,
    `quiz/...`, `group/...`), `part` a section of it, `rows` the keyboard, `urgent` puts it into the safety
    lane, `context` carries what rendering needs (category, whether it is about somebody else)."""

    key: str
    language: str
    part: str = ""
    rows: tuple[tuple[Button, ...], ...] = ()
    urgent: bool = False
    context: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Reply":
        rows = tuple(tuple(Button(**button) for button in row) for row in raw["rows"])
        return cls(**{**raw, "rows": rows})
