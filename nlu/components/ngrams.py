"""Words and pieces of words: what a text says literally."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.components import store
from nlu.components.examples import (
    EXPLAIN,
    NGRAMS,
    WORD_ROWS,
    add_feature,
    normal_texts,
    option,
    usable,
)

_SETTINGS: dict[str, dict[str, Any]] = {
    "word": {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)[^\s.,!]+"},
    "char": {"analyzer": "char_wb", "ngram_range": (2, 5)},
}
_EXPLAINED = 120  # words of one text


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramFeaturizer(GraphComponent):
    """Sublinear TF-IDF over word and character n-grams of the normalised text; each of the two
    halves has length 1, so neither drowns the other."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = {**self.get_default_config(), **config}
        self._storage = storage
        self._resource = resource
        self._vectorizers: dict[str, TfidfVectorizer] = {}

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`min_df`: n-grams seen in fewer examples are left out."""
        return {"min_df": 2}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NgramFeaturizer:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        texts = normal_texts(usable(training_data))
        with self._storage.write_to(self._resource) as folder:
            for name in _SETTINGS:
                vectorizer = _vectorizer(name, min_df=self._config["min_df"]).fit(texts)
                grams = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.get)
                store.write_json(folder / f"{name}.json", grams)
                store.write_arrays(folder / f"{name}.npz", {"idf": vectorizer.idf_})
                self._vectorizers[name] = vectorizer
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        rows = self.transform(normal_texts(messages))
        for i, message in enumerate(messages):
            add_feature(message, rows[i], NGRAMS)
            if option(message, EXPLAIN):
                message.set(WORD_ROWS, self._word_rows(normal_texts([message])[0], rows[i]))
        return messages

    def _word_rows(self, text: str, whole: csr_matrix) -> dict[str, csr_matrix]:
        """What each word adds to the row of its text: the row less that of the text without it."""
        words = text.split()[:_EXPLAINED]
        kept = [w for w in dict.fromkeys(words) if any(c.isalnum() for c in w)]
        if not kept:
            return {}
        less = self.transform([" ".join(w for w in words if w != word) for word in kept])
        return {word: whole - less[i] for i, word in enumerate(kept)}

    def transform(self, texts: list[str]) -> csr_matrix:
        """One row a text (texts x n-grams, float32)."""
        parts = [self._vectorizers[name].transform(texts) for name in _SETTINGS]
        return hstack(parts, format="csr").astype(np.float32)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NgramFeaturizer:
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            for name in _SETTINGS:
                grams = store.read_json(folder / f"{name}.json")
                vectorizer = _vectorizer(name, vocabulary={g: i for i, g in enumerate(grams)})
                vectorizer.idf_ = store.read_arrays(folder / f"{name}.npz")["idf"]
                component._vectorizers[name] = vectorizer
        return component


def _vectorizer(name: str, **more: Any) -> TfidfVectorizer:
    return TfidfVectorizer(lowercase=False, sublinear_tf=True, **_SETTINGS[name], **more)
