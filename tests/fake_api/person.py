"""A person who chats with the bot in private."""

from . import media
from .asking import member
from .conversation import Conversation
from .records import Posted, Press, Told
from .state import Chat, State, with_entities
from .text import Json, split

BLOCKED = (403, "Forbidden: bot was blocked by the user")
DEACTIVATED = (403, "Forbidden: user is deactivated")


class User(Conversation):
    """Methods are plain; awaiting what they return does no harm. A bot cannot write to somebody
    who never wrote to it."""

    def __init__(self, state: State, info: Json) -> None:
        self.info = info  # the User of the Bot API
        named = {k: v for k, v in info.items() if k in ("first_name", "last_name", "username")}
        super().__init__(
            state, Chat(int(info["id"]), {"id": info["id"], "type": "private", **named})
        )

    @property
    def blocked(self) -> bool:
        return self.room.refusal == BLOCKED

    def start(self, payload: str = "") -> Told:
        """Press Start, also after blocking; with the payload of a deep link."""
        if self.blocked:
            self.unblock()
        return self.say(f"/start {payload}".strip())

    def say(self, text: str, **more: object) -> Told:
        """Send text; what is too long goes in pieces as Telegram's apps do it (the last counts)."""
        if not text.strip(" \n\t"):
            raise ValueError("Telegram's apps send no empty message; see send()")
        sent = None
        for piece in split(text.strip(" \n\t")):
            sent = self.send("text", **with_entities("text", piece), **more)
        assert sent
        return sent

    def send(self, kind: str, **fields: object) -> Told:
        """Send a message with any fields of the Bot API's Message: `send("dice", dice={...})`."""
        if self.blocked:
            raise AssertionError("blocked the bot: start() or unblock() first")
        self.room.refusal = None
        return self._write(self, kind, fields)

    def press(self, button: str, message: int | Posted | None = None) -> Told:
        """Press a button by label, data or part of a label: the newest, or in `message`."""
        return self._press(self, button, message)

    def edit(self, message: int | Told | Posted, text: str) -> Told:
        return self._edit(message, text)

    def send_photo(self, caption: str | None = None) -> Told:
        photo = {"photo": media.photo_sizes(self._state.file())}
        return self.send("photo", **photo, **_caption(caption))

    def send_voice(self, caption: str | None = None) -> Told:
        return self.send("voice", **media.voice(self._state.file()), **_caption(caption))

    def send_video(self, caption: str | None = None) -> Told:
        return self.send("video", **media.video(self._state.file()), **_caption(caption))

    def send_sticker(self) -> Told:
        return self.send("sticker", **media.sticker(self._state.file()))

    def send_location(self) -> Told:
        return self.send("location", **media.location())

    def send_contact(self) -> Told:
        return self.send("contact", **media.contact())

    def send_document(self, name: str = "file.pdf", caption: str | None = None) -> Told:
        document = media.document(self._state.file(), name)
        return self.send("document", **document, **_caption(caption))

    def send_poll(self, question: str, options: list[str]) -> Told:
        body = media.poll_body(str(self._state.number()), question, options)
        return self.send("poll", poll=body)

    def forward(self, text: str, from_name: str = "Orang", from_user: "User | None" = None) -> Told:
        """Forward a text of somebody who hides their account, or of `from_user`."""
        hidden: Json = {"type": "hidden_user", "sender_user_name": from_name}
        shown = {"type": "user", "sender_user": from_user.info} if from_user else hidden
        return self.say(text, forward_origin={**shown, "date": int(self._state.clock()) - 60})

    def reply(self, message: int | Posted | Told, text: str, **more: object) -> Told:
        """Answer one message of this chat."""
        number = message if isinstance(message, int) else message.message_id
        raw = self.room.posts[number].raw
        answered = {k: v for k, v in raw.items() if k != "reply_to_message"}
        return self.say(text, reply_to_message=answered, **more)

    def quote(self, text: str, quoted: str) -> Told:
        """Quote words of the newest message here that has them, or else of another chat."""
        quote = {"text": quoted, "position": 0, "is_manual": True}
        for post in reversed(self.chat):
            if quoted in post.visible and not post.deleted:
                return self.reply(post, text, quote=quote)
        date = int(self._state.clock()) - 60
        origin = {"type": "hidden_user", "sender_user_name": "Orang", "date": date}
        return self.say(text, quote=quote, external_reply={"origin": origin})

    def inline(self, query: str) -> Press:
        """Type `@bot query` in some chat; the Press tells whether the bot answered."""
        state = self._state
        press = Press(str(10**15 + state.number()), self.id, state.clock())
        state.inline[press.id] = press
        body = {"id": press.id, "from": self.info, "query": query, "offset": ""}
        state.updates.put("inline_query", body)
        return press

    def block(self) -> Told:
        return self._turn(BLOCKED, "member", "kicked")

    def unblock(self) -> Told:
        return self._turn(None, "kicked", "member")

    def deactivate(self) -> None:
        """Delete the account."""
        self.room.refusal = DEACTIVATED

    def _turn(self, refusal: tuple[int, str] | None, before: str, after: str) -> Told:
        self.room.refusal = refusal
        bot = self._state.author()
        return self._bot_member(self, member(bot, before), member(bot, after))


def _caption(caption: str | None) -> Json:
    return with_entities("caption", caption) if caption else {}
