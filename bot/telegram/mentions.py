"""When a group means the bot: a command, a mention of its name, or a reply to it."""

import re

from telegram import Bot, Message
from telegram.error import TelegramError


def is_addressed(message: Message, text: str, me: str) -> bool:
    """Whether a message of a group is for the bot called `me`. With privacy mode on Telegram hands
    over little else; a bot that was made admin hears everything, and leaves that alone."""
    if text.startswith("/"):
        name = text.split(maxsplit=1)[0].partition("@")[2].casefold()
        return not name or name == me.casefold()
    answered = message.reply_to_message
    author = answered.from_user if answered else None
    if author and author.is_bot and me and (author.username or "").casefold() == me.casefold():
        return True
    return bool(_mention(me).search(text))


def without_mention(text: str, me: str) -> str:
    """The words that are left when the bot's name is taken out; a command keeps its own."""
    return text if text.startswith("/") else _mention(me).sub(" ", text).strip()


def _mention(me: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)@{re.escape(me)}(?!\w)" if me else r"(?!)", re.IGNORECASE)


def known_name(bot: Bot) -> str:
    """The bot's username, or nothing before Telegram told it."""
    try:
        return str(bot.username)
    except RuntimeError:
        return ""


async def learn_name(bot: Bot) -> str:
    """The bot's username, asked for once; nothing while Telegram is out of reach."""
    if not known_name(bot):
        try:
            await bot.get_me()
        except TelegramError:
            return ""
    return known_name(bot)
