"""Cross-validation by author batch: every report is tagged by a model that saw no text of its author."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from reportclf.learning.fit import (
    Example,
    Floats,
    Settings,
    calibrated_temperature,
    fit,
    probabilities,
)
from reportclf.learning.lesions import Seen, SeenReport
from reportclf.learning.metrics import codes, confusion, table_macro_f1
from reportclf.records import CLASSES, RANK, Tag

THRESHOLDS = tuple(step / 100 for step in range(20, 100, 5))


@dataclass(frozen=True)
class Held:
    """Out-of-fold scores of the open lesions: (lesions, classes), and which class is true (-1: none)."""

    classes: tuple[str, ...]
    logits: Floats
    truth: tuple[int, ...]
    temperature: float


def examples(reports: Iterable[SeenReport], which: str) -> list[Example]:
    """Return the labelled lesions to learn from."""
    return [
        (seen.features, seen.label)
        for report in reports
        for seen in report.lesions
        if seen.label is not None and seen.affirmed and _wanted(seen, which)
    ]


def _wanted(seen: Seen, which: str) -> bool:
    return which == "all" or (which == "unnamed" and not seen.named) or seen.open


def open_lesions(reports: Iterable[SeenReport]) -> list[Seen]:
    """Return the lesions that would reach the model, in order."""
    return [seen for report in reports for seen in report.lesions if seen.open]


def held_out(
    reports: Sequence[SeenReport], settings: Settings, seed: int, by: str = "group"
) -> Held:
    """Score every open lesion with a model that saw nothing of its group.

    Parameters
    ----------
    reports : sequence of SeenReport
        The training reports.
    settings : Settings
        How to fit.
    seed : int
        Seed of the fits and of the folds.
    by : {"group", "row"}
        Leave out author batches, or guideline rows.

    Returns
    -------
    Held
    """
    dealt = folds([getattr(report, by) for report in reports])
    classes = fit(examples(reports, settings.lesions), settings, seed).classes
    column = {name: number for number, name in enumerate(classes)}
    parts: dict[int, Floats] = {}
    for fold in sorted(set(dealt)):
        rest = [report for report, one in zip(reports, dealt, strict=True) if one != fold]
        model = fit(examples(rest, settings.lesions), settings, seed)
        for number, report in enumerate(reports):
            rows = [seen.features for seen in report.lesions if seen.open]
            if dealt[number] == fold and rows:
                parts[number] = _spread(model.logits(rows), model.classes, column)
    logits = np.vstack([parts[number] for number in sorted(parts)])
    truth = tuple(column.get(seen.label or "", -1) for seen in open_lesions(reports))
    return Held(classes, logits, truth, calibrated_temperature(logits, truth))


def folds(groups: Sequence[str], most: int = 6) -> list[int]:
    """Deal groups out to folds: largest group first, always to the smallest fold.

    Parameters
    ----------
    groups : sequence of str
        Group of each report.
    most : int
        Largest number of folds.

    Returns
    -------
    list of int
        Fold of each report.
    """
    sizes: dict[str, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    loads = [0] * min(most, max(2, len(sizes)))
    fold: dict[str, int] = {}
    for group in sorted(sizes, key=lambda name: (-sizes[name], name)):
        fold[group] = loads.index(min(loads))
        loads[fold[group]] += sizes[group]
    return [fold[group] for group in groups]


def _spread(logits: Floats, have: Sequence[str], column: dict[str, int]) -> Floats:
    """Bring a fold's columns to the order of all classes; a class it never saw scores low."""
    wide = np.full((len(logits), len(column)), logits.min() - 3.0)
    for number, name in enumerate(have):
        if name in column:
            wide[:, column[name]] = logits[:, number]
    return wide


def tags(
    reports: Sequence[SeenReport],
    classes: Sequence[str],
    odds: Floats | None,
    threshold: float,
) -> list[Tag]:
    """Return the report tags that the whole system would give.

    Parameters
    ----------
    reports : sequence of SeenReport
        As read.
    classes : sequence of str
        Columns of ``odds``.
    odds : (lesions, classes) array or None
        Probabilities of the open lesions; None is the system with the model off.
    threshold : float
        Smallest probability at which the model decides.
    """
    found = []
    number = 0
    for report in reports:
        labels = [Tag.NONE]
        for seen in report.lesions:
            label = seen.base.label
            if seen.open and odds is not None:
                row = odds[number]
                best = int(row.argmax())
                if row[best] >= threshold:
                    label = Tag(classes[best].partition(":")[0])
                    if seen.weak and label in CLASSES:
                        label = Tag.INDETERMINATE
            number += seen.open
            labels.append(label)
        found.append(min(labels, key=RANK.__getitem__))
    return found


def macro_f1(truth: Sequence[Tag], given: Sequence[Tag]) -> float:
    """Return the mean F1 over the tags that occur in the truth."""
    return table_macro_f1(confusion(codes(truth), codes(given)))


def threshold_scores(
    reports: Sequence[SeenReport], held: Held, shift: Floats
) -> dict[float, float]:
    """Return the held-out macro-F1 of the whole system at each threshold."""
    truth = [report.tag for report in reports]
    odds = probabilities(held.logits, held.temperature, shift)
    return {
        limit: macro_f1(truth, tags(reports, held.classes, odds, limit)) for limit in THRESHOLDS
    }


def best_threshold(
    reports: Sequence[SeenReport], held: Held, shift: Floats, seed: int = 0, *, local: bool = False
) -> tuple[float, float]:
    """Return the threshold between model and rules, and its report-level macro-F1, held out.

    Among thresholds whose macro-F1 is within one (bootstrap) standard error of the best, the middle
    one wins: the scores are nearly equal there, and either end moves by half its range where the
    lexicon changes a little. A ``local`` model stays where its labels were given: there the best
    threshold is the best.
    """
    scores = threshold_scores(reports, held, shift)
    best = peak(scores, reports, held, shift, seed)
    if local:
        return best.threshold, best.score
    allowed = best.score - best.error
    equal = sorted(limit for limit, score in scores.items() if score >= allowed)
    chosen = equal[len(equal) // 2]
    return chosen, scores[chosen]


class Peak(NamedTuple):
    """The best threshold, its macro-F1 and the standard error of that."""

    threshold: float
    score: float
    error: float


def peak(
    scores: Mapping[float, float],
    reports: Sequence[SeenReport],
    held: Held,
    shift: Floats,
    seed: int,
) -> Peak:
    """Return the best of the thresholds that :func:`threshold_scores` has scored."""
    best = max(scores, key=scores.__getitem__)
    odds = probabilities(held.logits, held.temperature, shift)
    given = tags(reports, held.classes, odds, best)
    return Peak(best, scores[best], standard_error([one.tag for one in reports], given, seed))


def standard_error(
    truth: Sequence[Tag], given: Sequence[Tag], seed: int, rounds: int = 300
) -> float:
    """Return the bootstrap standard error of macro-F1."""
    right, said = codes(truth), codes(given)
    draws = np.random.default_rng(seed).integers(0, len(right), (rounds, len(right)))
    return float(np.std([table_macro_f1(confusion(right[rows], said[rows])) for rows in draws]))
