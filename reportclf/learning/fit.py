"""Fit the linear model and cut, calibrate and shift its scores. Arrays in, arrays out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]
Example = tuple[Sequence[str], str]

_SMALLEST_CLASS = 5
_DECIMALS = 3
_PRUNED = 0.004


@dataclass(frozen=True, slots=True)
class Settings:
    """What cross-validation chooses.

    Attributes
    ----------
    c : float
        Inverse strength of the regularisation.
    word_scale : float
        Value of a word feature; facts are 1. Below 1, words are regularised more.
    balance : float
        Power of the inverse class frequency as class weight; 0 is none, 1 is balanced.
    lesions : str
        ``open`` (lesions that would reach the model) or ``unnamed`` (all affirmed ones whose class
        the report does not name) or ``all`` (every affirmed one).
    """

    c: float = 1.0
    word_scale: float = 0.5
    balance: float = 0.5
    lesions: str = "unnamed"


@dataclass(frozen=True)
class Linear:
    """Fitted numbers: ``weights`` is (features, classes) for 0/1 features, ``intercept`` (classes,)."""

    classes: tuple[str, ...]
    names: tuple[str, ...]
    weights: Floats
    intercept: Floats

    def logits(self, rows: Sequence[Sequence[str]]) -> Floats:
        """Return the (rows, classes) scores before temperature and prior."""
        place = {name: number for number, name in enumerate(self.names)}
        return np.asarray(matrix(rows, place, 1.0) @ self.weights + self.intercept)


def matrix(rows: Sequence[Sequence[str]], place: Mapping[str, int], word_scale: float) -> Any:
    """Return the sparse (rows, features) matrix; unknown features are left out."""
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for row in rows:
        for name in row:
            column = place.get(name)
            if column is not None:
                columns.append(column)
                values.append(word_scale if name.startswith("w:") else 1.0)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(rows), len(place)))


def vocabulary(rows: Sequence[Sequence[str]], at_least: int = 2) -> tuple[str, ...]:
    """Return the features seen often enough, in alphabetical order."""
    counts = Counter(name for row in rows for name in row)
    return tuple(sorted(name for name, count in counts.items() if count >= at_least))


def learnable(examples: Sequence[Example]) -> list[Example]:
    """Return the examples of classes that are large enough to be learnt."""
    sizes = Counter(label for _, label in examples)
    return [example for example in examples if sizes[example[1]] >= _SMALLEST_CLASS]


def fit(examples: Sequence[Example], settings: Settings, seed: int) -> Linear:
    """Fit a multinomial logistic regression.

    Parameters
    ----------
    examples : sequence of (features, label)
        Labelled lesions.
    settings : Settings
        Regularisation and weights.
    seed : int
        Seed of the solver.

    Returns
    -------
    Linear
        Weights already hold the word scale, so that every feature counts as 1 at work; rounded,
        and rows of negligible weight left out.
    """
    examples = learnable(examples)
    rows = [row for row, _ in examples]
    labels = np.array([label for _, label in examples])
    names = vocabulary(rows)
    data = matrix(rows, {name: number for number, name in enumerate(names)}, settings.word_scale)
    sizes = Counter(labels.tolist())
    weights = {
        label: (len(examples) / len(sizes) / size) ** settings.balance
        for label, size in sizes.items()
    }
    solver = LogisticRegression(
        C=settings.c, class_weight=weights, max_iter=600, tol=1e-5, random_state=seed
    )
    solver.fit(data, labels)
    scale = np.array([settings.word_scale if name.startswith("w:") else 1.0 for name in names])
    coefficients, intercept = _both_sides(solver)
    return _cut(tuple(map(str, solver.classes_)), names, coefficients * scale[:, None], intercept)


def _both_sides(solver: Any) -> tuple[Floats, Floats]:
    """Return (features, classes) coefficients, also where two classes share one row."""
    if len(solver.classes_) == 2:
        return (
            np.vstack([-solver.coef_[0] / 2, solver.coef_[0] / 2]).T,
            np.array([-solver.intercept_[0] / 2, solver.intercept_[0] / 2]),
        )
    return solver.coef_.T.copy(), solver.intercept_.copy()


def _cut(
    classes: tuple[str, ...], names: tuple[str, ...], weights: Floats, intercept: Floats
) -> Linear:
    weights = weights - weights.mean(axis=1, keepdims=True)
    kept = np.abs(weights).max(axis=1) >= _PRUNED
    return Linear(
        classes,
        tuple(name for name, keep in zip(names, kept, strict=True) if keep),
        np.round(weights[kept], _DECIMALS) + 0.0,
        np.round(intercept, _DECIMALS) + 0.0,
    )


def probabilities(logits: Floats, temperature: float, shift: Floats) -> Floats:
    """Return the softmax of the calibrated, shifted scores; shape as ``logits``."""
    scores = logits / temperature + shift
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True))


def calibrated_temperature(logits: Floats, truth: Sequence[int]) -> float:
    """Return the temperature of least cross-entropy; ``truth`` are columns, -1 is left out."""
    known = np.array([number >= 0 for number in truth])
    right = np.array([number for number in truth if number >= 0])
    if not len(right):
        return 1.0
    shown = logits[known]
    best, least = 1.0, float("inf")
    for step in range(30, 401, 2):
        temperature = step / 100
        odds = probabilities(shown, temperature, np.zeros(logits.shape[1]))
        loss = float(-np.log(odds[np.arange(len(right)), right] + 1e-12).mean())
        if loss < least - 1e-9:
            best, least = temperature, loss
    return best
