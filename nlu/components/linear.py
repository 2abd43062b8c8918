"""Softmax regression over n-grams and sentence vectors: the trained thing itself. Free of Rasa,
so that worker processes import it in a moment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import softmax

from nlu.components import store

# e5 vectors of any two texts are about 0.8 alike: without centring and stretching them, the
# n-grams would decide alone. Tried 3, 6, 10, 20; 10 was best or equal on every measure.
_STRETCH = 10.0


@dataclass(frozen=True)
class Softmax:
    """`weights` (classes x features), `bias` and `centre` (of the sentence vectors; empty in a
    model that uses none); `temperature` makes the probabilities honest."""

    classes: tuple[str, ...]
    weights: np.ndarray
    bias: np.ndarray
    centre: np.ndarray
    temperature: float = 1.0

    def scores(self, ngrams: csr_matrix, vectors: np.ndarray | None) -> np.ndarray:
        """Log-odds (texts x classes), up to a constant for each text."""
        width = ngrams.shape[1]
        found = ngrams @ self.weights[:, :width].T + self.bias
        if len(self.centre):
            found = found + stretch(vectors, self.centre) @ self.weights[:, width:].T
        return found / self.temperature

    def probabilities(self, ngrams: csr_matrix, vectors: np.ndarray | None) -> np.ndarray:
        """Class probabilities (texts x classes)."""
        return softmax(self.scores(ngrams, vectors), axis=1)

    def save(self, folder: Path, name: str) -> None:
        """Half-precision weights: they move no probability by more than 0.001."""
        store.write_json(folder / f"{name}.json", list(self.classes))
        parts = {"weights": self.weights.astype(np.float16), "bias": self.bias}
        more = {"centre": self.centre, "temperature": np.array(self.temperature)}
        store.write_arrays(folder / f"{name}.npz", {**parts, **more})

    @classmethod
    def load(cls, folder: Path, name: str) -> Softmax:
        parts = store.read_arrays(folder / f"{name}.npz")
        return cls(
            tuple(store.read_json(folder / f"{name}.json")),
            parts["weights"].astype(np.float32),
            parts["bias"],
            parts["centre"],
            float(parts["temperature"]),
        )


def stretch(vectors: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Centred vectors on the scale of the n-grams; the zero vector of an empty text stays zero."""
    spoken = np.any(vectors, axis=1, keepdims=True)
    return (vectors - centre) * spoken * _STRETCH
