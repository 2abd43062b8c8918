"""A group (a supergroup, as groups with bots are) with people and the bot in it."""

from .asking import member
from .conversation import Conversation
from .person import User
from .records import Posted, Told
from .state import NOT_FOUND, NOT_STARTED, Chat, State, with_entities
from .text import Json, split

KICKED = (403, "Forbidden: bot was kicked from the supergroup chat")


class Group(Conversation):
    """With privacy mode on, the bot sees commands, mentions and replies to it only, unless it is
    an admin (https://core.telegram.org/bots/features#privacy-mode)."""

    def __init__(self, state: State, info: Json, members: list[User], admin: bool) -> None:
        super().__init__(state, Chat(int(info["id"]), info, refusal=None))
        for user in members:
            self._let_in(user)
        self.room.roles[state.bot["id"]] = "administrator" if admin else "member"
        if members:
            self.room.roles[members[0].id] = "creator"
            self._change(members[0], "left", self.room.roles[state.bot["id"]])

    @property
    def topics(self) -> dict[int, str]:
        """Thread id to name."""
        return self.room.topics

    def say(self, user: User, text: str, thread: int | None = None, **more: object) -> Told:
        """A member writes. `Told.update_id` is None when the bot does not get to see it."""
        if user.id not in self.room.people:
            raise AssertionError("not a member; add() first")
        topic: Json = {"message_thread_id": thread, "is_topic_message": True} if thread else {}
        sent = None
        for piece in split(text):
            fields = {**with_entities("text", piece), **topic, **more}
            sent = self._write(user, "text", fields, self._visible(piece, more))
        assert sent
        return sent

    def reply(self, user: User, message: int | Posted | Told, text: str) -> Told:
        """A member answers a message of this group."""
        number = message if isinstance(message, int) else message.message_id
        raw = self.room.posts[number].raw
        return self.say(user, text, reply_to_message=raw)

    def press(self, user: User, button: str, message: int | Posted | None = None) -> Told:
        return self._press(user, button, message)

    def edit(self, message: int | Told | Posted, text: str) -> Told:
        return self._edit(message, text)

    def add(self, user: User) -> Told:
        """Somebody joins."""
        self._let_in(user)
        return self._write(user, "service", {"new_chat_members": [user.info]})

    def remove(self, user: User) -> Told:
        """Somebody leaves."""
        self.room.roles[user.id] = "left"
        self.room.people.pop(user.id, None)
        return self._write(user, "service", {"left_chat_member": user.info})

    def promote(self, by: User) -> Told:
        """The bot becomes an admin."""
        return self._change(by, self._role(), "administrator")

    def kick(self, by: User) -> Told:
        """The bot is thrown out; `invite` brings it back."""
        self.room.refusal = KICKED
        return self._change(by, self._role(), "kicked")

    def invite(self, by: User) -> Told:
        self.room.refusal = None
        return self._change(by, self._role(), "member")

    def _let_in(self, user: User) -> None:
        self.room.people[user.id] = user.info
        self.room.roles.setdefault(user.id, "member")
        if self.room.roles[user.id] == "left":
            self.room.roles[user.id] = "member"
        if user.room.refusal == NOT_FOUND:
            user.room.refusal = NOT_STARTED  # the bot knows of them now, and may not write first

    def _role(self) -> str:
        return self.room.roles[self._state.bot["id"]]

    def _change(self, by: User, before: str, after: str) -> Told:
        self.room.roles[self._state.bot["id"]] = after
        bot = self._state.author()
        return self._bot_member(by, member(bot, before), member(bot, after))

    def _visible(self, text: str, more: Json) -> bool:
        if self.room.refusal:
            return False
        bot = self._state.bot
        if self._role() == "administrator" or bot["can_read_all_group_messages"]:
            return True
        words = text.split()
        command = words[0] if words and words[0].startswith("/") else ""
        name = f"@{bot['username']}".casefold()
        if "@" in command:
            return command.casefold().endswith(name)
        answered = more.get("reply_to_message") or {}
        to_bot = answered.get("from", {}).get("id") == bot["id"]
        return bool(command) or to_bot or name in text.casefold()
