"""Line breaks of a report: which are deliberate, which wrap a sentence."""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from reportclf.reading.canonical import markup_breaks
from reportclf.reading.stretch import Section

_LIST_MARK = re.compile(r"[ \t]*(?:[-*\u2022>\u00b7]|\(?\d{1,2}[.)](?!\d)|\(?[a-hA-H][.)])[ \t]")
_BOX = re.compile(r"\[ ?[xX]? ?\]|\([xX ]\)|[☐□☑☒■]")
_FIELD = re.compile(r"[ \t]*[A-Za-z][A-Za-z /&()-]{1,40}:")
_NEVER_LAST = frozenset(
    {
        "a", "an", "the", "of", "in", "on", "at", "with", "without", "and", "or", "nor", "for", "to", "from", "by", "no",
        "not", "is", "are", "was", "were", "has", "have", "had", "be", "been", "which", "that", "this", "these", "those",
        "into", "within", "along", "between", "near", "over", "under", "about", "as", "than", "right", "left",
        "bilateral", "likely", "possible", "probable", "consistent", "compatible", "due", "secondary", "mild",
        "moderate", "severe", "small", "large", "multiple", "several",
    }
)  # fmt: skip


def with_breaks(text: str) -> str:
    """Return an equally long copy in which markup for a line break is one."""
    if "<" not in text and "\\" not in text and "~" not in text:
        return text
    pieces = []
    last = 0
    for start, end in markup_breaks(text):
        pieces += [text[last:start], "\n" + " " * (end - start - 1)]
        last = end
    return "".join((*pieces, text[last:]))


class Layout(NamedTuple):
    """The longest line of a text, and whether its lines are a list, not prose."""

    width: int
    listed: bool


def layout_of(text: str) -> Layout:
    """Return how a text is laid out."""
    width = max(map(len, text.split("\n")))
    return Layout(width, _is_listed(text, width))


def _is_listed(text: str, width: int) -> bool:
    """Whether most lines that end without a stop end before they are full: a list, not prose."""
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    open_ended = [
        (line, following.split(None, 1)[0])
        for line, following in itertools.pairwise(lines)
        if line[-1] not in ".:;!?" and not _FIELD.match(following)
    ]
    fits = sum(len(line) + 1 + len(word) <= width for line, word in open_ended)
    return len(lines) >= 3 and fits > 0 and fits >= 0.4 * len(open_ended)


def breaks_line(text: str, position: int, part: Section, layout: Layout) -> bool:
    """Whether a line break is deliberate, or a wrap inside a sentence."""
    head = text[position + 1 : min(part.end, position + 81)]
    if not head.strip() or not head.split("\n", 1)[0].strip():
        return True
    if _LIST_MARK.match(head):
        return True
    line_start = text.rfind("\n", 0, position) + 1
    line = text[max(line_start, part.body) : position].rstrip()
    if not line or line[-1] in ".:;!?" or _FIELD.match(head):
        return True
    if _BOX.search(line):
        return True
    if line[-1] in ",-" or line.split()[-1].lower() in _NEVER_LAST:
        return False
    first = head.split(None, 1)[0]
    if first[0].islower():
        # an indented or lower-case continuation
        return False
    fits = position - line_start + 1 + len(first) <= layout.width
    return fits or layout.listed or layout.width < 32
