"""What each part is worth: the same test texts, one part left out at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reportclf.deciding.model import Model
from reportclf.learning.candidates import candidates
from reportclf.learning.datasets import DataSet
from reportclf.learning.evaluate import Run, compare, run
from reportclf.learning.fit import Settings, fit
from reportclf.learning.lesions import Seen, SeenReport
from reportclf.learning.metrics import tag_figures
from reportclf.learning.sources import Sources
from reportclf.learning.systems import System, as_model, baseline, model_alone, whole, with_model
from reportclf.learning.train import Say
from reportclf.learning.validate import examples
from reportclf.pipeline import Pipeline

_SHARES = (0.125, 0.25, 0.5, 0.75, 1.0)


def ablations(
    known: Sources,
    sets: Sequence[DataSet],
    pipeline: Pipeline,
    seed: int = 0,
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Train the variants on the training split and run them on every set.

    Parameters
    ----------
    known : Sources
        What the model learns from.
    sets : sequence of DataSet
        What to measure on.
    pipeline : Pipeline
        The shipped system; its settings, calibration and threshold are used for every variant.
    seed : int
        Seed of the fits and the bootstrap.
    say : callable
        Told of each step.

    Returns
    -------
    dict
        ``systems`` (accuracy and macro-F1 of each on each set), ``paired`` (both against rules only,
        model only and baseline), ``gains`` over the baseline, ``candidates`` (other
        learners, by cross-validation), ``learning_curve``.
    """
    seen = known.seen
    model = pipeline.model
    if model is None:
        return {}
    systems = _variants(known, pipeline, model, seed)
    runs: dict[str, dict[str, Run]] = {}
    for name, system in systems.items():
        say(f"ablation: {name}")
        runs[name] = {data.name: run(data, system) for data in sets}
    return {
        "systems": {
            name: {data: _short(one) for data, one in found.items()} for name, found in runs.items()
        },
        "paired": {
            other: {
                data.name: compare(runs["both"][data.name], runs[other][data.name], seed)
                for data in sets
            }
            for other in ("rules only", "model only", "baseline TF-IDF")
        },
        "gains": _gains(runs["both"], runs["baseline TF-IDF"]),
        "candidates": candidates(seen, _settings(model), seed),
        "learning_curve": _curve(seen, sets, model, seed, say),
    }


def _variants(known: Sources, pipeline: Pipeline, model: Model, seed: int) -> dict[str, System]:
    seen = known.seen
    facts_only = _trained(_only(seen, lambda name: not name.startswith("w:")), model, seed)
    words_only = _trained(_only(seen, lambda name: name.startswith("w:")), model, seed)
    every = _trained(seen, model, seed, lesions="all")
    return {
        "both": whole(pipeline),
        "rules only": whole(with_model(None)),
        "model only": model_alone(with_model(every)),
        "both, facts only": whole(with_model(facts_only)),
        "both, words only": whole(with_model(words_only)),
        "model only, facts only": model_alone(with_model(facts_only)),
        "model only, words only": model_alone(with_model(words_only)),
        "baseline TF-IDF": baseline(known.cases),
    }


def _settings(model: Model) -> Settings:
    return Settings(**model.manifest["settings"])


def _trained(
    seen: Sequence[SeenReport], model: Model, seed: int, lesions: str | None = None
) -> Model:
    """Fit a variant with the shipped model's settings, calibration and threshold."""
    settings = _settings(model)
    if lesions is not None:
        settings = replace(settings, lesions=lesions)
    linear = fit(examples(seen, settings.lesions), settings, seed)
    shift = dict(zip(model.classes, model.prior_shift, strict=True))
    return as_model(
        linear,
        model.temperature,
        [shift.get(name, 0.0) for name in linear.classes],
        model.threshold,
    )


def _only(seen: Sequence[SeenReport], wanted: Callable[[str], bool]) -> list[SeenReport]:
    def cut(one: Seen) -> Seen:
        return replace(one, features=tuple(name for name in one.features if wanted(name)))

    return [replace(report, lesions=tuple(cut(one) for one in report.lesions)) for report in seen]


def _short(one: Run) -> Mapping[str, Any]:
    figures = tag_figures([case.tag for case in one.data.cases], [out.tag for out in one.outcomes])
    return {
        name: figures[name]
        for name in ("n", "accuracy", "accuracy_interval", "macro_f1", "macro_f1_interval")
    }


def _gains(both: Mapping[str, Run], other: Mapping[str, Run]) -> dict[str, dict[str, float]]:
    found = {}
    for name in both:
        ours, theirs = _short(both[name]), _short(other[name])
        found[name] = {key: round(ours[key] - theirs[key], 4) for key in ("accuracy", "macro_f1")}
    return found


def _curve(
    seen: Sequence[SeenReport], sets: Sequence[DataSet], model: Model, seed: int, say: Say
) -> list[dict[str, Any]]:
    """Return figures by share of the training reports, every n-th report of each batch kept."""
    points = []
    for share in _SHARES:
        say(f"learning curve: {share:.0%} of the training reports")
        part = [
            report
            for number, report in enumerate(seen)
            if int(number * share) != int((number - 1) * share) or share == 1
        ]
        system = whole(with_model(_trained(part, model, seed)))
        figures = {data.name: _short(run(data, system)) for data in sets}
        points.append(
            {
                "share": share,
                "reports": len(part),
                **{
                    name: {"accuracy": one["accuracy"], "macro_f1": one["macro_f1"]}
                    for name, one in figures.items()
                },
            }
        )
    return points
