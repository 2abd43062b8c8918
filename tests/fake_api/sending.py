"""sendMessage, sendPhoto, sendDocument, sendPoll, sendChatAction."""

from .compose import read_caption, read_file, read_text, send
from .errors import bad_request
from .media import photo_sizes, poll_body
from .state import State
from .text import Json, utf16

_ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document "
    "choose_sticker find_location record_video_note upload_video_note".split()
)


def send_message(state: State, params: Json) -> Json:
    return send(state, params, "text", read_text(state, params), str(params["text"]))


def send_photo(state: State, params: Json) -> Json:
    caption = read_caption(state, params)
    file, _ = read_file(state, params, "photo")
    fields = {"photo": photo_sizes(file), **caption}
    return send(state, params, "photo", fields, str(params.get("caption") or ""))


def send_document(state: State, params: Json) -> Json:
    caption = read_caption(state, params)
    file, upload = read_file(state, params, "document")
    if upload:
        file |= {"file_name": upload.name, "mime_type": upload.content_type}
    fields = {"document": file, **caption}
    return send(state, params, "document", fields, str(params.get("caption") or ""))


def send_poll(state: State, params: Json) -> Json:
    question = str(params.get("question") or "")
    options = [o["text"] if isinstance(o, dict) else str(o) for o in params.get("options") or []]
    if not question.strip():
        raise bad_request("poll question must be non-empty")
    if utf16(question) > 300:
        raise bad_request("poll question length must not exceed 300")
    if len(options) < 2:
        raise bad_request("poll must have at least 2 option")
    if len(options) > 12:
        raise bad_request("poll can't have more than 12 options")
    if not all(0 < utf16(option.strip()) <= 100 for option in options):
        raise bad_request("poll options length must not exceed 100")
    body = poll_body(str(state.number()), question, options)
    body |= {name: params[name] for name in ("is_anonymous", "type") if name in params}
    body |= _quiz(params, len(options)) if body["type"] == "quiz" else {}
    return send(state, params, "poll", {"poll": body}, question)


def _quiz(params: Json, options: int) -> Json:
    """What a quiz poll has beside a regular one."""
    single = params.get("correct_option_id")
    right = params.get("correct_option_ids") or ([] if single is None else [single])
    if not right or not all(isinstance(n, int) and 0 <= n < options for n in right):
        raise bad_request("wrong correct option ID specified")
    explanation = str(params.get("explanation") or "")
    if utf16(explanation) > 200:
        raise bad_request("poll explanation length must not exceed 200")
    if explanation.count("\n") > 2:
        raise bad_request("poll explanation has too many line feeds")
    return {"correct_option_ids": right, "explanation": explanation}


def send_chat_action(state: State, params: Json) -> bool:
    state.reach(params.get("chat_id"))
    if params.get("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


METHODS = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendPoll": send_poll,
    "sendChatAction": send_chat_action,
}
