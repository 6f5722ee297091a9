"""Parse a text once: its canonical copy, sections, sentences, and the phrases found in each.

Everything that reads a report, and everything that judges a span, begins here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.assertion import Scope
from reportclf.reading.canonical import Canonical, canonical, flatten, is_dictated
from reportclf.reading.phrases import Hit, Hits, PhraseIndex
from reportclf.reading.sections import Section, Sentence, sections, sentences

_SPOKEN = ("comma", "period", "full stop", "new paragraph")


class SentenceHits(NamedTuple):
    """The hits of one sentence, and where it stands in the canonical copy."""

    number: int
    section: int
    role: str
    start: int
    end: int
    scope: Scope
    groups: dict[str, list[Hit]]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text in parts. Positions are those of the canonical copy, but for the sections'."""

    copy: Canonical
    sections: tuple[Section, ...]
    sentences: tuple[SentenceHits, ...]
    hits: Hits


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
    hits = index.find(copy, text)
    return Parsed(copy, tuple(parts), _dealt(hits, units, parts, copy), hits)


def _dealt(
    hits: Hits, units: Sequence[Sentence], parts: Sequence[Section], copy: Canonical
) -> tuple[SentenceHits, ...]:
    """Deal all hits out to the sentences they stand in."""
    groups: list[dict[str, list[Hit]]] = [{} for _ in units]
    starts = copy.positions([unit.start for unit in units])
    ends = copy.positions([unit.end for unit in units])
    for group, found in hits.groups.items():
        number, last = -1, len(units)
        end = -1
        here: list[Hit] | None = None
        for hit in found:
            place = hit.start
            if place >= end:
                while end <= place and number < last:
                    number += 1
                    end = ends[number] if number < last else end
                if number == last:
                    break
                here = None
            if here is None:
                if place < starts[number]:
                    continue
                here = groups[number][group] = []
            here.append(hit)
    return tuple(
        SentenceHits(
            number=number,
            section=unit.section,
            role=parts[unit.section].role,
            start=starts[number],
            end=ends[number],
            scope=Scope(
                groups[number].get("cue", ()), hits.token_at(ends[number] - 1) + 1, hits.text
            ),
            groups=groups[number],
        )
        for number, unit in enumerate(units)
    )
