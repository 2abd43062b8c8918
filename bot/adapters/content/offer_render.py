"""What a check of a job offer says, put into words: signs, questions, and the picture to share."""

import html
import json
from dataclasses import dataclass

from bot.adapters.content.library import Library
from bot.domain.reply import Reply

SHOWN = 8  # signs in one message, the most serious ones


@dataclass(frozen=True)
class Card:
    """What the picture shows: no piece of the offer, nothing personal."""

    verdict: str
    title: str
    heading: str
    signs: tuple[str, ...]
    lines: tuple[str, ...]


def fill_signs(text: str, reply: Reply, library: Library) -> str:
    """The page's `{signs}` and `{verdict}` filled in."""
    if "{signs}" in text:
        text = text.replace("{signs}", _signs(reply, library))
    if "{verdict}" in text:
        line = library.string(f"line_offer_{reply.context['verdict']}", reply.language)
        text = text.replace("{verdict}", f"<b>{html.escape(line, quote=False)}</b>")
    return text


def question(name: str, reply: Reply, library: Library) -> str:
    return html.escape(library.offers[reply.language].questions[name].text, quote=False)


def answer_label(label: str, language: str, library: Library) -> str:
    """The label of a button `offer/<question>/<answer>`."""
    _, asked, answer = label.split("/")
    return dict(library.offers[language].questions[asked].answers)[answer]


def card_of(reply: Reply, library: Library) -> Card:
    """What to draw for a reply `offer/card`."""
    texts = library.offers[reply.language]

    def line(name: str) -> str:
        return library.string(f"line_offer_{name}", reply.language)

    names = tuple(texts.names[name] for name, _ in _pairs(reply))
    return Card(
        reply.context["verdict"],
        line("card_title"),
        line(reply.context["verdict"]),
        names[:SHOWN] or (line("card_none"),),
        (line("card_next"), line("card_help"), line("card_foot")),
    )


def _signs(reply: Reply, library: Library) -> str:
    """One bullet a sign; with its words and the reason unless only names are wanted."""
    texts = library.offers[reply.language]
    names_only = reply.context.get("style") == "names"
    rows = []
    for name, words in _pairs(reply)[:SHOWN]:
        title = html.escape(texts.names[name], quote=False)
        if names_only:
            rows.append(f"• {title}")
            continue
        shown = f": <i>“{html.escape(words, quote=False)}”</i>" if words else ""
        rows.append(f"• <b>{title}</b>{shown}\n{html.escape(texts.why[name], quote=False)}")
    return "\n".join(rows) or "• " + library.string("line_offer_card_none", reply.language)


def _pairs(reply: Reply) -> list[tuple[str, str]]:
    return [(str(name), str(words)) for name, words in json.loads(reply.context["signs"])]
