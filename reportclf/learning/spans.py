"""Score what was read: mentions, assertions, risk terms, findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reportclf.learning.datasets import Case, GoldSpan
from reportclf.learning.lesions import overlapped
from reportclf.learning.metrics import f1, ratio
from reportclf.pipeline import Pipeline
from reportclf.records import Result, Status, Tag

_MINERAL = ("renal", "kidney", "parathyroid", "calc", "phosph", "vitamin d", "lab")
_FOUR = (Status.PRESENT, Status.POSSIBLE, Status.ABSENT, Status.HYPOTHETICAL)
_STEM = "calcif"


@dataclass
class Tally:
    """Counts over a set; filled case by case."""

    true: int = 0
    told: int = 0
    hit: int = 0
    odd_true: int = 0
    odd_hit: int = 0
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    risk_true: Counter[str] = field(default_factory=Counter)
    risk_hit: Counter[str] = field(default_factory=Counter)
    risk_right: Counter[str] = field(default_factory=Counter)
    risk_told: int = 0
    risk_told_right: int = 0
    finding_true: Counter[str] = field(default_factory=Counter)
    finding_told: Counter[str] = field(default_factory=Counter)
    finding_right: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    spurious: list[str] = field(default_factory=list)


def read_figures(cases: Iterable[tuple[Case, Result]], pipeline: Pipeline) -> dict[str, Any]:
    """Return mention, assertion, risk and finding figures of the cases that are labelled so.

    Parameters
    ----------
    cases : iterable of (Case, Result)
        Labelled texts and what the system answered.
    pipeline : Pipeline
        For the core words of each mention.
    """
    tally = Tally()
    for case, result in cases:
        if case.mentions is not None:
            _mentions(case, pipeline, tally)
        if case.risks is not None:
            _risks(case, result, tally)
        if case.findings is not None:
            _findings(case, result, tally)
    return _figures(tally)


def _mentions(case: Case, pipeline: Pipeline, tally: Tally) -> None:
    """Match one to one: a mention counts where its core words touch the labelled head."""
    reading = pipeline.read(case.text)
    copy = reading.copy
    told = sorted(
        (*copy.extent(one.hit.start, one.hit.end), one.status)
        for lesion in reading.lesions
        for one in lesion.mentions
    )
    free = set(range(len(told)))
    for gold in case.mentions or ():
        first, last = gold.head
        odd = _STEM not in case.text[first:last].lower()
        found = [
            number for number in sorted(free) if told[number][0] < last and told[number][1] > first
        ]
        tally.true += 1
        tally.odd_true += odd
        if found:
            best = max(
                found, key=lambda number: min(told[number][1], last) - max(told[number][0], first)
            )
            free.discard(best)
            tally.hit += 1
            tally.odd_hit += odd
            tally.statuses[gold.status.value, told[best][2].value] += 1
        else:
            tally.missed.append(case.case_id)
    tally.told += len(told)
    tally.spurious.extend(case.case_id for _ in free)


def _risks(case: Case, result: Result, tally: Tally) -> None:
    told = [(one.span.start, one.span.end, one.assertion) for one in result.risk_terms or ()]
    golds = case.risks or ()
    for gold in golds:
        group = "mineral" if any(word in gold.ref.lower() for word in _MINERAL) else "other"
        touching = [said for start, end, said in told if start < gold.end and end > gold.start]
        tally.risk_true[group] += 1
        tally.risk_hit[group] += bool(touching)
        tally.risk_right[group] += any(
            said.status is gold.status or (said.affirmed and gold.status is Status.PRESENT)
            for said in touching
        )
    tally.risk_told += len(told)
    tally.risk_told_right += sum(_touched(start, end, golds) for start, end, _ in told)


def _touched(start: int, end: int, golds: Sequence[GoldSpan]) -> bool:
    return any(start < gold.end and end > gold.start for gold in golds)


def _findings(case: Case, result: Result, tally: Tally) -> None:
    """Give each labelled finding the answer of the finding that overlaps it most."""
    labelled = [(one.start, one.end, one.ref) for one in case.mentions or ()]
    answers: dict[str, list[Tag]] = {}
    for finding in result.findings:
        spans = [(one.span.start, one.span.end) for one in finding.mentions]
        ref = overlapped(spans, labelled)
        tally.finding_told[finding.label.value] += 1
        answers.setdefault(ref or "", []).append(finding.label)
    for ref, label in (case.findings or {}).items():
        tally.finding_true[label] += 1
        tally.finding_right[label] += Tag(label) in answers.get(ref, [])


def _figures(tally: Tally) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if tally.true:
        found["mentions"] = {
            **f1(tally.hit, tally.true, tally.told),
            "recall_without_stem": ratio(tally.odd_hit, tally.odd_true),
            "without_stem": tally.odd_true,
            "missed_in": sorted(tally.missed),
            "spurious_in": sorted(tally.spurious),
        }
        found["assertion"] = _assertion(tally.statuses)
    if tally.risk_true:
        found["risk_terms"] = _risk_figures(tally)
    if tally.finding_true:
        found["findings"] = {
            label: f1(
                tally.finding_right[label],
                tally.finding_true[label],
                max(tally.finding_told[label], tally.finding_right[label]),
            )
            for label in sorted(tally.finding_true)
        }
    return found


def _assertion(pairs: Counter[tuple[str, str]]) -> dict[str, Any]:
    total = sum(pairs.values())
    scores = {}
    for status in _FOUR:
        true = sum(count for (gold, _), count in pairs.items() if gold == status)
        told = sum(count for (_, said), count in pairs.items() if said == status)
        if true:
            scores[status.value] = f1(pairs[status.value, status.value], true, told)
    same = sum(count for (gold, said), count in pairs.items() if gold == said)
    return {
        "n": total,
        "accuracy": ratio(same, total),
        "macro_f1": ratio(sum(one["f1"] for one in scores.values()), len(scores)),
        "classes": scores,
        "confused": {
            f"{gold}->{said}": count
            for (gold, said), count in sorted(pairs.items())
            if gold != said
        },
    }


def _risk_figures(tally: Tally) -> dict[str, Any]:
    true = sum(tally.risk_true.values())
    return {
        "n": true,
        "recall": ratio(sum(tally.risk_hit.values()), true),
        "recall_with_assertion": ratio(sum(tally.risk_right.values()), true),
        "mineral_n": tally.risk_true["mineral"],
        "mineral_recall": ratio(tally.risk_hit["mineral"], tally.risk_true["mineral"]),
        "mineral_recall_with_assertion": ratio(
            tally.risk_right["mineral"], tally.risk_true["mineral"]
        ),
        "given": tally.risk_told,
        "precision": ratio(tally.risk_told_right, tally.risk_told),
    }
