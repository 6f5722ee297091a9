"""Which words are mentions: merged phrases, less those that are none in their place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reportclf.lexicon.entries import Concept, Lexicon
from reportclf.reading.hits import Hit, concept_of
from reportclf.reading.mentions.attached import Attached
from reportclf.reading.mentions.beginnings import beginning
from reportclf.reading.parse import SentenceHits
from reportclf.records import Level, Status

_SAID_OF = re.compile(r" (?:(?:is|are|was|were) )?")


def _says_it_of(hit: Hit, last: Hit, concepts: Sequence[Concept], text: str) -> bool:
    """Whether a bare "calcified" is said of the thing named right before it: "phleboliths calcified"."""
    return (
        text[hit.start : hit.end] == "calcified"
        and any(concept.kind == "entity" for concept in concepts)
        and _SAID_OF.fullmatch(text, last.end, hit.start) is not None
    )


_ADJECTIVES = frozenset({"dystrophic-adjective", "metabolic-in-origin"})
"""Names of a class that may be said of anything: "the encephalopathy is metabolic"."""


def named(sentence: SentenceHits, text: str, lexicon: Lexicon) -> list[Attached]:
    """Merge overlapping mention hits into mentions; drop those that are none in their place."""
    merged: list[tuple[Hit, list[Concept]]] = []
    for hit in sentence.clues.get("mention", ()):
        concept = concept_of(hit)
        if concept.id == "calcium-score-value" and score_behind(hit, text) is None:
            continue
        if _is_label(hit, sentence, text):
            continue
        if concept.id in _ADJECTIVES and not _qualifies(hit, sentence):
            continue
        if concept.id == "calcium-seen" and not _is_seen(hit, sentence, text, lexicon):
            continue
        if merged and (hit.first < merged[-1][0].last or _says_it_of(hit, *merged[-1], text)):
            last, concepts = merged[-1]
            if hit.last > last.last:
                last = last._replace(end=hit.end, last=hit.last)
            merged[-1] = (last, [*concepts, concept])
        else:
            merged.append((hit, [concept]))
    return [mention_of(hit, tuple(concepts), _kind(concepts), sentence) for hit, concepts in merged]


def mention_of(
    hit: Hit,
    concepts: tuple[Concept, ...],
    kind: str,
    sentence: SentenceHits,
    status: Status = Status.PRESENT,
    level: Level | None = None,
) -> Attached:
    """Return a mention of which nothing but its words is known."""
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


_KINDS = ("naming", "entity", "calcification")


def _kind(concepts: Sequence[Concept]) -> str:
    kinds = {concept.kind for concept in concepts}
    return next((kind for kind in _KINDS if kind in kinds), "calcification")


_CHEMISTRY = 160


def _is_seen(hit: Hit, sentence: SentenceHits, text: str, lexicon: Lexicon) -> bool:
    """Whether a bare "calcium" is seen: the sentence names a place or a look, and no chemistry."""
    if sentence.role in ("history", "past", "technique") or _VALUE.match(text, hit.end):
        return False
    low = max(sentence.start, hit.start - _CHEMISTRY)
    high = min(sentence.end, hit.end + _CHEMISTRY)
    if beginning(lexicon.words["chemistry"]).search(text, low, high):
        return False
    if sentence.details.get("site") or _DENIED_BEFORE.search(text, low, hit.start):
        return True
    words = text[low:high]
    return any(word in words for word in lexicon.words["calcium-look"])


_VALUE = re.compile(r" ?(?:(?:of|was|is|at|now|:|=) ?){0,2}\d+(?:\.\d+)?\b(?! ?(?:mm|cm|hu)\b)")
"""A figure behind "calcium" is a value of the blood: "now calcium 3.05"."""
_DENIED_BEFORE = re.compile(r"\b(?:no|nor|without|contains? no|free of) (?:\w+ )?$")


LABEL_END = re.compile(r" ?:(?!\d) ?")
_BLANK_ANSWER = re.compile(r"[\s\[\]()_x.-]*(?:see .*)?$")


def _is_label(hit: Hit, sentence: SentenceHits, text: str) -> bool:
    """Whether the words are a template's label whose answer is blank, or a sentence of its own."""
    if hit.start - sentence.start > _LABEL_LEAD:
        return False
    mark = LABEL_END.match(text, hit.end)
    if mark is None or sentence.role == "history":
        return False
    told = any(other.start >= hit.end for other in sentence.clues.get("mention", ()))
    return told or _BLANK_ANSWER.match(text, mark.end(), sentence.end) is not None


_LABEL_LEAD = 12
_SCORE = re.compile(
    r"^[\s:=(]*(?:of|is|was|total|measured|agatston|units?|at|equals|=|the|\(|\)|[a-z]+ ){0,4}[\s:=(]*(\d{1,5}(?:[.,]\d+)?|zero)\b(?! ?(?:mm|cm|min)|[- ](?:year|yr|y/o|yo))"
)


def score_behind(hit: Hit, text: str) -> str | None:
    """Return the number that follows "calcium score"; without one it is a title or a method."""
    match = _SCORE.match(text[hit.end : hit.end + 48])
    return None if match is None else match.group(1)


def _qualifies(hit: Hit, sentence: SentenceHits) -> bool:
    """Whether a bare class adjective belongs to a calcification of its sentence."""
    return any(
        concept_of(other).kind == "calcification"
        or (concept_of(other).kind in ("entity", "naming") and other.first != hit.first)
        for other in sentence.clues.get("mention", ())
    )
