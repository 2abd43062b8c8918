"""From a `Reply` to the words and buttons a person sees (Telegram HTML)."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.adapters.content.filling import fill
from bot.adapters.content.groups import group_text
from bot.adapters.content.hotlines import Hotline
from bot.adapters.content.library import Library
from bot.adapters.content.offer_render import Card, answer_label, card_of, fill_signs, question
from bot.adapters.content.pages import Page
from bot.adapters.content.quizzes import quiz_text
from bot.adapters.content.subscriptions import subscription_text
from bot.domain.reply import Button, Reply

LIMIT = 4096  # characters Telegram accepts in one message
_SHOWN_WITH_SAFETY = 4


@dataclass(frozen=True)
class Rendered:
    """`keyboard`: rows of (label, callback data, url); data and url exclude each other; `weight`:
    among urgent messages a larger one goes first; `card`: a picture to draw and send, with the
    text below it."""

    text: str
    keyboard: tuple[tuple[tuple[str, str, str], ...], ...]
    urgent: bool
    weight: int = 0
    card: Card | None = None


def render(reply: Reply, library: Library, now: datetime) -> Rendered:
    """`reply` in its language; `now` (aware) decides which numbers are open."""
    folder, _, name = reply.key.partition("/")
    text = _FOLDERS[folder](name, reply, library, now)
    rows = tuple(tuple(_button(b, reply.language, library) for b in row) for row in reply.rows)
    card = card_of(reply, library) if reply.key == "offer/card" else None
    return Rendered(text[:LIMIT], rows, reply.urgent, card=card)


def _button(button: Button, language: str, library: Library) -> tuple[str, str, str]:
    if button.label.startswith("topic/"):
        label = library.topics[button.label.removeprefix("topic/"), language].title
    elif button.label.startswith("quiz/"):
        quiz = library.quiz(button.label.removeprefix("quiz/"), language)
        label = quiz.title if quiz else button.label
    elif button.label.startswith("="):
        label = button.label[1:]
    elif button.label.startswith("offer/"):
        label = answer_label(button.label, language, library)
    elif button.label.startswith("btn_lang_") and button.label != "btn_lang_auto":
        code = button.label.removeprefix("btn_lang_")
        label = next(spoken.name for spoken in library.spoken if spoken.code == code)
    else:
        label = library.string(button.label, language)
    return label, button.data, button.url


def _topic(name: str, reply: Reply, library: Library, now: datetime) -> str:
    page = library.topics[name, reply.language]
    heading = f"<b>{html.escape(page.title, quote=False)}</b>"
    if reply.part != "sources":
        text = f"{heading}\n\n{fill(_part(page, reply), reply, library)}"
        footer = reply.context.get("footer")
        return f"{text}\n\n<i>{library.string(footer, reply.language)}</i>" if footer else text
    head = library.string("line_sources_head", reply.language)
    listed = "\n".join(f"• {html.escape(str(s), quote=False)}" for s in page.meta["sources"])
    if page.meta.get("status") == "reviewed":
        state = library.string("line_reviewed", reply.language).format(
            name=html.escape(str(page.meta["reviewed_by"])), date=page.meta["reviewed_on"]
        )
    else:
        state = library.string("line_draft", reply.language)
    return f"{heading}\n\n{head}\n{listed}\n\n<i>{state}</i>"


def _message(name: str, reply: Reply, library: Library, now: datetime) -> str:
    text = fill(_part(library.messages[name, reply.language], reply), reply, library)
    if "{hotlines}" in text:
        everyone = [h for h in library.hotlines if h.publish]
        text = text.replace("{hotlines}", _hotlines(everyone, reply.language, library, now))
    text = fill_signs(text, reply, library)
    status = reply.context.get("status")
    return f"{text}\n\n{library.string(status, reply.language)}" if status else text


def _offer(name: str, reply: Reply, library: Library, now: datetime) -> str:
    if name == "card":
        return library.string("line_offer_card_foot", reply.language)
    return question(name, reply, library)


def _part(page: Page, reply: Reply) -> str:
    """The part that is true: where staff are connected, `staffed` stands in for the first one and
    `more_staffed` for `more`."""
    staffed = f"{reply.part}_staffed".removeprefix("_")
    if "desk" in reply.context and staffed in page.parts:
        return page.parts[staffed]
    return page.parts[reply.part]


def _relay(_name: str, reply: Reply, library: Library, now: datetime) -> str:
    """A counsellor's words, as they were written."""
    head = library.string("line_counsellor", reply.language)
    return f"<b>{head}</b>\n{html.escape(reply.context['words'], quote=False)}"


def _safety(name: str, reply: Reply, library: Library, now: datetime) -> str:
    """Warm words and steps, the fitting numbers, and what is true about who can see or come."""
    language = reply.language

    def line(key: str) -> str:
        return library.string(key, language)

    nobody = "desk" not in reply.context
    fitting = [h for h in library.hotlines if h.publish and (not h.serves or name in h.serves)]
    fitting.sort(key=lambda h: (not h.hours.open_at(now), not h.serves, not _silent(h)))
    numbers = _hotlines(fitting[:_SHOWN_WITH_SAFETY], language, library, now)
    blocks = [
        line(reply.context["lead"]) if "lead" in reply.context else "",
        library.safety[name, language].parts[reply.part],
        numbers,
        line("line_in_danger_now") if reply.part != "concern" else "",
        line("line_abroad_note"),
        line(reply.context.get("status", "line_no_counsellor" if nobody else "line_may_talk")),
        line("line_nobody_sees"),
    ]
    return "\n\n".join(block for block in blocks if block)


def _silent(hotline: Hotline) -> bool:
    return any(channel.kind == "text" for channel in hotline.channels)


def _hotlines(chosen: list[Hotline], language: str, library: Library, now: datetime) -> str:
    """One block a service: who, how (silent ways first), and whether somebody answers now."""
    blocks = []
    for hotline in chosen:
        opened = hotline.hours.open_at(now)
        state = library.string("line_open_now" if opened else "line_closed_now", language)
        rows = [
            f"<b>{html.escape(hotline.name[language], quote=False)}</b> · {state}",
            html.escape(hotline.who[language], quote=False),
        ]
        for channel in sorted(hotline.channels, key=lambda c: c.kind != "text"):
            label = html.escape(channel.label, quote=False)
            if channel.link:
                label = f'<a href="{html.escape(channel.link)}">{label}</a>'
            kind = library.string(f"line_{channel.kind}", language)
            abroad = (
                f" · {library.string('line_from_abroad', language)}" if channel.from_abroad else ""
            )
            rows.append(f"{kind}: {label}{abroad}")
        blocks.append("\n".join(rows))
    return "\n\n".join(blocks)


_FOLDERS: dict[str, Callable[[str, Reply, Library, datetime], str]] = {
    "topic": _topic, "message": _message, "safety": _safety, "relay": _relay, "offer": _offer,
    "group": group_text, "quiz": quiz_text, "subscription": subscription_text,
}  # fmt: skip
