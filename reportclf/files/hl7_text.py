"""The text of one HL7 order: its observations, put together.

Text is taken from OBX-5 of types TX, FT and ST in the order sent, and where there is none from an
encapsulated document (ED). Observations marked deleted, wrong or not to be had are left out. The
suffix of OBX-3 that names a section (``71020&IMP``) becomes that section's heading.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from reportclf.files.attachment import attachment_content
from reportclf.files.decode import Ladder
from reportclf.files.hl7_escape import Separators, unescape
from reportclf.files.item import Content, Unreadable

_TEXT_TYPES = ("TX", "FT", "ST", "")
_CODED_TYPES = ("CE", "CF", "CWE")
_VOID = ("D", "W", "X")
_HEADINGS = {
    "GDT": "FINDINGS", "IMP": "IMPRESSION", "REC": "RECOMMENDATION", "ADT": "ADDENDUM"
}  # fmt: skip


@dataclass(slots=True)
class Order:
    """One OBR with its observations, as split fields: what becomes one report."""

    separators: Separators
    ladder: Ladder
    encoding: str
    message_id: str
    report_id: str = ""
    time: str = ""
    status: str = ""
    observations: list[list[str]] = field(default_factory=list)


def get(fields: list[str], index: int) -> str:
    """Return a field, empty where the segment ends before it."""
    return fields[index] if index < len(fields) else ""


def order_text(order: Order) -> tuple[str | Content, str]:
    """Return the text of an order and the field it stands in.

    Raises
    ------
    Unreadable
        Codes ``remote_attachment``, ``unsupported_attachment``, ``malformed_attachment``.
    """
    observations = _current(order.observations)
    lines = _text_lines(observations, order)
    if any(line.strip() for line in lines):
        return "\n".join(lines), "OBX-5"
    documents = [row for row in observations if get(row, 2).strip() == "ED"]
    if documents:
        return _document(documents, order), "OBX-5.5"
    if any(get(row, 2).strip() == "RP" for row in observations):
        raise Unreadable("remote_attachment")
    return "", "OBX-5"


def _current(observations: list[list[str]]) -> list[list[str]]:
    """Leave out void observations, and those a correction later in the message replaces.

    A correction replaces the one line with its set id, code and sub-id. Where several lines share
    these they identify nothing, and all lines stay: text too much is better than text lost.
    """
    lines = Counter(_key(row) for row in observations if get(row, 11).strip() != "C")
    kept: list[list[str]] = []
    corrected: set[tuple[str, ...]] = set()
    for row in reversed(observations):
        status, key = get(row, 11).strip(), _key(row)
        if status == "C":
            corrected.add(key)
        elif status in _VOID or (key in corrected and lines[key] == 1):
            continue
        kept.append(row)
    return kept[::-1]


def _key(row: list[str]) -> tuple[str, ...]:
    return tuple(get(row, number) for number in (1, 3, 4))


def _text_lines(observations: list[list[str]], order: Order) -> list[str]:
    lines: list[str] = []
    section = ""
    for row in observations:
        heading = _heading(get(row, 3), order.separators)
        value = _value(row, heading, order)
        if value is None:
            continue
        own = value[0].lstrip().upper().startswith(heading)
        first = heading == "FINDINGS" and not lines  # the body's head may hold other sections
        if heading != section and not own and not first:
            lines.append(f"{heading}:")
        section = heading
        lines.extend(value)
    return lines


def _heading(identifier: str, separators: Separators) -> str:
    """Return the section that the suffix of OBX-3 names, as in ``71020&IMP``."""
    parts = identifier.split(separators.component)[0].split(separators.subcomponent)
    return _HEADINGS.get(parts[1].strip(), "") if len(parts) > 1 else ""


def _value(row: list[str], heading: str, order: Order) -> list[str] | None:
    """Return the lines of a textual observation, or the wording of a coded impression."""
    kind = get(row, 2).strip()
    if kind in _TEXT_TYPES:
        repeats = get(row, 5).split(order.separators.repeat)
    elif kind in _CODED_TYPES and heading:
        codes = [code.split(order.separators.component) for code in
                 get(row, 5).split(order.separators.repeat)]  # fmt: skip
        repeats = [get(code, 8) or get(code, 1) for code in codes]
    else:
        return None
    return [unescape(repeat, order.separators, order.ladder) for repeat in repeats]


def _document(documents: list[list[str]], order: Order) -> Content:
    """Return the text of the encapsulated documents that can be read, one below the other."""
    contents: list[Content] = []
    code = "unsupported_attachment"
    for row in documents:
        parts = get(row, 5).split(order.separators.component)
        kind = f"{get(parts, 1)}/{get(parts, 2)}"
        data = unescape(get(parts, 4), order.separators, order.ladder)
        try:
            contents.append(attachment_content(data, get(parts, 3), kind))
        except Unreadable as problem:
            code = problem.code
    if not contents:
        raise Unreadable(code)
    return replace(contents[0], text="\n".join(content.text for content in contents))
