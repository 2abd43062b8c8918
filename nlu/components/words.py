"""Which words moved the risk, for the people who have to understand an alarm."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix

from nlu.components.examples import WORD_ROWS
from nlu.components.linear import Softmax

_SHOWN = 12


def moving_words(message: Message, models: Mapping[str, Softmax]) -> list[list[str | float]]:
    """`[[word, weight], ...]`, strongest first. A weight above 0 speaks for danger, below 0
    against. It is what the n-grams of a word add to the log-odds of danger; the sentence vector
    belongs to no single word and is left out."""
    model = models.get("level.full") or models.get("level.lean")
    rows: dict[str, csr_matrix] = message.get(WORD_ROWS) or {}
    if model is None or not rows:
        return []
    danger = _danger(model)
    weights = {word: (row @ danger[: row.shape[1]]).item() for word, row in rows.items()}
    ordered = sorted(weights.items(), key=lambda item: -abs(item[1]))
    return [[word, round(weight, 3)] for word, weight in ordered[:_SHOWN]]


def _danger(model: Softmax) -> np.ndarray:
    """Weight of each n-gram for danger against none."""
    none = model.classes.index("none")
    others = [i for i in range(len(model.classes)) if i != none]
    return model.weights[others].mean(axis=0) - model.weights[none]
