"""What Telegram shows about the bot: its commands and descriptions, in every language."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.adapters.content.library import Library

log = logging.getLogger("kawan.profile")

_COMMANDS = {
    "id": ("start", "menu", "darurat", "kuis", "kartu", "daftar", "keluar", "hapus", "kontak",
           "kembali", "bahasa", "about", "privacy"),
    "en": ("start", "menu", "help_now", "quiz", "card", "subscribe", "exit", "delete_me", "contact",
           "return", "language", "about", "privacy"),
}  # fmt: skip
_STRINGS = {
    "darurat": "cmd_help_now",
    "help_now": "cmd_help_now",
    "bahasa": "cmd_language",
    "language": "cmd_language",
    "kuis": "cmd_quiz",
    "kartu": "cmd_card",
    "daftar": "cmd_subscribe",
    "keluar": "cmd_exit",
    "hapus": "cmd_delete_me",
    "kontak": "cmd_contact",
    "kembali": "cmd_return",
}


def commands(library: Library, language: str) -> list[BotCommand]:
    """The command list of one language; a language without its own names uses those of the
    language that stands in for it, else the English ones."""
    own = next(spoken for spoken in library.spoken if spoken.code == language)
    names = _COMMANDS.get(language) or _COMMANDS.get(own.falls_back_to or "", _COMMANDS["en"])
    return [BotCommand(n, library.string(_STRINGS.get(n, f"cmd_{n}"), language)) for n in names]


async def publish(bot: Bot, library: Library) -> None:
    """Tell Telegram. Everything here is unimportant: a failure is logged and the rest goes on."""
    first = library.order[0]
    known = [code for code in library.order if len(code) == 2]  # all that Telegram takes
    for language in (None, *known):
        code = language or first
        await _try(bot.set_my_commands, commands(library, code), language_code=language)
        await _try(
            bot.set_my_description, library.string("bot_description", code), language_code=language
        )
        await _try(
            bot.set_my_short_description,
            library.string("bot_short_description", code),
            language_code=language,
        )


async def _try(call: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> None:
    try:
        await call(*args, **kwargs)
    except TelegramError as error:
        log.warning("%s failed: %s", getattr(call, "__name__", "call"), type(error).__name__)
