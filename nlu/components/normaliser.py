"""Puts every text into standard spelling, as the danger rules do."""

from __future__ import annotations

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

from bot.domain.text import Lexicon, normalise
from nlu import lexicon
from nlu.components import store
from nlu.components.examples import NORMAL, usable

LEXICON_FOLDER = "KAWAN_LEXICON_DIR"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class TextNormaliser(GraphComponent):
    """Sets `normal_text` on each message. The lexicon travels inside the model, so a served
    model reads text exactly as it did while it was trained."""

    def __init__(self, words: Lexicon, storage: ModelStorage, resource: Resource) -> None:
        self._lexicon = words
        self._storage = storage
        self._resource = resource

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TextNormaliser:
        return cls(Lexicon(), model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        folder = Path(os.environ.get(LEXICON_FOLDER, str(lexicon.FOLDER)))
        self._lexicon = lexicon.build(folder, (m.get(TEXT) for m in usable(training_data)))
        parts = {
            "words": dict(self._lexicon.words),
            "vocabulary": sorted(self._lexicon.vocabulary),
        }
        with self._storage.write_to(self._resource) as folder:
            store.write_json(folder / "lexicon.json", parts)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            message.set(NORMAL, normalise(message.get(TEXT) or "", self._lexicon))
        return messages

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TextNormaliser:
        with model_storage.read_from(resource) as folder:
            parts = store.read_json(folder / "lexicon.json")
        words = Lexicon(parts["words"], frozenset(parts["vocabulary"]))
        return cls(words, model_storage, resource)
