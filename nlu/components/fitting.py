"""Fits calibrated softmax regressions quickly: in a few hundred dimensions, side by side.

Twenty-five thousand n-grams are projected on their main directions first; the weights found there
are turned back into weights of n-grams, so that a served model needs no projection.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.utils.extmath import randomized_svd

from nlu.components.linear import Softmax, stretch

SEED = 20
_DIRECTIONS = 450
_FOLDS = 3


@dataclass(frozen=True)
class Space:
    """Training examples in few dimensions. `directions` (k x n-grams) has orthonormal rows."""

    points: np.ndarray
    directions: np.ndarray
    centre: np.ndarray

    @classmethod
    def of(cls, ngrams: csr_matrix, vectors: np.ndarray | None) -> Space:
        """The space of all examples; `vectors` None leaves sentence vectors out."""
        size = min(_DIRECTIONS, *(n - 1 for n in ngrams.shape))
        directions = randomized_svd(ngrams, size, n_iter=2, random_state=SEED)[2]
        points = ngrams @ directions.T
        if vectors is None:
            return cls(points.astype(np.float32), directions, np.zeros(0, np.float32))
        spoken = vectors[np.any(vectors, axis=1)]
        centre = spoken.mean(axis=0)
        points = np.hstack([points, stretch(vectors, centre)])
        return cls(points.astype(np.float32), directions, centre)

    def without_vectors(self) -> Space:
        width = len(self.directions)
        return Space(self.points[:, :width], self.directions, np.zeros(0, np.float32))


@dataclass(frozen=True)
class Task:
    """One regression to fit: `labels` of the `rows` of the space's points, inverse regularisation
    `strength`, and `balance` from 0 (examples count alike) to 1 (classes count alike)."""

    labels: np.ndarray
    rows: np.ndarray
    strength: float
    balance: float


def fit(spaces: Sequence[Space], tasks: Sequence[Task], processes: int) -> list[Softmax]:
    """A model for each pair of space and task, its temperature found on examples held out."""
    jobs = [(space.points[task.rows], task) for space, task in zip(spaces, tasks, strict=True)]
    if processes > 1:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            fitted = list(pool.map(_fit_one, *zip(*jobs, strict=True)))
    else:
        fitted = [_fit_one(*job) for job in jobs]
    return [_unfold(space, *parts) for space, parts in zip(spaces, fitted, strict=True)]


def _fit_one(points: np.ndarray, task: Task) -> tuple[LogisticRegression, float]:
    """The regression on two thirds tells the temperature, and is where that on all begins."""
    regression = LogisticRegression(
        C=task.strength, max_iter=300, tol=3e-3, multi_class="multinomial", random_state=SEED,
        warm_start=True,
    )  # fmt: skip
    temperature = _temperature(regression, points, task)
    regression.fit(points, task.labels, sample_weight=_weights(task.labels, task.balance))
    return regression, temperature


def _weights(labels: np.ndarray, balance: float) -> np.ndarray:
    _, which, counts = np.unique(labels, return_inverse=True, return_counts=True)
    weights = counts[which].astype(float) ** -balance
    return weights / weights.mean()


def _temperature(regression: LogisticRegression, points: np.ndarray, task: Task) -> float:
    """What to divide scores by so that a third of the examples, held out, gets the best
    likelihood. (Holding out each third in turn moved it by 0.02 and took half of the time.)"""
    _, truth, counts = np.unique(task.labels, return_inverse=True, return_counts=True)
    if counts.min() < _FOLDS:
        return 1.0  # too few to hold any out
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=SEED)
    seen, held = next(folds.split(points, truth))
    labels = task.labels[seen]
    regression.fit(points[seen], labels, sample_weight=_weights(labels, task.balance))
    found = regression.decision_function(points[held])
    scores = found if found.ndim == 2 else np.column_stack([-found, found])
    right = (np.arange(len(held)), truth[held])
    best = minimize_scalar(
        lambda t: -log_softmax(scores / t, axis=1)[right].mean(),
        bounds=(0.3, 4.0),
        method="bounded",
    )
    return float(best.x)


def _unfold(space: Space, regression: LogisticRegression, temperature: float) -> Softmax:
    weights, bias = regression.coef_, regression.intercept_
    if len(regression.classes_) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.vstack([-weights, weights]), np.hstack([-bias, bias])
    width = len(space.directions)
    full = np.hstack([weights[:, :width] @ space.directions, weights[:, width:]])
    return Softmax(
        tuple(map(str, regression.classes_)),
        full.astype(np.float32),
        bias.astype(np.float32),
        space.centre,
        temperature,
    )
