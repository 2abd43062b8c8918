"""Fits calibrated linear classifiers on all n-grams, side by side.

Linear support vector machines, one class against the rest. On 102,899 n-grams and the sentence
vectors they are quicker than a softmax regression in 450 projected directions was, and find far
more: the projection lost the rare words that tell neighbouring topics apart (docs/understanding.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from scipy.special import log_softmax
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from nlu.components.linear import Softmax, stretch

SEED = 20
_FOLDS = 3


@dataclass(frozen=True)
class Space:
    """Training examples (texts x n-grams, then the sentence vector where `centre` is not empty)."""

    points: csr_matrix
    centre: np.ndarray

    @classmethod
    def of(cls, ngrams: csr_matrix, vectors: np.ndarray | None) -> Space:
        """The space of all examples; `vectors` None leaves sentence vectors out."""
        if vectors is None:
            return cls(ngrams, np.zeros(0, np.float32))
        centre = vectors[np.any(vectors, axis=1)].mean(axis=0)
        near = csr_matrix(stretch(vectors, centre).astype(np.float32))
        return cls(hstack([ngrams, near], format="csr"), centre)


@dataclass(frozen=True)
class Task:
    """One classifier to fit: `labels` of the `rows` of the space's points, inverse regularisation
    `strength`, and `balance` from 0 (examples count alike) to 1 (classes count alike)."""

    labels: np.ndarray
    rows: np.ndarray
    strength: float
    balance: float


def fit(spaces: Sequence[Space], tasks: Sequence[Task], processes: int) -> list[Softmax]:
    """A model for each pair of space and task, its temperature found on examples held out."""
    jobs = [
        (space.points[task.rows], task, space.centre)
        for space, task in zip(spaces, tasks, strict=True)
    ]
    if processes < 2:
        return [_fit_one(*job) for job in jobs]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_fit_one, *zip(*jobs, strict=True)))


def _fit_one(points: csr_matrix, task: Task, centre: np.ndarray) -> Softmax:
    temperature = _temperature(points, task)
    machine = _machine(points, task.labels, task)
    weights, bias = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.vstack([-weights, weights]), np.hstack([-bias, bias])
    return Softmax(
        tuple(map(str, machine.classes_)),
        weights.astype(np.float32),
        bias.astype(np.float32),
        centre,
        temperature,
    )


def _machine(points: csr_matrix, labels: np.ndarray, task: Task) -> LinearSVC:
    machine = LinearSVC(C=task.strength, max_iter=300, random_state=SEED)
    return machine.fit(points, labels, sample_weight=_weights(labels, task.balance))


def _weights(labels: np.ndarray, balance: float) -> np.ndarray:
    _, which, counts = np.unique(labels, return_inverse=True, return_counts=True)
    weights = counts[which].astype(float) ** -balance
    return weights / weights.mean()


def _temperature(points: csr_matrix, task: Task) -> float:
    """What to divide scores by so that a third of the examples, held out, gets the best
    likelihood. (Holding out each third in turn moved it by 0.02 and took half of the time.)"""
    _, truth, counts = np.unique(task.labels, return_inverse=True, return_counts=True)
    if counts.min() < _FOLDS:
        return 1.0  # too few to hold any out
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=SEED)
    seen, held = next(folds.split(np.zeros(len(truth)), truth))
    machine = _machine(points[seen], task.labels[seen], task)
    found = machine.decision_function(points[held])
    scores = found if found.ndim == 2 else np.column_stack([-found, found])
    right = (np.arange(len(held)), truth[held])
    best = minimize_scalar(
        lambda t: -log_softmax(scores / t, axis=1)[right].mean(),
        bounds=(0.02, 4.0),
        method="bounded",
    )
    return float(best.x)
