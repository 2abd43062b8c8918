"""What is said in groups: short, and always of one shape, whoever asked and whatever it was."""

import html
import re
from datetime import datetime
from typing import Any

from bot.adapters.content.hotlines import Hotline
from bot.adapters.content.markup import faults, visible
from bot.domain.reply import Reply

SHORT = 320  # characters of an answer that are shown in a group


def group_text(name: str, reply: Reply, library: Any, now: datetime) -> str:
    """Title, a short text, and the line that ends every message in a group. `name`: a topic, or a
    message page such as `group_hint`."""
    language = reply.language
    page = library.topics.get((name, language)) or library.messages[name, language]
    title = html.escape(page.title, quote=False)
    body = shorten(page.parts[""], SHORT)
    return f"<b>{title}</b>\n\n{body}\n\n{group_footer(language, library)}"


def group_footer(language: str, library: Any) -> str:
    """The same for everybody: where people answer, and that questions can be asked in private."""
    line = library.string("line_group_footer", language)
    return f"<i>{line.format(numbers=numbers_in_short(library.hotlines, language))}</i>"


def numbers_in_short(hotlines: tuple[Hotline, ...], language: str) -> str:
    """The first number that is there for everybody, with its silent way first."""
    first = next(h for h in hotlines if h.publish and not h.serves)
    ways = sorted(first.channels, key=lambda channel: channel.kind != "text")
    named = f"{first.name[language]}: {', '.join(channel.label for channel in ways)}"
    return html.escape(named, quote=False)


def shorten(text: str, limit: int) -> str:
    """The first paragraphs of `text` (HTML) that fit into `limit` visible characters."""
    kept: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        if kept and len(visible("\n\n".join([*kept, paragraph]))) > limit:
            break
        kept.append(paragraph)
    short = "\n\n".join(kept)
    if len(visible(short)) <= limit and not faults(short):
        return short
    plain = visible(short)
    cut = plain if len(plain) <= limit else plain[: limit - 1].rsplit(" ", 1)[0] + "…"
    return html.escape(cut, quote=False)
