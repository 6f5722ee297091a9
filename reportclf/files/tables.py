"""The two flat tables results are written as: reports, and their evidence in long form.

Each column has a kind: ``text``, ``count``, ``number``, ``list`` (of text) or ``pairs`` (text to
text). CSV and Parquet are both made from these, so that they cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

ResultDict = Mapping[str, Any]
Row = dict[str, Any]

REPORT_COLUMNS = {
    "report_id": "text", "tag": "text", "tags": "list", "priority": "text", "sub_reason": "text",
    "confidence": "number", "decided_by": "text", "n_findings": "count", "n_risk_terms": "count",
    "sites": "list", "risk_terms": "list", "warnings": "list", "error": "text", "source": "text",
    "position": "count", "encoding": "text", "format": "text", "text_path": "text",
    "status": "text", "text_hmac": "text", "versions": "pairs", "schema": "text",
}  # fmt: skip
"""One row per report. ``risk_terms`` holds the affirmed ones; it and ``n_risk_terms`` are null,
rather than empty and 0, where nobody looked for them."""

EVIDENCE_COLUMNS = {
    "report_id": "text", "kind": "text", "number": "count", "label": "text", "sub_reason": "text",
    "priority": "text", "concepts": "list", "site": "text", "laterality": "text",
    "morphology": "list", "entity": "text", "status": "text", "level": "text", "cues": "list",
    "strength": "text", "supports": "list", "analyte": "text", "value": "number", "unit": "text",
    "abnormal": "text", "decided_by": "text", "rule_id": "text", "confidence": "number",
    "candidates": "list", "because": "text", "start": "count", "end": "count", "spans": "list",
}  # fmt: skip
"""One row per finding and per risk term (``kind``), numbered from 1 within the report.

``start`` and ``end`` are the characters of a finding's first mention; ``spans`` lists all."""

TEXT_COLUMNS = {"text": "text", "snippet": "text"}
"""Added to the evidence when report text is asked for: the words of the span, and their context."""

_META_COLUMNS = (
    "source", "position", "encoding", "format", "text_path", "status", "text_hmac"
)  # fmt: skip
_CONTEXT = 60
_MAX_SNIPPET = 250
_SPACES = re.compile(r"\s+")


def evidence_columns(with_text: bool) -> dict[str, str]:
    """Return the columns of the evidence table and their kinds."""
    return EVIDENCE_COLUMNS | (TEXT_COLUMNS if with_text else {})


def report_row(result: ResultDict) -> Row:
    """Return the row of the report table.

    Parameters
    ----------
    result : mapping
        As :meth:`reportclf.records.Result.to_dict` makes it.

    Returns
    -------
    dict
        A value, possibly None, for each of :data:`REPORT_COLUMNS`.
    """
    findings, risk_terms = result["findings"], result["risk_terms"]
    row = {name: result.get(name) for name in REPORT_COLUMNS}
    row |= {name: value for name, value in result["meta"].items() if name in _META_COLUMNS}
    row["n_findings"] = len(findings)
    row["n_risk_terms"] = None if risk_terms is None else len(risk_terms)
    row["sites"] = _distinct(finding["site"] for finding in findings)
    row["risk_terms"] = (
        None
        if risk_terms is None
        else _distinct(term["concept"] for term in risk_terms if _affirmed(term))
    )
    return row


def evidence_rows(result: ResultDict, *, with_text: bool = False) -> list[Row]:
    """Return the rows of the evidence table: the findings, then the risk terms.

    Parameters
    ----------
    result : mapping
        As for :func:`report_row`; with snippets added where text is asked for.
    with_text : bool
        Whether to give the text columns too.

    Returns
    -------
    list of dict
    """
    columns = evidence_columns(with_text)
    rows = []
    for number, finding in enumerate(result["findings"], start=1):
        row = _evidence_row("finding", number, result, finding, columns)
        mentions = finding["mentions"]
        row["concepts"] = _distinct(mention["concept"] for mention in mentions)
        row |= _place(mentions, columns)
        rows.append(row)
    for number, term in enumerate(result["risk_terms"] or (), start=1):
        row = _evidence_row("risk_term", number, result, term, columns)
        row["concepts"] = [term["concept"]]
        row |= {name: value for name, value in (term["lab"] or {}).items() if name in columns}
        row |= _place([term], columns)
        rows.append(row)
    return rows


def with_snippets(result: ResultDict, text: str) -> Row:
    """Return a copy of a result in which every mention and risk term quotes the report.

    Parameters
    ----------
    result : mapping
    text : str
        The report's text, which the result's spans index.

    Returns
    -------
    dict
        ``text`` holds the words of the span, ``snippet`` those with their context, at most 250
        characters, white space collapsed.
    """
    findings = [
        {**finding, "mentions": [_quoted(mention, text) for mention in finding["mentions"]]}
        for finding in result["findings"]
    ]
    terms = result["risk_terms"]
    quoted = None if terms is None else [_quoted(term, text) for term in terms]
    return {**result, "findings": findings, "risk_terms": quoted}


def _quoted(item: Mapping[str, Any], text: str) -> Row:
    start, end = item["start"], item["end"]
    context = text[max(0, start - _CONTEXT) : end + _CONTEXT]
    snippet = _SPACES.sub(" ", context).strip()[:_MAX_SNIPPET]
    return {**item, "text": text[start:end], "snippet": snippet}


def _evidence_row(
    kind: str, number: int, result: ResultDict, item: Mapping[str, Any], columns: Iterable[str]
) -> Row:
    row = {name: item.get(name) for name in columns}
    cues = [cue["cue"] for cue in item["cues"]]
    return row | {"report_id": result["report_id"], "kind": kind, "number": number, "cues": cues}


def _place(items: list[Mapping[str, Any]], columns: Iterable[str]) -> Row:
    """Return where the evidence stands: its first span, all spans, and the quoted words."""
    first = items[0] if items else {}
    names = [name for name in ("start", "end", "text", "snippet") if name in columns]
    spans = [f"{item['start']}-{item['end']}" for item in items]
    return {name: first.get(name) for name in names} | {"spans": spans}


def _affirmed(item: Mapping[str, Any]) -> bool:
    return bool(item["status"] == "present" or item["level"] == "likely")


def _distinct(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))
