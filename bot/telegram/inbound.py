"""From a Telegram update to an `Incoming`: what is needed to answer, nothing about who it is."""

import time
from collections.abc import Callable
from dataclasses import replace

from telegram import Message, MessageOriginUser, Update

from bot.domain.message import Incoming, read_command
from bot.telegram.mentions import is_addressed, without_mention

_KINDS = (
    ("photo", ("photo", "live_photo")), ("voice", ("voice", "audio")),
    ("video", ("video", "video_note", "animation", "story")), ("sticker", ("sticker", "dice")),
    ("location", ("location", "venue")), ("contact", ("contact",)), ("file", ("document",)),
    ("poll", ("poll",)),
)  # fmt: skip


def read_update(
    update: Update, me: str = "", wants_place: Callable[[int], bool] = lambda _chat: False
) -> Incoming | None:
    """The person's message in `update`; None for what needs no answer (channel posts, members
    coming and going, reactions). `me`: the bot's own username, to know when a group means it. A
    place is read only from somebody who agreed to give it (`wants_place`). Telegram does not say
    when a button was pressed: it counts as now."""
    if update.inline_query is not None:
        asked = update.inline_query
        return Incoming(
            update.update_id, asked.from_user.id, "inline", 0.0, text=asked.query,
            callback_id=asked.id, client_language=asked.from_user.language_code,
        )  # fmt: skip
    query = update.callback_query
    if query is not None:
        message = query.message
        return Incoming(
            update.update_id,
            message.chat.id if message else query.from_user.id,
            "button",
            time.time(),
            data=query.data or "",
            callback_id=query.id,
            client_language=query.from_user.language_code,
            private=message is None or message.chat.type == "private",
        )
    if update.my_chat_member is not None:
        member = update.my_chat_member
        gone = member.new_chat_member.status in ("kicked", "left")
        new = member.chat.type in ("group", "supergroup") and member.old_chat_member.status in (
            "kicked",
            "left",
        )
        return Incoming(
            update.update_id, member.chat.id,
            "blocked" if gone else "joined" if new else "unblocked",
            member.date.timestamp(), private=member.chat.type == "private",
            client_language=member.from_user.language_code,
        )  # fmt: skip
    if update.edited_message is not None:
        return _message(update.update_id, update.edited_message, me, edited=True)
    if update.message is None:
        return None
    incoming = _message(update.update_id, update.message, me)
    place = update.message.location
    if incoming and place and incoming.private and wants_place(incoming.chat_id):
        return replace(incoming, place=f"{place.latitude:.5f},{place.longitude:.5f}")
    return incoming


def _message(
    update_id: int, message: Message, me: str = "", edited: bool = False
) -> Incoming | None:
    kind = next((k for k, names in _KINDS if any(getattr(message, n, None) for n in names)), "")
    private = message.chat.type == "private"
    text = message.text or message.caption or ""
    addressed = not private and is_addressed(message, text, me)
    if not private:
        text = without_mention(text, me)
    if not kind and message.text is None:
        if _service(message):
            return None
        kind = "other"
    sender = message.from_user
    forwarded = message.forward_origin is not None and not _own_words(message)
    command, words = read_command(text)
    extra = _other_words(message)
    at = message.edit_date if edited and message.edit_date else message.date
    return Incoming(
        update_id,
        message.chat.id,
        "edit" if edited else kind or ("command" if command else "text"),
        at.timestamp(),
        text="" if forwarded else words if command else text,
        quoted="\n".join(part for part in ((text if forwarded else ""), *extra) if part),
        forwarded=forwarded,
        command="" if edited or kind else command,
        client_language=sender.language_code if sender else None,
        private=private,
        addressed=addressed,
        thread=(message.message_thread_id or 0) if message.is_topic_message else 0,
        message_id=message.message_id,
        reply_to=message.reply_to_message.message_id if message.reply_to_message else 0,
    )


def _own_words(message: Message) -> bool:
    """A person's forward of a message that they wrote themselves."""
    origin = message.forward_origin
    sender = message.from_user
    return (
        isinstance(origin, MessageOriginUser)
        and sender is not None
        and origin.sender_user.id == sender.id
    )


def _other_words(message: Message) -> list[str]:
    """Words that came along and are not the message itself: a quote, a poll, a file's name."""
    found = []
    if message.quote:
        found.append(message.quote.text)
    elif message.reply_to_message and not _from_bot(message.reply_to_message):
        found.append(message.reply_to_message.text or message.reply_to_message.caption or "")
    if message.poll:
        found += [message.poll.question, *(option.text for option in message.poll.options)]
    if message.document and message.document.file_name:
        found.append(message.document.file_name.rsplit(".", 1)[0].replace("_", " "))
    if message.venue:
        found.append(message.venue.title)
    return [words for words in found if words]


def _from_bot(message: Message) -> bool:
    return bool(message.from_user and message.from_user.is_bot)


def _service(message: Message) -> bool:
    """Joins, pins, titles and the like: not something a person says."""
    return any(
        getattr(message, name, None)
        for name in (
            "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo",
            "delete_chat_photo", "group_chat_created", "supergroup_chat_created", "pinned_message",
            "migrate_to_chat_id", "migrate_from_chat_id", "message_auto_delete_timer_changed",
            "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "video_chat_started",
            "video_chat_ended", "write_access_allowed",
        )
    )  # fmt: skip
