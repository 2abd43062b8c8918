"""How much danger a text tells of, and of which kind: an output of its own beside the intent,
because a question can be a cry for help."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.examples import (
    EXPLAIN,
    about_of,
    category_of,
    ngram_rows,
    option,
    risk_of,
    vector_rows,
)
from nlu.components.heads import Heads
from nlu.components.words import moving_words
from nlu.labels import LEVELS

RISK, CATEGORIES, ABOUT_OTHER = "risk", "categories", "about_other"
WORDS = "words"
_SEPARATOR = "|"
_TINY = 1e-9


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class RiskHead(Heads):
    """Sets `risk` (probability of none, concern, high, critical), `categories` (probability of
    each category, given that there is danger), `about_other` (probability that somebody else than
    the writer is in danger) and, where asked to `explain`, `words`.

    Two heads judge the level together: one that only knows levels, and one that tells each
    intent of each level apart and so learns what harmless talk of every kind looks like.
    """

    def labels(self, examples: Sequence[Message]) -> dict[str, np.ndarray]:
        return {
            "level": np.array([risk_of(m) for m in examples]),
            "kind": np.array([f"{m.get(INTENT)}{_SEPARATOR}{risk_of(m)}" for m in examples]),
            "category": np.array([category_of(m) for m in examples]),
            "about": np.array([about_of(m) for m in examples]),
        }

    def process(self, messages: list[Message]) -> list[Message]:
        ngrams, vectors = ngram_rows(messages), vector_rows(messages)
        heads = [self.probabilities(h, ngrams, vectors) for h in self._heads]
        for message, level, kind, category, about in zip(messages, *heads, strict=True):
            message.set(RISK, _together(level, _levels(kind)), add_to_output=True)
            message.set(CATEGORIES, category, add_to_output=True)
            message.set(ABOUT_OTHER, about.get("other", 0.0), add_to_output=True)
            if option(message, EXPLAIN):
                message.set(WORDS, moving_words(message, self.models), add_to_output=True)
        return messages

    _heads = ("level", "kind", "category", "about")


def _levels(kinds: dict[str, float]) -> dict[str, float]:
    """Probability of each level: that of all kinds of this level."""
    total = dict.fromkeys(LEVELS, 0.0)
    for kind, probability in kinds.items():
        total[kind.rpartition(_SEPARATOR)[2]] += probability
    return total


def _together(first: dict[str, float], second: dict[str, float]) -> dict[str, float]:
    """Geometric mean of two opinions on the level: both must see danger for a high value."""
    means = {
        level: math.sqrt((first.get(level, 0.0) + _TINY) * (second[level] + _TINY))
        for level in LEVELS
    }
    total = sum(means.values())
    return {level: mean / total for level, mean in means.items()}
