"""getMe, and what Telegram shows about the bot: commands, name, descriptions."""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from .errors import bad_request
from .state import State
from .text import Json, utf16

Handler = Callable[[State, Json], Any]
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_DEFAULT_SCOPE = {"type": "default"}
# longest text, and the words of the refusal (ours: Telegram's are not documented)
_TEXTS = {
    "description": (512, "bot description is too long"),
    "short_description": (120, "bot short description is too long"),
    "name": (64, "bot name is too long"),
}


def get_me(state: State, _params: Json) -> Json:
    return state.bot


def _language(params: Json) -> str:
    code = str(params.get("language_code") or "")
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def _scoped(state: State, params: Json) -> dict[str, list[Json]]:
    scope = params.get("scope") or _DEFAULT_SCOPE
    if scope == _DEFAULT_SCOPE:
        return state.commands
    return state.scoped.setdefault(json.dumps(scope, sort_keys=True), {})


def set_commands(state: State, params: Json) -> bool:
    language = _language(params)
    commands = [_command(raw) for raw in params.get("commands") or []]
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    _scoped(state, params)[language] = commands
    state.changed.notify()
    return True


def _command(raw: Json) -> Json:
    name = str(raw.get("command", "")).removeprefix("/")
    description = str(raw.get("description", "")).strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > 32:
        raise bad_request("command length must not exceed 32")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("command description length must not exceed 256")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}


def get_commands(state: State, params: Json) -> list[Json]:
    return _scoped(state, params).get(_language(params), [])


def delete_commands(state: State, params: Json) -> bool:
    _scoped(state, params).pop(_language(params), None)
    return True


def _set_text(name: str, state: State, params: Json) -> bool:
    longest, refusal = _TEXTS[name]
    text, language = str(params.get(name) or "").strip(), _language(params)
    if utf16(text) > longest:
        raise bad_request(refusal)
    state.profile.setdefault(name, {})[language] = text
    state.changed.notify()
    return True


def _get_text(name: str, state: State, params: Json) -> Json:
    texts = state.profile.get(name, {})
    usual = state.bot["first_name"] if name == "name" else ""
    return {name: texts.get(_language(params)) or texts.get("") or usual}


METHODS: dict[str, Handler] = {
    "getMe": get_me,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setMyDescription": partial(_set_text, "description"),
    "getMyDescription": partial(_get_text, "description"),
    "setMyShortDescription": partial(_set_text, "short_description"),
    "getMyShortDescription": partial(_get_text, "short_description"),
    "setMyName": partial(_set_text, "name"),
    "getMyName": partial(_get_text, "name"),
}
