"""Sections of a report as reports really come, by headings of every form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from reportclf.lexicon.entries import Headings
from reportclf.reading.lines import Layout, breaks_line, layout_of
from reportclf.reading.sentences import sentence_ends
from reportclf.reading.stretch import Section

# Sought behind a break put before the report: a pattern that begins with a set of letters is searched
# ten times as fast as one that begins by looking back.
_LABEL_START = r"[\n.;!?\]][ \t]*(?:[-*\u2022>]+[ \t]*|\(?\d{1,2}[.)][ \t]+)?"
_LABEL_NAME = r"(?P<name>[A-Za-z][A-Za-z/&(), -]{1,48}?)[ \t]*"
_LABEL = re.compile(
    # most sentences end otherwise than a label does: seen at one go, before any name is tried
    _LABEL_START
    + r"(?=[A-Za-z/&(), \t-]*+(?:[:\n]|$))"
    + _LABEL_NAME
    + r"(?P<mark>::?|(?=[ \t]*(?:\n|$)))",
    re.MULTILINE,
)
_DASHED_LABEL = re.compile(
    _LABEL_START + _LABEL_NAME + r"(?P<mark>::?|(?=[ \t]*(?:\n|$))|[ \t]-[ \t])", re.MULTILINE
)
_DASHES = (" - ", "\t- ", " -\t", "\t-\t")
_SPOKEN_LABEL = re.compile(r"\b(?P<name>[A-Z][A-Z /]{2,30}?)[ \t]+COLON\b")
_CAPITAL_LABEL = re.compile(
    r"[\n.][ \t]*(?P<name>[A-Z][A-Z ]{2,30}(?=\.?[ \t]+[A-Z0-9])|Addendum(?=\.[ \t]+[A-Z0-9]))"
)
_BREAK = re.compile(r"\n")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def sections(text: str, headings: Headings, *, dictated: bool = False) -> list[Section]:
    """Split a report into sections.

    Parameters
    ----------
    text : str
        The report as read.
    headings : Headings
        The known headings and their roles.
    dictated : bool
        Whether marks are spoken, so that ``IMPRESSION COLON`` is a heading.

    Returns
    -------
    list of Section
        They tile the text; what stands before the first heading has the role ``findings``.
    """
    text = text.replace("\u00a0", " ")
    marks = sorted(_heading_marks(text, headings, dictated))
    found: list[Section] = []
    if not marks or marks[0][0] > 0:
        end = marks[0][0] if marks else len(text)
        found.append(Section(0, 0, end, "findings", ""))
    for number, (start, body, role, heading) in enumerate(marks):
        if found and start < found[-1].body:
            continue
        end = marks[number + 1][0] if number + 1 < len(marks) else len(text)
        found.append(Section(start, min(body, end), end, role, heading))
    return _with_findings(found, text)


_PREAMBLE = frozenset({"title", "history", "past", "family", "comparison", "technique"})
_ORGAN_LABEL = re.compile(r"(?<=[.;\n])[ \t]*[A-Z][A-Za-z/&() -]{2,40}:(?!\d)")


def _with_findings(parts: list[Section], text: str) -> list[Section]:
    """End a history, comparison or technique where the findings begin without a heading.

    It ends at a blank line, at a deliberate line break behind its first line, at a label of its own
    or, where no findings follow at all, behind its first sentence.
    """
    split: list[Section] = []
    layout = layout_of(text)
    telling = [n for n, part in enumerate(parts) if part.role in ("findings", "impression")]
    has_findings = any(
        part.role == "findings" and part.end - part.body >= _LEAST_FINDINGS for part in parts
    )
    for number, part in enumerate(parts):
        end = part.end
        if part.role in _PREAMBLE:
            last = not telling or number > telling[-1]
            swallows = not has_findings and _runs_to_impression(number, parts, text, layout)
            tells_all = _is_case_text(part, text, layout)
            end = _preamble_end(part, text, layout, to_first_sentence=last or swallows or tells_all)
        if end < part.end and text[end : part.end].strip():
            split.append(part._replace(end=end))
            split.append(Section(end, end, part.end, "findings", ""))
        else:
            split.append(part)
    return split


_LEAST_FINDINGS = 80
_CASE_TEXT = 8
"""Sentences without a line break, half the text, that are no preamble but the case itself:
"Background: a woman ..."."""


def _is_case_text(part: Section, text: str, layout: Layout) -> bool:
    if 2 * (part.end - part.body) < len(text) or "\n" in text[part.body : part.end].strip():
        return False
    return _holds_sentences(_CASE_TEXT, part, text, layout)


def _holds_sentences(least: int, part: Section, text: str, layout: Layout) -> bool:
    ends = islice(sentence_ends(text, part, layout), least)
    return sum(1 for _ in ends) >= least


_MANY = 3


def _runs_to_impression(number: int, parts: Sequence[Section], text: str, layout: Layout) -> bool:
    """Whether a preamble of several sentences runs right up to the impression, so that it holds the
    findings: "CT HEAD. Indication: headache. No haemorrhage. ... IMPRESSION: ...".
    """
    if number + 1 >= len(parts) or parts[number + 1].role != "impression":
        return False
    return _holds_sentences(_MANY, parts[number], text, layout)


def _preamble_end(part: Section, text: str, layout: Layout, *, to_first_sentence: bool) -> int:
    body = text[part.body : part.end]
    lead = len(body) - len(body.lstrip())
    alone = "\n" in body[:lead]
    ends = [part.end]
    blank = _BLANK_LINE.search(text, part.body + lead, part.end)
    if blank:
        ends.append(blank.end())
    label = _ORGAN_LABEL.search(text, part.body + lead, part.end)
    if label and label.start() > part.body + lead:
        ends.append(label.start())
    if not alone:
        for match in _BREAK.finditer(text, part.body + lead, part.end):
            if breaks_line(text, match.start(), part, layout):
                ends.append(match.end())
                break
    if to_first_sentence or _NOTHING.match(text, part.body + lead):
        stop = next(
            sentence_ends(text, part._replace(body=part.body + lead), layout),
            part.end,
        )
        ends.append(stop)
    return min(ends)


_NOTHING = re.compile(
    r"(?:none|no (?:prior|previous)\w*|nil|n/?a|not available) *\.", re.IGNORECASE
)
"""A preamble that is empty ends with its sentence: "Comparison: none. In the left breast ..."."""


def _heading_marks(
    text: str, headings: Headings, dictated: bool
) -> Iterator[tuple[int, int, str, str]]:
    taken: set[int] = set()
    for start, end, label, alone in _labels(text, dictated):
        name = _known_heading(label, headings.roles, bare=alone)
        if name is None:
            continue
        if alone and not (
            _leads_line(text, start)
            and (name in headings.alone or text[start:end].strip().isupper())
        ):
            continue
        taken.add(start)
        yield start, end, headings.roles[name], name
    before = "" if text[:1] in (" ", "\t") else "\n"
    for match in _CAPITAL_LABEL.finditer(before + text):
        start = match.start("name") - len(before)
        leading = _leading_heading(match.group("name"), headings.roles)
        if leading is not None and start not in taken and leading in headings.alone:
            yield start, start + len(leading), headings.roles[leading], leading


def _labels(text: str, dictated: bool) -> Iterator[tuple[int, int, str, bool]]:
    """Yield what has the form of a heading: start, end, words, whether it stands without a mark."""
    pattern = _DASHED_LABEL if any(dash in text for dash in _DASHES) else _LABEL
    for match in pattern.finditer("\n" + text):
        yield match.start("name") - 1, match.end() - 1, match["name"], not match["mark"]
    if dictated:
        for match in _SPOKEN_LABEL.finditer(text):
            yield match.start(), match.end(), match["name"], False


def _known_heading(name: str, headings: Mapping[str, str], *, bare: bool) -> str | None:
    """Return the heading a label is, or begins with before a remark."""
    low = " ".join(name.lower().split())
    if low in headings:
        return low
    if bare:
        return None
    plain = _REMARK.sub("", low).strip() if "(" in low else low
    if plain in headings:
        return plain
    for joint in (" and ", " / ", "/", " & "):
        if joint in low:
            first = low.split(joint)[0].strip()
            if first in headings:
                return first
    if low.startswith(("addendum", "impression", "findings", "comparison", "technique")):
        first = low.split()[0]
        if len(low.split()) <= 4 and first in headings:
            return first
    return None


_REMARK = re.compile(r"\s*\([^)]*\)?")


def _leading_heading(name: str, headings: Mapping[str, str]) -> str | None:
    words = name.lower().split()
    for count in (3, 2, 1):
        candidate = " ".join(words[:count])
        if candidate in headings:
            return candidate
    return None


def _leads_line(text: str, start: int) -> bool:
    """Whether nothing but a list mark stands before a heading in its line."""
    line = text.rfind("\n", 0, start) + 1
    return not text[line:start].strip(" \t-*\u2022>0123456789.)(")
