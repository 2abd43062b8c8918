"""A chat as a test sees it: what is in it, what the bot did, who presses what."""

from typing import Any, Protocol

from .records import Button, Posted, Press, Told, told
from .state import Chat, State, with_entities
from .text import Json

TIMEOUT = 10.0


class Someone(Protocol):
    """Who writes: a `User`."""

    @property
    def id(self) -> int: ...

    @property
    def info(self) -> Json: ...


class Conversation:
    """The base of `User` (the private chat) and `Group`."""

    def __init__(self, state: State, room: Chat) -> None:
        self._state = state
        self.room = room
        state.chats[room.id] = room

    @property
    def id(self) -> int:
        """The chat id, which for a person is the user id."""
        return self.room.id

    @property
    def chat(self) -> list[Posted]:
        """Every message so far, oldest first, with those edited or deleted."""
        return list(self.room.posts.values())

    @property
    def last(self) -> Posted:
        """The bot's newest message that is still there."""
        return next(post for post in reversed(self.chat) if post.own and not post.deleted)

    async def replies(self, n: int = 1, timeout: float = TIMEOUT) -> list[Posted]:
        """What the bot sent here since the last call, at least `n`; `NoReply` when less came."""
        return await self._state.take(self.room, "sent", n, timeout)

    async def replies_so_far(self) -> list[Posted]:
        """What the bot sent here since the last call, without waiting."""
        return await self._state.take(self.room, "sent", 0, 0)

    async def edits(self, n: int = 1, timeout: float = TIMEOUT) -> list[Posted]:
        """Messages that the bot edited since the last call, at least `n`."""
        return await self._state.take(self.room, "edited", n, timeout)

    async def deletions(self, n: int = 1, timeout: float = TIMEOUT) -> list[Posted]:
        """Messages that the bot deleted since the last call, at least `n`."""
        return await self._state.take(self.room, "deleted", n, timeout)

    async def notices(self, n: int = 1, timeout: float = TIMEOUT) -> list[Press]:
        """Presses that the bot answered since the last call (`text`, `alert`), at least `n`."""
        return await self._state.take(self.room, "notice", n, timeout)

    async def inline_results(self, timeout: float = TIMEOUT) -> list[Json]:
        """What the bot offered for the last inline query."""
        found: list[list[Json]] = await self._state.take(self.room, "inline", 1, timeout)
        return found[-1]

    def find_button(
        self, wanted: str, message: int | Posted | None = None
    ) -> tuple[Posted, Button]:
        """The newest button with this label, data, or part of a label."""
        number = message.message_id if isinstance(message, Posted) else message
        for post in reversed(self.chat):
            if number in (None, post.message_id) and not post.deleted:
                button = post.button(wanted)
                if button:
                    return post, button
        there = [post.labels for post in self.chat if post.buttons and not post.deleted]
        raise AssertionError(f"no button {wanted!r}; there are {there}")

    def _press(self, by: Someone, wanted: str, message: int | Posted | None) -> Told:
        post, button = self.find_button(wanted, message)
        if button.data is None:
            raise AssertionError(
                f"{button.label!r} opens {button.url}; the bot hears nothing of it"
            )
        state = self._state
        press = Press(str(10**15 + state.number()), self.id, state.clock())
        state.presses[press.id] = press
        body = {
            "id": press.id, "from": by.info, "chat_instance": str(self.id), "data": button.data,
            "message": self._pressed(post),
        }  # fmt: skip
        update = state.updates.put("callback_query", body)
        return told(update, post.message_id, press)

    def _pressed(self, post: Posted) -> Json:
        """The message of a press; of an old one Telegram tells only that it was there."""
        if self._state.clock() - int(post.raw["date"]) > self._state.limits.message_age:
            return {"chat": self.room.info, "message_id": post.message_id, "date": 0}
        return post.raw

    def _write(self, by: Someone, kind: str, fields: Json, visible: bool = True) -> Told:
        post = self._state.post(self.room, by.info, kind, fields)
        update = self._state.updates.put("message", post.raw) if visible else None
        return told(update, post.message_id)

    def _edit(self, message: int | Told | Posted, text: str) -> Told:
        number = message if isinstance(message, int) else message.message_id
        post = self.room.posts[number]
        name = "text" if "text" in post.raw else "caption"
        kept = {k: v for k, v in post.raw.items() if k not in ("entities", "caption_entities")}
        post.raw = {**kept, **with_entities(name, text), "edit_date": int(self._state.clock())}
        post.edits.append(post.text)
        post.text = post.visible = text
        update = self._state.updates.put("edited_message", post.raw)
        return told(update, number)

    def _bot_member(self, by: Someone, before: Json, after: Json) -> Told:
        """my_chat_member: the bot's own place in this chat changes."""
        body: dict[str, Any] = {
            "chat": self.room.info, "from": by.info, "date": int(self._state.clock()),
            "old_chat_member": before, "new_chat_member": after,
        }  # fmt: skip
        update = self._state.updates.put("my_chat_member", body)
        return told(update, 0)
