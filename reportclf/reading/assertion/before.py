"""The cues before a span: which of them reach it."""

from __future__ import annotations

from collections.abc import Sequence

from reportclf.lexicon.entries import CuePhrase
from reportclf.reading.assertion.scope import HEDGES, Scope, Target
from reportclf.reading.hits import Hit, cue_of

_ENDED_BY_NEW_PHRASE = frozenset({"negation", "likely", "weak"})
_ENDED_BY_COLON = _ENDED_BY_NEW_PHRASE | {"history"}
_ENDED_BY_VERB = frozenset({"negation", "likely", "weak", "history", "former", "affirmed"})
_ENDED_BY_COMMA = frozenset({"likely", "weak", "former"})
_TAKEN_BACK = frozenset({"negation", "likely", "weak", "hypothetical", "former"})
_LIST_COMMAS = frozenset(
    {
        ",", ", a", ", an", ", bilateral", ", new", ", moderate", ", mild", ", large", ", small", ", coarse", ", dense",
        ", diffuse", ", tiny", ", marked", ", extensive", ", the", ", left", ", right",
    }
)  # fmt: skip
_STAYS_IN_FAMILY = frozenset({"who", ", who", "whose", "which", "after", "following", "before"})
_DEFINITE_REACH = 4
_CLAUSE_REACH = 5
_LIST_REACH = 14


def cues_before(target: Target, scope: Scope) -> list[Hit]:
    """Return the cues before the span whose scope reaches it, in order of position."""
    active: list[Hit] = []
    opened: list[int] = []
    definite: Hit | None = None
    comma: Hit | None = None
    denial: Hit | None = None
    goes_on = False
    for hit in scope.cues:
        if hit.first >= target.first:
            break
        cue = cue_of(hit)
        category = cue.category
        if category == "terminator":
            active = [
                kept
                for kept in active
                if cue_of(kept).wide
                or (cue_of(kept).category in HEDGES and kept.last == hit.first)
                or (cue_of(kept).category == "family" and cue.phrase in _STAYS_IN_FAMILY)
            ]
            definite, comma = None, None
        elif category == "comma-terminator":
            if not _still_lists(hit, scope, target):
                active = _without(active, _ENDED_BY_NEW_PHRASE)
            definite, comma = None, None
        elif category == "verb":
            active = [
                kept
                for kept in active
                if cue_of(kept).category not in _ENDED_BY_VERB
                or cue_of(kept).past_verb
                or (cue_of(kept).category == "negation" and kept.last == hit.first)
                or cue_of(kept).wide
            ]
            definite, comma = None, None
        elif category == "comma":
            definite, comma = None, hit
            if not _lists(hit, scope, target):
                active = [
                    kept
                    for kept in active
                    if cue_of(kept).category not in _ENDED_BY_COMMA and not _is_bare(kept)
                ]
        elif category == "conjunction":
            definite = definite if cue.phrase == "(" else None
            if (
                cue.phrase != "and"
                or comma is None
                or hit.first != comma.last
                or _in_list(comma, active, scope)
            ):
                comma = None if cue.phrase not in "()" else comma
            _parenthesis(hit, cue, active, opened)
        elif category == "colon":
            active = [
                kept
                for kept in active
                if cue_of(kept).category not in _ENDED_BY_COLON or hit.first == kept.last
            ]
        elif category == "definite":
            definite = hit
        elif category == "polarity":
            goes_on = denial is not None and _reaches(hit, target)
        elif category == "hedge-end":
            active = [
                kept
                for kept in active
                if cue_of(kept).category not in HEDGES or hit.first - kept.last < 1
            ]
        elif cue.direction == "before":
            if (
                comma is not None
                and hit.first == comma.last
                and not _still_lists(comma, scope, target)
            ):
                active = _without(active, _ENDED_BY_NEW_PHRASE)
            if category in ("affirmed", "reported"):
                active = [
                    kept
                    for kept in active
                    if cue_of(kept).category not in _TAKEN_BACK
                    or kept.last == hit.first
                    or cue_of(kept).wide
                    or (category == "reported" and cue_of(kept).past_verb)
                ]
            active.append(hit)
            if category == "negation":
                denial = hit
    active = [hit for hit in active if _reaches(hit, target)]
    if goes_on and denial is not None and denial not in active:
        return [*active, denial]
    if comma is not None and _has_own_verb(comma, target, scope):
        active = [
            hit
            for hit in active
            if cue_of(hit).category not in _ENDED_BY_NEW_PHRASE or hit.first > comma.first
        ]
    if comma is not None and _denies_anew(comma, target, scope):
        active = [
            hit for hit in active if cue_of(hit).category != "negation" or hit.first > comma.first
        ]
    return _presupposed(active, definite, target)


def _denies_anew(comma: Hit, target: Target, scope: Scope) -> bool:
    """Whether each item of a list has its own denial but the span's: "no enhancement, thick rim
    calcification, no daughter cysts".
    """
    if target.last - comma.last < _QUALIFIED:
        return False
    after: Hit | None = None
    for hit in scope.cues:
        if hit.first < target.last:
            continue
        cue = cue_of(hit)
        if cue.category == "comma":
            after = hit
        elif cue.category == "negation" and cue.direction == "before":
            return after is not None and hit.first == after.last
        elif cue.category not in _AMONG_ITEMS:
            return False
    return False


_QUALIFIED = 3
"""Words that an item must have to stand for itself: a bare "effusion" between commas is denied."""
_AMONG_ITEMS = frozenset({"definite", "polarity", "pseudo"})


def _is_bare(hit: Hit) -> bool:
    """Whether a denial is a mere "not": it belongs to one verb or adjective, not to a list."""
    cue = cue_of(hit)
    return cue.category == "negation" and cue.reach is not None


def _in_list(comma: Hit, active: Sequence[Hit], scope: Scope) -> bool:
    """Whether a comma before "and" is the last of several: "no mass, cyst, and stone"."""
    since = max((hit.last for hit in active if cue_of(hit).category == "negation"), default=0)
    return any(
        since <= hit.first < comma.first and cue_of(hit).category in ("comma", "conjunction")
        for hit in scope.cues
    )


def _parenthesis(hit: Hit, cue: CuePhrase, active: list[Hit], opened: list[int]) -> None:
    """A bracket closed ends what began inside it."""
    if cue.phrase == "(":
        opened.append(hit.first)
    elif cue.phrase == ")" and opened:
        start = opened.pop()
        active[:] = [kept for kept in active if kept.first <= start]


def _lists(comma: Hit, scope: Scope, target: Target) -> bool:
    """Whether a comma joins members of a list that a conjunction closes at or behind the span."""
    for hit in scope.cues:
        if hit.first > comma.first:
            cue = cue_of(hit)
            if cue.category in ("terminator", "verb", "comma-terminator"):
                return False
            if cue.category == "conjunction" and cue.phrase not in "()":
                return abs(hit.first - target.first) <= _LIST_REACH
            if cue.direction == "before" and cue.category in _ENDED_BY_NEW_PHRASE:
                return False
    return False


def _still_lists(hit: Hit, scope: Scope, target: Target) -> bool:
    """Whether a comma goes on with a list of denied things: "no mass, a cyst or a stone"."""
    phrase = cue_of(hit).phrase
    if phrase not in _LIST_COMMAS:
        return False
    for other in scope.cues:
        if other.first > hit.first:
            cue = cue_of(other)
            if cue.phrase in ("or", "and/or"):
                return abs(other.first - target.first) <= _LIST_REACH
            if cue.category in ("terminator", "verb", "comma-terminator") or cue.phrase == "and":
                return False
    return False


def _has_own_verb(comma: Hit, target: Target, scope: Scope) -> bool:
    """Whether the span begins a clause of its own: "no effusion, atelectasis is noted"."""
    if target.first - comma.last > _CLAUSE_REACH:
        return False
    for hit in scope.cues:
        if hit.first >= target.last:
            category = cue_of(hit).category
            if category in ("verb", "persistence", "affirmed"):
                return hit.first - target.last <= _CLAUSE_REACH
            if category in ("comma", "conjunction", "terminator", "comma-terminator", "negation"):
                return False
    return False


def _presupposed(active: list[Hit], definite: Hit | None, target: Target) -> list[Hit]:
    """Drop negations that deny something *in the* thing named: "no change within the node"."""
    if definite is None or target.first - definite.last > _DEFINITE_REACH:
        return active
    return [
        hit
        for hit in active
        if not (cue_of(hit).category in _ENDED_BY_NEW_PHRASE and definite.first >= hit.last)
    ]


def _reaches(hit: Hit, target: Target) -> bool:
    cue = cue_of(hit)
    distance = max(0, target.first - hit.last)
    return distance >= cue.gap and (cue.reach is None or distance <= cue.reach)


def _without(active: list[Hit], categories: frozenset[str]) -> list[Hit]:
    return [hit for hit in active if cue_of(hit).category not in categories]
