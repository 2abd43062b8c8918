"""A message as the conversation sees it: no name, no username, no number."""

import re
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Incoming:
    """One update from a person.

    `kind`: `text`, `command`, `button`, `edit`, `blocked`, `unblocked`, or what was sent instead
    (`photo`, `voice`, `video`, `sticker`, `location`, `contact`, `file`, `poll`, `other`).
    `text`: the person's own words (message, caption, poll question, words after a command).
    `quoted`: somebody else's words that came along (a quote or a forwarded message).
    `command`: its name without the slash; `data`: the pressed button's data.
    In a group, `addressed` tells that the bot is meant (a command, a mention, a reply to it);
    `thread`: the forum topic, 0 for none.
    `at`: Unix time in seconds. `chat_id` is needed to answer and is only ever kept encrypted.
    `message_id`: the message itself, so that it can be deleted; `reply_to`: the message it answers;
    `place`: "latitude,longitude", only when the person was asked for it and agreed.
    """

    update_id: int
    chat_id: int
    kind: str
    at: float
    text: str = ""
    quoted: str = ""
    forwarded: bool = False
    command: str = ""
    data: str = ""
    callback_id: str = ""
    client_language: str | None = None
    private: bool = True
    addressed: bool = False
    thread: int = 0
    message_id: int = 0
    reply_to: int = 0
    place: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Incoming":
        return cls(**raw)

    @property
    def words(self) -> str:
        """All words that came with the message, the person's own first."""
        return "\n".join(part for part in (self.text, self.quoted) if part.strip())


CAMPAIGN_COMMANDS = frozenset(
    {
        "kuis", "quiz", "kartu", "card", "tanya", "ask", "diam", "quiet", "bicara", "speak",
        "daftar", "subscribe", "berhenti", "unsubscribe", "siarkan", "broadcast",
    }
)  # fmt: skip
KNOWN_COMMANDS = frozenset(
    {
        *CAMPAIGN_COMMANDS,
        "start", "menu", "bahasa", "language", "darurat", "help_now", "about", "privacy", "keluar",
        "exit", "hapus", "delete_me", "kembali", "return", "kontak", "contact", "join",
    }
)  # fmt: skip


def read_command(text: str) -> tuple[str, str]:
    """("menu", "the rest") for "/menu@some_bot the rest". A command the bot does not know keeps
    its own words in the text, so that "/tolong aku dikunci" is read as it was meant."""
    if not text.startswith("/"):
        return "", text
    head, rest = (*re.split(r"\s", text[1:], maxsplit=1), "")[:2]
    name = head.split("@")[0].lower()
    known = name in KNOWN_COMMANDS
    words = rest.strip() if known else f"{name.replace('_', ' ')} {rest}".strip()
    return name or "-", words
