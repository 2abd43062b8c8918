"""What the components read from and write to Rasa messages."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack

from nlu.labels import DISCLOSURE, LEVELS

NORMAL = "normal_text"
WORD_ROWS = "word_rows"
EXPLAIN, LEAN = "explain", "lean"
NGRAMS = "kawan_ngrams"
VECTOR = "kawan_vector"


def usable(data: TrainingData) -> list[Message]:
    """Training examples that have both a text and an intent."""
    return [m for m in data.training_examples if m.get(TEXT) and m.get(INTENT)]


def normal_texts(messages: Sequence[Message]) -> list[str]:
    return [m.get(NORMAL) or "" for m in messages]


def risk_of(message: Message) -> str:
    """The level in the example's block metadata; `none` where it says nothing."""
    return str(_block(message).get("risk", LEVELS[0]))


def about_of(message: Message) -> str:
    """`self` or `other` for a disclosure, else an empty string."""
    return str(_block(message).get("about", ""))


def _block(message: Message) -> dict[str, Any]:
    return (message.get("metadata") or {}).get("intent") or {}


def category_of(message: Message) -> str:
    """The category a disclosure intent is named for; an empty string for other intents."""
    intent = str(message.get(INTENT))
    return intent[len(DISCLOSURE) :] if intent.startswith(DISCLOSURE) else ""


def option(message: Message, name: str) -> bool:
    """A wish that came along with a text to parse (EXPLAIN, LEAN)."""
    return bool((message.get("metadata") or {}).get(name))


def add_feature(message: Message, row: np.ndarray | csr_matrix, origin: str) -> None:
    message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, origin))


def ngram_rows(messages: Sequence[Message]) -> csr_matrix:
    return vstack([_feature(m, NGRAMS) for m in messages], format="csr")


def vector_rows(messages: Sequence[Message]) -> np.ndarray | None:
    """Sentence vectors (messages x 384), or None when one of the messages has none."""
    rows = [_feature(m, VECTOR) for m in messages]
    return None if any(r is None for r in rows) else np.vstack(rows)


def _feature(message: Message, origin: str) -> np.ndarray | csr_matrix | None:
    return next((f.features for f in message.features if f.origin == origin), None)
