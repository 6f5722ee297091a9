"""Read one report: from text to lesions and risk terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.assertion import Verdict
from reportclf.reading.canonical import Canonical
from reportclf.reading.diagnoses import Diagnosis, diagnoses
from reportclf.reading.hits import Hit, concept_of, cue_of
from reportclf.reading.lesions import Lesion, lesions
from reportclf.reading.mentions import Attached, mentions_in, side_of
from reportclf.reading.parse import SentenceHits, parse
from reportclf.reading.patient import Patient, limit_age, patient
from reportclf.reading.phrases import Page, PhraseIndex
from reportclf.reading.risks import Risk, risks_in, settled
from reportclf.reading.stretch import Section, is_prose
from reportclf.records import Level, Status, affirms

_RISKS = frozenset({"risk", "lab"})
_SILENT = frozenset({"title", "technique", "other"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a report says: lesions, risk terms, patient, and the words around.

    ``is_prose`` is true of a text that runs on without an impression, as case texts do;
    ``has_one_lesion`` where at most one lesion is affirmed.
    """

    copy: Canonical
    sections: tuple[Section, ...]
    sentences: tuple[SentenceHits, ...]
    lesions: tuple[Lesion, ...]
    risks: tuple[Risk, ...]
    patient: Patient
    contexts: frozenset[str]
    diagnoses: tuple[Diagnosis, ...]
    named: frozenset[str]
    classes: frozenset[str]
    is_prose: bool
    has_one_lesion: bool


def read(text: str, lexicon: Lexicon, index: PhraseIndex) -> Reading:
    """Read a report.

    Parameters
    ----------
    text : str
        The report as read from its source.
    lexicon, index
        Clinical knowledge and its phrases.

    Returns
    -------
    Reading
        Positions in it are canonical; :attr:`Reading.copy` maps them back.
    """
    parsed = parse(text, lexicon, index)
    page = parsed.page
    copy = page.copy
    found = _mentions(parsed.sentences, page, lexicon)
    who = patient(page, lexicon)
    age = limit_age(who)
    risks = settled(
        [
            risk
            for sentence in parsed.sentences
            if sentence.role != "other" and not _RISKS.isdisjoint(sentence.clues)
            for risk in risks_in(sentence, copy, text, lexicon, age)
            if not _is_part_of_name(risk, found)
        ],
        copy.text,
    )
    linked = lesions(found, lexicon, copy.text)
    return Reading(
        copy=copy,
        sections=parsed.sections,
        sentences=parsed.sentences,
        lesions=tuple(linked),
        risks=tuple(risks),
        patient=who,
        contexts=frozenset(_contexts(parsed.sentences)) if linked else frozenset(),
        diagnoses=tuple(diagnoses(parsed, lexicon)) if linked else (),
        named=_named_diseases(found),
        classes=_named_classes(linked),
        is_prose=is_prose(parsed.sections),
        has_one_lesion=sum(one.affirmed for one in linked) <= 1,
    )


_TUMOUR_WORD = "named-tumour-word"
_NOT_THERE = frozenset({Status.ABSENT, Status.HYPOTHETICAL, Status.FAMILY})


def _contexts(dealt: Sequence[SentenceHits]) -> Iterator[str]:
    """Yield the contexts of the report; a tumour that is only denied or asked for is none."""
    for sentence in dealt:
        for hit in sentence.clues.get("context", ()):
            if hit.thing.id == _TUMOUR_WORD and not _is_there(sentence.verdict(hit)):
                continue
            yield hit.thing.id


def _is_there(verdict: Verdict) -> bool:
    """Whether something is or was there: neither denied nor asked for nor a mere doubt."""
    return verdict.status not in _NOT_THERE and verdict.level is not Level.WEAK


_DISEASES = frozenset({"calciphylaxis", "alveolar-microlithiasis"})
"""Names that explain every small vessel, or every grain in the lung, wherever they stand."""


def _named_diseases(mentions: Sequence[Attached]) -> frozenset[str]:
    """Return the calcification diseases that an affirmed mention names, the history's included."""
    return frozenset(
        group
        for mention in mentions
        if mention.kind == "entity" and (mention.affirmed or mention.status is Status.HISTORICAL)
        for concept in mention.concepts
        for group in concept.names
        if group in _DISEASES
    )


def _named_classes(linked: Sequence[Lesion]) -> frozenset[str]:
    """Return the classes that the report names as fact or likely, of whatever lesion."""
    return frozenset(
        name.label
        for lesion in linked
        for name in lesion.names
        if name.strength == "naming" and affirms(name.status, name.level)
    )


def _is_part_of_name(risk: Risk, mentions: Sequence[Attached]) -> bool:
    """Whether a risk's words only stand in the name of a calcification ("uremic arteriolopathy")."""
    return any(
        mention.hit.start <= risk.start
        and risk.end <= mention.hit.end
        and mention.kind in ("naming", "entity")
        for mention in mentions
    )


def _mentions(dealt: Sequence[SentenceHits], page: Page, lexicon: Lexicon) -> list[Attached]:
    """Return all mentions; one without a site borrows from before, then from the title."""
    found: list[Attached] = []
    default = _title_sites(dealt, lexicon)
    for number, sentence in enumerate(dealt):
        clues = sentence.clues
        if sentence.role in _SILENT or not ("mention" in clues or "context" in clues):
            continue
        for mention in mentions_in(sentence, page, lexicon):
            found.append(_placed(mention, number, dealt, default, lexicon))
    return found


def _placed(
    mention: Attached,
    number: int,
    dealt: Sequence[SentenceHits],
    default: tuple[str, ...],
    lexicon: Lexicon,
) -> Attached:
    """Give an anaphoric mention the things of the sentence before, any other the title's site."""
    if mention.sites:
        return mention
    before = dealt[number - 1] if number else None
    if before is not None and before.section == mention.section:
        told_before = mention.anaphoric or _is_label(before)
        places = _stated(before.details.get("site", ()), before) if told_before else []
        if places:
            things = _stated(before.details.get("entity", ()), before)[-1:]
            return mention._replace(
                sites=(_place_of(things, places[-1].thing.id, lexicon),),
                side=mention.side or side_of(places[-1], before, before.scope.text),
                entities=mention.entities or tuple((hit.thing.id, "present") for hit in things),
                inherited_site=True,
            )
    if default:
        return mention._replace(sites=default, inherited_site=True, default_site=True)
    return mention


def _place_of(things: Sequence[Hit], last: str, lexicon: Lexicon) -> str:
    """Return where a thing of the sentence before lies: its own organ rather than one named on the
    way ("a thyroid nodule, seen when the carotids were scanned"), unless the two are of one kind.
    """
    own = concept_of(things[0]).site if things else None
    if own is None or lexicon.groups_of([own]) & lexicon.groups_of([last]):
        return last
    return own


_LABEL = 40
_TELLING = frozenset({"verb", "negation"})


def _is_label(sentence: SentenceHits) -> bool:
    """Whether a few words without a verb and without calcium stand for what follows."""
    return (
        sentence.end - sentence.start < _LABEL
        and not sentence.clues.get("mention")
        and not any(cue_of(cue).category in _TELLING for cue in sentence.scope.cues)
    )


def _stated(hits: Sequence[Hit], sentence: SentenceHits) -> list[Hit]:
    """Return the hits that a sentence tells of as real, asides in brackets left out."""
    text = sentence.scope.text
    return [
        hit
        for hit in hits
        if _is_there(sentence.verdict(hit))
        and text.count("(", sentence.start, hit.start) <= text.count(")", sentence.start, hit.start)
    ]


_LONGEST_TITLE = 100


def _title_sites(dealt: Sequence[SentenceHits], lexicon: Lexicon) -> tuple[str, ...]:
    """Return the site of the title or, without one, of a first line that finds nothing; of a place
    and a part of it ("Shoulder US, long axis of the supraspinatus") the part.
    """
    for sentence in dealt:
        if sentence.role == "title" or (
            sentence.number == 0
            and sentence.end - sentence.start <= _LONGEST_TITLE
            and not sentence.clues.get("mention")
        ):
            sites = tuple(hit.thing.id for hit in sentence.details.get("site", ()))
            parts = [site for site in sites if sites[0] in lexicon.ancestors(site)]
            if parts:
                return (parts[-1],)
    return ()
