"""Longer training examples, joined from short ones.

Written examples of ordinary talk are shorter than what people really post, those of danger are
longer: a model trained on them alone takes length itself for danger.
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
    """Adds, while training only: two or three ordinary lines in one (as many as there are
    ordinary lines), and a disclosure before or after an ordinary line (a third as many)."""

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
        if len(calm) >= 3:
            joined = [_joined(dice.sample(calm, dice.choice((2, 2, 3)))) for _ in calm]
            if danger:
                joined += [_hidden(dice, calm, danger) for _ in range(len(calm) // 3)]
            training_data.training_examples.extend(joined)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        return messages


def _hidden(dice: random.Random, calm: list[Message], danger: list[Message]) -> Message:
    """A disclosure among other talk; it keeps the label of the disclosure."""
    told, talk = dice.choice(danger), dice.choice(calm)
    return _joined([told, talk] if dice.random() < 0.5 else [talk, told], label=told)


def _joined(parts: list[Message], label: Message | None = None) -> Message:
    label = label or parts[0]
    data = {TEXT: " ".join(m.get(TEXT) for m in parts), INTENT: label.get(INTENT)}
    return Message(data={**data, "metadata": label.get("metadata") or {}})
