"""Run systems over labelled sets and gather every figure in one JSON value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reportclf.learning.casefiles import assertion_figures
from reportclf.learning.datasets import Case, DataSet
from reportclf.learning.metrics import (
    calibration,
    f1,
    layers,
    paired,
    ratio,
    risk_coverage,
    tag_figures,
)
from reportclf.learning.spans import read_figures
from reportclf.learning.systems import Outcome, System
from reportclf.pipeline import Pipeline
from reportclf.records import Tag

_RARE = frozenset({Tag.METASTATIC, Tag.TUMORAL})
Track = Callable[[Sequence[Case], str], Iterable[Case]]


@dataclass(frozen=True)
class Run:
    """A system's answers on one set, in the order of its cases."""

    data: DataSet
    outcomes: tuple[Outcome, ...]


def run(data: DataSet, system: System, track: Track | None = None) -> Run:
    """Tag every case of a set."""
    cases = data.cases if track is None else track(data.cases, data.name)
    return Run(data, tuple(system(case.text) for case in cases))


def set_figures(one: Run, pipeline: Pipeline, seed: int = 0) -> dict[str, Any]:
    """Return every figure of one set.

    Parameters
    ----------
    one : Run
        Answers of the system.
    pipeline : Pipeline
        For the words of the mentions.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    dict
        JSON values; misses by id, without text.
    """
    rows = list(zip(one.data.cases, one.outcomes, strict=True))
    found = {
        "sha256": one.data.sha256,
        "report": report_figures(rows, seed),
        "slices": {
            name: report_figures([row for row in rows if name in row[0].slices], seed)
            for name in sorted({name for case in one.data.cases for name in case.slices})
        },
        "sub_reason": _sub_reason(rows),
        "affirmed": _affirmed(rows),
        "rare_false_alarms_per_1000": ratio(
            1000 * sum(out.tag in _RARE and out.tag is not case.tag for case, out in rows),
            len(rows),
        ),
        "misses": [
            {
                "id": case.case_id,
                "truth": case.tag.value,
                "given": out.tag.value,
                "decided_by": out.decided_by,
            }
            for case, out in rows
            if out.tag is not case.tag
        ],
    }
    answered = [(case, out.result) for case, out in rows if out.result is not None]
    return {**found, **read_figures(answered, pipeline)}


def report_figures(rows: Sequence[tuple[Case, Outcome]], seed: int = 0) -> dict[str, Any]:
    """Return the report-level figures of some cases."""
    truth = [case.tag for case, _ in rows]
    given = [out.tag for _, out in rows]
    right = [one is other for one, other in zip(truth, given, strict=True)]
    confidence = [out.confidence for _, out in rows]
    return {
        **tag_figures(truth, given, seed),
        "calibration": calibration(right, confidence),
        "risk_coverage": risk_coverage(right, confidence),
        "layers": layers([out.decided_by for _, out in rows], right),
    }


def compare(first: Run, second: Run, seed: int = 0) -> Mapping[str, Any]:
    """Compare two systems on one set; see :func:`reportclf.learning.metrics.paired`."""
    truth = [case.tag for case in first.data.cases]
    return paired(
        truth, [one.tag for one in first.outcomes], [one.tag for one in second.outcomes], seed
    )


def evaluation(
    sets: Sequence[DataSet],
    system: System,
    pipeline: Pipeline,
    against: System | None = None,
    track: Track | None = None,
) -> dict[str, Any]:
    """Evaluate a system on several sets, and against another one.

    Returns
    -------
    dict
        ``versions``, ``sets``, ``comparisons``, ``assertion_cases``, ``any_affirmed``.
    """
    runs = {data.name: run(data, system, track) for data in sets}
    found: dict[str, Any] = {
        "format": 1,
        "versions": dict(pipeline.versions),
        "sets": {name: set_figures(one, pipeline) for name, one in runs.items()},
        "assertion_cases": assertion_figures(pipeline),
        "any_affirmed": _all_affirmed(runs.values()),
    }
    if against is not None:
        found["comparisons"] = {
            data.name: compare(runs[data.name], run(data, against, track)) for data in sets
        }
    return found


def _sub_reason(rows: Sequence[tuple[Case, Outcome]]) -> dict[str, float]:
    """Return how often the sub-reason is right where the tag is."""
    both = [
        (case, out.result)
        for case, out in rows
        if out.tag is case.tag and case.sub_reason is not None and out.result is not None
    ]
    same = sum(result.sub_reason is case.sub_reason for case, result in both)
    return {"n": len(both), "right": same, "accuracy": ratio(same, len(both))}


def _affirmed(rows: Sequence[tuple[Case, Outcome]]) -> dict[str, Any]:
    known = [(case, out) for case, out in rows if case.affirmed is not None]
    return {
        **f1(
            sum(bool(case.affirmed) and out.affirmed for case, out in known),
            sum(bool(case.affirmed) for case, _ in known),
            sum(out.affirmed for _, out in known),
        ),
        "false_alarms": [case.case_id for case, out in known if out.affirmed and not case.affirmed],
        "missed": [case.case_id for case, out in known if case.affirmed and not out.affirmed],
    }


def _all_affirmed(runs: Iterable[Run]) -> dict[str, Any]:
    """Pool "any affirmed calcification" over the development sets."""
    rows = [
        row
        for one in runs
        if one.data.name.startswith(("dev_", "worked"))
        for row in zip(one.data.cases, one.outcomes, strict=True)
    ]
    return _affirmed(rows)
