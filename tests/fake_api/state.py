"""Everything that the fake Telegram knows."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError, bad_request
from .faults import Faults
from .limits import Clock, Limits
from .records import Button, Call, Posted, Press
from .text import Json, find_entities
from .updates import Updates
from .waiting import NoReply, Signal
from .webhook import Webhook

NOT_FOUND = (400, "Bad Request: chat not found")
NOT_STARTED = (403, "Forbidden: bot can't initiate conversation with a user")


@dataclass
class Chat:
    """`refusal`: why the bot may not write here; None when it may."""

    id: int
    info: Json  # as in a message
    refusal: tuple[int, str] | None = NOT_FOUND
    posts: dict[int, Posted] = field(default_factory=dict)
    events: list[tuple[str, Any]] = field(default_factory=list)  # sent, edited, deleted, notice
    seen: dict[str, int] = field(default_factory=dict)  # events of a kind that a test has taken
    people: dict[int, Json] = field(default_factory=dict)  # user id: user, in groups
    roles: dict[int, str] = field(default_factory=dict)  # user id: member, administrator, ...
    topics: dict[int, str] = field(default_factory=dict)
    last_id: int = 0

    @property
    def is_group(self) -> bool:
        return self.id < 0


class State:
    """Shared by the HTTP side and the test side; all in one event loop."""

    def __init__(self, clock: Clock, bot: Json) -> None:
        self.clock = clock
        self.bot = bot
        self.changed = Signal()
        self.chats: dict[int, Chat] = {}
        self.updates = Updates(clock, self.changed)
        self.webhook = Webhook(self.updates, clock, self.changed)
        self.limits = Limits(clock)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.presses: dict[str, Press] = {}
        self.inline: dict[str, Press] = {}
        self.commands: dict[str, list[Json]] = {}
        self.scoped: dict[str, dict[str, list[Json]]] = {}  # scope (JSON) to language to commands
        self.profile: dict[str, dict[str, str]] = {}  # name, description, ... to language to text
        self.files: set[str] = set()
        self.strict_entities = True
        self.poll_number = 0
        self.closed = False
        self._private_ids = itertools.count(1)
        self._numbers = itertools.count(1)

    def number(self) -> int:
        return next(self._numbers)

    def author(self) -> Json:
        """The bot as the author of a message."""
        return {key: self.bot[key] for key in ("id", "is_bot", "first_name", "username")}

    def reach(self, chat_id: object) -> Chat:
        """The chat, if the bot may write to it; the `ApiError` that Telegram gives if not."""
        if chat_id in (None, ""):
            raise bad_request("chat_id is empty")
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        refusal = chat.refusal if chat else NOT_FOUND
        if chat is None or refusal:
            raise ApiError(*(refusal or NOT_FOUND))
        return chat

    def file(self, size: int = 1000) -> Json:
        """Names for a new file."""
        number = self.number()
        self.files.add(f"FILE{number:08d}")
        return {
            "file_id": f"FILE{number:08d}", "file_unique_id": f"U{number:08d}", "file_size": size,
        }  # fmt: skip

    def post(
        self,
        chat: Chat,
        author: Json,
        kind: str,
        fields: Json,
        text: str = "",
        rows: list[list[Button]] | None = None,
    ) -> Posted:
        """Put a message into a chat; `fields` are those of the Bot API's Message."""
        chat.last_id = next(self._private_ids) if not chat.is_group else chat.last_id + 1
        visible = fields.get("text") or fields.get("caption") or ""
        raw = {
            "message_id": chat.last_id, "from": author, "chat": chat.info,
            "date": int(self.clock()), **fields,
        }  # fmt: skip
        own = author["id"] == self.bot["id"]
        posted = Posted(chat.last_id, own, kind, raw, text or visible, visible, rows or [])
        chat.posts[posted.message_id] = posted
        if own:
            self.happened(chat, "sent", posted)
        return posted

    def happened(self, chat: Chat, kind: str, what: Any) -> None:
        chat.events.append((kind, what))
        self.changed.notify()

    async def take(self, chat: Chat, kind: str, n: int, timeout: float) -> list[Any]:
        """All events of a kind since the last time, at least `n`; `NoReply` after `timeout`."""

        def fresh() -> list[Any]:
            return [what for k, what in chat.events if k == kind][chat.seen.get(kind, 0) :]

        if not await self.changed.until(lambda: len(fresh()) >= n, timeout):
            refused = [f"{c.method}: {c.error}" for c in self.calls if c.error][-5:]
            raise NoReply(
                f"{len(fresh())} of {n} {kind} within {timeout} s; got {fresh()}; "
                f"last calls {[c.method for c in self.calls[-8:]]}; refused {refused}"
            )
        found = fresh()
        chat.seen[kind] = chat.seen.get(kind, 0) + len(found)
        return found


def with_entities(name: str, text: str) -> Json:
    """`{"text": ..., "entities": ...}`, or a caption, as a person writes it."""
    key = "entities" if name == "text" else "caption_entities"
    entities = find_entities(text)
    return {name: text, **({key: entities} if entities else {})}
