"""What the fake remembers and hands to tests."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

from .text import Json


@dataclass(frozen=True)
class Button:
    """A button under a message: `data` for a press, or `url`."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass
class Posted:
    """A message in a chat, by the bot (`own`) or by a person. It changes when it is edited."""

    message_id: int
    own: bool
    kind: str  # text, photo, document, poll, ...
    raw: Json  # as in the Bot API
    text: str  # as it was sent, markup and all
    visible: str  # as a person sees it; for media the caption
    rows: list[list[Button]] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)  # earlier texts, oldest first
    deleted: bool = False
    pinned: bool = False

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.rows for button in row]

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.buttons]

    @property
    def entities(self) -> list[Json]:
        found: list[Json] = self.raw.get("entities") or self.raw.get("caption_entities") or []
        return found

    def button(self, wanted: str) -> Button | None:
        """By label, by data, or by a part of the label, in this order."""
        low = wanted.casefold()
        for fits in (
            lambda b: b.label == wanted,
            lambda b: b.data == wanted,
            lambda b: low in b.label.casefold(),
        ):
            if found := next((b for b in self.buttons if fits(b)), None):
                return found
        return None


@dataclass
class Call:
    """One call of the bot; unpacks as (time, method, params). `error` once it was refused."""

    time: float
    method: str
    params: Json
    error: str | None = None
    done: bool = False  # accepted by Telegram, whether or not the answer arrived

    def __iter__(self) -> Iterator[Any]:
        return iter((self.time, self.method, self.params))


@dataclass
class Press:
    """A callback query and how the bot answered it."""

    id: str
    chat: int
    at: float
    answered: bool = False
    text: str = ""
    alert: bool = False


@dataclass
class Upload:
    """A file that the bot sent."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Told:
    """What a person did: ids to refer to it. May be awaited, which changes nothing."""

    update_id: int | None  # None when the bot does not get to see it
    message_id: int
    update: Json | None = None
    press: Press | None = None

    def __await__(self) -> Generator[Any, None, "Told"]:
        yield from ()
        return self


def told(update: Json | None, message_id: int, press: Press | None = None) -> Told:
    """`update`: None when the bot does not get to see it."""
    return Told(update["update_id"] if update else None, message_id, update, press)
