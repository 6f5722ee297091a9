"""Figures from pairs of true and given tags. No file, no text, no model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportclf.records import Tag

TAGS = tuple(Tag)
_ROUNDS = 1000
_BINS = 10
Codes = NDArray[np.int64]


def codes(tags: Sequence[Tag]) -> Codes:
    """Return tags as numbers."""
    return np.array([TAGS.index(tag) for tag in tags], dtype=np.int64)


def confusion(truth: Codes, given: Codes) -> NDArray[np.int64]:
    """Return the (true, given) counts."""
    size = len(TAGS)
    return np.bincount(truth * size + given, minlength=size * size).reshape(size, size)


def f1_scores(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return F1 a tag; NaN for a tag that does not occur in the truth."""
    hits = np.diag(table)
    total = table.sum(axis=0) + table.sum(axis=1)
    scores = np.divide(2 * hits, total, out=np.full(len(hits), np.nan), where=total > 0)
    scores[table.sum(axis=1) == 0] = np.nan
    return np.asarray(scores, dtype=np.float64)


def table_macro_f1(table: NDArray[np.int64]) -> float:
    """Return the mean F1 over the tags that occur in the truth, from a confusion table."""
    scores = f1_scores(table)
    return 0.0 if np.isnan(scores).all() else float(np.nanmean(scores))


def _resamples(size: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, size, (_ROUNDS, size))


def _interval(values: Sequence[float] | NDArray[np.float64]) -> list[float]:
    kept = np.array(values, dtype=float)
    kept = kept[~np.isnan(kept)]
    if not len(kept):
        return [0.0, 0.0]
    return [round(float(one), 4) for one in np.percentile(kept, [2.5, 97.5])]


def tag_figures(truth: Sequence[Tag], given: Sequence[Tag], seed: int = 0) -> dict[str, Any]:
    """Return accuracy, macro-F1 and per-class figures with bootstrap 95 % intervals.

    Parameters
    ----------
    truth, given : sequence of Tag
        Of equal length.
    seed : int
        Seed of the resampling.

    Returns
    -------
    dict
        ``n``, ``accuracy``, ``macro_f1`` (over the tags that occur), ``classes``, ``confusion``.
    """
    right, said = codes(truth), codes(given)
    table = confusion(right, said)
    draws = [confusion(right[rows], said[rows]) for rows in _resamples(len(right), seed)]
    scores = np.array([f1_scores(draw) for draw in draws])
    f1 = f1_scores(table)
    classes = {}
    for place, tag in enumerate(TAGS):
        hits, true, told = (
            int(table[place, place]),
            int(table[place].sum()),
            int(table[:, place].sum()),
        )
        if not true and not told:
            continue
        classes[tag.value] = {
            "precision": ratio(hits, told),
            "recall": ratio(hits, true),
            "f1": 0.0 if math.isnan(f1[place]) else round(float(f1[place]), 4),
            "f1_interval": _interval(scores[:, place]),
            "truth": true,
            "given": told,
            "right": hits,
        }
    return {
        "n": len(right),
        "right": int(np.trace(table)),
        "accuracy": ratio(int(np.trace(table)), len(right)),
        "accuracy_interval": _interval([np.trace(draw) / len(right) for draw in draws]),
        "macro_f1": round(table_macro_f1(table), 4),
        "macro_f1_interval": _interval([table_macro_f1(draw) for draw in draws]),
        "classes": classes,
        "confusion": {
            "order": [tag.value for tag in TAGS],
            "rows_true_columns_given": table.tolist(),
        },
    }


def ratio(part: float, whole: float) -> float:
    """Return a rounded share; 0 of nothing is 0."""
    return round(part / whole, 4) if whole else 0.0


def f1(right: int, true: int, told: int) -> dict[str, float]:
    """Return precision, recall and F1 from counts."""
    return {
        "precision": ratio(right, told),
        "recall": ratio(right, true),
        "f1": ratio(2 * right, true + told),
        "truth": true,
        "given": told,
        "right": right,
    }


def calibration(right: Sequence[bool], confidence: Sequence[float]) -> dict[str, Any]:
    """Return Brier score, expected calibration error and the reliability table of the given tag."""
    hit, sure = np.array(right, dtype=float), np.array(confidence, dtype=float)
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    table, error = [], 0.0
    for number in range(_BINS):
        chosen = bins == number
        if chosen.any():
            said, was = float(sure[chosen].mean()), float(hit[chosen].mean())
            error += abs(said - was) * chosen.mean()
            table.append({"n": int(chosen.sum()), "said": round(said, 4), "was": round(was, 4)})
    return {
        "brier": round(float(((sure - hit) ** 2).mean()), 4),
        "ece": round(float(error), 4),
        "reliability": table,
    }


def risk_coverage(right: Sequence[bool], confidence: Sequence[float]) -> list[dict[str, float]]:
    """Return the accuracy on the surest share of the reports, in steps of a tenth."""
    order = np.argsort(-np.array(confidence), kind="stable")
    hits = np.array(right, dtype=float)[order]
    points = []
    for step in range(1, 11):
        count = max(1, round(len(hits) * step / 10))
        points.append({"coverage": step / 10, "accuracy": round(float(hits[:count].mean()), 4)})
    return points


def layers(who: Sequence[str], right: Sequence[bool]) -> dict[str, dict[str, float]]:
    """Return how many reports each layer decided and how often it was right."""
    found: dict[str, list[bool]] = {}
    for name, hit in zip(who, right, strict=True):
        found.setdefault(name, []).append(hit)
    return {
        name: {
            "n": len(hits),
            "share": ratio(len(hits), len(right)),
            "precision": ratio(sum(hits), len(hits)),
        }
        for name, hits in sorted(found.items())
    }


def paired(
    truth: Sequence[Tag], one: Sequence[Tag], other: Sequence[Tag], seed: int = 0
) -> Mapping[str, Any]:
    """Compare two systems on the same texts: paired bootstrap and McNemar's exact test.

    Returns
    -------
    dict
        Differences are the first system's figure less the second's.
    """
    from scipy.stats import binomtest

    right, first, second = codes(truth), codes(one), codes(other)
    gained = int(((first == right) & (second != right)).sum())
    lost = int(((first != right) & (second == right)).sum())
    draws = _resamples(len(right), seed)
    by_accuracy = [
        ((first[rows] == right[rows]).mean() - (second[rows] == right[rows]).mean())
        for rows in draws
    ]
    by_f1 = [
        table_macro_f1(confusion(right[rows], first[rows]))
        - table_macro_f1(confusion(right[rows], second[rows]))
        for rows in draws
    ]
    return {
        "n": len(right),
        "accuracy_difference": ratio(gained - lost, len(right)),
        "accuracy_interval": _interval(by_accuracy),
        "macro_f1_difference": round(
            table_macro_f1(confusion(right, first)) - table_macro_f1(confusion(right, second)), 4
        ),
        "macro_f1_interval": _interval(by_f1),
        "only_first_right": gained,
        "only_second_right": lost,
        "mcnemar_p": round(float(binomtest(gained, gained + lost).pvalue), 4)
        if gained + lost
        else 1.0,
    }
