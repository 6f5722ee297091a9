"""How far the words of a mention reach: morphology before them, the noun behind an adjective."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from reportclf.reading.hits import Hit, first_token
from reportclf.reading.mentions.attached import Attached
from reportclf.reading.parse import SentenceHits

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


def beside(hits: Sequence[Hit], mention: Attached) -> Sequence[Hit]:
    """Return the hits that stand near enough to be part of a mention's words."""
    if len(hits) < _SPREAD:
        return hits
    low = bisect_left(hits, mention.hit.first - _SPREAD, key=first_token)
    return hits[low : bisect_left(hits, mention.hit.last + _SPREAD, key=first_token)]


def extended(mention: Attached, sentence: SentenceHits, text: str) -> Attached:
    """Take in the morphology before the words and, behind an adjective, its noun."""
    start, end = mention.hit.start, mention.hit.end
    first, last = mention.hit.first, mention.hit.last
    around = [
        hit
        for group in ("morphology", "site", "entity")
        for hit in beside(sentence.details.get(group, ()), mention)
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


def coordinated(found: Sequence[Attached], sentence: SentenceHits, text: str) -> list[Attached]:
    """Return the second things of "calcified pineal gland and choroid plexus"."""
    extra: list[Attached] = []
    taken = {mention.hit.first for mention in found}
    for mention in found:
        words = text[mention.hit.start : mention.hit.end]
        if not words.endswith(_ADJECTIVES) or mention.end == mention.hit.end:
            continue
        places = beside(sentence.details.get("site", ()), mention)
        own = any(mention.hit.start <= hit.start < mention.end for hit in places)
        for hit in places:
            joint = text[mention.end : hit.start]
            if joint.startswith(",") and not own:
                break
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
