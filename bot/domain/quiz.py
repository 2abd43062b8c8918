"""A quiz: questions with one right answer each, and how far somebody has come."""

from dataclasses import dataclass

LETTERS = "ABCD"


@dataclass(frozen=True)
class Question:
    """`right`: place of the right one among `options`, from 0; `because`: why, at most 200
    characters (Telegram's limit for a poll's explanation); `topic`: where one can read more."""

    ask: str
    options: tuple[str, ...]
    right: int
    because: str
    topic: str


@dataclass(frozen=True)
class Quiz:
    """`sources`: where its facts stand; `status`: draft or reviewed."""

    name: str
    title: str
    status: str
    sources: tuple[str, ...]
    questions: tuple[Question, ...]


def praise(right: int, asked: int) -> str:
    """Which words go with a score: `great`, `good` or `start`. None of them is a bad mark."""
    share = right / asked if asked else 0.0
    return "great" if share >= 0.8 else "good" if share >= 0.5 else "start"
