"""What is said about a job offer: names and reasons of the indicators, the questions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters.content.pages import load_yaml
from bot.adapters.content.problems import ContentError, Problem, line_of
from bot.domain.offer import INDICATORS, QUESTIONS, Weight

LONGEST_WHY = 160
LONGEST_QUESTION = 200


@dataclass(frozen=True)
class Asked:
    """One question: its text and the labels of its answers, in order (answer id, label)."""

    text: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OfferTexts:
    """One language's words. `names` and `why`: by indicator; `questions`: by question id."""

    names: dict[str, str]
    why: dict[str, str]
    questions: dict[str, Asked]


def read_weights(path: Path) -> dict[str, Weight]:
    """Weight of every indicator; `ContentError` when one is missing, unknown or misspelt."""
    raw = load_yaml(path.read_text("utf-8"), path) if path.is_file() else None
    if not isinstance(raw, dict) or set(raw) != set(INDICATORS):
        strange = sorted(set(raw or ()) ^ set(INDICATORS))
        raise ContentError([Problem(str(path), 1, f"missing or unknown: {', '.join(strange)}")])
    try:
        return {str(name): Weight(weight) for name, weight in raw.items()}
    except ValueError as error:
        raise ContentError([Problem(str(path), 1, f"a weight is wrong: {error}")]) from error


def read_offer_texts(path: Path) -> OfferTexts:
    """One `texts.<language>.yml`; `ContentError` with every problem."""
    if not path.is_file():
        raise ContentError([Problem(str(path), 1, "is missing; write this file")])
    source = path.read_text("utf-8")
    raw = load_yaml(source, path)
    try:
        names = {k: str(raw["indicators"][k]["name"]) for k in INDICATORS}
        why = {k: str(raw["indicators"][k]["why"]) for k in INDICATORS}
        questions = {k: _asked(raw["questions"][k]) for k in QUESTIONS}
    except (KeyError, TypeError, AttributeError) as error:
        what = f"each indicator needs name and why, each question text and answers: {error}"
        raise ContentError([Problem(str(path), 1, what)]) from error
    long = [w for w in why.values() if len(w) > LONGEST_WHY]
    long += [q.text for q in questions.values() if len(q.text) > LONGEST_QUESTION]
    if long:
        raise ContentError(
            [Problem(str(path), line_of(source, t[:30]), f"is too long: {t[:40]}...") for t in long]
        )
    return OfferTexts(names, why, questions)


def _asked(raw: dict[str, Any]) -> Asked:
    answers = tuple((str(k), str(v)) for k, v in raw["answers"].items())
    return Asked(str(raw["text"]), answers)
