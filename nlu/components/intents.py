"""Which topic, pleasantry or kind of trouble a text is about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.examples import ngram_rows, vector_rows
from nlu.components.heads import Heads

RANKING = "intent_ranking"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentHead(Heads):
    """Sets `intent` and `intent_ranking` (all intents, best first)."""

    def labels(self, examples: Sequence[Message]) -> dict[str, np.ndarray]:
        return {"intent": np.array([m.get(INTENT) for m in examples])}

    def process(self, messages: list[Message]) -> list[Message]:
        found = self.probabilities("intent", ngram_rows(messages), vector_rows(messages))
        for message, probabilities in zip(messages, found, strict=True):
            ordered = sorted(probabilities.items(), key=lambda item: -item[1])
            ranking = [{"name": name, "confidence": p} for name, p in ordered]
            best = ranking[0] if ranking else {"name": None, "confidence": 0.0}
            message.set(INTENT, best, add_to_output=True)
            message.set(RANKING, ranking, add_to_output=True)
        return messages
