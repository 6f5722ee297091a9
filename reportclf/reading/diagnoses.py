"""What a report says that its lesions proved to be: histology, outcome, final diagnosis."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from reportclf.lexicon.entries import CuePhrase, Lexicon
from reportclf.reading.assertion import Verdict
from reportclf.reading.hits import Hit, concept_of, cue_of
from reportclf.reading.parse import Parsed, SentenceHits, sentence_at
from reportclf.reading.phrases import Page
from reportclf.reading.stretch import Section, is_prose
from reportclf.records import Status, affirms


class Diagnosis(NamedTuple):
    """A thing that a sentence states where it tells what a lesion proved to be.

    ``announcing`` is true of a sentence that may tell it before the lesion is described.
    """

    sentence: int
    names: frozenset[str]
    announcing: bool
    diagnostic: bool


_NOT_DIAGNOSTIC = frozenset(
    {"history", "past", "family", "comparison", "technique", "recommendation", "title"}
)


def diagnoses(parsed: Parsed, lexicon: Lexicon) -> Iterator[Diagnosis]:
    """Yield what sentences state as histology, a biopsy's outcome or the final diagnosis.

    Parameters
    ----------
    parsed : Parsed
        The sentences of a report.
    lexicon : Lexicon
        The words by which such sentences are known.
    """
    text = parsed.page.text
    diagnostic = _sentences_with(lexicon.words["diagnostic"], parsed)
    announcing = {
        number
        for number in diagnostic
        if _holds_any(lexicon.words["announcing"], parsed.sentences[number], text)
    }
    diagnostic |= _under_headings(lexicon.words["diagnostic"], parsed)
    prose = is_prose(parsed.sections)
    for sentence in parsed.sentences:
        if sentence.role in _NOT_DIAGNOSTIC:
            continue
        number = sentence.number
        # a tumour in the second line is what the patient had: "PET-CT. Follicular lymphoma."
        titled = number == 1 and _is_title(parsed.sentences[0], text)
        stated = number in announcing or number in diagnostic
        if stated:
            named = _things(sentence)
        elif prose or sentence.role == "impression":
            named = _named_alone(
                sentence, text, lexicon.words["named-alone" if number else "titled"]
            )
        else:
            continue
        for hit in named:
            verdict = sentence.verdict(hit)
            titled_past = number == 0 and not stated and _is_treated(verdict)
            if (
                affirms(verdict.status, verdict.level)
                or _was_taken_out(hit, verdict)
                or titled_past
            ):
                opening = (
                    not stated
                    and (number == 0 or (titled and "neoplasm" not in concept_of(hit).names))
                    and _leads(hit, sentence, text)
                )
                yield Diagnosis(
                    number,
                    concept_of(hit).names,
                    opening or number in announcing or (stated and sentence.role == "addendum"),
                    not stated or number in diagnostic,
                )


def _was_taken_out(hit: Hit, verdict: Verdict) -> bool:
    """Whether a stone is past because it was removed: "an enterolith was removed" proves it."""
    return "calculus" in concept_of(hit).names and _is_past_by(
        verdict, lambda cue: cue.category == "former"
    )


def _is_treated(verdict: Verdict) -> bool:
    """Whether a thing is past because it was treated: a title "treated tuberculoma" still names it."""
    return _is_past_by(verdict, lambda cue: cue.phrase in _TREATED)


def _is_past_by(verdict: Verdict, makes_past: Callable[[CuePhrase], bool]) -> bool:
    """Whether a thing is past, and only because of cues of one kind."""
    return (
        verdict.status is Status.HISTORICAL
        and bool(verdict.cues)
        and all(makes_past(cue_of(cue)) for cue in verdict.cues)
    )


_TREATED = frozenset({"treated", "previously treated", "successfully treated", "cured"})


def _things(sentence: SentenceHits) -> Iterator[Hit]:
    """Yield the things that a sentence names, calcified ones ("calcific tendinitis") included."""
    yield from sentence.details.get("entity", ())
    for hit in sentence.clues.get("mention", ()):
        if concept_of(hit).kind == "entity":
            yield hit


_GLOSS = re.compile(r"[:;] (?:an? |the )?[a-z -]{4,40}(?:, [a-z ]{4,40})?\.?\s*$")
"""The name that ends a sentence: "a lesion with ring and arc matrix: enchondroma."."""
_IDENTIFYING = re.compile(
    r"\s*(?:it|this|these|they) (?:is|was|were|are|proved to be|turned out to be) (?:not )?(?:in fact |indeed |then |only |finally |actually )?(?:an? |the )?"
)
_NAMED_WITHIN = 24
"""Characters of adjectives before the name: "it was a ruptured mature cystic teratoma, seldom seen there"."""
_SHORT = 100
_LEAD = 25
_COPULA = re.compile(
    r"\s*(?:it|this|that|the \w+|these|they|both|all(?: of them| two| three| four)?) (?:was|were|is|proved|turned out)\b"
)
_VERB = re.compile(
    r"\b(?:is|was|are|were|has|have|had|be|been|shows?|showed|grew|came|became|did|does|will|would|could|may|might|can|seen"
    r"|noted|found|remain(?:s|ed)?|contain(?:s|ed)?)\b"
)


def _named_alone(sentence: SentenceHits, text: str, telling: frozenset[str]) -> Iterator[Hit]:
    """Yield the telling names that are all that a sentence says, or a gloss at its end."""
    short = _is_short(sentence, text)
    gloss = None if short else _GLOSS.search(text, sentence.start, sentence.end)
    named = None if short else _IDENTIFYING.match(text, sentence.start, sentence.end)
    if not short and gloss is None and named is None:
        return
    for hit in _things(sentence):
        if short:
            placed = _leads(hit, sentence, text)
        else:
            placed = (gloss is not None and gloss.start() < hit.start) or (
                named is not None and 0 <= hit.start - named.end() <= _NAMED_WITHIN
            )
        if placed and telling & concept_of(hit).names:
            yield hit


def _is_short(sentence: SentenceHits, text: str) -> bool:
    """Whether a sentence could be no more than a name: short, and without a verb."""
    return sentence.end - sentence.start <= _SHORT and not _VERB.search(
        text, _behind_copula(sentence, text), sentence.end
    )


def _behind_copula(sentence: SentenceHits, text: str) -> int:
    """Return where a sentence goes on behind "it was", or its start."""
    copula = _COPULA.match(text, sentence.start)
    return copula.end() if copula else sentence.start


_TITLE = 60


def _is_title(sentence: SentenceHits, text: str) -> bool:
    """Whether a first sentence only names the study: "Neck CT, coronal."."""
    return (
        sentence.end - sentence.start <= _TITLE
        and not _VERB.search(text, sentence.start, sentence.end)
        and not sentence.clues.get("mention")
        and not sentence.details.get("entity")
    )


def _leads(hit: Hit, sentence: SentenceHits, text: str) -> bool:
    """Whether a sentence begins with the thing and tells of no calcium but in its name:
    "Neuroblastoma stage M.", "Calcifying odontogenic cyst.".
    """
    for mention in sentence.clues.get("mention", ()):
        if not hit.start <= mention.start < hit.end:
            return False
    lead = text[sentence.start : hit.start]
    return len(lead) <= _LEAD and not any(mark in lead for mark in (",", ";", ":", " for "))


@cache
def _tells(heading: str, words: frozenset[str]) -> bool:
    """Whether a heading, one of the few that reports have, holds one of the words."""
    return any(word.removeprefix("-") in heading for word in words)


def _under_headings(words: frozenset[str], parsed: Parsed) -> set[int]:
    """Return the first sentences of sections whose heading holds such a word: "Pathology: ..."."""
    telling = {
        number
        for number, section in enumerate(parsed.sections)
        if section.heading and _tells(_label(section, parsed.page), words)
    }
    if not telling:
        return set()
    first: dict[int, int] = {}
    for sentence in parsed.sentences:
        if sentence.section in telling:
            first.setdefault(sentence.section, sentence.number)
    return set(first.values())


def _label(section: Section, page: Page) -> str:
    """Return a heading as it stands there: "addendum following biopsy:"."""
    start, end = page.copy.positions([section.start, section.body])
    return page.text[start:end]


def _holds_any(words: frozenset[str], sentence: SentenceHits, text: str) -> bool:
    told = text[sentence.start : sentence.end]
    return any(word in told for word in words)


_HEAD = 3
"""Characters by which beginnings of words are sorted; no word of the list is shorter."""


@cache
def _sorted_words(words: frozenset[str]) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return what begins like a word, by its first characters, and what may begin inside one."""
    heads: dict[str, list[str]] = {}
    inside = []
    for word in sorted(words):
        if word.startswith("-"):
            inside.append(word[1:])
        else:
            heads.setdefault(word[:_HEAD], []).append(word)
    return {head: tuple(same) for head, same in heads.items()}, tuple(inside)


def _sentences_with(words: frozenset[str], parsed: Parsed) -> set[int]:
    """Return the numbers of the sentences that hold one of the words, or beginnings of words."""
    page, dealt = parsed.page, parsed.sentences
    heads, inside = _sorted_words(words)
    found: set[int] = set()
    for place, word in _places(heads, inside, page):
        number = sentence_at(dealt, place)
        if number >= 0 and place + len(word) <= dealt[number].end:
            found.add(number)
    return found


def _places(
    heads: Mapping[str, tuple[str, ...]], inside: Iterable[str], page: Page
) -> Iterator[tuple[int, str]]:
    """Yield where a text holds one of the words, token by token: few begin like one of them."""
    text = page.text
    for number, token in enumerate(page.tokens):
        if token[:_HEAD] in heads:
            start = page.starts[number]
            for word in heads[token[:_HEAD]]:
                if text.startswith(word, start):
                    yield start, word
    for word in inside:
        place = text.find(word)
        while place >= 0:
            yield place, word
            place = text.find(word, place + 1)
