"""Sentences and list items of a report, so that no cue leaks from one into the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reportclf.reading.lines import Layout, breaks_line, layout_of, with_breaks
from reportclf.reading.stretch import Section

_STOP = re.compile(r"[.!?\n](?:(?<=\n)|[.!?]*[\"')\]]*(?=\s|$|[A-Z]))")
_STOP_OR_NUMBER = re.compile(
    _STOP.pattern
    + r"|(?<=\w)[ \t]+(?=\(?\d{1,2}\)[ \t]+[A-Z])|(?<=\w\.)[ \t]+(?=\d{1,2}[.)][ \t]+[A-Z])"
)
_NUMBER = re.compile(r"[0-9][.)][ \t]+[A-Z]")
_SHORTENED = frozenset(
    {
        "dr", "mr", "mrs", "ms", "prof", "st", "vs", "approx", "eg", "ie", "cf", "fig", "figs", "no", "nos", "incl",
        "esp", "resp", "ca", "viz", "al", "pt", "hosp", "dept", "vol", "lt", "rt", "bilat", "ant", "post", "sup", "inf",
        "lat", "med", "max", "min", "wt", "ht", "temp", "est", "neg", "pos", "poss", "prob", "prev", "hx", "sec", "hrs",
        "yrs", "yo", "seg", "calc",
    }
)  # fmt: skip
_ABBREVIATION = re.compile(
    rf"(?:\b(?:{'|'.join(sorted(_SHORTENED))}|e\.g|i\.e|y\.o|p\.o|b\.i\.d|a\.m|p\.m|u\.s|s\.p)|(?<!/)\b[a-z])\.$"
)
_SENTENCE_ENDERS_OK = frozenset(
    {
        "no", "ca", "st", "calc", "ant", "post", "min", "max", "med", "neg", "pos", "sup", "inf", "lat", "sec", "bilat", "lt", "rt", "pt",
    }
)  # fmt: skip
_SIDE_BEHIND = re.compile(r"[a-z] [rl]$")
"""A side behind its noun ends a sentence as the noun would: "effusion R. No fracture."."""


class Sentence(NamedTuple):
    """A stretch of one section in which cues may act."""

    start: int
    end: int
    section: int


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
    looked_at = with_breaks(dictated or text)
    layout = layout_of(looked_at)
    found: list[Sentence] = []
    for number, part in enumerate(parts):
        last = part.body
        ends = sentence_ends(looked_at, part, layout)
        for end in sorted({*ends, *_items(looked_at, part)}):
            if looked_at[last:end].strip():
                found.append(Sentence(last, end, number))
            last = end
        if looked_at[last : part.end].strip():
            found.append(Sentence(last, part.end, number))
    return found


_LABELS = (
    ("a", "b", "c", "d", "e", "f", "g", "h"),
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii"),
    tuple(str(number) for number in range(1, 13)),
)
"""What the items of a list in running text are called: "a) calcified aorta b) bone metastases"."""
_LABELLED = {
    labels[0]: tuple(re.compile(rf"\s+(?=\(?{label}\)\s)") for label in labels[1:])
    for labels in _LABELS
}
"""How its second, third, ... item begins, by the first item's label."""
_FIRST_LABEL = re.compile(r"(?:^|[.:;\n])\s*\(?([ai1])\)\s")
_NUMBERED = tuple(re.compile(rf"(?<=\w)[ \t]+(?={number}[ \t]+[A-Z])") for number in range(2, 31))
"""The same of "1 NO FRACTURE 2 OLD GRANULOMA", numbers without a mark."""
_FIRST_NUMBER = re.compile(r"\s*1[ \t]+(?=[A-Za-z])")


def _items(text: str, part: Section) -> Iterator[int]:
    """Yield where the items of a list in running text begin, one after the other."""
    number = _FIRST_NUMBER.match(text, part.body, part.end)
    if number is not None:
        yield from _in_turn(_NUMBERED, text, number.end(), part.end)
    if ")" in text[part.body : part.end]:
        label = _FIRST_LABEL.search(text[part.body : part.end])
        if label is not None:
            yield from _in_turn(_LABELLED[label[1]], text, part.body + label.end(), part.end)


def _in_turn(
    beginnings: Sequence[re.Pattern[str]], text: str, position: int, end: int
) -> Iterator[int]:
    for beginning in beginnings:
        item = beginning.search(text, position, end)
        if item is None:
            return
        position = item.end()
        yield position


def sentence_ends(text: str, part: Section, layout: Layout) -> Iterator[int]:
    """Yield where sentences end: full stops, list items, deliberate line breaks."""
    stops = _STOP_OR_NUMBER if _NUMBER.search(text, part.body, part.end) else _STOP
    for match in stops.finditer(text, part.body, part.end):
        start, end = match.span()
        mark = text[start]
        if mark == ".":
            if not _inside_sentence(text, start, end, part):
                yield end
        elif mark == "\n":
            if breaks_line(text, start, part, layout):
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
    if word.group() in _SENTENCE_ENDERS_OK or _SIDE_BEHIND.search(head):
        return not following[:1].isupper() and bool(following)
    return bool(following)


_LAST_WORD = re.compile(r"[\w.]+$")


def _is_question_before(text: str, start: int, part: Section) -> bool:
    """Whether ``?`` opens a question ("?fracture", "query ? stone") and does not end one."""
    opens = start == part.body or text[start - 1] in " (\t\n:,;-\"'\u201c"
    return opens and start + 1 < len(text)
