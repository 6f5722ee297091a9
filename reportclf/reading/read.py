"""Read one report: from text to lesions and risk terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.anaphora import placed, title_sites
from reportclf.reading.boxes import boxed
from reportclf.reading.canonical import Canonical
from reportclf.reading.diagnoses import Diagnosis, diagnoses
from reportclf.reading.lesions import Lesion, lesions, stated_names
from reportclf.reading.mentions import Attached, mentions_in
from reportclf.reading.parse import SentenceHits, parse
from reportclf.reading.patient import Patient, limit_age, patient
from reportclf.reading.phrases import Page, PhraseIndex
from reportclf.reading.rechecks import answered, rechecked
from reportclf.reading.risks import Risk, risks_in, settled
from reportclf.reading.stretch import Section, is_prose
from reportclf.reading.withdrawals import withdrawn
from reportclf.records import Status, affirms

_RISKS = frozenset({"risk", "lab"})
_SILENT = frozenset({"title", "technique", "other"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a report says: lesions, risk terms, patient, and the words around.

    ``things`` are the names of what its affirmed lesions are, ``classes`` the classes that it names
    as fact, ``once_classes`` those of its history. ``is_prose`` is true of a text that
    runs on without an impression, as case texts do; ``has_one_lesion`` where at most one lesion is
    affirmed.
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
    things: frozenset[str]
    classes: frozenset[str]
    once_classes: frozenset[str]
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
    prose = is_prose(parsed.sections)
    found = _mentions(parsed.sentences, page, lexicon, prose=prose)
    who = patient(page, lexicon)
    age = limit_age(who)
    risks = settled(
        [
            _answered(risk, parsed.sentences)
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
        things=frozenset(
            name for one in linked if one.affirmed for name in stated_names(one.entities, lexicon)
        ),
        classes=_named_classes(linked),
        once_classes=_once_named_classes(linked),
        is_prose=prose,
        has_one_lesion=sum(one.affirmed for one in linked) <= 1,
    )


_TUMOUR_WORD = "named-tumour-word"


def _contexts(dealt: Sequence[SentenceHits]) -> Iterator[str]:
    """Yield the contexts of the report; a tumour that is only denied or asked for is none."""
    for sentence in dealt:
        for hit in sentence.clues.get("context", ()):
            if hit.thing.id == _TUMOUR_WORD and not sentence.verdict(hit).is_there:
                continue
            yield hit.thing.id


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


def _once_named_classes(linked: Sequence[Lesion]) -> frozenset[str]:
    """Return the classes that a lesion of the patient's history had."""
    return frozenset(
        name.label
        for lesion in linked
        for name in lesion.names
        if name.strength == "naming" and name.status is Status.HISTORICAL
    )


def _answered(risk: Risk, dealt: Sequence[SentenceHits]) -> Risk:
    """Let a plain answer settle what was asked: "Dialysis? Yes, since 2019."."""
    sentence = dealt[risk.sentence]
    answer = boxed(risk.start, risk.end, sentence, sentence.scope.text)
    if answer is None:
        if risk.status not in (Status.POSSIBLE, Status.HYPOTHETICAL):
            return risk
        answer = answered(risk.end, risk.sentence, dealt)
    return risk if answer is None else replace(risk, status=answer, level=None)


def _is_part_of_name(risk: Risk, mentions: Sequence[Attached]) -> bool:
    """Whether a risk's words only stand in the name of a calcification ("uremic arteriolopathy")."""
    return any(
        mention.hit.start <= risk.start
        and risk.end <= mention.hit.end
        and mention.kind in ("naming", "entity")
        for mention in mentions
    )


def _mentions(
    dealt: Sequence[SentenceHits], page: Page, lexicon: Lexicon, *, prose: bool
) -> list[Attached]:
    """Return all mentions; one without a site borrows from before, then from the title."""
    found: list[Attached] = []
    default = title_sites(dealt, lexicon)
    for sentence in dealt:
        clues = sentence.clues
        if sentence.role in _SILENT or not ("mention" in clues or "context" in clues):
            continue
        for judged in mentions_in(sentence, page, lexicon, prose=prose):
            told = boxed(judged.start, judged.end, sentence, page.text)
            if told is None:
                mention = withdrawn(rechecked(judged, dealt, lexicon.words["studies"]), dealt)
            else:
                mention = judged._replace(status=told, level=None)
            found.append(placed(mention, dealt, default, lexicon, is_first=not found, prose=prose))
    return found
