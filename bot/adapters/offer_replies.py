"""What a short answer in a person's own words means, by `content/offers/replies.yml`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language as Pipeline
from spacy.tokens import Doc

from bot.adapters.content.pages import load_yaml
from bot.adapters.content.problems import ContentError, Problem, line_of
from bot.adapters.danger_patterns import PatternError, words_of
from bot.adapters.offer_negation import NEGATIONS
from bot.adapters.offer_phrases import Phrase, compile_phrase, sentences
from bot.adapters.offer_words import Speller
from bot.domain.offer import QUESTIONS
from bot.domain.text import Lexicon

CONTROLS = frozenset({"unknown", "skip", "back", "stop"})
SHORT = 12  # words up to which a control word is a command and not part of a story
Groups = dict[str, tuple[str, ...]]


class ReplyReader:
    """Understands "ijazahnya ditahan dulu katanya", "gatau", "lewati"."""

    def __init__(
        self, nlp: Pipeline, controls: dict[str, tuple[Phrase, ...]],
        questions: dict[str, dict[str, tuple[Phrase, ...]]], speller: Speller,
    ) -> None:  # fmt: skip
        self._nlp = nlp
        self._controls = controls
        self._questions = questions
        self._speller = speller

    def understand(self, question: str, text: str) -> str | None:
        """A control word, an answer id of the question, or None."""
        words = self._speller.read(text).words
        if not words:
            return None
        if len(words) <= SHORT and (control := self._first(self._controls, words)):
            return control
        return self._first(self._questions[question], words)

    def _first(self, groups: Mapping[str, Sequence[Phrase]], words: Sequence[str]) -> str | None:
        doc = Doc(self._nlp.vocab, words=list(words))
        rows = sentences(tuple(words))
        for name, phrases in groups.items():
            if any(phrase.spans(doc, row) for phrase in phrases for row in rows):
                return name
        return None


def load_replies(path: Path, nlp: Pipeline, lexicon: Lexicon, speller: Speller) -> ReplyReader:
    """The replies of one file; `ContentError` where they cannot be used."""
    raw, source = read_replies(path)
    problems: list[Problem] = []

    def compiled(group: dict[str, Any]) -> dict[str, tuple[Phrase, ...]]:
        return {
            str(n): tuple(p for p in map(phrase, patterns) if p) for n, patterns in group.items()
        }

    def phrase(pattern: Any) -> Phrase | None:
        try:
            return compile_phrase(str(pattern), {}, nlp, lexicon, NEGATIONS)
        except PatternError as error:
            problems.append(Problem(str(path), line_of(source, str(pattern)), str(error)))
            return None

    controls = compiled(raw["controls"])
    questions = {str(name): compiled(group) for name, group in raw["questions"].items()}
    if problems:
        raise ContentError(problems)
    return ReplyReader(nlp, controls, questions, speller)


def read_replies(path: Path) -> tuple[dict[str, Any], str]:
    """(YAML, source); `ContentError` when a control or a question is missing."""
    source = path.read_text("utf-8")
    raw = load_yaml(source, path)
    try:
        complete = set(raw["controls"]) == CONTROLS and set(raw["questions"]) == set(QUESTIONS)
    except (TypeError, KeyError):
        complete = False
    if not complete:
        what = f"needs controls {sorted(CONTROLS)} and questions {sorted(QUESTIONS)}"
        raise ContentError([Problem(str(path), 1, what)])
    return raw, source


def reply_words(path: Path) -> set[str]:
    """All words of the file's patterns."""
    raw, _ = read_replies(path)
    groups = [raw["controls"], *raw["questions"].values()]
    patterns = [str(p) for group in groups for entries in group.values() for p in entries]
    found: set[str] = set()
    for pattern in patterns:
        try:
            found |= words_of(pattern, {})
        except PatternError:
            continue
    return found
