"""What all sending methods share: text, buttons, the message answered, the topic."""

from typing import Any

from .errors import bad_request
from .keyboard import read_keyboard
from .markup import parse_html
from .records import Button, Posted, Upload
from .state import Chat, State
from .text import LONGEST, Json, trim, utf16

LONGEST_CAPTION = 1024


def read_text(state: State, params: Json) -> Json:
    """`{"text": ..., "entities": ...}` of a message as it is shown; `ApiError` 400."""
    if not params.get("text"):
        raise bad_request("message text is empty")
    visible, entities = _formatted(state, params, str(params["text"]), "entities")
    if not visible:
        raise bad_request("text must be non-empty")
    if utf16(visible) > LONGEST:
        raise bad_request("message is too long")
    return {"text": visible, **({"entities": entities} if entities else {})}


def read_caption(state: State, params: Json) -> Json:
    """`{"caption": ..., "caption_entities": ...}`, or nothing."""
    source = str(params.get("caption") or "")
    visible, entities = _formatted(state, params, source, "caption_entities")
    if utf16(visible) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    if not visible:
        return {}
    return {"caption": visible, **({"caption_entities": entities} if entities else {})}


def _formatted(state: State, params: Json, source: str, entities: str) -> tuple[str, list[Json]]:
    mode = str(params.get("parse_mode") or "").lower()
    if mode == "html":
        return parse_html(source, state.strict_entities)
    if mode:
        raise bad_request("unsupported parse_mode")  # this fake knows HTML only
    return trim(source, params.get(entities) or [])


def send(state: State, params: Json, kind: str, fields: Json, text: str = "") -> Json:
    """Post a message of the bot after the checks that come last; the Message."""
    rows = read_keyboard(params.get("reply_markup"))
    chat = state.reach(params.get("chat_id"))
    extra = {**_answered(chat, params), **_topic(chat, params), **shown_markup(params, rows)}
    if params.get("link_preview_options"):
        extra["link_preview_options"] = params["link_preview_options"]
    if params.get("protect_content"):
        extra["has_protected_content"] = True
    state.limits.take(chat.id)
    return state.post(chat, state.author(), kind, {**fields, **extra}, text, rows).raw


def shown_markup(params: Json, rows: list[list[Button]]) -> Json:
    """Inline buttons are part of a message; other keyboards are not."""
    return {"reply_markup": params["reply_markup"]} if rows else {}


def _answered(chat: Chat, params: Json) -> Json:
    wanted = params.get("reply_parameters") or {}
    number = wanted.get("message_id") or params.get("reply_to_message_id")
    if number is None:
        return {}
    answered = chat.posts.get(number)
    if answered and not answered.deleted:
        raw = {k: v for k, v in answered.raw.items() if k != "reply_to_message"}
        return {"reply_to_message": raw}
    if wanted.get("allow_sending_without_reply") or params.get("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def _topic(chat: Chat, params: Json) -> Json:
    thread = params.get("message_thread_id")
    if thread is None:
        return {}
    if thread not in chat.topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": thread, "is_topic_message": True}


def read_file(state: State, params: Json, name: str) -> tuple[Json, Upload | None]:
    """(file ids, what was uploaded) of the file in parameter `name`; `ApiError` 400."""
    value: Any = params.get(name)
    if isinstance(value, str) and value.startswith("attach://"):
        value = params.get(value.removeprefix("attach://"))
    if isinstance(value, Upload):
        if not value.data:
            raise bad_request("file must be non-empty")
        return state.file(len(value.data)), value
    if not value:
        raise bad_request(f"there is no {name} in the request")
    if value in state.files:
        return {**state.file(), "file_id": value}, None
    if str(value).startswith(("http://", "https://")):
        return state.file(), None
    raise bad_request("wrong file identifier/HTTP URL specified")


def own_post(state: State, params: Json, verb: str) -> tuple[Chat, Posted]:
    """The message to edit or delete; `ApiError` 400 when there is none."""
    chat = state.reach(params.get("chat_id"))
    number = params.get("message_id")
    if not number:
        raise bad_request("message identifier is not specified")
    post = chat.posts.get(number)
    if post is None or post.deleted:
        raise bad_request(f"message to {verb} not found")
    return chat, post
