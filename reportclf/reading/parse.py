"""Parse a text once: its canonical copy, sections, sentences, and the phrases found in each.

Everything that reads a report, and everything that judges a span, begins here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.alternatives import with_alternatives
from reportclf.reading.assertion import Scope, Target, Verdict, judge
from reportclf.reading.canonical import canonical, flatten, is_dictated
from reportclf.reading.hits import Hit
from reportclf.reading.phrases import Page, PhraseIndex
from reportclf.reading.sections import sections
from reportclf.reading.sentences import Sentence, sentences
from reportclf.reading.stretch import Section

_SPOKEN = ("comma", "period", "full stop", "new paragraph")


_NO_HITS: dict[str, list[Hit]] = {}


class SentenceHits:
    """The hits of one sentence, and where it stands in the canonical copy.

    Its clues are known; its details, and the scope in which its cues act, are found when they are
    first asked for.
    """

    __slots__ = (
        "_details", "_page", "_scope", "clues", "end", "number", "role", "section", "start",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        section: int,
        role: str,
        start: int,
        end: int,
        page: Page,
    ) -> None:
        self.number = number
        self.section = section
        self.role = role
        self.start = start
        self.end = end
        self.clues = _NO_HITS
        self._page = page
        self._details: dict[str, list[Hit]] | None = None
        self._scope: Scope | None = None

    @property
    def details(self) -> dict[str, list[Hit]]:
        """The cues, sites, morphologies and entities of the sentence."""
        if self._details is None:
            page = self._page
            self._details = page.details(page.token_from(self.start), page.token_from(self.end))
        return self._details

    @property
    def scope(self) -> Scope:
        """What judges a span of the sentence."""
        if self._scope is None:
            cues = with_alternatives(
                self.details.get("cue", ()),
                self.details.get("entity", ()),
                self.clues.get("mention", ()),
                self._page.text,
            )
            self._scope = Scope(cues, self._page.token_from(self.end), self._page.text)
        return self._scope

    def verdict(self, hit: Hit, *, chronic: bool = False) -> Verdict:
        """Judge a hit of the sentence; see :func:`reportclf.reading.assertion.judge`."""
        return judge(Target(hit.first, hit.last), self.scope, self.role, chronic=chronic)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text in parts. Positions are those of the canonical copy, but for the sections'."""

    sections: tuple[Section, ...]
    sentences: tuple[SentenceHits, ...]
    page: Page


def parse(text: str, lexicon: Lexicon, index: PhraseIndex) -> Parsed:
    """Parse a text.

    Parameters
    ----------
    text : str
        The text as read from its source.
    lexicon, index
        Headings, and the phrases to find.

    Returns
    -------
    Parsed
    """
    flat = flatten(text)
    copy = canonical(flat)
    low = text.lower()
    dictated = any(mark in low for mark in _SPOKEN) and is_dictated(low)
    parts = sections(text, lexicon.headings, dictated=dictated)
    units = sentences(text, parts, dictated=flat if dictated else None)
    page = index.page(copy, text)
    return Parsed(tuple(parts), _dealt(page, units, parts), page)


def _dealt(
    page: Page, units: Sequence[Sentence], parts: Sequence[Section]
) -> tuple[SentenceHits, ...]:
    """Deal the clues out to the sentences they stand in."""
    starts = page.copy.positions([unit.start for unit in units])
    ends = page.copy.positions([unit.end for unit in units])
    dealt = tuple(
        SentenceHits(
            number, unit.section, parts[unit.section].role, starts[number], ends[number], page
        )
        for number, unit in enumerate(units)
    )
    for group, found in page.clues.items():
        for hit in found:
            number = sentence_at(dealt, hit.start)
            if number >= 0 and hit.start < dealt[number].end:
                sentence = dealt[number]
                if sentence.clues is _NO_HITS:
                    sentence.clues = {}
                sentence.clues.setdefault(group, []).append(hit)
    return dealt


def sentence_at(dealt: Sequence[SentenceHits], position: int) -> int:
    """Return the number of the last sentence that starts at or before a place, or -1."""
    return bisect_right(dealt, position, key=_start) - 1


def _start(sentence: SentenceHits) -> int:
    return sentence.start
