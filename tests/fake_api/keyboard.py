"""Checks the buttons of a message as Telegram does."""

import re
from typing import Any
from urllib.parse import urlsplit

from .errors import ApiError, bad_request
from .records import Button

_PROTOCOLS = {"http", "https", "tg", "ton", "tonsite"}
_ACTIONS = (
    "login_url", "web_app", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
MOST_BUTTONS = 100


def read_keyboard(markup: Any) -> list[list[Button]]:
    """The inline buttons in `reply_markup`; `ApiError` 400 for what Telegram refuses."""
    if markup in (None, ""):
        return []
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return []
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: field must be an array of arrays")
    found = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, found)) > MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return found


def _button(raw: Any) -> Button:
    if not isinstance(raw, dict):
        raise _unreadable("Object expected as an inline keyboard button")
    label = raw.get("text")
    if not isinstance(label, str):
        raise _unreadable('Can\'t find field "text"')
    if not label.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if raw.get("url"):
        _check_url(str(raw["url"]))
        return Button(label, url=str(raw["url"]))
    data = raw.get("callback_data")
    if data:
        if len(str(data).encode("utf-8", "surrogatepass")) > 64:
            raise bad_request("BUTTON_DATA_INVALID")
        return Button(label, data=str(data))
    if not any(name in raw for name in _ACTIONS):
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    return Button(label)


def _unreadable(what: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {what}")


def _check_url(url: str) -> None:
    protocol = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", url)
    fault = None
    if protocol and "." not in protocol[1] and protocol[1].lower() not in _PROTOCOLS:
        fault = "Unsupported URL protocol"
    elif protocol is None or protocol[1].lower() in ("http", "https"):
        host = urlsplit(url if protocol else f"http://{url}").hostname or ""
        if not host:
            fault = "URL host is empty"
        elif "." not in host or re.search(r"\s", url):
            fault = "Wrong HTTP URL"
    if fault:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {fault}")
