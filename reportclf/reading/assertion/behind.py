"""The cues behind a span: which of them reach back to it."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from reportclf.lexicon.entries import CuePhrase
from reportclf.reading.assertion.scope import HEDGES, Scope, Target
from reportclf.reading.hits import Hit, cue_of, first_token

_TIMES = frozenset({"after", "following", "before"})
_PASSED_OVER = frozenset({"which", "now", "still"}) | _TIMES
"""Terminators that a denial behind the span looks past: "fever after surgery has resolved"."""
_TOLD_OF = frozenset({"that was", "that were", "that had been", "that has been", "that have been"})
"""Beginnings of a clause inside the sentence: "calcification that was described is not seen"."""
_BACK_REACH = 30
_LIST_WORD = 2
"""Words that the last item of a list has, at most."""
_AHEAD = 4

_SINGULAR_VERBS = frozenset({"was", "is", "has"})
"""Behind ", and ..." the verb of one new subject: "calcified nodes, and warfarin was stopped"."""


@dataclass(slots=True)
class _Walk:
    """What has been passed while the cues behind the span go by.

    ``commas`` counts commas, ``comma`` is the last one; ``joined`` whether a conjunction, ``colon``
    whether a colon was passed; ``listed`` is where the last item of a list begins, None where a new
    clause may; ``relative`` whether "which" opened a clause, ``looked_past`` whether a time was
    passed, ``only_wide`` whether a new noun phrase has begun, over which only doubts of a whole list
    reach; an aside is skipped up to the token ``aside``; a cue may begin at ``resumed``, the
    verb of a clause inside the sentence at ``clause``.
    """

    target: Target
    scope: Scope
    aside: int
    commas: int = 0
    comma: Hit | None = None
    joined: bool = False
    listed: int | None = None
    relative: bool = False
    colon: bool = False
    looked_past: bool = False
    only_wide: bool = False
    resumed: int = -1
    clause: int = -1


def cues_behind(target: Target, scope: Scope) -> list[Hit]:
    """Return the cues after the span that reach back to it."""
    walk = _Walk(target, scope, aside=target.last)
    found: list[Hit] = []
    for hit in scope.cues:
        if hit.first < walk.aside:
            continue
        cue = cue_of(hit)
        if cue.category in _BOUNDS:
            if _ends(walk, hit, cue):
                break
        elif _begins_new_subject(walk, hit, cue):
            break
        elif cue.direction == "after":
            if cue.category == "negation" and _PAST_TIME.match(scope.text, hit.end):
                break
            if _reaches_back(walk, hit, cue):
                found.append(hit)
                if cue.category != "history":
                    break
        elif cue.category == "negation" and not _goes_on_behind(hit, scope):
            break
    return found


_BOUNDS = frozenset({"terminator", "comma-terminator", "verb", "comma", "colon", "conjunction"})


def _ends(walk: _Walk, hit: Hit, cue: CuePhrase) -> bool:
    """Note a bound that is passed; whether it ends the walk."""
    category = cue.category
    if category == "comma":
        if not (hit.first == walk.aside > walk.target.last):
            walk.commas += 1
        walk.comma, walk.joined = hit, False
    elif category == "terminator":
        return _ends_clause_at(walk, hit, cue)
    elif cue.phrase in _ASIDES:
        walk.aside = _next_comma(hit, walk.scope)
        walk.commas = 0
    elif category == "comma-terminator":
        walk.resumed = hit.last
        walk.only_wide = walk.only_wide or cue.phrase not in _RESUMED
    elif category == "verb":
        if _begins_new_subject(walk, hit, cue):
            return True
        if not walk.relative and hit.first != walk.clause:
            return not _is_linking(hit, walk.scope)
        walk.relative, walk.clause = False, hit.last
    elif category == "colon":
        walk.colon = True
    else:
        walk.joined = walk.joined or cue.phrase not in "()"
        behind_comma = walk.comma is not None and walk.comma.last == hit.first
        walk.listed = None if behind_comma else hit.last
    return False


def _ends_clause_at(walk: _Walk, hit: Hit, cue: CuePhrase) -> bool:
    """Pass over "that was", "which", "after"; any other beginning of a clause ends the walk."""
    if cue.phrase in _TOLD_OF:
        walk.aside = hit.last
        return False
    walk.relative = cue.phrase == "which"
    walk.looked_past = walk.looked_past or cue.phrase in _TIMES
    return cue.phrase not in _PASSED_OVER


def _begins_new_subject(walk: _Walk, hit: Hit, cue: CuePhrase) -> bool:
    """Whether ", and ..." has brought a subject of its own, whose verb this is; "a, b and c was"
    ends a list.
    """
    if walk.comma is None or not walk.joined or cue.phrase.split(" ", 1)[0] not in _SINGULAR_VERBS:
        return False
    return walk.listed is None or hit.first - walk.listed > _LIST_WORD


def _reaches_back(walk: _Walk, hit: Hit, cue: CuePhrase) -> bool:
    """Whether a cue for what precedes it reaches the span over all that was passed."""
    comma, category = walk.comma, cue.category
    near = comma is not None and hit.first in (comma.last, walk.resumed)
    if walk.only_wide and not (cue.wide and category in HEDGES):
        return False
    if not (walk.commas in (0, 2) or walk.joined or near or cue.wide):
        return False
    if walk.colon and category in (*HEDGES, "former"):
        return False
    if walk.looked_past and category not in ("negation", "former"):
        return False
    if near and category == "negation" and _looks_ahead(hit, walk.scope):
        return False
    return _acts_back(hit, cue, walk.target, walk.scope)


_RESUMED = frozenset({", now", ", is", ", are", ", was", ", were", ", has", "seen"})
"""Behind a comma these go on with what is said of the span."""
_ASIDES = frozenset({", which", ", who", ", whose"})


def _next_comma(hit: Hit, scope: Scope) -> int:
    """Return the token at which an aside ends: "calcification, which was asked about, is absent"."""
    return next(
        (
            other.first
            for other in scope.cues
            if other.first >= hit.last and cue_of(other).category == "comma"
        ),
        scope.last,
    )


def _goes_on_behind(hit: Hit, scope: Scope) -> bool:
    """Whether the words, or their last ones, are a cue for what precedes them: "resolved",
    "are not | not recognized".
    """
    low = bisect_left(scope.cues, hit.first, key=first_token)
    high = bisect_left(scope.cues, hit.last, lo=low, key=first_token)
    return any(
        other.last >= hit.last and cue_of(other).direction == "after"
        for other in scope.cues[low:high]
    )


def _looks_ahead(hit: Hit, scope: Scope) -> bool:
    """Whether the same words rather deny what follows: "tenderness, neg Rovsing"."""
    return not _ends_clause(hit, scope) and any(
        other.first == hit.first and other.last == hit.last and cue_of(other).direction == "before"
        for other in scope.cues
    )


def _acts_back(hit: Hit, cue: CuePhrase, target: Target, scope: Scope) -> bool:
    gap = hit.first - target.last
    if gap > (_BACK_REACH if cue.reach is None else cue.reach):
        return False
    if not cue.phrase[0].isalnum() and len(cue.phrase) > 1 and not _is_closed(hit, scope):
        return False
    if cue.phrase[-1:] == "0" and _is_decimal(hit, scope):
        return False
    return not cue.at_end or _ends_clause(hit, scope)


_PAST_TIME = re.compile(
    r" (?:then|previously|before|earlier|ago|formerly|initially|originally|at (?:baseline|presentation|diagnosis|birth|admission|first|the time)|on admission|last (?:year|month|time)"
    r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter|19\d\d|20\d\d)"
    r"|(?:on|in|at|from) (?:the |her |his )?(?:pre \w+|prior|previous|earlier|last|outside|initial|first|old|19\d\d|20\d\d|(?:ct|mri|film|films|study|scan|radiograph|examination) (?:of|from|in|at|before|two|three|four|five|six|a|\d))"
    r"|(?:\w+ ){1,3}(?:years?|months?|weeks?|days?) (?:ago|earlier|before))\b"
)
"""A denial that belongs to an earlier time: "not visible two years ago"."""


def _is_linking(hit: Hit, scope: Scope) -> bool:
    """Whether a verb belongs to the cue right behind it ("is | now resolved")."""
    return any(
        cue_of(other).direction == "after" and 0 <= other.first - hit.last <= 1
        for other in scope.cues
    )


def _is_decimal(hit: Hit, scope: Scope) -> bool:
    """Whether a cue that ends in 0 is the beginning of 0.8."""
    rest = scope.text[hit.end : hit.end + 2]
    return rest[:1] in ".," and rest[1:].isdigit()


def _is_closed(hit: Hit, scope: Scope) -> bool:
    """Whether an answer such as ": none" stands alone, so that ": no effusion" is none."""
    return (
        hit.last >= scope.last or scope.text[hit.end : hit.end + _AHEAD].lstrip()[:1] in ".;,)]/%"
    )


_CLOSING_MARKS = 3
"""Marks that may close a sentence together: "hyperparathyroidism?'." """


def _ends_clause(hit: Hit, scope: Scope) -> bool:
    """Whether nothing but a bound or a reason follows the cue."""
    if hit.last >= scope.last:
        return True
    if scope.last - hit.last <= _CLOSING_MARKS:
        closing = scope.text[hit.end : hit.end + _AHEAD].lstrip().partition(" ")[0]
        if not any(mark.isalnum() for mark in closing):
            return True
    return any(
        other.first == hit.last
        and cue_of(other).category
        in ("terminator", "comma", "comma-terminator", "conjunction", "definite")
        for other in scope.cues
    )
