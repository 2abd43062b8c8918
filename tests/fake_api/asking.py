"""getChat, getChatMember, answerCallbackQuery, answerInlineQuery."""

from .errors import bad_request
from .keyboard import read_keyboard
from .markup import parse_html
from .records import Press
from .state import Chat, State
from .text import Json, utf16

_OLD = "query is too old and response timeout expired or query ID is invalid"
_RIGHTS = (
    "can_be_edited is_anonymous can_manage_chat can_change_info can_post_stories can_edit_stories "
    "can_delete_stories can_delete_messages can_invite_users can_restrict_members "
    "can_promote_members can_manage_video_chats can_pin_messages can_manage_topics"
).split()


def get_chat(state: State, params: Json) -> Json:
    """The ChatFullInfo, also of somebody who blocked the bot."""
    chat_id = params.get("chat_id")
    chat = state.chats.get(chat_id) if isinstance(chat_id, int) else None
    if chat is None or (chat.refusal and chat.refusal[0] == 400):
        raise bad_request("chat not found")
    if chat.is_group:
        state.reach(chat_id)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return {
        **chat.info,
        "accent_color_id": 2,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), True),
    }


def get_member(state: State, params: Json) -> Json:
    chat = state.reach(params.get("chat_id"))
    user_id = params.get("user_id")
    if user_id == state.bot["id"]:
        return member(state.author(), chat.roles.get(state.bot["id"], "member"))
    known = state.chats.get(user_id) if isinstance(user_id, int) else None
    user = chat.people.get(user_id) if isinstance(user_id, int) else None
    if user is None and known is None:
        raise bad_request("user not found")
    return member(user or _as_user(known), chat.roles.get(int(user_id or 0), "left"))


def _as_user(chat: Chat | None) -> Json:
    info = chat.info if chat else {}
    return {"is_bot": False, **{k: v for k, v in info.items() if k != "type"}}


def member(user: Json, status: str) -> Json:
    """A ChatMember."""
    extra: Json = {}
    if status == "administrator":
        extra = {name: name not in ("can_be_edited", "is_anonymous") for name in _RIGHTS}
    elif status == "creator":
        extra = {"is_anonymous": False}
    elif status == "kicked":
        extra = {"until_date": 0}
    return {"user": user, "status": status, **extra}


def answer_callback(state: State, params: Json) -> bool:
    text = str(params.get("text") or "")
    if utf16(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    known = state.presses.get(str(params.get("callback_query_id")))
    press = _fresh(known, state.clock(), state.limits.callback_age)
    press.text, press.alert = text, bool(params.get("show_alert"))
    state.happened(state.chats[press.chat], "notice", press)
    return True


def answer_inline(state: State, params: Json) -> bool:
    results = params.get("results") or []
    if len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    if len({result.get("id") for result in results}) != len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    for result in results:
        _inline_result(state, result)
    known = state.inline.get(str(params.get("inline_query_id")))
    press = _fresh(known, state.clock(), state.limits.inline_age)
    state.happened(state.chats[press.chat], "inline", results)
    return True


def _inline_result(state: State, result: Json) -> None:
    """The checks on one result of an inline query."""
    if not 0 < len(str(result.get("id") or "").encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    read_keyboard(result.get("reply_markup"))
    if result.get("type") == "article":
        content = result.get("input_message_content") or {}
        if not result.get("title") or not content.get("message_text"):
            raise bad_request("MESSAGE_EMPTY")
        parse_html(str(content["message_text"]), state.strict_entities)
    elif result.get("type") == "photo":
        if result.get("photo_file_id") not in state.files:
            raise bad_request("FILE_REFERENCE_INVALID")
        parse_html(str(result.get("caption") or ""), state.strict_entities)
    else:
        raise bad_request("this fake knows articles and cached photos")


def _fresh(press: Press | None, now: float, age: float) -> Press:
    if press is None or press.answered or now - press.at > age:
        raise bad_request(_OLD)
    press.answered = True
    return press


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_member,
    "answerCallbackQuery": answer_callback,
    "answerInlineQuery": answer_inline,
}
