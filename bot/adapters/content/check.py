"""What an editor must mend before content goes out."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.adapters.content.filling import PLACEHOLDERS
from bot.adapters.content.hotlines import stale
from bot.adapters.content.library import Library, load
from bot.adapters.content.markup import faults, visible
from bot.adapters.content.pages import Page
from bot.adapters.content.person_words import read_person_words
from bot.adapters.content.problems import ContentError, Problem, line_of
from bot.adapters.content.readability import LIMIT, words_a_sentence
from bot.adapters.danger_file import read_rules
from bot.adapters.danger_rules import broken_examples, load_rules
from bot.adapters.offer_load import broken_offer_examples, load_offers, offer_files
from bot.domain.menu import TOPIC_PARTS, TOPICS

LONGEST = 900
LONGEST_TITLE = 40
LONGEST_BUTTON = 40
_PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
_STATUS = frozenset({"draft", "reviewed"})
_PARTS = {"topics": ("", *TOPIC_PARTS), "safety": ("", "other", "concern"), "messages": ("",)}
_STAFFED = "staffed"  # ends the name of what stands in for a part where staff are connected


def check(root: Path, today: date, *, patterns: bool = True) -> list[Problem]:
    """Every problem below `root`, sorted by file and line; an empty list when all is well.
    `patterns`: also compile those of danger and of job offers and try all their examples."""
    try:
        library = load(root)
    except ContentError as error:
        return error.problems
    # a page that stands in for another language is looked at once
    return sorted(
        {
            *_topics(library),
            *_all_pages(library, "messages"),
            *_all_pages(library, "safety"),
            *_strings(library),
            *((*_danger(root), *_offers(root)) if patterns else ()),
            *_person_words(root),
            *stale(library.hotlines, root / "hotlines.yml", today),
        }
    )


def _danger(root: Path) -> list[Problem]:
    try:
        rules = load_rules(root)
    except ContentError as error:
        return error.problems
    files = [read_rules(path) for path in sorted((root / "danger").glob("*.yml"))]
    return [problem for file in files for problem in broken_examples(file, rules)]


def _offers(root: Path) -> list[Problem]:
    try:
        reader = load_offers(root)
    except ContentError as error:
        return error.problems
    files = offer_files(root / "offers")
    return [problem for file in files for problem in broken_offer_examples(file, reader)]


def _person_words(root: Path) -> list[Problem]:
    try:
        read_person_words(root)
    except ContentError as error:
        return error.problems
    return []


def _topics(library: Library) -> Iterator[Problem]:
    yield from _all_pages(library, "topics")
    for (name, _), page in library.topics.items():
        yield from _readable(page)
        related = page.meta.get("related") or []
        for other in related:
            if other not in TOPICS or other == name:
                line = line_of(page.source, "related")
                yield Problem(str(page.path), line, f"related topic {other!r} does not exist")


def _readable(page: Page) -> Iterator[Problem]:
    """Texts for the young have short sentences."""
    average = words_a_sentence(page.parts.values())
    if "youth" in (page.meta.get("audience") or []) and average >= LIMIT:
        what = f"{average:.1f} words in an average sentence; write shorter ones, below {LIMIT:.0f}"
        yield Problem(str(page.path), page.starts.get("", 1), what)


def _all_pages(library: Library, folder: str) -> Iterator[Problem]:
    for page in getattr(library, folder).values():
        yield from _meta(page)
        yield from _texts(page, _PARTS[folder])


def _meta(page: Page) -> Iterator[Problem]:
    if not page.title or len(page.title) > LONGEST_TITLE:
        line = line_of(page.source, "title")
        yield Problem(str(page.path), line, f"title must have 1 to {LONGEST_TITLE} characters")
    if page.meta.get("status") not in _STATUS:
        line = line_of(page.source, "status")
        yield Problem(str(page.path), line, "status must be draft or reviewed")
    if page.meta.get("status") == "reviewed" and not (
        page.meta.get("reviewed_by") and isinstance(page.meta.get("reviewed_on"), date)
    ):
        line = line_of(page.source, "status")
        yield Problem(str(page.path), line, "reviewed needs reviewed_by and reviewed_on (a date)")
    if not page.meta.get("sources"):
        yield Problem(str(page.path), line_of(page.source, "sources"), "name at least one source")


def _texts(page: Page, needed: tuple[str, ...]) -> Iterator[Problem]:
    for name in needed:
        if not page.parts.get(name):
            what = f"the part {name!r} is missing" if name else "there is no text"
            yield Problem(str(page.path), page.starts.get(name, 1), what)
    for name, text in page.parts.items():
        start = page.starts[name]
        if name.removesuffix(_STAFFED).removesuffix("_") not in needed:
            yield Problem(str(page.path), start, f"unknown part {name!r}")
        size = len(visible(text))
        if size > LONGEST:
            yield Problem(
                str(page.path), start, f"{size} characters; at most {LONGEST} are allowed"
            )
        for line, what in faults(text):
            yield Problem(str(page.path), _shift(page, name, line), what)
        for placeholder in _PLACEHOLDER.findall(text):
            if placeholder not in PLACEHOLDERS:
                line = line_of(page.source, "{" + placeholder + "}", start)
                yield Problem(str(page.path), line, f"unknown placeholder {{{placeholder}}}")


def _shift(page: Page, part: str, line: int) -> int:
    """Line in the file of line `line` of a part (blank lines at its start were cut off)."""
    rows = page.source.splitlines()[page.starts[part] - 1 :]
    blank = next((n for n, row in enumerate(rows) if row.strip()), 0)
    return page.starts[part] + blank + line - 1


def _strings(library: Library) -> Iterator[Problem]:
    everything = set().union(*(set(c) for c in library.strings.values()))
    for code, catalogue in library.strings.items():
        path = library.root / "locale" / code / "LC_MESSAGES" / "kawan.po"
        source = path.read_text("utf-8")
        for key in sorted(everything - set(catalogue)):
            line = line_of(source, f'msgid "{key}"')
            yield Problem(str(path), line, f"{key} has no text in {code!r}")
        for key, text in catalogue.items():
            if key.startswith("btn_") and len(text) > LONGEST_BUTTON:
                line = line_of(source, f'msgid "{key}"')
                yield Problem(str(path), line, f"{key} is longer than {LONGEST_BUTTON} characters")
