"""Phrases found: what a hit is, and which of several hits stay."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from reportclf.lexicon.entries import Analyte, Concept, CuePhrase


class Hit(NamedTuple):
    """A phrase found: character range in the canonical copy, token range, what it stands for."""

    start: int
    end: int
    first: int
    last: int
    thing: Concept | CuePhrase | Analyte


def first_token(hit: Hit) -> int:
    """Return where a hit begins, in tokens: the key that hits are kept in order by."""
    return hit.first


def concept_of(hit: Hit) -> Concept:
    """Return the concept that a hit of a concept group stands for."""
    assert isinstance(hit.thing, Concept)
    return hit.thing


def cue_of(hit: Hit) -> CuePhrase:
    """Return the cue that a hit of the cue group stands for."""
    assert isinstance(hit.thing, CuePhrase)
    return hit.thing


def within(hits: Sequence[Hit], first: int, last: int) -> Sequence[Hit]:
    """Return the hits that begin in a range of tokens; they are in order."""
    low = bisect_left(hits, first, key=first_token)
    return hits[low : bisect_left(hits, last, lo=low, key=first_token)]


def resolved(found: dict[str, list[Hit]]) -> dict[str, list[Hit]]:
    """Drop what an exclusion cancels and, within a group, what a longer hit contains."""
    exclusions = found.get("exclusion")
    kept: dict[str, list[Hit]] = {}
    for group, hits in found.items():
        if group.startswith("not "):
            continue
        if exclusions and group == "mention":
            hits = _outside(hits, exclusions, same_thing=False)
        cancelling = found.get(f"not {group}")
        if cancelling:
            hits = _outside(hits, cancelling, same_thing=True)
        kept[group] = _longest(hits) if len(hits) > 1 else hits
    marks = kept.pop("mark cue", None)
    if marks:
        kept["cue"] = sorted([*kept.get("cue", ()), *marks], key=lambda hit: (hit.first, hit.last))
    return kept


_LONGEST_PHRASE = 16


def _outside(hits: list[Hit], cancelling: list[Hit], *, same_thing: bool) -> list[Hit]:
    """Return the hits that lie in no longer cancelling one.

    An exclusion of any thing also cancels what begins inside it: "non-calcified leaflets".
    """
    cancelling = sorted(cancelling, key=first_token)
    kept = []
    for hit in hits:
        low = bisect_left(cancelling, hit.first - _LONGEST_PHRASE, key=first_token)
        high = bisect_right(cancelling, hit.first, key=first_token)
        if not any(
            (same_thing and other.thing is hit.thing and _holds(other, hit))
            or (not same_thing and (_holds(other, hit) or other.first < hit.first < other.last))
            for other in cancelling[low:high]
        ):
            kept.append(hit)
    return kept


def _holds(longer: Hit, hit: Hit) -> bool:
    """Whether a longer hit contains one that begins no earlier."""
    return hit.last <= longer.last and longer.last - longer.first > hit.last - hit.first


def _longest(hits: list[Hit]) -> list[Hit]:
    """Keep the longest hit where hits overlap; of equal spans keep every thing.

    The matcher finds phrases in order of their first token and, from one token on, the shorter
    before the longer: hits need no sorting.
    """
    kept: list[Hit] = []
    reach = began = -1
    for hit in hits:
        first, last = hit.first, hit.last
        if last > reach:
            while first == began and kept and kept[-1].first == first:
                kept.pop()
            kept.append(hit)
            reach, began = last, first
        elif kept and first == kept[-1].first and last == kept[-1].last:
            kept.append(hit)
    return kept
