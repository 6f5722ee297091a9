r"""A canonical copy of the report for matching, and the way back to the report's own offsets.

The copy folds what writers, exports and dictation do to white space and punctuation: dashes, line
breaks, ``<BR>``, ``\\.br\\`` and runs of blanks become one blank, spoken punctuation becomes
punctuation. The report itself is never rewritten; :meth:`Canonical.source` maps positions back.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff\u00ad-\u2010\u2011\u2012\u2013\u2014\u2015\u2212_\x00"
)
_FOLDED = {ord(blank): " " for blank in _BLANKS}
_FOLDED |= {ord(mark): "'" for mark in "\u2018\u2019\u02bc`\u00b4"}
_FOLDED |= {ord(mark): '"' for mark in "\u201c\u201d"}
_FOLDED |= {ord("\u00b5"): "u", ord("\u03bc"): "u", ord("\u00d7"): "x"}
_FOLDED |= {
    ord(upper): lower
    for upper, lower in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", strict=True)
}

_MARKUP = re.compile(r"(?i)<br\s*/?>|</?p>|\\\.(?:br|sp)\\|\\X0D\\(?:\\X0A\\)?|~(?=\s)")
_RUN = re.compile(r" {2,}")
_SPOKEN = re.compile(
    r"\b(new paragraph|next paragraph|new line|full stop|comma|period|semicolon|colon|question mark)\b"
)
_SPOKEN_MARK = {
    "comma": ",",
    "period": ".",
    "full stop": ".",
    "colon": ":",
    "semicolon": ";",
    "question mark": "?",
}
_ARTICLE_BEFORE = re.compile(
    r"(?:\bthe|\ba|\bthis|\bthat|\beach|\byear|\bday|\bmonth|\bweek|\btime|\bshort|\bprolonged|\boperative"
    r"|\bmenstrual|\bascending|\bdescending|\btransverse|\bsigmoid|\bleft|\bright|\brest of)\s$"
)


@dataclass(frozen=True, slots=True)
class Canonical:
    """The copy, and where each of its shifted stretches began in the report.

    Attributes
    ----------
    text : str
        The canonical copy.
    starts, shifts : tuple of int
        From position ``starts[i]`` of the copy on, ``shifts[i]`` characters have been left out.
    """

    text: str
    starts: tuple[int, ...]
    shifts: tuple[int, ...]

    def source(self, position: int) -> int:
        """Return the position in the report of a position in the copy."""
        if not self.starts:
            return position
        index = bisect_right(self.starts, position) - 1
        return position if index < 0 else position + self.shifts[index]

    def extent(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the report that a range of the copy, not an empty one, stands for."""
        return self.source(start), self.source(end - 1) + 1

    def position(self, source: int) -> int:
        """Return the position in the copy of a position in the report."""
        return self.positions([source])[0]

    def positions(self, sources: list[int]) -> list[int]:
        """Return the positions in the copy of many positions in the report.

        A blank that the copy leaves out maps to where the next kept character stands.
        """
        if not self.starts:
            return sources
        origins = [start + shift for start, shift in zip(self.starts, self.shifts, strict=True)]
        found = []
        for source in sources:
            index = bisect_right(origins, source) - 1
            kept = source if index < 0 else source - self.shifts[index]
            following = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
            found.append(min(kept, following))
        return found


def canonical(flat: str) -> Canonical:
    """Return the canonical copy of an already flattened report.

    Parameters
    ----------
    flat : str
        The result of :func:`flatten`.

    Returns
    -------
    Canonical
        Runs of blanks collapsed to one blank.
    """
    if "  " not in flat:
        return Canonical(flat, (), ())
    pieces: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    last = left_out = 0
    for run in _RUN.finditer(flat):
        first, end = run.span()
        pieces.append(flat[last : first + 1])
        left_out += end - first - 1
        starts.append(end - left_out)
        shifts.append(left_out)
        last = end
    pieces.append(flat[last:])
    return Canonical("".join(pieces), tuple(starts), tuple(shifts))


def flatten(text: str) -> str:
    """Return a copy of equal length: lower case, one kind of blank, spoken marks as marks.

    Parameters
    ----------
    text : str
        The report.

    Returns
    -------
    str
        As long as ``text``, character for character.
    """
    flat = text.translate(_FOLDED)
    if not flat.isascii():
        flat = "".join(_lower(letter) for letter in flat)
    if "<" in text or "\\" in text or "~" in text:
        flat = _blanked(flat, text)
    if "...." in flat:
        flat = _LEADER.sub(lambda run: ":".ljust(len(run.group())), flat)
    if "comma" in flat or "period" in flat or "new paragraph" in flat:
        flat = _dictated(flat)
    return flat


_LEADER = re.compile(r"(?<=\w)[ \t]*\.{4,}(?=[ \t]*\w)")
"""Dots that lead from a template's label to its answer: "Calcification ........ none"."""


def markup_breaks(text: str) -> list[tuple[int, int]]:
    r"""Return the places of markup that stands for a line break (``<BR>``, ``\\.br\\``)."""
    return [match.span() for match in _MARKUP.finditer(text)]


def _lower(letter: str) -> str:
    if "\ud800" <= letter <= "\udfff":
        return "?"
    lower = letter.lower()
    return lower if len(lower) == 1 else letter


def _blanked(flat: str, text: str) -> str:
    """Blank out markup, character for character."""
    pieces = []
    last = 0
    for start, end in markup_breaks(text):
        pieces += [flat[last:start], " " * (end - start)]
        last = end
    return "".join((*pieces, flat[last:]))


def is_dictated(flat: str) -> bool:
    """Whether punctuation is spoken: two spoken marks, none of them after an article."""
    spoken = [match for match in _SPOKEN.finditer(flat) if not _is_noun(flat, match)]
    kinds = {match.group() for match in spoken}
    return len(spoken) >= 2 and bool(kinds & {"comma", "period", "new paragraph", "full stop"})


def _is_noun(flat: str, match: re.Match[str]) -> bool:
    return bool(_ARTICLE_BEFORE.search(flat, max(0, match.start() - 14), match.start()))


def _dictated(flat: str) -> str:
    if not is_dictated(flat):
        return flat

    def mark(match: re.Match[str]) -> str:
        word = match.group()
        if _is_noun(flat, match):
            return word
        return _SPOKEN_MARK.get(word, ".").ljust(len(word))

    return _SPOKEN.sub(mark, flat)
