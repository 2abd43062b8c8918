"""A quiz in a private chat, a question at a time. Where somebody stands is part of the
conversation's state, so a restart changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.domain.conversation import Conversation
from bot.domain.quiz import LETTERS, Quiz, praise
from bot.domain.reply import Button, Reply
from bot.usecases.keyboards import HELP, MENU, Rows, topic_button

Step = tuple[Conversation, tuple[Reply, ...]]


class Quizzes(Protocol):
    """What there is to play."""

    @property
    def quiz_names(self) -> Sequence[str]: ...

    def quiz(self, name: str, language: str) -> Quiz | None: ...


def choose_quiz(state: Conversation, language: str, quizzes: Quizzes) -> Step:
    """The list of quizzes; one under way can be gone on with."""
    rows: Rows = tuple(
        (Button(f"quiz/{name}", f"qz:{name}"),)
        for name in quizzes.quiz_names
        if quizzes.quiz(name, language)
    )
    if state.quiz and quizzes.quiz(state.quiz[0], language):
        rows = ((Button("btn_quiz_go_on", f"qn:{state.quiz[0]}"),), *rows)
    return state, (Reply("quiz/", language, rows=(*rows, (HELP, MENU))),)


def press_quiz(data: str, state: Conversation, language: str, quizzes: Quizzes) -> Step:
    """`qz:<quiz>` starts, `qn:<quiz>` asks the present question again, `qa:<quiz>:<n>:<option>`
    answers question n. A button of an earlier question brings the present one back."""
    action, name, *rest = data.split(":")
    quiz = quizzes.quiz(name, language)
    if quiz is None:
        return choose_quiz(state, language, quizzes)
    if action == "qz":
        state = replace(state, quiz=(name, 0, 0), misses=0)
        return state, (_reply(quiz, language, {}, 0),)
    at = state.quiz if state.quiz and state.quiz[0] == name else None
    if at is None or at[1] >= len(quiz.questions):
        return choose_quiz(state, language, quizzes)
    answer = _answer(rest, quiz)
    if action == "qn" or answer is None or answer[0] != at[1]:
        return state, (_reply(quiz, language, {}, at[1]),)
    return _answered(quiz, at, answer[1], state, language)


def _answer(rest: list[str], quiz: Quiz) -> tuple[int, int] | None:
    """(question, option) of a button's data, when there are such."""
    if len(rest) != 2 or not all(part.isdigit() and len(part) < 3 for part in rest):
        return None
    number, option = int(rest[0]), int(rest[1])
    if number >= len(quiz.questions) or option >= len(quiz.questions[number].options):
        return None
    return number, option


def _answered(
    quiz: Quiz, at: tuple[str, int, int], option: int, state: Conversation, language: str
) -> Step:
    """Why it is so, and the next question; or, after the last one, the score."""
    number = at[1]
    hits = at[2] + (option == quiz.questions[number].right)
    said = {"after": str(number), "said": str(option)}
    if number + 1 < len(quiz.questions):
        state = replace(state, quiz=(quiz.name, number + 1, hits))
        return state, (_reply(quiz, language, said, number + 1),)
    asked = len(quiz.questions)
    end = {"score": str(hits), "of": str(asked), "praise": praise(hits, asked)}
    rows: Rows = (
        (topic_button(quiz.questions[-1].topic),),
        (Button("btn_quiz_more", "quizzes"), Button("btn_quiz_again", f"qz:{quiz.name}")),
        (HELP, MENU),
    )
    reply = Reply(f"quiz/{quiz.name}", language, rows=rows, context={**said, **end})
    return replace(state, quiz=None), (reply,)


def _reply(quiz: Quiz, language: str, context: dict[str, str], ask: int) -> Reply:
    letters = LETTERS[: len(quiz.questions[ask].options)]
    rows: Rows = (
        tuple(Button(f"={c}", f"qa:{quiz.name}:{ask}:{n}") for n, c in enumerate(letters)),
        (HELP, MENU),
    )
    return Reply(f"quiz/{quiz.name}", language, rows=rows, context={**context, "ask": str(ask)})
