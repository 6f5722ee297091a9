"""The records that flow through the pipeline: enumerations and frozen dataclasses.

Offsets are half-open character positions into :attr:`Report.text`. Report text is hidden from
every ``repr``. This module imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SCHEMA_VERSION = "1"
"""Version of the form of :meth:`Result.to_dict`; raised whenever a field changes its meaning."""


class Tag(StrEnum):
    """Aetiology of a report's calcification; also the label of one finding."""

    TUMORAL = "tumoral"
    METASTATIC = "metastatic"
    DYSTROPHIC = "dystrophic"
    INDETERMINATE = "indeterminate"
    OTHER = "other"
    NONE = "none"


CLASSES = (Tag.TUMORAL, Tag.METASTATIC, Tag.DYSTROPHIC)
"""The aetiologies themselves, rarest first."""

RANK = {tag: number for number, tag in enumerate(Tag)}
"""Place of each tag in the guideline's order; the smallest among a report's findings is its tag."""


class SubReason(StrEnum):
    """Why a report or finding is ``other`` or ``none``."""

    PHYSIOLOGICAL = "physiological"
    IDIOPATHIC = "idiopathic"
    OSSIFICATION = "ossification"
    CRYSTAL = "crystal"
    NEOPLASTIC = "neoplastic"
    SUSPICIOUS_BREAST = "suspicious_breast"
    BENIGN_BREAST = "benign_breast"
    INCIDENTAL_VASCULAR = "incidental_vascular"
    GENETIC = "genetic"
    CALCIPHYLAXIS_NONURAEMIC = "calciphylaxis_nonuraemic"
    NO_MENTION = "no_mention"
    NEGATED = "negated"
    HISTORICAL = "historical"
    HYPOTHETICAL = "hypothetical"
    FAMILY = "family"
    CALCULUS = "calculus"
    ARTEFACT = "artefact"


class Status(StrEnum):
    """What the text asserts of a span."""

    PRESENT = "present"
    POSSIBLE = "possible"
    ABSENT = "absent"
    HISTORICAL = "historical"
    HYPOTHETICAL = "hypothetical"
    FAMILY = "family"


class Level(StrEnum):
    """Strength of a hedge; only a ``possible`` assertion has one."""

    LIKELY = "likely"
    WEAK = "weak"


def affirms(status: Status, level: Level | None) -> bool:
    """Whether a span with this status counts as there: present, or possible at the likely level."""
    return status is Status.PRESENT or level is Level.LIKELY


class Priority(StrEnum):
    """Whether a finding is worth a reader's attention or is everyday background."""

    SPECIFIC = "specific"
    BACKGROUND = "background"


class DecidedBy(StrEnum):
    """The layer that gave a finding its label."""

    NAMED = "named"
    SCOPE = "scope"
    CONFLICT = "conflict"
    MODEL = "model"
    RULE = "rule"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Report:
    r"""One free-text report.

    Attributes
    ----------
    report_id : str
        Identifier given by the source, unique within a run.
    text : str
        The text as read, newlines normalised to ``\\n``. Never shown by ``repr``.
    meta : mapping
        Where it came from: source, position, encoding, format, text_path.
    """

    report_id: str
    text: str = field(repr=False)
    meta: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RowError:
    """An input row that could not be read. An item of a stream, not an exception; holds no text.

    Attributes
    ----------
    report_id : str
        The row's identifier where it could be read, otherwise ``source#position``.
    source : str
        File (or archive member) the row came from.
    position : int
        1-based row, line or message number in the source.
    stage : str
        ``read``, ``decode``, ``parse`` or ``tag``.
    code : str
        Short stable error code such as ``malformed_row``.
    """

    report_id: str
    source: str
    position: int
    stage: str
    code: str


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open character range of the report text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue that fired: its id in the lexicon and where it stands."""

    cue_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Assertion:
    """What the text says of a span, with the cues that made it so."""

    status: Status
    level: Level | None = None
    cues: tuple[Cue, ...] = ()

    @property
    def affirmed(self) -> bool:
        """Whether the span counts as there."""
        return affirms(self.status, self.level)


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name a calcification.

    ``kind`` is the concept kind (calcification, naming, entity ...), ``section`` the section's
    role, ``sentence`` the sentence's number in the report.
    """

    span: Span
    concept: str
    kind: str
    section: str
    sentence: int
    assertion: Assertion


@dataclass(frozen=True, slots=True)
class LabValue:
    """A measured value: analyte, number and unit as written, and how it compares to its limits.

    ``abnormal`` is ``high``, ``low``, ``normal`` or None where no limit is known.
    """

    span: Span
    analyte: str
    value: float
    unit: str | None
    abnormal: str | None


@dataclass(frozen=True, slots=True)
class RiskTerm:
    """A disease, drug, device, event or lab value that may explain a calcification."""

    span: Span
    concept: str
    assertion: Assertion
    strength: str
    supports: tuple[str, ...] = ()
    lab: LabValue | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One lesion: its linked mentions, what is known of it, its label and why."""

    mentions: tuple[Mention, ...]
    site: str | None
    laterality: str | None
    morphology: tuple[str, ...]
    entity: str | None
    assertion: Assertion
    label: Tag
    sub_reason: SubReason | None = None
    priority: Priority | None = None
    decided_by: DecidedBy = DecidedBy.NOBODY
    rule_id: str | None = None
    confidence: float | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    candidates: tuple[Tag, ...] = ()
    evidence: tuple[Span, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The answer for one report; see :meth:`to_dict` for its documented JSON form.

    ``risk_terms`` is None where nobody looked (a screened report), and an empty tuple where
    somebody looked and found none.
    """

    report_id: str
    tag: Tag | None
    tags: tuple[Tag, ...] = ()
    priority: Priority | None = None
    sub_reason: SubReason | None = None
    confidence: float | None = None
    decided_by: DecidedBy = DecidedBy.NOBODY
    findings: tuple[Finding, ...] = ()
    risk_terms: tuple[RiskTerm, ...] | None = None
    warnings: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain JSON values.

        Returns
        -------
        dict
            Keys as the fields of this class plus ``schema``; enumerations as their values, spans
            as ``start`` and ``end`` characters. Holds no report text.
        """
        return {
            "schema": SCHEMA_VERSION,
            "report_id": self.report_id,
            "tag": None if self.tag is None else self.tag.value,
            "tags": [tag.value for tag in self.tags],
            "priority": _value(self.priority),
            "sub_reason": _value(self.sub_reason),
            "confidence": self.confidence,
            "decided_by": self.decided_by.value,
            "findings": [_finding_dict(finding) for finding in self.findings],
            "risk_terms": None
            if self.risk_terms is None
            else [_risk_dict(term) for term in self.risk_terms],
            "warnings": list(self.warnings),
            "versions": dict(self.versions),
            "error": self.error,
            "meta": dict(self.meta),
        }


def _value(item: StrEnum | None) -> str | None:
    return None if item is None else item.value


def _assertion_dict(assertion: Assertion) -> dict[str, Any]:
    return {
        "status": assertion.status.value,
        "level": _value(assertion.level),
        "cues": [
            {"cue": cue.cue_id, "start": cue.span.start, "end": cue.span.end}
            for cue in assertion.cues
        ],
    }


def _mention_dict(mention: Mention) -> dict[str, Any]:
    return {
        "start": mention.span.start,
        "end": mention.span.end,
        "concept": mention.concept,
        "kind": mention.kind,
        "section": mention.section,
        "sentence": mention.sentence,
        **_assertion_dict(mention.assertion),
    }


def _finding_dict(finding: Finding) -> dict[str, Any]:
    return {
        "label": finding.label.value,
        "sub_reason": _value(finding.sub_reason),
        "priority": _value(finding.priority),
        "site": finding.site,
        "laterality": finding.laterality,
        "morphology": list(finding.morphology),
        "entity": finding.entity,
        **_assertion_dict(finding.assertion),
        "decided_by": finding.decided_by.value,
        "rule_id": finding.rule_id,
        "confidence": finding.confidence,
        "scores": dict(finding.scores),
        "candidates": [tag.value for tag in finding.candidates],
        "evidence": [{"start": span.start, "end": span.end} for span in finding.evidence],
        "because": finding.because,
        "mentions": [_mention_dict(mention) for mention in finding.mentions],
    }


def _risk_dict(term: RiskTerm) -> dict[str, Any]:
    lab = term.lab
    return {
        "start": term.span.start,
        "end": term.span.end,
        "concept": term.concept,
        "strength": term.strength,
        "supports": list(term.supports),
        **_assertion_dict(term.assertion),
        "lab": None
        if lab is None
        else {
            "analyte": lab.analyte,
            "value": lab.value,
            "unit": lab.unit,
            "abnormal": lab.abnormal,
        },
    }
