"""What the text says of a span: present, possible, absent, historical, hypothetical or family.

A ConText-style walk over the cues of one sentence. Cues, their directions and their bounds are data
(``lexicon/cues.toml``); this module holds only how scopes begin, end and compete.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from reportclf.lexicon.entries import CuePhrase
from reportclf.reading.hits import Hit, cue_of, first_token
from reportclf.records import Level, Status

_ENDED_BY_NEW_PHRASE = frozenset({"negation", "likely", "weak"})
_ENDED_BY_COLON = _ENDED_BY_NEW_PHRASE | {"history"}
_ENDED_BY_VERB = frozenset({"negation", "likely", "weak", "history", "former", "affirmed"})
_HEDGES = frozenset({"likely", "weak"})
_ENDED_BY_COMMA = frozenset({"likely", "weak", "former"})
_TAKEN_BACK = frozenset({"negation", "likely", "weak", "hypothetical", "former"})
_LIST_COMMAS = frozenset(
    {
        ",", ", a", ", an", ", bilateral", ", new", ", moderate", ", mild", ", large", ", small", ", coarse", ", dense",
        ", diffuse", ", tiny", ", marked", ", extensive", ", the", ", left", ", right",
    }
)  # fmt: skip
_TIMES = frozenset({"after", "following"})
_PASSED_OVER = frozenset({"which", "now", "still"}) | _TIMES
"""Terminators that a denial behind the span looks past: "fever after surgery has resolved"."""
_RELATIVES = frozenset({"who", ", who", "whose", "which"})
_STARTERS = frozenset({"negation"})
_DEFINITE_REACH = 4
_CLAUSE_REACH = 5
_LIST_REACH = 14
_BACK_REACH = 30
_AHEAD = 4


class Target(NamedTuple):
    """The span that is judged, in tokens."""

    first: int
    last: int


class Verdict(NamedTuple):
    """Status and level, and the cue hits that made them so."""

    status: Status
    level: Level | None
    cues: tuple[Hit, ...]


PRESENT = Verdict(Status.PRESENT, None, ())


class Scope(NamedTuple):
    """The cues of one sentence, the token behind its end, and the canonical copy."""

    cues: Sequence[Hit]
    last: int
    text: str


def judge(
    target: Target, scope: Scope, role: str = "findings", *, chronic: bool = False
) -> Verdict:
    """Judge a span by the cues of its sentence.

    Parameters
    ----------
    target : Target
        The span.
    scope : Scope
        Cues of the sentence in order of position.
    role : str
        Role of the section: in a history section weak hedges are questions.
    chronic : bool
        Whether the span names a disease that stays with the patient, so that "history of" it
        means that it is there.

    Returns
    -------
    Verdict
        ``present`` without cues where nothing speaks against it.
    """
    if not scope.cues:
        return PRESENT
    scope = _around(target, scope)
    denied = _denied_by_itself(target, scope)
    if denied is not None:
        return Verdict(Status.ABSENT, None, (denied,))
    before = _before(target, scope)
    after = _after(target, scope)
    if not before and not after:
        return PRESENT
    return _settled(before, after, target, role, chronic)


_DENYING = frozenset({"not", "no", "without"})


def _denied_by_itself(target: Target, scope: Scope) -> Hit | None:
    """Return the idiom that the span ends ("is not dilated", "no change") or goes on with
    ("not enlarged or calcified").
    """
    idiom: Hit | None = None
    for hit in scope.cues:
        if hit.first >= target.first:
            return None
        cue = cue_of(hit)
        if cue.category == "pseudo" and not _DENYING.isdisjoint(cue.phrase.split()):
            if hit.last >= target.last:
                return hit
            idiom = hit
        elif (
            idiom is not None
            and cue.phrase in ("or", "nor")
            and hit.first == idiom.last
            and target.first - hit.last <= _IDIOM_REACH
        ):
            return idiom
    return None


_IDIOM_REACH = 2


_WINDOW = 120


def _around(target: Target, scope: Scope) -> Scope:
    """Leave out the cues that are too far away to matter, so that a page without stops stays cheap."""
    if len(scope.cues) < _WINDOW // 2:
        return scope
    first = bisect_left(scope.cues, target.first - _WINDOW, key=first_token)
    last = bisect_left(scope.cues, target.last + _WINDOW, key=first_token)
    return Scope(scope.cues[first:last], scope.last, scope.text)


# -- cues before the span ----------------------------------------------------------------------


def _before(target: Target, scope: Scope) -> list[Hit]:
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
                or (cue_of(kept).category in _HEDGES and kept.last == hit.first)
                or (cue_of(kept).category == "family" and cue.phrase in _RELATIVES)
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
                if cue_of(kept).category not in _HEDGES or hit.first - kept.last < 1
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
    return _presupposed(active, definite, target)


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


# -- cues after the span -----------------------------------------------------------------------


_SINGULAR_VERBS = frozenset({"was", "is", "has"})
"""Behind ", and ..." the verb of one new subject: "calcified nodes, and warfarin was stopped"."""


def _after(target: Target, scope: Scope) -> list[Hit]:
    """Return the cues after the span that reach back to it."""
    found: list[Hit] = []
    commas = 0
    comma: Hit | None = None
    joined = relative = colon = looked_past = False
    aside = target.last
    resumed = clause = -1
    for hit in scope.cues:
        if hit.first < aside:
            continue
        cue = cue_of(hit)
        category = cue.category
        if hit.first == aside and category == "comma" and aside > target.last:
            comma = hit
        elif category == "terminator":
            if cue.phrase not in _PASSED_OVER:
                break
            relative = cue.phrase == "which"
            looked_past = looked_past or cue.phrase in _TIMES
        elif cue.phrase in _ASIDES:
            aside = _next_comma(hit, scope)
            commas = 0
        elif category == "comma-terminator":
            if cue.phrase not in _RESUMED:
                break
            resumed = hit.last
        elif comma is not None and joined and cue.phrase.split(" ", 1)[0] in _SINGULAR_VERBS:
            break
        elif category == "verb":
            if relative or hit.first == clause:
                relative, clause = False, hit.last
            elif not _is_linking(hit, scope):
                break
        elif category == "comma":
            commas, comma = commas + 1, hit
        elif category == "colon":
            colon = True
        elif category == "conjunction":
            joined = joined or cue.phrase not in "()"
        elif cue.direction == "after":
            near = comma is not None and hit.first in (comma.last, resumed)
            doubtful = colon and category in _HEDGES
            if (
                (commas in (0, 2) or joined or near)
                and not doubtful
                and (category == "negation" or not looked_past)
                and not (near and category == "negation" and _looks_ahead(hit, scope))
                and _acts_back(hit, cue, target, scope)
            ):
                found.append(hit)
                if category != "history":
                    break
        elif category in _STARTERS and not _goes_on_behind(hit, scope):
            break
    return found


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
    return any(
        hit.first <= other.first < hit.last <= other.last and cue_of(other).direction == "after"
        for other in scope.cues
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
    if cue.category == "negation" and _PAST_TIME.match(scope.text, hit.end):
        return False
    return not cue.at_end or _ends_clause(hit, scope)


_PAST_TIME = re.compile(
    r" (?:then|previously|before|earlier|ago|formerly|at (?:baseline|presentation)|last (?:year|month|time)"
    r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter|19\d\d|20\d\d)"
    r"|(?:on|in|at) (?:the |her |his )?(?:prior|previous|earlier|last|outside|initial|first|old|19\d\d|20\d\d|(?:ct|mri|film|films|study|scan|radiograph|examination) (?:of|from|in|two|three|four|five|six|a|\d))"
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


def _ends_clause(hit: Hit, scope: Scope) -> bool:
    """Whether nothing but a bound or a reason follows the cue."""
    if hit.last >= scope.last:
        return True
    if (
        hit.last == scope.last - 1
        and not scope.text[hit.end : hit.end + _AHEAD].lstrip()[:1].isalpha()
    ):
        return True
    return any(
        other.first == hit.last
        and cue_of(other).category
        in ("terminator", "comma", "comma-terminator", "conjunction", "definite")
        for other in scope.cues
    )


# -- who wins ----------------------------------------------------------------------------------


def _settled(
    before: list[Hit], after: list[Hit], target: Target, role: str, chronic: bool
) -> Verdict:
    ahead = _by_category(before)
    behind = _by_category(after)

    def cues(category: str) -> tuple[Hit, ...]:
        return (*ahead.get(category, ()), *behind.get(category, ()))

    family = cues("family")
    negation = _negation(ahead, behind)
    if family and not negation:
        return Verdict(Status.FAMILY, None, family)
    asked = cues("hypothetical")
    if negation and all(cue_of(hit).phrase.startswith(_WOULD) for hit in asked):
        asked = ()
    if asked and not (negation and negation[-1].first > asked[-1].first):
        return Verdict(Status.HYPOTHETICAL, None, asked)
    if negation:
        return Verdict(Status.ABSENT, None, negation)
    weak = cues("weak")
    if role == "history" and weak:
        return Verdict(Status.HYPOTHETICAL, None, weak)
    stays = cues("persistence")
    past = cues("history")
    over = cues("former")
    if over and not stays:
        return Verdict(Status.HISTORICAL, None, over)
    if past and not stays and not chronic and not ahead.get("affirmed"):
        return Verdict(Status.HISTORICAL, None, past)
    likely = cues("likely")
    hedge = _nearest_hedge(ahead, behind)
    if hedge is not None:
        level = Level.WEAK if hedge in weak else Level.LIKELY
        return Verdict(Status.POSSIBLE, level, weak if level is Level.WEAK else likely)
    return Verdict(Status.PRESENT, None, (*cues("affirmed"), *stays))


_WOULD = ("would", "that would")
"""What a denied thing would mean is denied with it: "no finding that would suggest X"."""


def _negation(ahead: dict[str, list[Hit]], behind: dict[str, list[Hit]]) -> tuple[Hit, ...]:
    """Return the negations that hold: one behind the span beats a doubt before it."""
    if behind.get("negation") and not _is_excepted(ahead):
        return tuple(behind["negation"])
    found = ahead.get("negation")
    if not found or behind.get("weak"):
        return ()
    return tuple(found)


_EXCEPTIONS = frozenset(
    {"aside from", "apart from", "except for", "except", "other than", "save for", "besides", "with the exception of"}
)  # fmt: skip


def _is_excepted(ahead: dict[str, list[Hit]]) -> bool:
    """Whether the span is what a denial leaves out: "aside from a cough, the review is negative"."""
    return any(cue_of(hit).phrase in _EXCEPTIONS for hit in ahead.get("affirmed", ()))


def _nearest_hedge(ahead: dict[str, list[Hit]], behind: dict[str, list[Hit]]) -> Hit | None:
    """Weak beats likely: one doubt is enough."""
    for category in ("weak", "likely"):
        for side in (behind, ahead):
            if side.get(category):
                return side[category][-1]
    return None


def _by_category(hits: list[Hit]) -> dict[str, list[Hit]]:
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(cue_of(hit).category, []).append(hit)
    return found
