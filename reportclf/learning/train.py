"""Train the model: choose by cross-validation, fit on everything, calibrate, shift, write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from reportclf._version import __version__
from reportclf.learning.fit import Linear, Settings, fit, learnable, probabilities
from reportclf.learning.lesions import SeenReport
from reportclf.learning.prior import Prior, prior_shift
from reportclf.learning.store import save_model
from reportclf.learning.validate import (
    Held,
    best_threshold,
    examples,
    held_out,
    macro_f1,
    peak,
    tags,
    threshold_scores,
)
from reportclf.pipeline import Pipeline

GRID = tuple(
    Settings(c=c, word_scale=scale, balance=0.5, lesions="unnamed")
    for scale in (0.3, 1.0)
    for c in (0.3, 1.0, 3.0)
)
"""Candidates of cross-validation, simplest first: what leans on words least, then what is freest."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Trained:
    """A model and everything that was chosen for it."""

    linear: Linear
    settings: Settings
    temperature: float
    shift: tuple[float, ...]
    threshold: float
    figures: Mapping[str, float]
    sizes: Mapping[str, int]


def train(seen: Sequence[SeenReport], prior: Prior, seed: int = 0, say: Say = print) -> Trained:
    """Train on labelled reports.

    Parameters
    ----------
    seen : sequence of SeenReport
        The training reports, as read with the model off.
    prior : Prior
        Deployment prior.
    seed : int
        Seed of every fit.
    say : callable
        Told of each step.

    Returns
    -------
    Trained
    """
    say(f"read {len(seen)} reports, {sum(len(report.lesions) for report in seen)} lesions")
    settings, held = _chosen(seen, seed, say)
    return finish(seen, settings, held, prior, seed)


def finish(
    seen: Sequence[SeenReport],
    settings: Settings,
    held: Held,
    prior: Prior,
    seed: int,
    *,
    local: bool = False,
) -> Trained:
    """Fit on everything with chosen settings; calibrate and cut on held-out scores."""
    lesions = examples(seen, settings.lesions)
    linear = fit(lesions, settings, seed)
    counts = Counter(label for _, label in learnable(lesions))
    shift = prior_shift(
        prior,
        linear.classes,
        {name: counts[name] ** (1 - settings.balance) for name in linear.classes},
    )
    threshold, score = best_threshold(seen, held, np.array(shift), local=local)
    truth = [report.tag for report in seen]
    return Trained(
        linear=linear,
        settings=settings,
        temperature=held.temperature,
        shift=shift,
        threshold=threshold,
        figures={
            "macro_f1_with_model": round(score, 4),
            "macro_f1_rules_only": round(macro_f1(truth, tags(seen, (), None, 0.0)), 4),
            "lesion_accuracy": round(_lesion_accuracy(held, shift), 4),
            "open_lesions": len(held.truth),
        },
        sizes=dict(sorted(counts.items())),
    )


def _chosen(seen: Sequence[SeenReport], seed: int, say: Say) -> tuple[Settings, Held]:
    """Return the simplest settings within one standard error of the best held-out macro-F1.

    The folds are of other authors, but all wrote for this project: words that tell its classes apart
    tell less in reports from elsewhere, facts tell the same.
    """
    held = Parallel(n_jobs=2)(delayed(held_out)(seen, settings, seed) for settings in GRID)
    peaks = []
    for settings, one in zip(GRID, held, strict=True):
        level = np.zeros(len(one.classes))
        found = peak(threshold_scores(seen, one, level), seen, one, level, seed)
        peaks.append(found)
        say(
            f"C {settings.c:g}, word scale {settings.word_scale:g}: held-out macro-F1 "
            f"{found.score:.3f} at threshold {found.threshold:g}, temperature {one.temperature:g}"
        )
    best = max(peaks, key=lambda found: found.score)
    allowed = best.score - best.error
    simplest = next(number for number, found in enumerate(peaks) if found.score >= allowed)
    return GRID[simplest], held[simplest]


def _lesion_accuracy(held: Held, shift: Sequence[float]) -> float:
    best = probabilities(held.logits, held.temperature, np.array(shift)).argmax(axis=1)
    known = [(one, other) for one, other in zip(held.truth, best, strict=True) if one >= 0]
    right = sum(int(one == other) for one, other in known)
    return right / max(1, len(known))


def write(
    trained: Trained,
    folder: Path,
    pipeline: Pipeline,
    prior: Prior,
    data: Mapping[str, Any],
    seed: int,
    *,
    local: bool = False,
) -> None:
    """Write the model folder; see :func:`reportclf.learning.store.save_model`."""
    save_model(
        folder,
        trained.linear,
        {
            "reportclf": __version__,
            "lexicon": pipeline.lexicon.digest,
            "seed": seed,
            "local": local,
            "data": data,
            "settings": asdict(trained.settings),
            "temperature": trained.temperature,
            "threshold": trained.threshold,
            "prior": {"name": prior.name, "strength": prior.strength, "shares": dict(prior.shares)},
            "prior_shift": list(trained.shift),
            "cross_validation": dict(trained.figures),
            "training_lesions": dict(trained.sizes),
        },
    )
