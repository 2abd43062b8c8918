"""Longer training examples: a disclosure among other talk.

People rarely write one plain sentence when they are afraid; what matters is one clause among
everyday chatter. (Long talk without danger is in `nlu/data/ordinary_posts_*`; joining short lines
to get more of it was tried and found worse than such lines, and takes a minute of training.)
"""

from __future__ import annotations

import random
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.examples import risk_of, usable
from nlu.labels import LEVELS

_SEED = 20
_CALM = "ordinary"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class LongTalk(GraphComponent):
    """Adds, while training only, disclosures before or after an ordinary line: a sixth as many as
    there are ordinary lines."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LongTalk:
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        examples = usable(training_data)
        calm = [m for m in examples if m.get(INTENT) == _CALM]
        danger = [m for m in examples if risk_of(m) != LEVELS[0]]
        dice = random.Random(_SEED)  # noqa: S311 (repeatable on purpose, no secret)
        if calm and danger:
            hidden = [_hidden(dice, calm, danger) for _ in range(len(calm) // 6)]
            training_data.training_examples.extend(hidden)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        return messages


def _hidden(dice: random.Random, calm: list[Message], danger: list[Message]) -> Message:
    """A disclosure among other talk; it keeps the label of the disclosure."""
    told, talk = dice.choice(danger), dice.choice(calm)
    parts = [told, talk] if dice.random() < 0.5 else [talk, told]
    data = {TEXT: " ".join(m.get(TEXT) for m in parts), INTENT: told.get(INTENT)}
    return Message(data={**data, "metadata": told.get("metadata") or {}})
