"""What stands on a topic's card, taken from its page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from bot.adapters.content.groups import numbers_in_short
from bot.adapters.content.library import Library
from bot.adapters.content.markup import visible
from bot.adapters.content.pages import Page
from bot.domain.menu import SECTIONS

FEWEST, MOST = 3, 5
LONGEST = 95  # characters of a line
ROOM = 330  # characters of all lines together
DESIGN = "1"  # changes when the drawing does, so that pictures kept by Telegram are made anew
_TAIL = re.compile(r",?\s*(?:,|\b(?:atau|dan|or|and))\s*$")
_LEANS = re.compile(
    r"(?:apalagi|itu|ini|tapi|tetapi|karena|jadi|misalnya|begitu|kalau begitu|biaya mana|even|which|"
    r"this|that|but|so|also|for example|such|it|they)\b",
    re.IGNORECASE,
)
_HERE = re.compile(r"(?<!\w)/[a-z_]+|\b(?:tekan|tombol|press|button|bot)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class CardText:
    """`section` decides the colour; `label`: its name; `help`: where people answer; `mark`: draft
    or empty; `alt`: the whole card in words, for people who cannot see it."""

    topic: str
    language: str
    section: str
    label: str
    title: str
    lines: tuple[str, ...]
    help_head: str
    help: str
    mark: str

    @property
    def alt(self) -> str:
        mark = f" ({self.mark})" if self.mark else ""
        listed = "\n".join(f"- {line}" for line in self.lines)
        return f"{self.title}{mark}\n{listed}\n{self.help_head} {self.help}\n"

    @property
    def digest(self) -> str:
        return sha256(f"{DESIGN}\n{self.section}\n{self.alt}".encode()).hexdigest()[:16]


def card_text(topic: str, language: str, library: Library) -> CardText:
    """The words of a topic's card."""
    page = library.topics[topic, language]
    section = next(name for name, topics in SECTIONS.items() if topic in topics)
    drafted = page.meta.get("status") != "reviewed"
    return CardText(
        topic, language, section, _clean(library.string(f"btn_section_{section}", language)),
        _clean(page.title), card_lines(page), library.string("card_help", language),
        _clean(visible(numbers_in_short(library.hotlines, language))),
        library.string("line_draft", language) if drafted else "",
    )  # fmt: skip


def card_lines(page: Page) -> tuple[str, ...]:
    """3 to 5 short lines: those the editor chose (`card` in the front matter), else the list and
    the sentences of the short answer, then of what one can do."""
    chosen = page.meta.get("card")
    if chosen:
        return tuple(_clean(str(line)) for line in chosen)[:MOST]
    found: list[str] = []
    for line in _candidates(page):
        if len(line) > LONGEST or line in found or not _stands_alone(line):
            continue
        if len(found) >= FEWEST and sum(map(len, found)) + len(line) > ROOM:
            break
        found.append(line)
        if len(found) == MOST:
            break
    return tuple(found)


def _candidates(page: Page) -> Iterator[str]:
    """The first sentence, the list of the short answer, the list of what one can do, the rest."""
    said, listed = _said_and_listed(page.parts.get("", ""))
    _, steps = _said_and_listed(page.parts.get("now", ""))
    yield from said[:1]
    yield from listed
    yield from steps[: MOST - 2] if not listed else steps
    yield from said[1:]
    yield from _said_and_listed(page.parts.get("more", ""))[1]


def _said_and_listed(text: str) -> tuple[list[str], list[str]]:
    """(sentences, points of lists) of a text, as they read on their own."""
    rows = [_clean(visible(row)) for row in text.splitlines() if row.strip()]
    listed = [_point(row.removeprefix("•").strip()) for row in rows if row.startswith("•")]
    said = [s.strip() for row in rows if not row.startswith("•") for s in _SENTENCE.split(row)]
    return said, listed


def _point(row: str) -> str:
    """A point of a list without the comma or "or" that led on to the next one."""
    row = _TAIL.sub("", row)
    return row[:1].upper() + row[1:] if row[:1].islower() else row


def _stands_alone(line: str) -> bool:
    """Neither a heading nor a sentence that leans on the one before or on the bot's buttons."""
    return not (line.endswith(":") or _LEANS.match(line) or _HERE.search(line))


def _clean(text: str) -> str:
    """Letters the type has; no emoji, no arrows."""
    text = text.replace("→", "-").replace("\u00a0", " ")
    kept = "".join(c for c in text if c.isascii() or "\u00a1" <= c <= "\u017f" or c in "‘’“”–—…•")
    return " ".join(kept.split())
