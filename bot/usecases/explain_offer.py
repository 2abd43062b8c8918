"""What the bot sees in one job offer, spelled out for people and scripts."""

from collections.abc import Mapping
from typing import Any

from bot.domain.language import choose
from bot.domain.offer import Weight, judge, open_questions
from bot.ports import LanguageGuesser, OfferReader


def explain_offer(
    text: str,
    reader: OfferReader,
    weights: Mapping[str, Weight],
    guesser: LanguageGuesser,
    known: frozenset[str],
) -> dict[str, Any]:
    """One JSON-able object: `text`, `language`, `indicators`, `verdict`, `questions`."""
    reading = reader.find(text)
    return {
        "text": text,
        "language": choose(known=known, detected=guesser.detect(text[:4000])),
        "indicators": [{"id": f.id, "evidence": f.evidence} for f in reading.found],
        "verdict": str(judge([f.id for f in reading.found], weights)),
        "questions": list(open_questions(reading)),
    }
