"""editMessageText, editMessageReplyMarkup, deleteMessage(s), pins and topics."""

from .compose import own_post, read_text, shown_markup
from .errors import bad_request
from .keyboard import read_keyboard
from .records import Posted
from .state import Chat, State
from .text import Json, utf16

_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)


def edit_text(state: State, params: Json) -> Json:
    return _edit(state, params, read_text(state, params))


def edit_markup(state: State, params: Json) -> Json:
    return _edit(state, params, {})


def _edit(state: State, params: Json, fields: Json) -> Json:
    """Change the text, if one is given, and the buttons."""
    rows = read_keyboard(params.get("reply_markup"))
    chat, post = own_post(state, params, "edit")
    if not post.own or _too_old(state, post):
        raise bad_request("message can't be edited")
    if fields and "text" not in post.raw:
        raise bad_request("there is no text in the message to edit")
    kept = ("text", "entities") if fields else ()
    raw = {k: v for k, v in post.raw.items() if k not in (*kept, "reply_markup")}
    raw |= {**fields, **shown_markup(params, rows)}
    if raw == post.raw:
        raise bad_request(_SAME)
    state.limits.take(chat.id, new=False)
    post.raw = {**raw, "edit_date": int(state.clock())}
    post.rows = rows
    post.edits.append(post.text)
    if fields:
        post.text, post.visible = str(params["text"]), fields["text"]
    state.happened(chat, "edited", post)
    return post.raw


def delete_message(state: State, params: Json) -> bool:
    chat, post = own_post(state, params, "delete")
    if _too_old(state, post):
        raise bad_request("message can't be deleted for everyone")
    if chat.is_group and not post.own and not _is_admin(state, chat):
        raise bad_request("message can't be deleted")
    _delete(state, chat, post)
    return True


def delete_messages(state: State, params: Json) -> bool:
    """Those that can be deleted; the others are passed over."""
    chat = state.reach(params.get("chat_id"))
    numbers = params.get("message_ids") or []
    if not 1 <= len(numbers) <= 100:
        raise bad_request("message identifiers are not specified")
    for number in numbers:
        post = chat.posts.get(number)
        if post and not post.deleted and not _too_old(state, post):
            _delete(state, chat, post)
    return True


def _delete(state: State, chat: Chat, post: Posted) -> None:
    post.deleted = True
    state.happened(chat, "deleted", post)


def pin(state: State, params: Json) -> bool:
    chat, post = own_post(state, params, "pin")
    _needs_admin(state, chat, "not enough rights to manage pinned messages in the chat")
    post.pinned = True
    return True


def unpin_all(state: State, params: Json) -> bool:
    chat = state.reach(params.get("chat_id"))
    _needs_admin(state, chat, "not enough rights to manage pinned messages in the chat")
    for post in chat.posts.values():
        post.pinned = False
    return True


def create_topic(state: State, params: Json) -> Json:
    chat = state.reach(params.get("chat_id"))
    name = str(params.get("name") or "")
    if not chat.info.get("is_forum"):
        raise bad_request("the chat is not a forum")
    _needs_admin(state, chat, "not enough rights to create a topic")
    if not 1 <= utf16(name) <= 128:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "topic name is too long")
    state.limits.take(chat.id, new=False)
    chat.last_id += 1
    chat.topics[chat.last_id] = name
    color = params.get("icon_color") or 7322096
    return {"message_thread_id": chat.last_id, "name": name, "icon_color": color}


def _too_old(state: State, post: Posted) -> bool:
    return state.clock() - int(post.raw["date"]) > state.limits.message_age


def _is_admin(state: State, chat: Chat) -> bool:
    return chat.roles.get(state.bot["id"]) == "administrator"


def _needs_admin(state: State, chat: Chat, refusal: str) -> None:
    if chat.is_group and not _is_admin(state, chat):
        raise bad_request(refusal)


METHODS = {
    "editMessageText": edit_text,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin,
    "unpinAllChatMessages": unpin_all,
    "createForumTopic": create_topic,
}
