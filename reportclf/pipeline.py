"""The one module that knows the order: screen, read, decide, answer."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from reportclf._version import __version__
from reportclf.deciding.model import Model, load_model
from reportclf.deciding.policy import Decision, decide, rank, report_tags
from reportclf.errors import ModelError
from reportclf.lexicon import Lexicon, load_lexicon
from reportclf.reading.language import looks_english
from reportclf.reading.lesions import Lesion
from reportclf.reading.mentions import Attached
from reportclf.reading.phrases import PhraseIndex
from reportclf.reading.read import Reading, read
from reportclf.reading.risks import Risk
from reportclf.reading.screen import Screen
from reportclf.reading.spans import assert_spans, cues_in_report
from reportclf.records import (
    Assertion,
    DecidedBy,
    Finding,
    LabValue,
    Mention,
    Report,
    Result,
    RiskTerm,
    RowError,
    Span,
    SubReason,
    Tag,
)

RiskTerms = Literal["with_mention", "always"]


def default_model_folder() -> Path:
    """Return the folder of the model shipped with the package, in a wheel or in a clone.

    Raises
    ------
    ModelError
        If neither is there.
    """
    here = Path(__file__).parent
    for folder in (here / "_models" / "default", here.parent / "models" / "default"):
        if (folder / "manifest.json").is_file():
            return folder
    raise ModelError(
        f"the default model is missing beside {here}; reinstall reportclf or name a model folder"
    )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the search for garbage cycles: loading builds a lot, and all of it stays."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Pipeline:
    """Tags reports. Build it with :meth:`load`; it is read-only and safe to share in one thread."""

    def __init__(
        self, lexicon: Lexicon, model: Model | None, *, risk_terms: RiskTerms = "with_mention"
    ) -> None:
        self.lexicon = lexicon
        self.model = model
        self._index = PhraseIndex(lexicon)
        self._screen = Screen(lexicon, self._index.normalise)
        self._always = risk_terms == "always"
        self.versions = {
            "reportclf": __version__,
            "lexicon": lexicon.digest[:12],
            "model": "off" if model is None else str(model.manifest.get("sha256", ""))[:12],
        }

    @classmethod
    def load(
        cls,
        model: str | Path | None = None,
        *,
        lexicon: str | Path | None = None,
        rules_only: bool = False,
        risk_terms: RiskTerms = "with_mention",
    ) -> Pipeline:
        """Load a pipeline.

        Parameters
        ----------
        model : path, optional
            Model folder; the shipped one by default.
        lexicon : path, optional
            Lexicon folder; the shipped one by default.
        rules_only : bool
            Switch the model off.
        risk_terms : {"with_mention", "always"}
            Whether risk terms are sought only where a report mentions calcification (fast), or in
            every report.

        Returns
        -------
        Pipeline

        Raises
        ------
        ModelError, LexiconError
            If a file is missing, damaged or does not belong to the other.
        """
        with _no_collection():
            known = load_lexicon(None if lexicon is None else Path(lexicon))
            if rules_only:
                return cls(known, None, risk_terms=risk_terms)
            folder = default_model_folder() if model is None else Path(model)
            return cls(known, load_model(folder, known.digest), risk_terms=risk_terms)

    def tag(self, report: Report | str) -> Result:
        """Tag one report.

        Parameters
        ----------
        report : Report or str
            The report, or its text alone.

        Returns
        -------
        Result
        """
        if isinstance(report, str):
            report = Report("report", report)
        if not self._always and not self._screen(report.text):
            return self._screened(report)
        return self._answer(report, read(report.text, self.lexicon, self._index))

    def tag_many(self, reports: Iterable[Report | RowError | str]) -> Iterator[Result]:
        """Tag reports one after the other: a generator with bounded memory.

        Parameters
        ----------
        reports : iterable
            Reports, texts, or rows that could not be read.

        Yields
        ------
        Result
            One an item, in order. A row that could not be read, or a report that fails, is a
            result whose ``error`` holds the error's code and whose ``tag`` is None.
        """
        for report in reports:
            yield self._one(report)

    def assert_spans(self, text: str, spans: Sequence[tuple[int, int]]) -> list[Assertion]:
        """Judge given spans of any clinical text.

        Parameters
        ----------
        text : str
            Any clinical text.
        spans : sequence of (int, int)
            Half-open character offsets.

        Returns
        -------
        list of Assertion
            One a span, in their order.

        Raises
        ------
        ValueError
            If a span is empty or lies outside the text.
        """
        return assert_spans(text, spans, self.lexicon, self._index)

    def read(self, text: str) -> Reading:
        """Return what the pipeline reads in a text, before it decides anything."""
        return read(text, self.lexicon, self._index)

    # -- inside --------------------------------------------------------------------------------

    def _one(self, report: Report | RowError | str) -> Result:
        if isinstance(report, RowError):
            return Result(
                report.report_id,
                None,
                error=report.code,
                versions=self.versions,
                meta={"source": report.source, "position": report.position, "stage": report.stage},
            )
        try:
            return self.tag(report)
        except Exception as problem:
            # str(problem) may hold report text: its type is all that may leave
            report = Report("report", "") if isinstance(report, str) else report
            return Result(
                report.report_id,
                None,
                error=f"tag:{type(problem).__name__}",
                versions=self.versions,
                meta={**report.meta, "stage": "tag"},
            )

    def _screened(self, report: Report) -> Result:
        return Result(
            report.report_id,
            Tag.NONE,
            sub_reason=SubReason.NO_MENTION,
            confidence=0.99,
            decided_by=DecidedBy.SCOPE,
            warnings=_warnings(report),
            versions=self.versions,
            meta=report.meta,
        )

    def _answer(self, report: Report, reading: Reading) -> Result:
        decisions = [
            decide(lesion, reading, self.lexicon, self.model) for lesion in reading.lesions
        ]
        findings = tuple(
            _finding(lesion, decision, reading)
            for lesion, decision in zip(reading.lesions, decisions, strict=True)
        )
        risks = tuple(_risk_term(risk, reading) for risk in reading.risks)
        best = min(decisions, key=rank, default=_NO_MENTION)
        return Result(
            report.report_id,
            best.label,
            report_tags(decisions),
            best.priority,
            best.sub_reason,
            round(best.confidence, 4),
            best.decided_by,
            findings,
            risks,
            _warnings(report),
            self.versions,
            meta=report.meta,
        )


_NO_MENTION = Decision(
    Tag.NONE, DecidedBy.SCOPE, 0.99, "no calcification is mentioned", SubReason.NO_MENTION
)


def _warnings(report: Report) -> tuple[str, ...]:
    return () if looks_english(report.text) else ("not_english",)


def _finding(lesion: Lesion, decision: Decision, reading: Reading) -> Finding:
    lead = next((one for one in lesion.mentions if one.affirmed), lesion.mentions[0])
    return Finding(
        mentions=tuple(_mention(mention, reading) for mention in lesion.mentions),
        site=lesion.sites[0] if lesion.sites else None,
        laterality=lesion.side,
        morphology=lesion.morphology,
        entity=lesion.entities[0][0] if lesion.entities else None,
        assertion=Assertion(lesion.status, lesion.level, cues_in_report(lead.cues, reading.copy)),
        label=decision.label,
        sub_reason=decision.sub_reason,
        priority=decision.priority,
        decided_by=decision.decided_by,
        rule_id=decision.rule_id,
        confidence=round(decision.confidence, 4),
        scores={name: round(score, 4) for name, score in decision.scores.items()},
        candidates=decision.candidates,
        evidence=_evidence(lesion, reading),
        because=decision.because,
    )


def _evidence(lesion: Lesion, reading: Reading) -> tuple[Span, ...]:
    """Return the affirmed risk terms near the lesion: what speaks beside its own words."""
    sentences = lesion.sentences
    return tuple(
        Span(risk.source_start, risk.source_end)
        for risk in reading.risks
        if risk.affirmed and (risk.sentence in sentences or "mineral-cue" in risk.names)
    )


def _mention(mention: Attached, reading: Reading) -> Mention:
    copy = reading.copy
    return Mention(
        span=Span(*copy.extent(mention.start, mention.end)),
        concept=mention.concepts[0].id,
        kind=mention.kind,
        section=mention.role,
        sentence=mention.sentence,
        assertion=Assertion(
            mention.status, mention.level, cues_in_report(mention.cues, reading.copy)
        ),
    )


def _risk_term(risk: Risk, reading: Reading) -> RiskTerm:
    lab = None
    span = Span(risk.source_start, risk.source_end)
    if risk.lab is not None:
        analyte, measured = risk.lab
        lab = LabValue(span, analyte, measured.value, measured.unit, measured.abnormal)
    return RiskTerm(
        span=span,
        concept=risk.concept,
        assertion=Assertion(risk.status, risk.level, cues_in_report(risk.cues, reading.copy)),
        strength=risk.strength,
        supports=risk.supports,
        lab=lab,
    )
