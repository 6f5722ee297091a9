"""Setting everyday background (atheroma, valves, old granulomas) aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reportclf.deciding.policy import Decision, rank, report_tags
from reportclf.records import DecidedBy, Finding, Priority, Result, Tag

BACKGROUND_SET_ASIDE = "background_set_aside"
"""Warning on a result from which background findings were taken out."""


def without_background(result: Result) -> Result:
    """Return the result that the report would have without its background findings.

    Parameters
    ----------
    result : Result
        Any result; one without background findings comes back as it is.

    Returns
    -------
    Result
        The specific findings only, the tag aggregated anew from them (``none`` without a
        sub-reason where nothing is left), and the warning ``background_set_aside``.
    """
    kept = tuple(one for one in result.findings if one.priority is not Priority.BACKGROUND)
    if len(kept) == len(result.findings):
        return result
    return replace(_retagged(result, kept), warnings=(*result.warnings, BACKGROUND_SET_ASIDE))


def _retagged(result: Result, findings: Sequence[Finding]) -> Result:
    decisions = [_decision(finding) for finding in findings]
    nothing = Decision(Tag.NONE, DecidedBy.SCOPE, result.confidence or 0.0, "")
    best = min(decisions, key=rank, default=nothing)
    return replace(
        result,
        tag=best.label,
        tags=report_tags(decisions),
        priority=best.priority,
        sub_reason=best.sub_reason,
        confidence=best.confidence,
        decided_by=best.decided_by,
        findings=tuple(findings),
    )


def _decision(finding: Finding) -> Decision:
    return Decision(
        finding.label,
        finding.decided_by,
        finding.confidence or 0.0,
        finding.because,
        finding.sub_reason,
        finding.priority,
        finding.rule_id,
        finding.scores,
        finding.candidates,
    )
