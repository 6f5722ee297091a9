"""One report on the terminal: its text in colours, then each finding's class, who and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reportclf.records import Assertion, Cue, Finding, Report, Result, RiskTerm, Span, Tag

if TYPE_CHECKING:
    from reportclf.pipeline import Pipeline

_COLOURS = {
    Tag.TUMORAL: "bold white on magenta",
    Tag.METASTATIC: "bold white on red",
    Tag.DYSTROPHIC: "bold white on blue",
    Tag.INDETERMINATE: "bold black on yellow",
    Tag.OTHER: "bold black on cyan",
    Tag.NONE: "bold black on white",
}
_RISK = "bold green"
_CUE = "underline italic"
_UNPRINTABLE = re.compile(r"[^\S\n\t ]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def console(*, color: bool, file: TextIO) -> Console:
    """Return the console to show reports on."""
    return Console(
        file=file, no_color=not color, highlight=False, markup=False, emoji=False,
        force_terminal=None if color else False,
    )  # fmt: skip


def show(report: Report, pipeline: Pipeline, screen: Console) -> None:
    """Show a report with all that was found in it.

    Parameters
    ----------
    report : Report
    pipeline : Pipeline
    screen : Console
    """
    result = pipeline.tag(report)
    screen.print(Text(report.report_id, style="bold"), Text(_headline(result)))
    screen.print()
    screen.print(coloured(report.text, result))
    if result.findings:
        screen.print(_findings_table(report.text, result))
    if result.risk_terms:
        screen.print(_risks_table(report.text, result.risk_terms))
    for warning in result.warnings:
        screen.print(Text(f"warning: {warning}"))


def coloured(text: str, result: Result) -> Text:
    """Return the report's text with findings, risk terms and cues in colours."""
    shown = Text(_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text))
    for cue in _cues(result):
        shown.stylize(_CUE, cue.span.start, cue.span.end)
    for term in result.risk_terms or ():
        shown.stylize(_RISK, term.span.start, term.span.end)
    for finding in result.findings:
        for mention in finding.mentions:
            shown.stylize(_COLOURS[finding.label], mention.span.start, mention.span.end)
    return shown


def _cues(result: Result) -> Iterator[Cue]:
    for finding in result.findings:
        for mention in finding.mentions:
            yield from mention.assertion.cues
    for term in result.risk_terms or ():
        yield from term.assertion.cues


def _headline(result: Result) -> str:
    words = [f"{result.tag}"]
    words += [f"({part})" for part in (result.sub_reason, result.priority) if part]
    others = [str(tag) for tag in result.tags if tag is not result.tag]
    words += [f"also {', '.join(others)}"] if others else []
    return " ".join((*words, f"by {result.decided_by}, confidence {result.confidence}"))


def _findings_table(text: str, result: Result) -> Table:
    table = Table(title="Findings", title_justify="left", show_lines=True)
    table.add_column("")
    for name, share in (("words", 2), ("class, decided by", 2), ("why", 3)):
        table.add_column(name, overflow="fold", ratio=share)
    for number, finding in enumerate(result.findings, start=1):
        words = "; ".join(_words(text, one.span) for one in finding.mentions)
        table.add_row(
            str(number),
            _plain(f"{words}\n{_assertion(text, finding.assertion)}"),
            Text.assemble((_class(finding), _COLOURS[finding.label]), f"\n{_who(finding)}"),
            _plain(_why(text, finding)),
        )
    return table


def _risks_table(text: str, terms: tuple[RiskTerm, ...]) -> Table:
    table = Table(title="Risk terms", title_justify="left")
    for name in ("words", "concept", "says", "supports"):
        table.add_column(name, overflow="fold")
    for term in terms:
        says = _assertion(text, term.assertion)
        if term.lab is not None:
            says += f", {term.lab.abnormal or 'no limit known'}"
        supports = f"{', '.join(term.supports) or '-'} ({term.strength})"
        table.add_row(*map(_plain, (_words(text, term.span), term.concept, says, supports)))
    return table


def _plain(words: str) -> Text:
    return Text(_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", words))


def _words(text: str, span: Span) -> str:
    return " ".join(text[span.start : span.end].split())


def _assertion(text: str, assertion: Assertion) -> str:
    level = f" ({assertion.level})" if assertion.level else ""
    cues = ", ".join(f"“{_words(text, cue.span)}”" for cue in assertion.cues)
    return f"{assertion.status}{level}{': ' + cues if cues else ''}"


def _class(finding: Finding) -> str:
    extra = [str(part) for part in (finding.sub_reason, finding.priority) if part]
    return f"{finding.label}{' (' + ', '.join(extra) + ')' if extra else ''}"


def _who(finding: Finding) -> str:
    rule = f"\n{finding.rule_id}" if finding.rule_id else ""
    return f"{finding.decided_by} {finding.confidence}{rule}"


def _why(text: str, finding: Finding) -> str:
    known = {
        "site": " ".join(part for part in (finding.laterality, finding.site) if part),
        "entity": finding.entity,
        "morphology": ", ".join(finding.morphology),
        "beside": ", ".join(_words(text, span) for span in finding.evidence),
        "candidates": ", ".join(finding.candidates),
    }
    lines = [finding.because, *(f"{name}: {words}" for name, words in known.items() if words)]
    return "\n".join(lines)
