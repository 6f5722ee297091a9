"""What only looked like calcium: contrast, artefacts and other things that a report says it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from functools import cache

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.hits import Hit, concept_of
from reportclf.reading.lesions import Lesion
from reportclf.reading.one_of import one_of
from reportclf.reading.parse import SentenceHits
from reportclf.reading.read import Reading
from reportclf.records import Status, affirms

_NEAR = 160
_ARTEFACT = frozenset({"artefact-word", "contrast-material"})
_ARTEFACT_TOLD = _ARTEFACT | {f"report:{name}" for name in _ARTEFACT}


def artefacts(lesion: Lesion, reading: Reading, lexicon: Lexicon, known: Set[str]) -> Iterable[str]:
    """Yield the facts that say a lesion is no calcium; ``known`` is what is known of it so far."""
    if known & _ARTEFACT_TOLD and (
        _is_explained(lesion, reading) or _is_corrected(lesion, reading)
    ):
        yield "explained-as-artefact"
    if _is_something_else(lesion, reading, lexicon):
        yield "identified-as-artefact"


_EXPLAINS = re.compile(
    r"\b(?:is|was|are|were|being|represents?|proved|proves|due to|caused by|produced by|from|reflects?|corresponds? to|consists? of|be|likely)\b"
    r"(?:(?! (?:on|with|after|at)\b)[ ,(-]+[\w-]+){0,8}[ ,(-]*$"
)
"""Up to the word for contrast: "is most likely retained barium", but not "was found on CT with contrast"."""


def _is_explained(lesion: Lesion, reading: Reading) -> bool:
    """Whether a sentence of the lesion says that it *is* contrast or artefact."""
    text = reading.copy.text
    for number in lesion.sentences:
        sentence = reading.sentences[number]
        ends = [mention.end for mention in lesion.mentions if mention.sentence == number]
        for hit in _artefacts_in(sentence):
            bare = text[hit.start : hit.end] == "contrast"
            if not bare and any(
                end <= hit.start
                and ";" not in text[end : hit.start]
                and _EXPLAINS.search(text, end, hit.start)
                for end in ends
            ):
                return True
    return False


def _artefacts_in(sentence: SentenceHits) -> Iterator[Hit]:
    """Yield the words for contrast or artefact that a sentence does not deny."""
    for hit in sentence.clues.get("context", ()):
        if _ARTEFACT.intersection(concept_of(hit).groups) and sentence.verdict(hit).status not in (
            Status.ABSENT,
            Status.HYPOTHETICAL,
        ):
            yield hit


_IDENTIFIES = re.compile(
    r"\b(?:this|these|they|it|that|(?:the|these|those) (?:\w+ ){0,2}(?:finding|findings|image|images|density|densities|opacity|opacities|material|streak|streaks|shadow|shadows|spot|spots)(?:, which)?)"
    r" (?:is|are|was|were|represents?|proved to be)\b[^.;]{0,40}$|= ?(?:\w+ ){0,3}$"
)
_JOINING = [
    "not",
    "no",
    "without",
    "with",
    "within",
    "in",
    "on",
    "of",
    "by",
    "near",
    "beside",
    "behind",
    "around",
    "at",
    "from",
    "to",
    "under",
    "over",
    "through",
    "seen",
    "for",
    "and",
    "or",
    "than",
]


@cache
def _other_things(words: frozenset[str]) -> re.Pattern[str]:
    """Return what says that something *is* one of the things that are no calcium."""
    return re.compile(
        r"\b(?:is|are|was|were|represents?|represented|corresponds? to|corresponded to|prove[sd]? to be|turn(?:s|ed) out to be|reflects?|as|[:=])"
        rf" (?:in fact |in reality )?(?:(?!(?:{one_of(_JOINING)})\b)[\w-]+,? ){{0,3}}(?:{one_of(words)})s?"
        r"(?= ?[.,;:)(]| ?$| (?:in|on|from|after|within|at|of|overlying|and|beside|next|rather|along|under|outside|not)\b)"
    )


_SAME = re.compile(r"^(?:(?! there )[^;,])*$|[;,] (?:this|these|it|they) $")
_MISREAD = re.compile(
    r"\b(?:reported|read|described|interpreted|mistaken|listed|labelled|labeled|taken|called|recorded|noted)\b[^.;,]{0,40} (?:as|for) (?:an? |the |some )?(?:\w+ ){0,2}$"
)
_SUBJECT = re.compile(r"(?:on \w+ \w+, |on \w+, )?(?:this|these|it|they)\b")


def _is_something_else(lesion: Lesion, reading: Reading, lexicon: Lexicon) -> bool:
    """Whether the text says that what looked like calcium *is* something else: a clip, gas, glass."""
    told = _other_things(lexicon.words["no-calcium"])
    text = reading.copy.text
    for mention in lesion.mentions:
        sentence = reading.sentences[mention.sentence]
        before = text[max(sentence.start, mention.start - _NEAR) : mention.start]
        if _MISREAD.search(before) and told.search(before):
            return True
        found = told.search(text, mention.end, min(sentence.end, mention.end + _NEAR))
        if found and _SAME.search(text[mention.end : found.start()]):
            return True
    last = max(lesion.sentences)
    for sentence in reading.sentences[last + 1 : last + 2]:
        end = min(sentence.end, sentence.start + _NEAR)
        if _SUBJECT.match(text, sentence.start) and told.search(text, sentence.start, end):
            return not _tells_of_another(sentence)
    return False


_LATER = 3
_MUCH_LATER = 8
"""Sentences within which a correction in so many words ("withdrawn") still means the lesion."""


def _is_corrected(lesion: Lesion, reading: Reading) -> bool:
    """Whether one of the next sentences takes the calcium back: "this is retained barium"."""
    text = reading.copy.text
    corrected_in = [one.sentence for one in lesion.mentions if one.role == "addendum"]
    last = max(corrected_in or lesion.sentences)
    mistaken = False
    for sentence in reading.sentences[last : last + 1 + _MUCH_LATER]:
        corrected = any(hit.thing.id == "correction" for hit in sentence.clues.get("context", ()))
        if sentence.number != last and not corrected and _tells_of_another(sentence):
            return False
        if sentence.number > last + _LATER and not corrected:
            continue
        artefacts = list(_artefacts_in(sentence))
        mistaken = mistaken or (sentence.number > last and bool(artefacts))
        if (corrected and mistaken) or any(
            corrected or _IDENTIFIES.search(text, sentence.start, hit.start) for hit in artefacts
        ):
            return True
    return False


def _tells_of_another(sentence: SentenceHits) -> bool:
    """Whether a sentence affirms a calcification."""
    verdicts = (sentence.verdict(hit) for hit in sentence.clues.get("mention", ()))
    return any(affirms(verdict.status, verdict.level) for verdict in verdicts)
