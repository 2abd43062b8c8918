"""The parameters of a call, from whichever kind of request they came in."""

import json
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from .errors import bad_request
from .records import Upload
from .text import Json

_INTEGERS = frozenset(
    "chat_id user_id message_id offset limit timeout message_thread_id max_connections cache_time "
    "icon_color reply_to_message_id correct_option_id open_period close_date".split()
)
_FLAGS = frozenset(
    "drop_pending_updates show_alert disable_notification protect_content is_personal "
    "is_anonymous allows_multiple_answers is_closed allow_sending_without_reply".split()
)
_JSON = frozenset(
    "reply_markup entities caption_entities link_preview_options allowed_updates commands scope "
    "message_ids options results reply_parameters button correct_option_ids".split()
)


async def read_params(request: web.Request) -> Json:
    """Names to values: numbers, flags and JSON decoded, files as `Upload`."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.read()
        try:
            found.update(json.loads(body or b"{}"))
        except (ValueError, TypeError):
            raise bad_request("can't parse request: wrong JSON") from None
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            found[name] = _file(value) if isinstance(value, FileField) else value
    return {name: _typed(name, value) for name, value in found.items()}


def _file(field: FileField) -> Upload:
    return Upload(field.filename, field.content_type, field.file.read())


def _typed(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name in _INTEGERS:
        return int(value) if value.lstrip("-").isdigit() else value
    if name in _FLAGS:
        return value.lower() in ("true", "1", "yes")
    if name in _JSON and value:
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
    return value
