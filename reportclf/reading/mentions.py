"""Calcification mentions: the words, what their clause says of them, and their assertion.

A mention is found by its words; site, side, morphology, size and entity are then dealt out to the
mentions of a sentence, each to the one it stands nearest to without a boundary between.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from reportclf.lexicon.entries import Concept, CuePhrase, Lexicon
from reportclf.reading.assertion import Target, judge
from reportclf.reading.hits import Hit, concept_of, cue_of, first_token
from reportclf.reading.parse import SentenceHits
from reportclf.reading.phrases import Page
from reportclf.records import Level, Status, affirms

_SIDE = re.compile(r"\b(bilateral(?:ly)?|both|left|right|lt|rt|l|r)\b")
_SIZE = re.compile(
    r"(\d{1,3}(?:\.\d)?)(?:\s*(?:x|by)\s*\d{1,3}(?:\.\d)?){0,2}\s*(mm|cm|millimet\w+|centimet\w+)\b"
)
_PREPOSITION = re.compile(
    r"\b(?:in|of|within|along|at|about|around|involving|overlying|near|over|on|throughout|through|from|lining|surrounding"
    r"|adjacent to|affecting|inside|beneath|between|projecting over|projected over|behind|across|outlining|anterior to"
    r"|posterior to|lateral to|medial to|superior to|inferior to)\s(?:the\s|both\s|a\s|an\s|his\s|her\s|left\s|right\s|each\s)*$"
)
_ANAPHOR = re.compile(
    r"\b(?:these|this|those|it|they|its|their|such|described|above|aforementioned|same)\b|\b(?:the|both|most|many|several|all|some)(?: of the)? (?:\w+ ){0,2}$"
)
_BOUNDARY = frozenset({"terminator", "comma-terminator"})
_FAR = 10_000


class Attached(NamedTuple):
    """A mention with what its clause says of it. Positions are tokens and canonical characters.

    ``hit`` are the words that tell of calcium; ``last`` is the token behind their noun.
    """

    hit: Hit
    last: int
    concepts: tuple[Concept, ...]
    kind: str
    sentence: int
    section: int
    role: str
    start: int
    end: int
    status: Status
    level: Level | None
    cues: tuple[Hit, ...]
    sites: tuple[str, ...] = ()
    side: str | None = None
    morphology: tuple[str, ...] = ()
    entities: tuple[tuple[str, str], ...] = ()
    contexts: tuple[str, ...] = ()
    size: float | None = None
    anaphoric: bool = False
    inherited_site: bool = False
    default_site: bool = False
    of_specimen: bool = False

    @property
    def affirmed(self) -> bool:
        """Present, or possible at the likely level."""
        return affirms(self.status, self.level)

    @property
    def naming(self) -> Concept | None:
        """The class-naming concept of the mention, if any."""
        return next((one for one in self.concepts if one.kind == "naming"), None)


def mentions_in(sentence: SentenceHits, page: Page, lexicon: Lexicon) -> list[Attached]:
    """Return the mentions of a sentence with their assertion and attachments.

    Parameters
    ----------
    sentence : SentenceHits
        The hits of one sentence.
    page : Page
        The report, for its canonical text.
    lexicon : Lexicon
        Sites, their containment, cue meanings.
    """
    found = _named(sentence, page.text, lexicon) or _uptakes(sentence, page)
    if not found:
        return []
    found = [_extended(mention, sentence, page.text) for mention in found]
    found.extend(_coordinated(found, sentence, page.text))
    found.sort(key=_start)
    nouns = lexicon.words["finding-nouns"]
    found = _versus([_judged(mention, sentence, nouns) for mention in found], sentence)
    placed = _with_attachments(found, sentence, page.text, lexicon)
    return [mention for mention in placed if not _is_in_bone(mention, sentence, page.text, lexicon)]


# -- which words -------------------------------------------------------------------------------


def _named(sentence: SentenceHits, text: str, lexicon: Lexicon) -> list[Attached]:
    """Merge overlapping mention hits into mentions; drop those that are none in their place."""
    merged: list[tuple[Hit, list[Concept]]] = []
    for hit in sentence.clues.get("mention", ()):
        concept = concept_of(hit)
        if concept.id == "calcium-score-value" and not _has_score(hit, text):
            continue
        if _is_label(hit, sentence, text):
            continue
        if concept.id == "dystrophic-adjective" and not _qualifies(hit, sentence):
            continue
        if concept.id == "calcium-seen" and not _is_seen(hit, sentence, text, lexicon):
            continue
        if merged and hit.first < merged[-1][0].last:
            last, concepts = merged[-1]
            if hit.last > last.last:
                last = last._replace(end=hit.end, last=hit.last)
            merged[-1] = (last, [*concepts, concept])
        else:
            merged.append((hit, [concept]))
    return [_mention(hit, tuple(concepts), _kind(concepts), sentence) for hit, concepts in merged]


def _mention(
    hit: Hit,
    concepts: tuple[Concept, ...],
    kind: str,
    sentence: SentenceHits,
    status: Status = Status.PRESENT,
    level: Level | None = None,
) -> Attached:
    return Attached(
        hit=hit,
        last=hit.last,
        concepts=concepts,
        kind=kind,
        sentence=sentence.number,
        section=sentence.section,
        role=sentence.role,
        start=hit.start,
        end=hit.end,
        status=status,
        level=level,
        cues=(),
    )


_UPTAKE_SITES = frozenset({"lung", "stomach", "heart", "soft-tissue", "muscle", "skin-subcutis"})
_OTHER_TRACERS = re.compile(
    r"\b(?:fdg|pertechnetate|mibg|maa|iodine|sestamibi|psma|dotatate|gallium|perfusion|ventilation)\b"
)


def _uptakes(sentence: SentenceHits, page: Page) -> list[Attached]:
    """Return the uptake of a bone tracer outside bone: a possible calcification (nuclear medicine)."""
    uptakes: list[Hit] = []
    for hit in sentence.clues.get("context", ()):
        apart = not uptakes or hit.first >= uptakes[-1].last
        if apart and "tracer-uptake" in concept_of(hit).groups:
            uptakes.append(hit)
    if not uptakes or _OTHER_TRACERS.search(page.text, sentence.start, sentence.end):
        return []
    if not any("bone-scan" in concept_of(hit).groups for hit in page.clues.get("context", ())):
        return []
    places = {group for hit in sentence.details.get("site", ()) for group in concept_of(hit).groups}
    if not _retains(places, sentence, page.text):
        uptakes = [
            hit
            for hit in uptakes
            if "osseous" in _words(hit, page) or "skeletal" in _words(hit, page)
        ]
    return [
        _mention(hit, (concept_of(hit),), "uptake", sentence, Status.POSSIBLE, Level.WEAK)
        for hit in uptakes
    ]


_KIDNEY_TISSUE = re.compile(r"\b(?:parenchym|cort(?:ex|ical)|medull)")


def _retains(groups: set[str], sentence: SentenceHits, text: str) -> bool:
    """Whether a bone tracer has no business there: the kidney excretes it, its tissue holds none."""
    if _UPTAKE_SITES & groups:
        return True
    last = min(sentence.end, sentence.start + _CHEMISTRY)
    return "kidney" in groups and bool(_KIDNEY_TISSUE.search(text, sentence.start, last))


def _is_in_bone(mention: Attached, sentence: SentenceHits, text: str, lexicon: Lexicon) -> bool:
    """Whether an uptake belongs to the skeleton alone, where the tracer has its place."""
    if mention.kind != "uptake" or not mention.sites:
        return False
    groups = {
        group
        for site in mention.sites
        for one in lexicon.ancestors(site)
        for group in lexicon.concepts[one].groups
    }
    return not _retains(groups, sentence, text)


def _words(hit: Hit, page: Page) -> str:
    return page.text[hit.start : hit.end]


_KINDS = ("naming", "entity", "calcification")


def _kind(concepts: Sequence[Concept]) -> str:
    kinds = {concept.kind for concept in concepts}
    return next((kind for kind in _KINDS if kind in kinds), "calcification")


_CHEMISTRY = 160


def _is_seen(hit: Hit, sentence: SentenceHits, text: str, lexicon: Lexicon) -> bool:
    """Whether a bare "calcium" is seen: the sentence names a place or a look, and no chemistry."""
    if sentence.role in ("history", "past", "technique"):
        return False
    low = max(sentence.start, hit.start - _CHEMISTRY)
    high = min(sentence.end, hit.end + _CHEMISTRY)
    if _beginning(lexicon.words["chemistry"]).search(text, low, high):
        return False
    if sentence.details.get("site") or _DENIED_BEFORE.search(text, low, hit.start):
        return True
    words = text[low:high]
    return any(word in words for word in lexicon.words["calcium-look"])


@cache
def _beginning(words: frozenset[str]) -> re.Pattern[str]:
    """Return a pattern that finds words by how they begin."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words)))})")


_DENIED_BEFORE = re.compile(r"\b(?:no|nor|without|contains? no|free of) (?:\w+ )?$")


_LABEL_END = re.compile(r" ?:(?!\d) ?")
_BLANK_ANSWER = re.compile(r"[\s\[\]()_x.-]*(?:see .*)?$")


def _is_label(hit: Hit, sentence: SentenceHits, text: str) -> bool:
    """Whether the words are a template's label whose answer is blank, or a sentence of its own."""
    if hit.start - sentence.start > _LABEL_LEAD:
        return False
    mark = _LABEL_END.match(text, hit.end)
    if mark is None or sentence.role == "history":
        return False
    told = any(other.start >= hit.end for other in sentence.clues.get("mention", ()))
    return told or _BLANK_ANSWER.match(text, mark.end(), sentence.end) is not None


_LABEL_LEAD = 12
_SCORE = re.compile(
    r"^[\s:=(]*(?:of|is|was|total|measured|agatston|units?|at|equals|=|the|\(|\)|[a-z]+ ){0,4}[\s:=(]*(\d{1,5}(?:[.,]\d+)?|zero)\b(?! ?(?:mm|cm|min)|[- ](?:year|yr|y/o|yo))"
)


def _has_score(hit: Hit, text: str) -> bool:
    """Whether a number follows "calcium score": as a title or method it is no mention."""
    return _SCORE.match(text[hit.end : hit.end + 48]) is not None


def _qualifies(hit: Hit, sentence: SentenceHits) -> bool:
    """Whether a bare class adjective belongs to a calcification of its sentence."""
    return any(
        concept_of(other).kind == "calcification"
        or (concept_of(other).kind in ("entity", "naming") and other.first != hit.first)
        for other in sentence.clues.get("mention", ())
    )


# -- how far the words reach -------------------------------------------------------------------

_ADJECTIVES = (
    "ified",
    "ific",
    "ised",
    "ized",
    "ying",
    "crusted",
    "laden",
    "calcareous",
    "ossific",
    "containing",
)


_SPREAD = 30


def _beside(hits: Sequence[Hit], mention: Attached) -> Sequence[Hit]:
    """Return the hits that stand near enough to be part of a mention's words."""
    if len(hits) < _SPREAD:
        return hits
    low = bisect_left(hits, mention.hit.first - _SPREAD, key=first_token)
    return hits[low : bisect_left(hits, mention.hit.last + _SPREAD, key=first_token)]


def _extended(mention: Attached, sentence: SentenceHits, text: str) -> Attached:
    """Take in the morphology before the words and, behind an adjective, its noun."""
    start, end = mention.hit.start, mention.hit.end
    first, last = mention.hit.first, mention.hit.last
    around = [
        hit
        for group in ("morphology", "site", "entity")
        for hit in _beside(sentence.details.get(group, ()), mention)
    ]
    moved = True
    while moved:
        moved = False
        for hit in around:
            if hit.last == first and text[hit.end : start].strip() == "" and hit.first < first:
                start, first, moved = hit.start, hit.first, True
    if text[start:end].endswith(_ADJECTIVES):
        end, last = _noun_end(around, end, last, text)
    return (
        mention._replace(start=start, end=end, last=last)
        if (start, end) != (mention.start, mention.end)
        else mention
    )


_NOUN_REACH = 10
_NOUN_GAP = re.compile(
    r"^ (?:(?:soft tissue|left|right|upper|lower|small|large|tiny|old|and|benign|appearing|solid|round|oval|bilateral|multiple|scattered|parenchymal|\d+(?:\.\d+)?(?: ?(?:mm|cm))?(?: ?x ?\d+(?:\.\d+)?)* ?(?:mm|cm)) )*$"
)


def _noun_end(around: Sequence[Hit], end: int, last: int, text: str) -> tuple[int, int]:
    moved = True
    while moved:
        moved = False
        for hit in around:
            if (
                hit.first >= last
                and hit.first - last <= _NOUN_REACH
                and _NOUN_GAP.match(text[end : hit.start])
            ):
                if " and " in text[end : hit.start]:
                    continue
                end, last, moved = hit.end, hit.last, True
    generic = _GENERIC_NOUN.match(text[end:])
    if generic:
        end += generic.end()
        last += len(generic.group().split())
    return end, last


_GENERIC_NOUN = re.compile(
    r" (?:(?:soft tissue|small|round|tiny) )?(?:nodules?|foc(?:us|i)|lesions?|mass(?:es)?|nodes?|densit(?:y|ies)|opacit(?:y|ies)|plaques?|deposits?|structures?|areas?|bod(?:y|ies)|rims?|walls?|material|matrix|component|collection|cysts?|components)\b"
)


def _coordinated(found: Sequence[Attached], sentence: SentenceHits, text: str) -> list[Attached]:
    """Return the second things of "calcified pineal gland and choroid plexus"."""
    extra: list[Attached] = []
    taken = {mention.hit.first for mention in found}
    for mention in found:
        words = text[mention.hit.start : mention.hit.end]
        if not words.endswith(_ADJECTIVES) or mention.end == mention.hit.end:
            continue
        for hit in _beside(sentence.details.get("site", ()), mention):
            joint = text[mention.end : hit.start]
            if hit.start > mention.end and _JOINT.match(joint) and hit.first not in taken:
                if _AFTER_OWN.match(text[hit.end : hit.end + 16]):
                    break
                extra.append(
                    mention._replace(
                        hit=hit, last=hit.last, kind="conjunct", start=hit.start, end=hit.end
                    )
                )
                taken.add(hit.first)
                break
    return extra


_JOINT = re.compile(r"^ ?(?:,|and|or|, and|, or|&) (?:the |left |right |bilateral )?$")
_AFTER_OWN = re.compile(
    r"^ (?:is|are|was|were|appears?|has|have|size|shows?|normal|unremarkable)\b"
)


# -- assertion ---------------------------------------------------------------------------------


def _judged(mention: Attached, sentence: SentenceHits, finding_nouns: frozenset[str]) -> Attached:
    """Judge a mention by its sentence and its section's role."""
    verdict = judge(Target(mention.hit.first, mention.last), sentence.scope, sentence.role)
    status, level = verdict.status, verdict.level
    if status is Status.ABSENT and _begins_anew(mention, sentence, verdict.cues, finding_nouns):
        status = Status.PRESENT
    known = any(cue_of(hit).phrase.startswith("known") for hit in verdict.cues)
    if any(concept.id == "calcium-score-value" for concept in mention.concepts):
        status = _score_status(mention, sentence) or status
    if status is Status.PRESENT or status is Status.POSSIBLE:
        if _is_opening_question(mention, sentence, verdict.cues):
            status, level = Status.HYPOTHETICAL, None
        elif sentence.role == "family":
            status, level = Status.FAMILY, None
        elif sentence.role == "comparison":
            status, level = Status.HISTORICAL, None
        elif (sentence.role == "recommendation" and not _stated(verdict.cues)) or (
            sentence.role == "history" and status is Status.POSSIBLE
        ):
            status, level = Status.HYPOTHETICAL, None
        elif sentence.role in ("history", "past") and not known:
            status, level = Status.HISTORICAL, None
    if status is Status.PRESENT and any(one.id == "tumoral-like-named" for one in mention.concepts):
        status, level = Status.POSSIBLE, Level.LIKELY
    if mention.kind == "uptake" and status is Status.PRESENT:
        status, level = Status.POSSIBLE, Level.WEAK
    if status is mention.status and not verdict.cues:
        return mention
    return mention._replace(status=status, level=level, cues=verdict.cues)


def _begins_anew(
    mention: Attached,
    sentence: SentenceHits,
    cues: Sequence[Hit],
    finding_nouns: frozenset[str],
) -> bool:
    """Whether the words follow a denied finding without any mark: "NO INFILTRATE CALCIFIED NODES"."""
    text = sentence.scope.text
    before = text[max(sentence.start, mention.start - 24) : mention.start]
    words = before.split()
    if not words or before.rstrip()[-1:] in ",;:." or words[-1] not in finding_nouns:
        return False
    return all(cue.last <= mention.hit.first for cue in cues) and any(
        cue.end <= mention.start - len(words[-1]) for cue in cues
    )


_OPENING = 3


def _is_opening_question(mention: Attached, sentence: SentenceHits, cues: Sequence[Hit]) -> bool:
    """Whether a report without headings asks before it finds: "CT head, ?calcification."."""
    if sentence.number >= _OPENING or sentence.role not in ("findings", "title"):
        return False
    text = sentence.scope.text
    before = any(
        cue_of(hit).phrase in ("?", "query")
        and mention.start - hit.end <= 1
        and hit.end <= mention.start + 1
        for hit in cues
    )
    behind = text[mention.end : mention.end + 2].lstrip()[:1] == "?"
    return before or behind


def _stated(cues: Sequence[Hit]) -> bool:
    return any(cue_of(hit).category in ("affirmed", "persistence") for hit in cues)


def _score_status(mention: Attached, sentence: SentenceHits) -> Status | None:
    text = sentence.scope.text
    rest = text[mention.hit.end : mention.hit.end + 48]
    match = _SCORE.match(rest)
    if match is None:
        return None
    zero = match.group(1) in ("0", "zero", "0.0")
    return Status.ABSENT if zero else Status.PRESENT


def _versus(found: list[Attached], sentence: SentenceHits) -> list[Attached]:
    """Two class names with "versus" between them are both weak, however far apart."""
    names = [number for number, mention in enumerate(found) if mention.naming is not None]
    for left, right in pairwise(names):
        between = range(found[left].hit.last, found[right].hit.first)
        if any(
            hit.first in between and cue_of(hit).phrase in _VERSUS for hit in sentence.scope.cues
        ):
            for number in (left, right):
                if found[number].affirmed:
                    found[number] = found[number]._replace(status=Status.POSSIBLE, level=Level.WEAK)
    return found


_VERSUS = frozenset({"versus", "vs", "vs."})


# -- attachments -------------------------------------------------------------------------------


def _with_attachments(
    found: list[Attached], sentence: SentenceHits, text: str, lexicon: Lexicon
) -> list[Attached]:
    """Deal the sites, morphologies, entities and contexts of a sentence out to its mentions."""
    bounds = [hit for hit in sentence.scope.cues if _bounds(cue_of(hit))]
    commas = [hit for hit in sentence.scope.cues if cue_of(hit).category == "comma"]
    shares: list[dict[str, list[Hit]]] = [{} for _ in found]
    told = {**sentence.details, "context": sentence.clues.get("context", ())}
    for group in ("site", "morphology", "entity", "context"):
        for hit in told.get(group, ()):
            owner = _owner(hit, found, bounds, commas, text, group)
            if owner is not None:
                shares[owner].setdefault(group, []).append(hit)
    specimen = _beginning(lexicon.words["specimen"])
    of_specimen = specimen.search(text, sentence.start, sentence.end) is not None
    dealt = [
        _attached(mention, share, sentence, text, lexicon, of_specimen=of_specimen)
        for mention, share in zip(found, shares, strict=True)
    ]
    return _lend_sites(dealt)


def _bounds(cue: CuePhrase) -> bool:
    """Whether nothing is dealt across the words but at a price: a new clause, or a denial."""
    return cue.category in _BOUNDARY or (cue.category == "negation" and cue.direction == "before")


_STONE = 4
"""A stone is a calcification of its own: it describes another only where the two words meet."""
_CLAUSE = 25
"""What it costs, in words, to look into another clause."""
_REACH = 80
"""Words beyond which nothing is dealt to a mention, so that a page without stops stays cheap."""


def _start(mention: Attached) -> int:
    return mention.hit.first


def _owner(
    hit: Hit,
    found: Sequence[Attached],
    bounds: Sequence[Hit],
    commas: Sequence[Hit],
    text: str,
    group: str,
) -> int | None:
    """Return the number of the mention that a hit describes: the cheapest way between the two."""
    best, cheapest = None, _FAR
    first = bisect_left(found, hit.first - _REACH, key=_start) if len(found) > 1 else 0
    for number in range(first, len(found)):
        mention = found[number]
        if mention.hit.first > hit.last + _REACH:
            break
        cost = _cost(hit, mention, bounds, commas, text, group)
        if cost < cheapest:
            best, cheapest = number, cost
    limit = 60 if group in ("entity", "context") else 45
    return best if cheapest < limit else None


def _cost(
    hit: Hit,
    mention: Attached,
    bounds: Sequence[Hit],
    commas: Sequence[Hit],
    text: str,
    group: str,
) -> int:
    if mention.start <= hit.start and hit.end <= mention.end:
        return 0
    low, high = (
        (mention.hit.last, hit.first)
        if hit.first >= mention.hit.last
        else (hit.last, mention.hit.first)
    )
    cost = max(0, high - low)
    if group == "entity" and "calculus" in concept_of(hit).groups:
        cost *= _STONE
    if group == "entity" and _OF_ITS.match(text, mention.end) and hit.last <= mention.hit.first:
        return cost
    cost += _CLAUSE * _count_between(bounds, low, high)
    cost += 3 * _count_between(commas, low, high)
    after = hit.first >= mention.hit.last
    if group == "site":
        prepositional = _PREPOSITION.search(text, max(0, hit.start - 30), hit.start) is not None
        if after:
            pushed = _PUSHED.search(text, max(0, hit.start - 40), hit.start)
            cost += 2 * _CLAUSE if pushed else 0 if prepositional else 6
        elif _BESIDES.search(text, max(0, hit.start - 40), hit.start):
            cost += 2 * _CLAUSE
        else:
            cost += 8 if prepositional and high - low > 3 else 2
    elif group == "morphology":
        cost += 4 if after else 0
    return cost


_PUSHED = re.compile(
    r"\b(?:displac(?:ing|es|ed)|compress(?:ing|es)|abut(?:ting|s)|indent(?:ing|s)|push(?:ing|es)|invad(?:ing|es)|encas(?:ing|es)"
    r"|spar(?:ing|es)|separate from|away from|contiguous with|infiltrat(?:ing|es)|effac(?:ing|es)|elevat(?:ing|es)|crossing) (?:\w+ ){0,3}$"
)
"""What a mass does to its neighbours is not where its calcium lies."""
_BESIDES = re.compile(r"\b(?:besides|apart from|aside from|in addition to)\b[^,;:]*$")
"""What stands behind these is another finding: "besides the inflamed colon there were specks"."""
_OF_ITS = re.compile(
    r" (?:in|within|along|throughout|at|on|of|around|inside|through) (?:its|it|them|their)\b"
)
"""Behind a mention: what is calcified was named before, however long ago: "mass ... with specks in its wall"."""


def _count_between(hits: Sequence[Hit], low: int, high: int) -> int:
    if len(hits) < 8:
        return sum(low <= hit.first < high for hit in hits)
    return bisect_left(hits, high, key=first_token) - bisect_left(hits, low, key=first_token)


def _attached(
    mention: Attached,
    share: dict[str, list[Hit]],
    sentence: SentenceHits,
    text: str,
    lexicon: Lexicon,
    *,
    of_specimen: bool,
) -> Attached:
    sites = _ordered_sites(share.get("site", ()), mention, text, lexicon)
    entities = []
    for hit in share.get("entity", ()):
        if _belongs_elsewhere(hit, mention, sites, text, lexicon):
            continue
        verdict = judge(Target(hit.first, hit.last), sentence.scope, sentence.role)
        inside = mention.start <= hit.start and hit.end <= mention.end
        if inside or verdict.status is Status.PRESENT:
            entities.append((concept_of(hit).id, "present"))
        elif verdict.status is Status.POSSIBLE and verdict.level is Level.LIKELY:
            entities.append((concept_of(hit).id, "likely"))
        elif verdict.status is Status.POSSIBLE:
            entities.append((concept_of(hit).id, "weak"))
    entities.extend(
        (concept.id, "present") for concept in mention.concepts if concept.kind == "entity"
    )
    morphology = [
        concept_of(hit).id
        for hit in share.get("morphology", ())
        if judge(Target(hit.first, hit.last), sentence.scope, sentence.role).status
        is not Status.ABSENT
        or mention.status is Status.ABSENT
    ]
    own_sites = tuple(
        concept.site for concept in mention.concepts if concept.site is not None and not sites
    )
    around = text[max(sentence.start, mention.start - 40) : mention.start]
    return mention._replace(
        sites=tuple(dict.fromkeys((*sites, *own_sites))),
        side=_side(mention, share.get("site", ()), sentence, text),
        morphology=tuple(dict.fromkeys(morphology)),
        entities=tuple(dict.fromkeys(entities)),
        contexts=_contexts(share.get("context", ()), mention, sentence),
        size=_size(mention, sentence, text),
        default_site=not sites and bool(own_sites),
        of_specimen=of_specimen,
        anaphoric=bool(_ANAPHOR.search(around)),
    )


def _contexts(hits: Sequence[Hit], mention: Attached, sentence: SentenceHits) -> tuple[str, ...]:
    """Return the contexts that are asserted: "no tear", "? old injury" explain no calcification."""
    asserted = []
    for hit in hits:
        verdict = judge(Target(hit.first, hit.last), sentence.scope, sentence.role)
        doubtful = verdict.status is Status.ABSENT or verdict.level is Level.WEAK
        if not doubtful or mention.status is not Status.PRESENT:
            asserted.append(concept_of(hit).id)
    return tuple(dict.fromkeys(asserted))


_NEAR_ENTITY = 6
_NEXT_FINDING = re.compile(r",(?! an? )")
"""A comma behind which the next finding is listed, not this one explained ("..., a lipoma")."""


def _belongs_elsewhere(
    hit: Hit, mention: Attached, sites: Sequence[str], text: str, lexicon: Lexicon
) -> bool:
    """Whether a thing of another organ merely stands in the same sentence."""
    place = concept_of(hit).site
    if place is None or not sites or mention.start <= hit.start <= mention.end:
        return False
    low, high = sorted((hit, mention.hit))
    if high.first - low.last <= _NEAR_ENTITY and not (
        high is hit and _NEXT_FINDING.search(text, low.end, high.start)
    ):
        return False
    return not any(
        place in lexicon.ancestors(site) or site in lexicon.ancestors(place) for site in sites
    )


def _distance(hit: Hit, mention: Attached) -> int:
    """Return the words between a hit and a mention's core; none inside the mention."""
    if mention.start <= hit.start and hit.end <= mention.end:
        return 0
    return min(abs(hit.first - mention.hit.last), abs(mention.hit.first - hit.last))


def _ordered_sites(
    hits: Sequence[Hit], mention: Attached, text: str, lexicon: Lexicon
) -> tuple[str, ...]:
    """Order sites by nearness; a containing site named as well adds nothing new.

    A label ("PELVIS: ...") counts only where its sentence names no place of its own beside the
    mention's words.
    """
    own = [hit for hit in hits if not _LABEL_END.match(text, hit.end)]
    if all(_distance(hit, mention) == 0 for hit in own):
        own = list(hits)
    near = sorted(own, key=lambda hit: _distance(hit, mention))
    ids: list[str] = []
    for hit in near:
        site = concept_of(hit).id
        if site not in ids:
            ids.append(site)
    return tuple(
        site
        for site in ids
        if not any(site != other and site in lexicon.ancestors(other) for other in ids)
    )


def _lend_sites(dealt: list[Attached]) -> list[Attached]:
    """A mention without a site takes the one of its nearest neighbour in the sentence that has one."""
    with_site = [number for number, mention in enumerate(dealt) if mention.sites]
    if not with_site or len(with_site) == len(dealt):
        return dealt
    lent = list(dealt)
    for number, mention in enumerate(dealt):
        if mention.sites:
            continue
        place = bisect_left(with_site, number)
        beside = [dealt[donor] for donor in with_site[max(0, place - 1) : place + 1]]
        nearest = min(beside, key=lambda other: abs(other.hit.first - mention.hit.first))
        lent[number] = mention._replace(
            sites=nearest.sites,
            side=mention.side or nearest.side,
            inherited_site=True,
        )
    return lent


_SIDES = {
    "bilateral": "bilateral",
    "bilaterally": "bilateral",
    "both": "bilateral",
    "left": "left",
    "lt": "left",
    "l": "left",
    "right": "right",
    "rt": "right",
    "r": "right",
}


_SIDE_BEHIND = re.compile(
    r"^,? ?(?:(?:on|at|in|of) (?:the |both |either )?)?(left|right|bilaterally|bilateral|both|sides)\b(?! (?:lung|kidney|breast|side is|ovary|tonsil|upper|lower))"
)
_LOBE = re.compile(r"\b([rl])(?:ul|ml|ll)\b")
_BEFORE_SIDE = 18
_BEHIND_SIDE = 24


def _side(mention: Attached, sites: Sequence[Hit], sentence: SentenceHits, text: str) -> str | None:
    """Return the side said before or inside the mention, then of its sites, then right behind."""
    start = _whole_words(text, max(sentence.start, mention.start - _BEFORE_SIDE))
    said = _side_in(text[start : mention.end])
    for hit in sorted(sites, key=lambda site: _distance(site, mention)):
        said = said or side_of(hit, sentence, text)
    if said is not None:
        return said
    last = max(
        (mention.end, *(hit.end for hit in sites if hit.start <= mention.end + _BEHIND_SIDE))
    )
    behind = _SIDE_BEHIND.match(text[last : min(sentence.end, last + _BEHIND_SIDE)])
    return _SIDES.get(behind.group(1), "bilateral") if behind else None


def side_of(site: Hit, sentence: SentenceHits, text: str) -> str | None:
    """Return the side said of a site: the words before it, or a lobe's abbreviation."""
    start = _whole_words(text, max(sentence.start, site.start - _BEFORE_SIDE))
    return _side_in(text[start : site.end])


def _whole_words(text: str, start: int) -> int:
    """Move a place inside a word to its end, so that no tail of a word is read as one."""
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start += 1
    return start


def _side_in(words: str) -> str | None:
    """Return the last side named in a few words; two different ones make both."""
    clause = re.split(r"[,;.]| and the | but ", words)[-1]
    sides = [_SIDES[match] for match in _SIDE.findall(clause)]
    sides += [{"r": "right", "l": "left"}[match] for match in _LOBE.findall(clause)]
    if not sides:
        return None
    return sides[0] if len(set(sides)) == 1 else "bilateral"


def _size(mention: Attached, sentence: SentenceHits, text: str) -> float | None:
    """Return the largest measure in millimetres within the mention's neighbourhood."""
    start = max(sentence.start, mention.start - 30)
    end = min(sentence.end, mention.end + 60)
    sizes = [
        float(match.group(1)) * (10 if match.group(2).startswith("c") else 1)
        for match in _SIZE.finditer(text, start, end)
    ]
    return max(sizes, default=None)
