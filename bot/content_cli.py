"""`kawan content new, preview, review`: what editors do without writing code."""

import argparse
import json
import re
import sys
import textwrap
from datetime import date
from pathlib import Path
from typing import Any

from bot.adapters.content.check import check
from bot.adapters.content.library import load
from bot.adapters.content.markup import visible
from bot.adapters.content.pages import read_page
from bot.adapters.content.readability import words_a_sentence
from bot.domain.menu import TOPIC_PARTS, TOPICS
from bot.house import content_root
from bot.settings import Settings, SettingsProblem

Options = argparse.Namespace
FOLDERS = {"topic": "topics", "message": "messages", "safety": "safety", "quiz": "quizzes"}
WIDTH = 46  # letters of a line in a chat on a small phone
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")


def add_commands(below: Any) -> None:
    """Hang the editors' commands below `content`."""

    def add(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        command: argparse.ArgumentParser = below.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        command.add_argument("kind", choices=sorted(FOLDERS))
        command.add_argument("name")
        return command

    add("new", _new, "write the missing files of a topic, message or quiz, to be filled in")
    preview = add("preview", _preview, "show a text as a chat shows it, with its length")
    preview.add_argument("--language", default=None)
    review = add("review", _review, "sign a text: it is no draft any more")
    review.add_argument("--language", required=True)
    review.add_argument("--by", required=True, help="your name, as people will see it")


def _new(settings: Settings, options: Options) -> None:
    if not _NAME.fullmatch(options.name):
        raise SettingsProblem(f"{options.name!r} is no name; use small letters, digits and _")
    if options.kind == "topic" and options.name not in TOPICS:
        raise SettingsProblem(
            f"{options.name} is not in the menu yet; see 'To add a topic' in CONTRIBUTING.md"
        )
    library = load(content_root(settings)) if _loads(settings) else None
    codes = [own.code for own in library.spoken] if library else ["id", "en"]
    ending = "yml" if options.kind == "quiz" else "md"
    for code in codes:
        path = _path(settings, options, code, ending)
        if path.exists():
            print(f"{path} is there already")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_quiz() if ending == "yml" else _page(options.kind), "utf-8")
        print(f"{path} is written; fill it in, then run `kawan content check`")


def _loads(settings: Settings) -> bool:
    from bot.adapters.content.problems import ContentError

    try:
        load(content_root(settings))
    except ContentError:
        return False
    return True


def _path(settings: Settings, options: Options, code: str, ending: str) -> Path:
    folder: Path = content_root(settings) / FOLDERS[options.kind] / options.name
    return folder / f"{code}.{ending}"


def _page(kind: str) -> str:
    head = "---\ntitle: TITLE, 40 characters at most\n"
    if kind == "topic":
        head += "audience: [youth]\n"
    head += (
        "status: draft\nreviewed_by: null\nreviewed_on: null\nsources:\n"
        '  - "the law, page or person this comes from"\n'
    )
    if kind == "topic":
        head += "related: []\n"
    parts = {"topic": tuple(TOPIC_PARTS), "safety": ("other", "concern")}.get(kind, ())
    return head + "---\n\n" + "".join(f"\n<!-- {part} -->\n\n" for part in parts)


def _quiz() -> str:
    question = (
        '  - ask: "QUESTION, 250 characters at most"\n    options:\n      - "ONE"\n      - "TWO"\n'
        '      - "THREE"\n    right: 1\n    because: "WHY, 200 characters at most"\n'
        "    topic: signs_general\n"
    )
    return (
        "title: TITLE, 40 characters at most\nstatus: draft\nreviewed_by: null\n"
        'reviewed_on: null\nsources:\n  - "where its facts stand"\nquestions:\n' + 6 * question
    )


def _preview(settings: Settings, options: Options) -> None:
    root = content_root(settings)
    codes = [options.language] if options.language else [o.code for o in load(root).spoken]
    for code in codes:
        if options.kind == "quiz":
            _preview_quiz(root, options.name, code)
            continue
        path = _path(settings, options, code, "md")
        if not path.is_file():
            raise SettingsProblem(f"{path} is not there; `kawan content new` writes it")
        page = read_page(path)
        print(f"{path} ({page.meta.get('status')})")
        for name, text in page.parts.items():
            size = len(visible(text))
            average = words_a_sentence([text])
            print(f"\n{name or 'short answer'}: {size} characters, {average:.1f} words a sentence")
            _bubble(f"<b>{page.title}</b>\n\n{text}" if not name else text)


def _preview_quiz(root: Path, name: str, code: str) -> None:
    quiz = load(root).quiz(name, code)
    if quiz is None:
        raise SettingsProblem(f"there is no quiz {name} in {code}")
    print(f"{quiz.title} ({quiz.status}, {code})")
    for number, question in enumerate(quiz.questions, 1):
        listed = "\n".join(
            f"{'●' if n == question.right else '○'} {option}"
            for n, option in enumerate(question.options)
        )
        _bubble(f"<b>{number}. {question.ask}</b>\n\n{listed}\n\n{question.because}")


def _bubble(text: str) -> None:
    """A chat's bubble; bold is shown where the terminal can."""
    bold = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
    print("╭" + "─" * (WIDTH + 2) + "╮")
    for row in text.splitlines():
        plain = visible(row)
        for line in textwrap.wrap(plain, WIDTH) or [""]:
            strong = row.strip().startswith("<b>") and row.strip().endswith("</b>")
            shown = f"{bold[0]}{line}{bold[1]}" if strong else line
            print(f"│ {shown}{' ' * (WIDTH - len(line))} │")
    print("╰" + "─" * (WIDTH + 2) + "╯")


def _review(settings: Settings, options: Options) -> None:
    ending = "yml" if options.kind == "quiz" else "md"
    path = _path(settings, options, options.language, ending)
    if not path.is_file():
        raise SettingsProblem(f"{path} is not there")
    if len(options.by.split()) < 2:
        raise SettingsProblem("--by: give your whole name; a reviewed text names who signed it")
    root = content_root(settings)
    if broken := [p for p in check(root, date.today()) if Path(p.file) == path]:
        raise SettingsProblem(f"mend this before you sign: {broken[0]}")
    path.write_text(signed(path.read_text("utf-8"), options.by, date.today()), "utf-8")
    print(f"{path}: reviewed by {options.by} on {date.today()}")


def signed(source: str, name: str, day: date) -> str:
    """`source` with status, name and day in its front matter; the rest stays as it is."""
    values = {
        "status": "reviewed",
        "reviewed_by": json.dumps(name, ensure_ascii=False),
        "reviewed_on": day.isoformat(),
    }
    rows = source.splitlines()
    first = 1 if rows and rows[0].strip() == "---" else 0
    end = next((n for n in range(first, len(rows)) if rows[n].strip() == "---"), len(rows))
    found = set()
    for number in range(first, end):
        key = rows[number].split(":")[0]
        if key in values:
            rows[number] = f"{key}: {values[key]}"
            found.add(key)
    place = next(n for n in range(first, end) if rows[n].startswith("status:")) + 1
    rows[place:place] = [f"{key}: {values[key]}" for key in values if key not in found]
    return "\n".join(rows) + "\n"
