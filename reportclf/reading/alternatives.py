"""Two names of what one thing may be, joined by "or": each of them is a doubt, as with "versus"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reportclf.lexicon.entries import CuePhrase
from reportclf.reading.hits import Hit, concept_of, cue_of, first_token, within

_OR = frozenset({"or", "and/or"})
_GAP = 2
"""Words that may stand between "or" and the second name: "or an old granuloma"."""
_WINDOW = 40
"""Words within which a denial reaches the names; a page may have no stops."""
_BEFORE = CuePhrase("or", "weak", "before", "or", "or", reach=_GAP)
_BEHIND = CuePhrase("or", "weak", "after", "or", "or", reach=0)
_UNLIKE = frozenset({"negation", "hypothetical", "terminator"})
"""Behind one of these "or" joins what is denied or asked for."""
_CLASS = re.compile(r" ?(?:metastatic|dystrophic|tumou?ral)\b")
_NAMES = frozenset({"entity", "naming"})
_NAMELESS = frozenset({"mass", "mass-unnamed"})


def with_alternatives(
    cues: Sequence[Hit], entities: Sequence[Hit], mentions: Sequence[Hit], text: str
) -> Sequence[Hit]:
    """Let "or" between two names of different things be a doubt of both.

    Parameters
    ----------
    cues : sequence of Hit
        The cues of a sentence, in order.
    entities, mentions : sequence of Hit
        The things and calcifications that the sentence names.
    text : str
        The canonical copy of the report.

    Returns
    -------
    sequence of Hit
        The cues, in order.
    """
    joints = [hit for hit in cues if cue_of(hit).phrase in _OR]
    if not joints:
        return cues
    names = sorted(_names(entities, mentions), key=first_token)
    doubts = [
        hit for joint in joints if _is_doubt(joint, cues, names, text) for hit in _doubts_of(joint)
    ]
    return sorted((*cues, *doubts), key=first_token) if doubts else cues


def _names(entities: Sequence[Hit], mentions: Sequence[Hit]) -> Iterator[Hit]:
    yield from (hit for hit in entities if not concept_of(hit).names & _NAMELESS)
    yield from (hit for hit in mentions if concept_of(hit).kind in _NAMES)


def _is_doubt(joint: Hit, cues: Sequence[Hit], names: Sequence[Hit], text: str) -> bool:
    """Whether "or" stands between two names of unlike things, none of them denied or asked for."""
    near = within(names, joint.first - _WINDOW, joint.last + _GAP + 1)
    left = [hit for hit in near if hit.last == joint.first]
    right = [hit for hit in near if hit.first >= joint.last]
    if not left or not (right or _CLASS.match(text, joint.end)):
        return False
    said = set().union(*(concept_of(hit).names for hit in left))
    if any(said & concept_of(hit).names for hit in right):
        return False
    behind = within(cues, joint.last, joint.last + _WINDOW)
    if "negation" in _to_comma(behind):
        return False
    ahead = within(cues, joint.first - _WINDOW, left[0].first)
    categories = [cue_of(hit).category for hit in ahead if hit.last <= left[0].first]
    bounds = [category for category in categories if category in _UNLIKE]
    return not bounds or bounds[-1] == "terminator"


def _to_comma(behind: Sequence[Hit]) -> list[str]:
    """Return what the cues are up to a comma: behind it nothing is said of the names."""
    categories = [cue_of(hit).category for hit in behind]
    return categories[: categories.index("comma")] if "comma" in categories else categories


def _doubts_of(joint: Hit) -> Iterator[Hit]:
    for cue in (_BEHIND, _BEFORE):
        yield joint._replace(thing=cue)
