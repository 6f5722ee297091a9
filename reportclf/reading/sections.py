"""Sections and sentences of a report as reports really come: headings first, then list items,
then sentences, so that no cue leaks from one into the next.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from reportclf.reading.canonical import markup_breaks

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
_CAPITAL_LABEL = re.compile(r"[\n.][ \t]*(?P<name>[A-Z][A-Z ]{2,30})(?=[ \t]+[A-Z0-9])")
_BREAK = re.compile(r"\n")
_LIST_MARK = re.compile(r"[ \t]*(?:[-*\u2022>\u00b7]|\(?\d{1,2}[.)](?!\d)|\(?[a-hA-H][.)])[ \t]")
_STOP = re.compile(r"[.!?\n](?:(?<=\n)|[.!?]*[\"')\]]*(?=\s|$|[A-Z]))")
_STOP_OR_NUMBER = re.compile(
    _STOP.pattern
    + r"|(?<=\w)[ \t]+(?=\(?\d{1,2}\)[ \t]+[A-Z])|(?<=\w\.)[ \t]+(?=\d{1,2}[.)][ \t]+[A-Z])"
)
_NUMBER = re.compile(r"[0-9][.)][ \t]+[A-Z]")
_FIELD = re.compile(r"[ \t]*[A-Za-z][A-Za-z /&()-]{1,40}:")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_SHORTENED = frozenset(
    [
        "dr",
        "mr",
        "mrs",
        "ms",
        "prof",
        "st",
        "vs",
        "approx",
        "eg",
        "ie",
        "cf",
        "fig",
        "figs",
        "no",
        "nos",
        "incl",
        "esp",
        "resp",
        "ca",
        "viz",
        "al",
        "pt",
        "hosp",
        "dept",
        "vol",
        "lt",
        "rt",
        "bilat",
        "ant",
        "post",
        "sup",
        "inf",
        "lat",
        "med",
        "max",
        "min",
        "wt",
        "ht",
        "temp",
        "est",
        "neg",
        "pos",
        "poss",
        "prob",
        "prev",
        "hx",
        "sec",
        "hrs",
        "yrs",
        "yo",
        "seg",
        "calc",
    ]
)
_ABBREVIATION = re.compile(
    rf"(?:\b(?:{'|'.join(sorted(_SHORTENED))}|e\.g|i\.e|y\.o|p\.o|b\.i\.d|a\.m|p\.m|u\.s|s\.p)|\b[a-z])\.$"
)
_TAIL = 4
_SHORTENED_TAILS = frozenset(word[-_TAIL:] for word in _SHORTENED)
"""A longer word that does not end like an abbreviation is surely the last of its sentence."""
_SENTENCE_ENDERS_OK = frozenset(
    {
        "no",
        "ca",
        "st",
        "calc",
        "ant",
        "post",
        "min",
        "max",
        "med",
        "neg",
        "pos",
        "sup",
        "inf",
        "lat",
        "sec",
    }
)


class Section(NamedTuple):
    """A stretch of the report with one role; ``body`` is where the text behind its heading starts."""

    start: int
    body: int
    end: int
    role: str
    heading: str


class Sentence(NamedTuple):
    """A stretch of one section in which cues may act."""

    start: int
    end: int
    section: int


def sections(text: str, headings: Mapping[str, str], *, dictated: bool = False) -> list[Section]:
    """Split a report into sections.

    Parameters
    ----------
    text : str
        The report as read.
    headings : mapping
        Heading in lower case to role.
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
    width = _longest_line(text)
    listed = _is_listed(text, width)
    telling = [n for n, part in enumerate(parts) if part.role in ("findings", "impression")]
    for number, part in enumerate(parts):
        end = part.end
        if part.role in _PREAMBLE:
            last = not telling or number > telling[-1]
            end = _preamble_end(part, text, width, listed=listed, to_first_sentence=last)
        if end < part.end and text[end : part.end].strip():
            split.append(part._replace(end=end))
            split.append(Section(end, end, part.end, "findings", ""))
        else:
            split.append(part)
    return split


def _preamble_end(
    part: Section, text: str, width: int, *, listed: bool, to_first_sentence: bool
) -> int:
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
            if _breaks_line(text, match.start(), part, width, listed=listed):
                ends.append(match.end())
                break
    if to_first_sentence:
        stop = next(
            _ends(text, part._replace(body=part.body + lead), width, listed=listed), part.end
        )
        ends.append(stop)
    return min(ends)


def _heading_marks(
    text: str, headings: Mapping[str, str], dictated: bool
) -> Iterator[tuple[int, int, str, str]]:
    taken: set[int] = set()
    for start, end, label, alone in _labels(text, dictated):
        name = _known_heading(label, headings, bare=alone)
        if name is None or (alone and not _may_stand_alone(text, start, end, name)):
            continue
        taken.add(start)
        yield start, end, headings[name], name
    before = "" if text[:1] in (" ", "\t") else "\n"
    for match in _CAPITAL_LABEL.finditer(before + text):
        start = match.start("name") - len(before)
        leading = _leading_heading(match.group("name"), headings)
        if leading is not None and start not in taken and leading in _STRONG:
            yield start, start + len(leading), headings[leading], leading


def _labels(text: str, dictated: bool) -> Iterator[tuple[int, int, str, bool]]:
    """Yield what has the form of a heading: start, end, words, whether it stands without a mark."""
    pattern = _DASHED_LABEL if any(dash in text for dash in _DASHES) else _LABEL
    for match in pattern.finditer("\n" + text):
        yield match.start("name") - 1, match.end() - 1, match["name"], not match["mark"]
    if dictated:
        for match in _SPOKEN_LABEL.finditer(text):
            yield match.start(), match.end(), match["name"], False


_STRONG = frozenset(
    {
        "findings", "impression", "conclusion", "indication", "history", "clinical history", "comparison",
        "technique", "addendum", "recommendation", "opinion", "clinical details", "clinical indication",
        "reason for exam", "impressions", "indications", "recommendations",
    }
)  # fmt: skip


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


def _may_stand_alone(text: str, start: int, end: int, name: str) -> bool:
    """Whether a heading without colon fills its line and is more than one everyday word."""
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip(" \t-*\u2022>0123456789.)("):
        return False
    return name in _STRONG or text[start:end].strip().isupper()


def sentences(text: str, parts: list[Section], *, dictated: str | None = None) -> list[Sentence]:
    """Split sections into sentences and list items.

    Parameters
    ----------
    text : str
        The report as read.
    parts : list of Section
        Its sections.
    dictated : str, optional
        An equally long copy in which spoken marks are marks; looked at instead of ``text``.

    Returns
    -------
    list of Sentence
        In order; blank stretches between them are left out.
    """
    looked_at = _with_breaks(dictated or text)
    width = _longest_line(looked_at)
    listed = _is_listed(looked_at, width)
    found: list[Sentence] = []
    for number, part in enumerate(parts):
        last = part.body
        ends = _ends(looked_at, part, width, listed=listed)
        for end in sorted({*ends, *_bare_numbers(looked_at, part)}):
            if looked_at[last:end].strip():
                found.append(Sentence(last, end, number))
            last = end
        if looked_at[last : part.end].strip():
            found.append(Sentence(last, part.end, number))
    return found


_FIRST_NUMBER = re.compile(r"\s*1[ \t]+(?=[A-Za-z])")


def _bare_numbers(text: str, part: Section) -> Iterator[int]:
    """Yield where the items of "1 NO FRACTURE 2 OLD GRANULOMA" begin, numbers without a mark."""
    first = _FIRST_NUMBER.match(text, part.body, part.end)
    position = first.end() if first else None
    number = 2
    while position is not None:
        item = re.compile(rf"(?<=\w)[ \t]+(?={number}[ \t]+[A-Z])").search(text, position, part.end)
        if item is None:
            return
        yield item.end()
        position = item.end()
        number += 1


def _with_breaks(text: str) -> str:
    if "<" not in text and "\\" not in text and "~" not in text:
        return text
    pieces = []
    last = 0
    for start, end in markup_breaks(text):
        pieces += [text[last:start], "\n" + " " * (end - start - 1)]
        last = end
    return "".join((*pieces, text[last:]))


def _longest_line(text: str) -> int:
    return max(map(len, text.split("\n")))


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


def _ends(text: str, part: Section, width: int, *, listed: bool) -> Iterator[int]:
    """Yield where sentences end: full stops, list items, deliberate line breaks."""
    stops = _STOP_OR_NUMBER if _NUMBER.search(text, part.body, part.end) else _STOP
    for match in stops.finditer(text, part.body, part.end):
        start, end = match.span()
        mark = text[start]
        if mark == ".":
            tail = text[max(start - _TAIL, 0) : start]
            plain = tail.isalpha() and tail.islower() and tail not in _SHORTENED_TAILS
            if (plain and len(tail) == _TAIL) or not _inside_sentence(text, start, end, part):
                yield end
        elif mark == "\n":
            if _breaks_line(text, start, part, width, listed=listed):
                yield end
        elif mark != "?" or not _is_question_before(text, start, part):
            yield end


def _inside_sentence(text: str, start: int, end: int, part: Section) -> bool:
    """Whether a full stop belongs to an abbreviation, a list number or a decimal."""
    head = text[max(part.body, start - 10) : start]
    last = head.rpartition(" ")[2]
    plain = len(last) > 1 and last.isalpha() and last.lower() not in _SHORTENED
    if plain and last.islower():
        return False
    if end < len(text) and text[end].isupper() and end - start == 1:
        # "node.No": a missing blank; "U.S" and "T.B" are abbreviations
        return not (start >= 2 and text[start - 2 : start].islower())
    if plain:
        return False
    head = head.lower()
    word = _LAST_WORD.search(head)
    if word is None:
        return False
    if word.group().isdigit():
        before = text[max(part.body, start - len(word.group()) - 3) : start - len(word.group())]
        return len(word.group()) <= 2 and (not before.strip() or before.rstrip(" ")[-1:] in "\n.:;")
    if not _ABBREVIATION.search(head + "."):
        return False
    following = text[end : end + 3].strip()
    if word.group() in _SENTENCE_ENDERS_OK:
        return not following[:1].isupper() and bool(following)
    return bool(following)


_LAST_WORD = re.compile(r"[\w.]+$")


def _is_question_before(text: str, start: int, part: Section) -> bool:
    """Whether ``?`` opens a question ("?fracture", "query ? stone") and does not end one."""
    return start > part.body and text[start - 1] in " (\t\n:,;-\"'\u201c" and start + 1 < len(text)


def _breaks_line(text: str, position: int, part: Section, width: int, *, listed: bool) -> bool:
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
    if line[-1] in ",-" or line.split()[-1].lower() in _NEVER_LAST:
        return False
    first = head.split(None, 1)[0]
    if first[0].islower():
        # an indented or lower-case continuation
        return False
    fits = position - line_start + 1 + len(first) <= width
    return fits or listed or width < 32


_NEVER_LAST = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "with",
        "without",
        "and",
        "or",
        "nor",
        "for",
        "to",
        "from",
        "by",
        "no",
        "not",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "be",
        "been",
        "which",
        "that",
        "this",
        "these",
        "those",
        "into",
        "within",
        "along",
        "between",
        "near",
        "over",
        "under",
        "about",
        "as",
        "than",
        "right",
        "left",
        "bilateral",
        "likely",
        "possible",
        "probable",
        "consistent",
        "compatible",
        "due",
        "secondary",
        "mild",
        "moderate",
        "severe",
        "small",
        "large",
        "multiple",
        "several",
    ]
)
