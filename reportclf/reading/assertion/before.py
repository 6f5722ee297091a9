"""The cues before a span: which of them reach it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from reportclf.lexicon.entries import CuePhrase
from reportclf.reading.assertion.scope import HEDGES, Scope, Target
from reportclf.reading.hits import Hit, cue_of

_ENDED_BY_NEW_PHRASE = frozenset({"negation", "likely", "weak"})
_ENDED_BY_COLON = _ENDED_BY_NEW_PHRASE | {"history"}
_ENDED_BY_VERB = frozenset({"negation", "likely", "weak", "history", "former", "affirmed"})
_ENDED_BY_COMMA = frozenset({"likely", "weak", "former"})
_ENDED_BY_GOING_ON = frozenset({"history"})
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


@dataclass(slots=True)
class _Walk:
    """What is open while the cues of a sentence pass by, from its start up to the span.

    ``active`` are the cues whose scope is open, ``opened`` where brackets began, ``comma`` and
    ``definite`` the last comma and article since the last bound, ``denial`` the last negation, and
    ``goes_on`` whether words of polarity carry it on to the span.
    """

    target: Target
    scope: Scope
    active: list[Hit] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    comma: Hit | None = None
    definite: Hit | None = None
    denial: Hit | None = None
    goes_on: bool = False


def cues_before(target: Target, scope: Scope) -> list[Hit]:
    """Return the cues before the span whose scope reaches it, in order of position."""
    walk = _Walk(target, scope)
    for hit in scope.cues:
        if hit.first >= target.first:
            break
        cue = cue_of(hit)
        step = _STEPS.get(cue.category)
        if step is not None:
            step(walk, hit, cue)
        elif cue.direction == "before":
            _open(walk, hit, cue)
    return _reaching(walk)


def _terminator(walk: _Walk, hit: Hit, cue: CuePhrase) -> None:
    """A new clause ends what is open, but for wide cues, a doubt it belongs to and a family's."""
    walk.active = [
        kept
        for kept in walk.active
        if cue_of(kept).wide
        or (cue_of(kept).category in HEDGES and kept.last == hit.first)
        or (cue_of(kept).category == "family" and cue.phrase in _STAYS_IN_FAMILY)
    ]
    walk.definite, walk.comma = None, None


def _comma_terminator(walk: _Walk, hit: Hit, cue: CuePhrase) -> None:
    """A comma with the words of a new phrase ends denials and doubts, unless it goes on listing."""
    if not _still_lists(hit, walk.scope, walk.target):
        walk.active = [
            kept
            for kept in walk.active
            if cue_of(kept).wide or not _is_ended(kept, _ENDED_BY_NEW_PHRASE)
        ]
    if cue.goes_on:
        # "inserted in 1983, with calcification of the capsule": the date was the insertion's
        walk.active = _without(walk.active, _ENDED_BY_GOING_ON)
    walk.definite, walk.comma = None, None


def _verb(walk: _Walk, hit: Hit, cue: CuePhrase) -> None:
    """A verb ends what was said of its subject: "no fever; the node is calcified"."""
    walk.active = [
        kept
        for kept in walk.active
        if cue_of(kept).category not in _ENDED_BY_VERB
        or cue_of(kept).past_verb
        or (cue_of(kept).category == "negation" and kept.last == hit.first)
        or cue_of(kept).wide
        or _denies_subject(kept, hit, walk)
    ]
    walk.definite, walk.comma = None, None


_SUBJECT = re.compile(r" ?(?:[\w/'-]+ ){1,5}")
_JOINED = re.compile(r"\b(?:and|but|or|that|which|who|the|a|an)\b")
_IS = frozenset(
    {
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "appears",
        "appear",
        "looks",
        "look",
        "seems",
        "seem",
    }
)
_PREDICATE = 2
_LISTED = 4


def _denies_subject(kept: Hit, verb: Hit, walk: _Walk) -> bool:
    """Whether a denial opens the subject of which the span is said: "no lymph node was calcified"."""
    if cue_of(kept).phrase != "no" or cue_of(verb).phrase not in _IS:
        return False
    gap = walk.target.first - verb.last
    if not 0 <= gap < _PREDICATE and not (gap <= _LISTED and _is_listed(verb, walk)):
        return False
    subject = walk.scope.text[kept.end : verb.start]
    return _SUBJECT.fullmatch(subject) is not None and _JOINED.search(subject) is None


def _is_listed(verb: Hit, walk: _Walk) -> bool:
    """Whether the span is one of several things said: "was enlarged or calcified"."""
    return any(
        cue_of(hit).phrase in ("or", ",")
        for hit in walk.scope.cues
        if verb.last < hit.first < walk.target.first
    )


def _comma(walk: _Walk, hit: Hit, cue: CuePhrase) -> None:
    """A comma ends doubts and a bare "not", unless it is one of a list."""
    walk.definite, walk.comma = None, hit
    if not _lists(hit, walk.scope, walk.target):
        walk.active = [
            kept
            for kept in walk.active
            if cue_of(kept).listing
            or (cue_of(kept).category not in _ENDED_BY_COMMA and not _is_bare(kept))
        ]


def _conjunction(walk: _Walk, hit: Hit, cue: CuePhrase) -> None:
    """A conjunction goes on; a bracket closed ends what began inside it."""
    walk.definite = walk.definite if cue.phrase == "(" else None
    last_of_list = (
        cue.phrase == "and"
        and walk.comma is not None
        and hit.first == walk.comma.last
        and not _in_list(walk.comma, walk.active, walk.scope)
    )
    if not last_of_list and cue.phrase not in "()":
        walk.comma = None
    if cue.phrase == "(":
        walk.opened.append(hit.first)
    elif cue.phrase == ")" and walk.opened:
        start = walk.opened.pop()
        walk.active = [kept for kept in walk.active if kept.first <= start]


def _colon(walk: _Walk, hit: Hit, cue: CuePhrase) -> None:
    """A colon ends what stands in the label, unless the label is no more than the cue."""
    walk.active = [
        kept
        for kept in walk.active
        if cue_of(kept).category not in _ENDED_BY_COLON
        or (hit.first == kept.last and not _answers(kept, walk.scope))
    ]


def _answers(hit: Hit, scope: Scope) -> bool:
    """Whether words that can act both ways have acted on what stands before them: "culture negative: ..."."""
    return scope.text[max(0, hit.start - 2) : hit.start].rstrip(" ")[-1:].isalpha() and any(
        other.first == hit.first and other.last == hit.last and cue_of(other).direction == "after"
        for other in scope.cues
    )


def _definite(walk: _Walk, hit: Hit, cue: CuePhrase) -> None:
    walk.definite = hit


def _polarity(walk: _Walk, hit: Hit, cue: CuePhrase) -> None:
    walk.goes_on = walk.denial is not None and _reaches(hit, walk.target)


def _hedge_end(walk: _Walk, hit: Hit, cue: CuePhrase) -> None:
    """Words that end a doubt, unless it stands right before them."""
    walk.active = [
        kept
        for kept in walk.active
        if cue_of(kept).category not in HEDGES or hit.first - kept.last < 1
    ]


_STEPS: Mapping[str, Callable[[_Walk, Hit, CuePhrase], None]] = {
    "terminator": _terminator,
    "comma-terminator": _comma_terminator,
    "verb": _verb,
    "comma": _comma,
    "conjunction": _conjunction,
    "colon": _colon,
    "definite": _definite,
    "polarity": _polarity,
    "hedge-end": _hedge_end,
}
"""What the categories that bound scopes do; cues of the others open one."""


def _open(walk: _Walk, hit: Hit, cue: CuePhrase) -> None:
    """Open the scope of a cue; behind a comma it ends denials, an affirmation takes back more."""
    if (
        walk.comma is not None
        and hit.first == walk.comma.last
        and not _still_lists(walk.comma, walk.scope, walk.target)
    ):
        walk.active = _without(walk.active, _ENDED_BY_NEW_PHRASE)
    if cue.category in ("affirmed", "reported"):
        walk.active = [
            kept
            for kept in walk.active
            if cue_of(kept).category not in _TAKEN_BACK
            or kept.last == hit.first
            or cue_of(kept).wide
            or (cue.category == "reported" and cue_of(kept).past_verb)
        ]
    walk.active.append(hit)
    if cue.category == "negation":
        walk.denial = hit


def _reaching(walk: _Walk) -> list[Hit]:
    """Return which of the cues still open reach the span itself."""
    target, scope, comma, denial = walk.target, walk.scope, walk.comma, walk.denial
    active = [hit for hit in walk.active if _reaches(hit, target)]
    if walk.goes_on and denial is not None and denial not in active:
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
    return _presupposed(active, walk.definite, target)


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
    return [hit for hit in active if not _is_ended(hit, categories)]


def _is_ended(hit: Hit, categories: frozenset[str]) -> bool:
    """Whether a cue of these categories ends; one that opens a list outlives them."""
    return cue_of(hit).category in categories and not cue_of(hit).listing
