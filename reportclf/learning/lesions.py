"""From labelled reports to labelled lesions: what the model learns from.

The lesions are those of our own reading, so that the model sees in training what it will see at
work; each takes the label of the labelled finding that its mentions overlap most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reportclf.deciding.facts import facts
from reportclf.deciding.model import features
from reportclf.deciding.policy import Decision, decide, words
from reportclf.learning.corpus import LabelledReport
from reportclf.learning.datasets import Case
from reportclf.pipeline import Pipeline
from reportclf.reading.lesions import Lesion
from reportclf.reading.read import Reading
from reportclf.records import RANK, DecidedBy, SubReason, Tag

LEARNABLE_NONE = frozenset({SubReason.CALCULUS, SubReason.ARTEFACT})
"""What is seen and yet no tissue calcification: a lesion of these teaches, a denied one does not."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A lesion as read: its features, what the system without a model decides, its true label.

    ``label`` is a model class (``other:crystal``) or None where nothing was labelled there;
    ``open`` tells whether the decision would be the model's.
    """

    features: tuple[str, ...]
    base: Decision
    label: str | None
    affirmed: bool
    named: bool
    open: bool
    weak: bool


@dataclass(frozen=True, slots=True)
class SeenReport:
    """A labelled report as read."""

    report_id: str
    group: str
    row: str
    tag: Tag
    lesions: tuple[Seen, ...]


def class_name(label: Tag, sub_reason: SubReason | None) -> str:
    """Return the model's name of a class: ``other`` and ``none`` carry their sub-reason."""
    if label in (Tag.OTHER, Tag.NONE) and sub_reason is not None:
        return f"{label.value}:{sub_reason.value}"
    return label.value


def see(
    reports: Iterable[LabelledReport], pipeline: Pipeline, *, local: bool = False
) -> list[SeenReport]:
    """Read labelled reports and align the lesions.

    Parameters
    ----------
    reports : iterable of LabelledReport
        The corpus.
    pipeline : Pipeline
        A pipeline with the model off.
    local : bool
        Whether the lesions are for a hospital's own model.

    Returns
    -------
    list of SeenReport
        One a report, in order.
    """
    return [_see(report, pipeline, local) for report in reports]


def _see(report: LabelledReport, pipeline: Pipeline, local: bool) -> SeenReport:
    reading = pipeline.read(report.text)
    lesions = tuple(
        seen_lesion(lesion, reading, pipeline, aligned(lesion, reading, report), local=local)
        for lesion in reading.lesions
    )
    row = report.rows[0] if report.rows else report.region
    return SeenReport(report.report_id, report.batch, row, report.tag, lesions)


def see_tagged(
    cases: Sequence[Case], groups: Sequence[str], pipeline: Pipeline, *, local: bool = False
) -> list[SeenReport]:
    """Read reports that have one label each; lesions get it where it can only be theirs.

    With one open lesion and no other of the report's rank, the report's label is that lesion's; with
    several, only lesions that the rules agree on are taken.

    Parameters
    ----------
    cases : sequence of Case
        Texts with a tag.
    groups : sequence of str
        Author of each.
    pipeline : Pipeline
        A pipeline with the model off.
    local : bool
        Whether the lesions are for a hospital's own model.
    """
    found = []
    for case, group in zip(cases, groups, strict=True):
        reading = pipeline.read(case.text)
        seen = [
            seen_lesion(lesion, reading, pipeline, None, local=local) for lesion in reading.lesions
        ]
        # the shipped model knows each kind of "other" apart: a bare one teaches it nothing
        bare = case.tag is Tag.OTHER and case.sub_reason is None and not local
        lesions = tuple(seen if bare else _labelled(seen, case))
        found.append(SeenReport(case.case_id, group, group, case.tag, lesions))
    return found


def _labelled(seen: Sequence[Seen], case: Case) -> Iterable[Seen]:
    label = class_name(case.tag, case.sub_reason)
    if case.tag is Tag.OTHER and case.sub_reason is None:
        label = Tag.OTHER.value
    learnable = case.tag is not Tag.NONE or case.sub_reason in LEARNABLE_NONE
    affirmed = [one for one in seen if one.affirmed]
    open_ones = [one for one in affirmed if one.open]
    settled = [one for one in affirmed if not one.open]
    explained = any(RANK[one.base.label] <= RANK[case.tag] for one in settled)
    for one in seen:
        sole = learnable and one in open_ones and len(open_ones) == 1 and not explained
        agreed = learnable and one.affirmed and one.base.label is case.tag
        yield replace(one, label=label if sole or agreed else None)


def seen_lesion(
    lesion: Lesion,
    reading: Reading,
    pipeline: Pipeline,
    label: str | None,
    *,
    local: bool = False,
) -> Seen:
    """Return one lesion as the model will see it; see :attr:`Model.local`."""
    known = facts(lesion, reading, pipeline.lexicon)
    abstaining = pipeline.lexicon.layers.get("abstention", ())
    base = decide(lesion, reading, pipeline.lexicon, None)
    there = base.label is not Tag.NONE or base.decided_by is not DecidedBy.SCOPE
    return Seen(
        features=tuple(features(known, *words(lesion, reading, local=local))),
        base=base,
        label=label,
        affirmed=lesion.affirmed,
        named=base.decided_by is DecidedBy.NAMED,
        open=there
        and (
            base.decided_by in (DecidedBy.RULE, DecidedBy.NOBODY)
            or (local and any(base.rule_id == rule.id for rule in abstaining))
        ),
        weak=lesion.level is not None and lesion.level.value == "weak",
    )


def aligned(lesion: Lesion, reading: Reading, report: LabelledReport) -> str | None:
    """Return the class of the labelled finding that a lesion's mentions overlap most.

    None where they overlap none, or one that is denied: an error of reading teaches no class.
    """
    best = overlapped(
        spans_of(lesion, reading), [(one.start, one.end, one.ref) for one in report.mentions]
    )
    finding = next((one for one in report.findings if one.finding_id == best), None)
    if finding is None:
        return None
    if finding.label is Tag.NONE and finding.sub_reason not in LEARNABLE_NONE:
        return None
    return class_name(finding.label, finding.sub_reason)


def spans_of(lesion: Lesion, reading: Reading) -> list[tuple[int, int]]:
    """Return the spans of a lesion's mentions in the report."""
    copy = reading.copy
    return [copy.extent(one.start, one.end) for one in lesion.mentions]


def overlapped(
    spans: Sequence[tuple[int, int]], labelled: Sequence[tuple[int, int, str]]
) -> str | None:
    """Return the reference whose labelled spans share most characters with the given ones."""
    shared: Counter[str] = Counter()
    for start, end in spans:
        for first, last, ref in labelled:
            common = min(end, last) - max(start, first)
            if common > 0:
                shared[ref] += common
    return max(sorted(shared), key=lambda ref: shared[ref]) if shared else None
