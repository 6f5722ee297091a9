"""Whom a site, morphology, entity or context belongs to: the mention it is nearest to."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from reportclf.lexicon.entries import CuePhrase
from reportclf.reading.hits import Hit, concept_of, cue_of
from reportclf.reading.mentions.attached import Attached, first_token_of

_PLACING = (
    "in|of|within|along|at|about|around|involving|near|over|on|throughout|through|from|lining|surrounding|affecting|inside|beneath|between"
    "|behind|across|outlining"
)
_PREPOSITION = re.compile(
    rf"\b(?:{_PLACING}|overlying|adjacent to|projecting over|projected over|anterior to|posterior to|lateral to|medial to|superior to"
    r"|inferior to)\s(?:the\s|both\s|a\s|an\s|his\s|her\s|left\s|right\s|each\s)*$"
)
_TIES = re.compile(rf"\b(?:{_PLACING}|to|and)\b")

_PUSHED = re.compile(
    r"\b(?:displac(?:ing|es|ed)|compress(?:ing|es|ed)|abut(?:ting|s|ted)|indent(?:ing|s|ed)|push(?:ing|es|ed)|invad(?:ing|es|ed)|encas(?:ing|es|ed)"
    r"|(?:mass|lesion|tumou?r|collection|structure|cyst) between|spar(?:ing|es)|separate from|away from|contiguous with|infiltrat(?:ing|es)|effac(?:ing|es|ed)|elevat(?:ing|es|ed)|crossing|obscur(?:ing|es|ed)|(?:encasement|displacement|compression|invasion) of"
    r"|(?:insinuating|lying|located|situated|interposed|wedged) between|(?:left|right) (?:to|of)|in contact with|adherent to|communicating with|fistuli[sz]ed into|extending to|reaching|touching|bordering|apart from|parted from|along the (?:\w+ ){0,3}side of) (?:\w+ ){0,6}$"
)
"""What a mass does to its neighbours is not where its calcium lies."""
_OTHER_FINDING = re.compile(
    r"(?:\band|\bwith|,) (?:\w+ ){0,2}(?:stenosis|regurgitation|insufficiency|narrowing|enlargement|dilatation|dilation|hypertrophy|fracture|atrophy|effusion"
    r"|prolapse|dysfunction|congestion) of (?:\w+ ){0,3}$"
)
"""The next finding's place: "calcification of the myocardium and severe stenosis of the mitral valve"."""
_APART = r"\b(?:besides|apart from|aside from|in addition to)\b"
_BESIDES = re.compile(_APART + r"[^,;:]*$")
"""What stands behind these is another finding: "besides the inflamed colon there were specks"."""
_BESIDES_LIST = re.compile(_APART + r"[^;:]*$")
_BESIDE_IT = re.compile(
    r"\b(?:beside|next to|adjacent to|near|close to|alongside) (?:it|them|this|that)\b"
)
_OUTSIDE = re.compile(
    r"\b(?:outside|not (?:in|within|inside|part of)|clear of)(?: of)? (?:the |this |an? )?$"
)
"""What the calcium does not lie in: "the calcium lies outside the meningioma"."""
_NOT_BUT = re.compile(
    r" not (?:in|within|inside)\b[^,;.]{0,40}?,? but (?:in|within|inside|along|on|at) (?:the |this |an? )?$"
)
"""What leads to the place where it does lie: "not within the mass but in the aortic wall"."""
_UNHARMED = re.compile(
    r"\b(?:normal|unremarkable|intact|patent|preserved|clear) (?:left |right )?$"
)
"""Where nothing is wrong lies no calcium: "specks in the mass and normal coronary arteries"."""
OF_ITS = re.compile(
    r" (?:in|within|along|throughout|at|on|of|around|inside|through) (?:its|it|them|their)\b"
)
"""Behind a mention: what is calcified was named before, however long ago: "mass ... with specks in its wall"."""
_PREDICATE = re.compile(r", (?:is|are|was|were)(?: \w+){0,3} $")
"""What is said behind an aside is said of what stands before it: "the valve, seen as a star in the
centre of the heart, is calcified"."""
_BOUNDARY = frozenset({"terminator", "comma-terminator"})

_SUBJECT = re.compile(
    r"(?: and (?:the )?\w+(?: \w+)?)? (?:is|are|was|were|appeared?|remain(?:s|ed)?)\b"
)
"""A place of which something is told in a clause of its own: "... and that the aorta was smooth"."""

_LIMIT = 45
_ENTITY_LIMIT = 60
"""Costs from which on a hit describes no mention at all."""


class Bounds(NamedTuple):
    """Where a sentence's clauses, commas and takings-up begin, in tokens and in order."""

    clauses: Sequence[int]
    commas: Sequence[int]
    goes_on: Sequence[int]


def bounds_of(cues: Sequence[Hit]) -> Bounds:
    """Return the bounds that the cues of a sentence make."""
    return Bounds(
        [hit.first for hit in cues if is_bound(cue_of(hit))],
        [hit.first for hit in cues if cue_of(hit).category == "comma"],
        [hit.first for hit in cues if cue_of(hit).goes_on],
    )


def is_bound(cue: CuePhrase) -> bool:
    """Whether nothing is dealt across the words but at a price: a new clause, or a denial."""
    return cue.category in _BOUNDARY or (cue.category == "negation" and cue.direction == "before")


_THAT_IS = re.compile(
    r"(?:\bi ?\.? ?e ?\.?|\bthat is to say|\bthat is|\bnamely|\b(?:which )?mak(?:es|ing) (?:it|this)|=),? (?:an? |the )?$"
)
"""What follows these names the thing itself: "a laminated calcification, i.e. a bladder stone"."""
_LEAD = 40
_HELD_BY = re.compile(r"\b(?:in|within|along|at|on) (?:its|their) (?:\w+ ){1,9}$")
"""What is named before "in its ..." holds the calcium: "the tendon is thick; in its critical zone a speck"."""
_OPENING = re.compile(r"(?:^|[.\n]) ?(?:within|in|at|along|inside|throughout) (?:\w+ ){0,5}$")
_TOLD = re.compile(r"[;:(]|\b(?:is|are|was|were|has|have|had|no|not|without|with|shows?|showed)\b")
"""Words of another statement than the one that a place opens."""
_STEP = 8
_IN_A_PLACE = re.compile(r" (?:in|within) (?:the|both|a)\b")
_STONE = 4
"""A stone is a calcification of its own: it describes another only where the two words meet."""
_CLAUSE = 25
"""What it costs, in words, to look into another clause."""
_NEXT = 10
"""What it costs a place to stand behind a semicolon: the next finding's, as a rule."""
_REACH = 80
"""Words beyond which nothing is dealt to a mention, so that a page without stops stays cheap."""


def nearest_mention(
    hit: Hit,
    found: Sequence[Attached],
    bounds: Bounds,
    text: str,
    group: str,
) -> int | None:
    """Return the number of the mention that a hit describes: the cheapest way between the two."""
    best = None
    cheapest = _ENTITY_LIMIT if group in ("entity", "context") else _LIMIT
    first = bisect_left(found, hit.first - _REACH, key=first_token_of) if len(found) > 1 else 0
    for number in range(first, len(found)):
        mention = found[number]
        if mention.hit.first > hit.last + _REACH:
            break
        # the gap alone is the least that it can cost
        if max(hit.first - mention.hit.last, mention.hit.first - hit.last) >= cheapest:
            continue
        cost = _cost(hit, mention, bounds, text, group)
        if cost < cheapest:
            best, cheapest = number, cost
    return best


def _cost(
    hit: Hit,
    mention: Attached,
    bounds: Bounds,
    text: str,
    group: str,
) -> int:
    if mention.holds(hit):
        return 0
    after = hit.first >= mention.hit.last
    if after and names_itself(hit, mention, text):
        return 0
    low, high = (mention.hit.last, hit.first) if after else (hit.last, mention.hit.first)
    cost = max(0, high - low)
    is_stone = group == "entity" and "calculus" in concept_of(hit).groups
    if is_stone and not text.endswith("calcified", mention.start, mention.end):
        cost *= _STONE
    if group == "entity" and OF_ITS.match(text, mention.end) and hit.last <= mention.hit.first:
        return cost
    if not after and (
        _HELD_BY.search(text, hit.end, mention.start)
        or (group == "site" and _opens_sentence(hit, mention, text))
    ):
        return min(cost, _STEP)
    since = low if after else _taken_up(bounds.goes_on, low, high)
    clauses = _count_between(bounds.clauses, since, high)
    lies_apart = is_stone and _IN_A_PLACE.match(text, hit.end)
    cost += (2 * _CLAUSE if lies_apart else _CLAUSE) * clauses + 3 * _count_between(
        bounds.commas, since, high
    )
    if after and _NOT_BUT.fullmatch(text, mention.end, hit.start):
        return 1
    if after and _OUTSIDE.search(text, mention.end, hit.start):
        return _ENTITY_LIMIT
    if after and (
        _BESIDES.search(text, mention.end, hit.start)
        or (group == "site" and _OTHER_FINDING.search(text, mention.end, hit.start))
    ):
        return cost + 2 * _CLAUSE
    if not after and _stands_beside(hit, mention, text, group):
        return cost + 2 * _CLAUSE
    if group == "site":
        semicolon = after and ";" in text[mention.end : hit.start]
        cost += _NEXT if semicolon else 0
        return cost + _site_cost(hit, mention, text, high - low, clauses, after=after)
    return cost + 4 if group == "morphology" and after else cost


def _stands_beside(hit: Hit, mention: Attached, text: str, group: str) -> bool:
    """Whether what stands before a mention is another finding: "besides X and Y, specks", "a clot;
    beside it, specks".
    """
    if group == "entity" and _BESIDE_IT.search(text, hit.end, mention.start):
        return True
    before = max(0, hit.start - 2 * _LEAD)
    listed = _BESIDES_LIST.search(text, before, hit.start)
    if listed is None:
        return False
    return "," in text[hit.end : mention.start] or "," not in text[listed.start() : hit.start]


def _opens_sentence(hit: Hit, mention: Attached, text: str) -> bool:
    """Whether a place begins a sentence of one finding: "within the tendon, itself thick, a speck"."""
    before = max(0, hit.start - _LEAD)
    return (
        _OPENING.search(text, before, hit.start) is not None
        and _TOLD.search(text, hit.end, mention.start) is None
    )


def names_itself(hit: Hit, mention: Attached, text: str) -> bool:
    """Whether a hit behind a mention says what the mention is: "..., i.e. a bladder stone"."""
    return _THAT_IS.search(text, max(mention.end, hit.start - _LEAD), hit.start) is not None


def _site_cost(
    hit: Hit, mention: Attached, text: str, gap: int, clauses: int, *, after: bool
) -> int:
    """Return what a site's own words cost: a preposition ties what follows a mention to it."""
    before = max(0, hit.start - _LEAD)
    prepositional = _PREPOSITION.search(text, before, hit.start) is not None
    if is_neighbour(hit, text) or (clauses and after and _has_own_place(mention)):
        return 2 * _CLAUSE
    if after and not prepositional and _opens_next(text, mention.end, hit):
        return _CLAUSE
    if after and clauses and _SUBJECT.match(text, hit.end):
        return _CLAUSE
    if _UNHARMED.search(text, before, hit.start):
        return 2 * _CLAUSE
    if not after and _is_in_aside(hit, mention, text):
        return _CLAUSE
    if after:
        return 0 if prepositional else 6
    return 8 if prepositional and gap > 3 else 2


def _is_in_aside(hit: Hit, mention: Attached, text: str) -> bool:
    """Whether a place stands in an aside between a thing and what is said of it."""
    said = _PREDICATE.search(text, max(hit.end, mention.start - _LEAD), mention.start)
    if said is None:
        return False
    opened = text.rfind(",", max(0, hit.start - 2 * _LEAD), hit.start)
    return opened >= 0 and "," not in text[hit.end : said.start()]


def is_neighbour(hit: Hit, text: str) -> bool:
    """Whether a place is told of as what a mass touches or moves."""
    return _PUSHED.search(text, max(0, hit.start - _LEAD), hit.start) is not None


def _has_own_place(mention: Attached) -> bool:
    """Whether the mention names what lies in a place of its own ("nephrocalcinosis")."""
    return any(concept.site is not None for concept in mention.concepts)


def _opens_next(text: str, end: int, place: Hit) -> bool:
    """Whether a comma, with nothing before it that ties places to the mention, opens the next
    finding: "calcium score 12, iliac arteries wide", but "calcified node, left hilum".
    """
    comma = text.find(",", end, place.start)
    told_of = text[place.end : place.end + 2].strip()[:1].isalpha()
    return comma >= 0 and told_of and not _TIES.search(text, end, comma)


def _taken_up(goes_on: Sequence[int], low: int, high: int) -> int:
    """Return where the thing at ``low`` is taken up again last, if it is: "a mass ..., in which"."""
    place = bisect_left(goes_on, high)
    return goes_on[place - 1] + 1 if place and goes_on[place - 1] >= low else low


def _count_between(positions: Sequence[int], low: int, high: int) -> int:
    return bisect_left(positions, high) - bisect_left(positions, low)


def distance(hit: Hit, mention: Attached) -> int:
    """Return the words between a hit and a mention's core; none inside the mention."""
    if mention.holds(hit):
        return 0
    return min(abs(hit.first - mention.hit.last), abs(mention.hit.first - hit.last))
