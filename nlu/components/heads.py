"""A trainable Rasa component that owns several softmax models, each in two editions: `full` with
sentence vectors and `lean` without, for when those are missing."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from nlu.components import fitting, linear, store
from nlu.components.examples import ngram_rows, usable, vector_rows


class Heads(GraphComponent):
    """Base of the classifiers: `labels` of a subclass names each head and its training labels."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self.config = {**self.get_default_config(), **config}
        self.models: dict[str, linear.Softmax] = {}
        self._storage = storage
        self._resource = resource

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`strength`: inverse regularisation; `balance`: how far small classes are weighted up,
        0 to 1; `processes`: how many fit side by side."""
        return {"strength": 2.0, "balance": 0.5, "processes": 2}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Heads:
        return cls(config, model_storage, resource)

    @abstractmethod
    def labels(self, examples: Sequence[Message]) -> dict[str, np.ndarray]:
        """Training labels of each head; an empty string leaves an example out."""

    def train(self, training_data: TrainingData) -> Resource:
        examples = usable(training_data)
        spaces = _spaces(ngram_rows(examples), vector_rows(examples))
        names, jobs = [], []
        for head, labels in self.labels(examples).items():
            rows = np.flatnonzero(labels != "")
            if len(np.unique(labels[rows])) < 2:
                continue  # nothing to tell apart
            task = fitting.Task(labels[rows], rows, self.config["strength"], self.config["balance"])
            names += [f"{head}.{edition}" for edition in spaces]
            jobs += [(space, task) for space in spaces.values()]
        print(f"  fitting {', '.join(names)}", flush=True)
        fitted = fitting.fit([j[0] for j in jobs], [j[1] for j in jobs], self.config["processes"])
        self.models = dict(zip(names, fitted, strict=True))
        self._persist()
        return self._resource

    def _persist(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            store.write_json(folder / "heads.json", sorted(self.models))
            for name, model in self.models.items():
                model.save(folder, name)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Heads:
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            for name in store.read_json(folder / "heads.json"):
                component.models[name] = linear.Softmax.load(folder, name)
        return component

    def probabilities(
        self, head: str, ngrams: csr_matrix, vectors: np.ndarray | None
    ) -> list[dict[str, float]]:
        """Class probabilities of each text by the best edition there is; empty dictionaries for
        a head that was never trained."""
        edition = "lean" if vectors is None else "full"
        model = self.models.get(f"{head}.{edition}") or self.models.get(f"{head}.lean")
        if model is None:
            return [{} for _ in range(ngrams.shape[0])]
        found = model.probabilities(ngrams, vectors)
        return [dict(zip(model.classes, map(float, row), strict=True)) for row in found]


def _spaces(ngrams: csr_matrix, vectors: np.ndarray | None) -> dict[str, fitting.Space]:
    """The space of each edition. The projection of the n-grams takes half a minute, and all heads
    learn from the same examples, so the last one is kept."""
    mark = _mark(ngrams, vectors)
    if mark not in _last:
        _last.clear()
        _last[mark] = fitting.Space.of(ngrams, vectors)
    whole = _last[mark]
    return {"lean": whole} if vectors is None else {"full": whole, "lean": whole.without_vectors()}


_last: dict[str, fitting.Space] = {}


def _mark(ngrams: csr_matrix, vectors: np.ndarray | None) -> str:
    parts = (ngrams.data, ngrams.indices, ngrams.indptr, vectors)
    sums = [hashlib.sha256(np.ascontiguousarray(p)).hexdigest() for p in parts if p is not None]
    return " ".join((str(ngrams.shape), *sums))
