"""What the project promises, beside what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_Where = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One promise: where its figure stands in the evaluation, and its bound."""

    name: str
    where: _Where
    at_least: float | None = None
    at_most: float | None = None


_TEST = ("sets", "corpus_test")
_REAL = ("sets", "dev_real")
BARS = (
    Bar("corpus test: macro-F1", (*_TEST, "report", "macro_f1"), 0.93),
    Bar("corpus test: lowest class F1", (*_TEST, "report", "classes", "*f1"), 0.88),
    Bar("corpus test: ECE", (*_TEST, "report", "calibration", "ece"), at_most=0.05),
    Bar("prevalence: metastatic + tumoral false alarms per 1,000", ("sets", "prevalence", "rare_false_alarms_per_1000"), at_most=5),
    Bar("real texts: accuracy, all", (*_REAL, "report", "accuracy"), 0.85),
    Bar("real texts: accuracy, sure >= 2", (*_REAL, "slices", "sure", "accuracy"), 0.90),
    Bar("real texts, captions: accuracy", (*_REAL, "slices", "caption", "accuracy"), 0.85),
    Bar("real texts, narratives: accuracy", (*_REAL, "slices", "narrative", "accuracy"), 0.85),
    Bar("worked examples right (of 37)", ("sets", "worked_examples", "report", "right"), 34),
    Bar("cases retold, report style, supported: accuracy", ("sets", "dev_cases_report", "slices", "supported", "accuracy"), 0.90),
    Bar("cases retold, report style, supported: lowest class F1", ("sets", "dev_cases_report", "slices", "supported", "classes", "*f1"), 0.80),
    Bar("cases retold, report style, unsupported: accuracy", ("sets", "dev_cases_report", "slices", "unsupported", "accuracy"), 0.70),
    Bar("cases retold, masked, supported: accuracy", ("sets", "dev_cases_masked", "slices", "supported", "accuracy"), 0.85),
    Bar("cases retold, masked, supported: lowest class F1", ("sets", "dev_cases_masked", "slices", "supported", "classes", "*f1"), 0.80),
    Bar("cases retold, masked, unsupported: accuracy", ("sets", "dev_cases_masked", "slices", "unsupported", "accuracy"), 0.70),
    Bar("baseline beaten on real texts (accuracy)", ("ablations", "gains", "dev_real", "accuracy"), 0.15),
    Bar("baseline beaten on cases retold, report style (macro-F1)", ("ablations", "gains", "dev_cases_report", "macro_f1"), 0.15),
    Bar("baseline beaten on cases retold, masked (macro-F1)", ("ablations", "gains", "dev_cases_masked", "macro_f1"), 0.15),
    Bar("real texts: mention F1", (*_REAL, "mentions", "f1"), 0.97),
    Bar("real texts: mention recall without the stem calcif", (*_REAL, "mentions", "recall_without_stem"), 0.90),
    Bar("real texts: assertion macro-F1", (*_REAL, "assertion", "macro_f1"), 0.80),
    Bar("real texts: assertion accuracy", (*_REAL, "assertion", "accuracy"), 0.95),
    Bar("real texts: risk terms, recall with assertion", (*_REAL, "risk_terms", "recall_with_assertion"), 0.80),
    Bar("real texts: mineral risk terms, recall with assertion", (*_REAL, "risk_terms", "mineral_recall_with_assertion"), 0.92),
    Bar("any affirmed calcification, all development sets: F1", ("any_affirmed", "f1"), 0.97),
    Bar("worked examples: mention recall", ("sets", "worked_examples", "mentions", "recall"), 0.95),
    Bar("worked examples: assertion accuracy", ("sets", "worked_examples", "assertion", "accuracy"), 0.95),
    Bar("worked examples: risk-term precision", ("sets", "worked_examples", "risk_terms", "precision"), 0.95),
)  # fmt: skip


def bar_rows(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each bar with its measured figure; None where it was not measured.

    Parameters
    ----------
    figures : mapping
        The evaluation.

    Returns
    -------
    list of dict
        ``bar``, ``bound``, ``measured``, ``met``.
    """
    rows = []
    for bar in BARS:
        measured = _at(figures, bar.where)
        met = None
        if measured is not None:
            met = (
                measured >= bar.at_least
                if bar.at_least is not None
                else measured <= (bar.at_most or 0)
            )
        bound = f">= {bar.at_least:g}" if bar.at_least is not None else f"<= {bar.at_most:g}"
        rows.append({"bar": bar.name, "bound": bound, "measured": measured, "met": met})
    return rows


def _at(figures: Mapping[str, Any], where: _Where) -> float | None:
    here: Any = figures
    for step in where:
        if step == "*f1":
            return min((one["f1"] for one in here.values() if one["truth"]), default=None)
        if not isinstance(here, Mapping) or step not in here:
            return None
        here = here[step]
    return float(here)
