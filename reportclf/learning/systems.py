"""The systems that an evaluation can run: the whole, rules only, the model alone, a plain baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportclf.deciding.facts import facts
from reportclf.deciding.model import FORMAT_VERSION, Model
from reportclf.deciding.policy import words
from reportclf.learning.datasets import Case
from reportclf.learning.fit import Linear
from reportclf.lexicon import load_lexicon
from reportclf.pipeline import Pipeline
from reportclf.records import CLASSES, RANK, Result, Tag


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system says of one text."""

    tag: Tag
    confidence: float
    decided_by: str
    affirmed: bool
    result: Result | None = None


System = Callable[[str], Outcome]


def load_system(name: str | None) -> tuple[System, Pipeline]:
    """Return a system by name, and its pipeline.

    Parameters
    ----------
    name : str or None
        ``rules-only``, ``model-only``, a model folder, or None for the shipped model.
    """
    if name == "rules-only":
        pipeline = Pipeline.load(rules_only=True, risk_terms="always")
        return whole(pipeline), pipeline
    folder = None if name in (None, "model-only") else Path(str(name))
    pipeline = Pipeline.load(folder, risk_terms="always")
    return (model_alone(pipeline) if name == "model-only" else whole(pipeline)), pipeline


def whole(pipeline: Pipeline) -> System:
    """Return the system as shipped (or, with the model off, "rules only")."""

    def run(text: str) -> Outcome:
        result = pipeline.tag(text)
        return Outcome(
            result.tag or Tag.NONE,
            result.confidence or 0.0,
            result.decided_by.value,
            any(one.assertion.affirmed and one.label is not Tag.NONE for one in result.findings),
            result,
        )

    return run


def model_alone(pipeline: Pipeline) -> System:
    """Return reading and model without any rule: the model labels every affirmed lesion."""

    def run(text: str) -> Outcome:
        reading = pipeline.read(text)
        best = Outcome(Tag.NONE, 0.99, "nobody", False)
        for lesion in reading.lesions:
            if pipeline.model is None or lesion.status.value not in ("present", "possible"):
                continue
            known = facts(lesion, reading, pipeline.lexicon)
            said = words(lesion, reading, local=pipeline.model.local)
            scores = pipeline.model.scores(known, *said)
            name = max(scores, key=lambda one: scores[one])
            tag = Tag(name.partition(":")[0])
            if not lesion.affirmed and tag in CLASSES:
                tag = Tag.INDETERMINATE
            if not best.affirmed or RANK[tag] < RANK[best.tag]:
                best = Outcome(tag, scores[name], "model", True)
        return best

    return run


def as_model(
    linear: Linear,
    temperature: float,
    shift: Sequence[float],
    threshold: float,
    *,
    local: bool = False,
) -> Model:
    """Return fitted numbers as the model that inference reads."""
    return Model(
        classes=linear.classes,
        weights={
            name: tuple(row)
            for name, row in zip(linear.names, linear.weights.tolist(), strict=True)
        },
        intercept=tuple(linear.intercept.tolist()),
        temperature=temperature,
        prior_shift=tuple(shift),
        threshold=threshold,
        local=local,
        manifest={"format": FORMAT_VERSION, "sha256": ""},
    )


def with_model(model: Model | None) -> Pipeline:
    """Return a pipeline around a model in memory."""
    return Pipeline(load_lexicon(), model, risk_terms="always")


def baseline(reports: Iterable[Case]) -> System:
    """Return what a user would write in ten lines: TF-IDF of 1-2 grams and logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    reports = list(reports)
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        LogisticRegression(C=10, max_iter=1000, class_weight="balanced"),
    )
    model.fit([report.text for report in reports], [report.tag.value for report in reports])

    def run(text: str) -> Outcome:
        odds = model.predict_proba([text])[0]
        best = int(odds.argmax())
        tag = Tag(str(model.classes_[best]))
        return Outcome(tag, float(odds[best]), "baseline", tag is not Tag.NONE)

    return run
