"""What a text means, whatever its words: one vector for Indonesian, English and their mix."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import vectors
from nlu.components.examples import LEAN, VECTOR, add_feature, normal_texts, option

VECTOR_CACHE = "KAWAN_VECTOR_CACHE"
_logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(GraphComponent):
    """Adds a sentence vector of the normalised text to each message, or nothing where the sentence
    model cannot be loaded: the classifiers then decide by n-grams alone.

    Of the text as written, capitals took a tenth of the alarms away and look-alike letters a third;
    topics are found equally well either way.
    """

    def __init__(self) -> None:
        self._broken = False

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceVectors:
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        messages = [m for m in training_data.training_examples if m.get(TEXT)]
        cache = os.environ.get(VECTOR_CACHE)
        try:
            rows = vectors.embed_many(
                normal_texts(messages),
                Path(cache) if cache else None,
                os.cpu_count() or 1,
            )
        except vectors.Unavailable as error:
            self._give_up(error)
            return training_data
        for i, message in enumerate(messages):
            add_feature(message, rows[i : i + 1], VECTOR)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        wanted = [] if self._broken else [m for m in messages if not option(m, LEAN)]
        try:
            rows = vectors.embed(normal_texts(wanted))
        except vectors.Unavailable as error:
            self._give_up(error)
            return messages
        for i, message in enumerate(wanted):
            add_feature(message, rows[i : i + 1], VECTOR)
        return messages

    def _give_up(self, error: Exception) -> None:
        self._broken = True
        _logger.warning("no sentence vectors (%s); going on with n-grams alone", error)
