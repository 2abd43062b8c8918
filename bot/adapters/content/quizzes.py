"""Reads `content/quizzes/<name>/<language>.yml`, and puts a quiz into words."""

import html
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from bot.adapters.content.pages import load_yaml
from bot.adapters.content.problems import ContentError, Problem, line_of
from bot.domain.menu import TOPICS
from bot.domain.quiz import LETTERS, Question, Quiz
from bot.domain.reply import Reply

FEWEST, MOST = 6, 10
LONGEST = {"question": 250, "option": 90, "because": 200, "title": 40}


class Words(Protocol):
    """The part of the library that is needed here."""

    def string(self, key: str, language: str) -> str: ...

    def quiz(self, name: str, language: str) -> Quiz | None: ...


def read_quiz(path: Path) -> Quiz:
    """The quiz in `path`; `ContentError` names everything that is wrong with its line."""
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = f"the quiz {path.parent.name} has no text in {path.stem!r}; write this file"
        raise ContentError([Problem(str(path), 1, what)]) from error
    raw = load_yaml(source, path)
    if not isinstance(raw, dict) or not isinstance(raw.get("questions"), list):
        raise ContentError([Problem(str(path), 1, "needs a list called `questions`")])
    problems = [
        Problem(str(path), line_of(source, f"{key}:"), f"needs {key}")
        for key in ("title", "status", "sources")
        if not raw.get(key)
    ]
    if len(str(raw.get("title", ""))) > LONGEST["title"]:
        what = f"the title is longer than {LONGEST['title']} characters"
        problems.append(Problem(str(path), line_of(source, "title:"), what))
    if not FEWEST <= len(raw["questions"]) <= MOST:
        what = f"{len(raw['questions'])} questions; {FEWEST} to {MOST} are right"
        problems.append(Problem(str(path), line_of(source, "questions:"), what))
    questions = []
    for number, entry in enumerate(raw["questions"], 1):
        try:
            questions.append(_question(entry))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            what = f"missing {error}" if isinstance(error, KeyError) else str(error)
            starts = [n for n, row in enumerate(source.splitlines(), 1) if "ask:" in row]
            line = starts[number - 1] if number <= len(starts) else 1
            problems.append(Problem(str(path), line, f"question {number}: {what}"))
    if problems:
        raise ContentError(problems)
    sources = tuple(str(s) for s in raw["sources"])
    return Quiz(path.parent.name, str(raw["title"]), str(raw["status"]), sources, tuple(questions))


def _question(raw: dict[str, Any]) -> Question:
    options = tuple(str(option).strip() for option in raw["options"])
    right = int(raw["right"]) - 1
    if not 2 <= len(options) <= len(LETTERS):
        raise ValueError(f"needs 2 to {len(LETTERS)} options")
    if len(set(options)) != len(options):
        raise ValueError("two options are the same")
    if not 0 <= right < len(options):
        raise ValueError("right must be the number of an option, from 1")
    if raw["topic"] not in TOPICS:
        raise ValueError(f"topic {raw['topic']!r} does not exist")
    question = Question(str(raw["ask"]), options, right, str(raw["because"]), str(raw["topic"]))
    sizes = {
        "question": len(question.ask), "because": len(question.because),
        "option": max(len(option) for option in options),
    }  # fmt: skip
    for what, size in sizes.items():
        if size > LONGEST[what]:
            raise ValueError(f"{what} has {size} characters; at most {LONGEST[what]} are allowed")
    return question


def quiz_text(name: str, reply: Reply, library: Words, now: datetime) -> str:
    """One step of a quiz. `context`: `said` and `right` (places) after an answer to question
    `after`; `ask`: the question to put; `score` of `of` with words `praise` at the end."""
    quiz = library.quiz(name, reply.language)
    context = reply.context

    def line(key: str) -> str:
        return library.string(key, reply.language)

    if quiz is None:
        return line("quiz_choose")
    blocks = [f"<b>{html.escape(quiz.title, quote=False)}</b>"]
    if "after" in context:
        question = quiz.questions[int(context["after"])]
        hit = int(context["said"]) == question.right
        head = line("quiz_right") if hit else line("quiz_not_quite").format(
            letter=LETTERS[question.right]
        )  # fmt: skip
        blocks = [f"{head}\n{html.escape(question.because, quote=False)}"]
    if "ask" in context:
        number = int(context["ask"])
        question = quiz.questions[number]
        count = line("quiz_count").format(number=number + 1, of=len(quiz.questions))
        listed = "\n".join(
            f"<b>{letter}</b>  {html.escape(option, quote=False)}"
            for letter, option in zip(LETTERS, question.options, strict=False)
        )
        blocks.append(f"<i>{count}</i>\n{html.escape(question.ask, quote=False)}\n\n{listed}")
    if "praise" in context:
        score = line("quiz_score").format(right=context["score"], of=context["of"])
        blocks.append(f"<b>{score}</b>\n{line('quiz_' + context['praise'])}")
        blocks.append(f"<i>{line('line_draft')}</i>" if quiz.status != "reviewed" else "")
    return "\n\n".join(block for block in blocks if block)
