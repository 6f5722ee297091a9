"""Facts of a lesion: the names that rules ask for and the model learns from.

A plain name (``lung``, ``granuloma``, ``rim``) is true of the lesion itself; ``near:x`` is a risk term
in one of its sentences, ``here:x`` one told of its place elsewhere, ``patient:x`` an affirmed risk
anywhere in the report, ``denied:x`` one that the report denies, ``report:x`` a context word anywhere,
``lesion:x`` what one of its lesions is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reportclf.deciding.artefacts import artefacts
from reportclf.deciding.damage import DAMAGE, damage_elsewhere, damage_here
from reportclf.lexicon.entries import Lexicon
from reportclf.reading.hits import concept_of, cue_of
from reportclf.reading.lesions import Lesion, stated_names
from reportclf.reading.read import Reading
from reportclf.reading.risks import Risk
from reportclf.records import Level, Status, affirms

_BUNDLE = (
    "bundle-size", "bundle-shape", "bundle-layer", "bundle-texture", "bundle-nonerosive", "bundle-bursal",
)  # fmt: skip
_LARGE = 50.0
_SMALL = 10.0
_NEAR = 160


def facts(lesion: Lesion, reading: Reading, lexicon: Lexicon) -> frozenset[str]:
    """Return everything that is known of a lesion, as names.

    Parameters
    ----------
    lesion : Lesion
        One lesion of the reading.
    reading : Reading
        The report it stands in.
    lexicon : Lexicon
        Groups and containment.
    """
    known: set[str] = set()
    known.update(_own(lesion, lexicon))
    known.update(_names(lesion))
    known.update(_measures(lesion))
    known.update(_patient(lesion, reading, lexicon))
    known.update(damage_here(lesion, reading, lexicon))
    if damage_elsewhere(lesion, reading, lexicon):
        known.add("damage-elsewhere")
    known.update(f"diagnosed:{name}" for name in reading.named)
    known.update(f"lesion:{name}" for name in reading.things)
    known.update(f"report-names-{label}" for label in reading.classes)
    known.update(f"history-names-{label}" for label in reading.once_classes)
    known.update(_around(lesion, reading, known))
    known.update(_diagnosed(lesion, reading))
    known.update(_bundle(known))
    known.update(artefacts(lesion, reading, lexicon, known))
    if reading.has_one_lesion:
        known.add("text-one-lesion")
    if reading.is_prose:
        known.add("text-prose")
        # asked of cases of one lesion only: no other lesion is explained by it
        if reading.has_one_lesion:
            known.update(_fitting(lesion, reading, lexicon))
    if _is_superseded(lesion, reading, lexicon):
        known.add("superseded")
    return frozenset(known)


def _own(lesion: Lesion, lexicon: Lexicon) -> Iterable[str]:
    concepts = lexicon.concepts
    for site in lesion.sites:
        for one in lexicon.ancestors(site):
            yield from concepts[one].names
    for entity, level in lesion.entities:
        if level != "weak":
            yield from concepts[entity].names
        else:
            yield f"weak:{entity}"
    for name in (*lesion.morphology, *lesion.contexts):
        yield from concepts[name].names
    for mention in lesion.mentions:
        if mention.kind == "uptake":
            yield "uptake-only"
        if mention.status not in (Status.ABSENT, Status.HYPOTHETICAL, Status.FAMILY):
            for concept in mention.concepts:
                if concept.kind == "calcification":
                    yield f"{concept.id}-word"


_MASS_PLACES = frozenset(
    {
        "periarticular",
        "soft-tissue",
        "spine",
        "muscle",
        "skin-subcutis",
        "bone",
        "site-unknown",
        "tendon",
        "mass",
        "bundle-mass",
    }
)
_BUNDLE_ALL = frozenset((*_BUNDLE, "bundle-mass"))
_NEIGHBOURS = (-1, 1, 2)


def _around(lesion: Lesion, reading: Reading, known: set[str]) -> Iterable[str]:
    """Elements of the morphology bundle told in the sentences beside the lesion's own."""
    if not known & _MASS_PLACES:
        return
    own = lesion.sentences
    for number in {one + step for one in own for step in _NEIGHBOURS} - own:
        if not 0 <= number < len(reading.sentences):
            continue
        sentence = reading.sentences[number]
        if sentence.clues.get("mention") or sentence.section != lesion.mentions[0].section:
            continue
        for hit in sentence.details.get("morphology", ()):
            groups = _BUNDLE_ALL & set(concept_of(hit).groups)
            if groups and sentence.verdict(hit).status in (Status.PRESENT, Status.POSSIBLE):
                yield from groups


def _diagnosed(lesion: Lesion, reading: Reading) -> Iterable[str]:
    """What a later sentence says the lesion is, or an opening one announces."""
    first = min(lesion.sentences)
    for told in reading.diagnoses:
        if told.diagnostic if told.sentence >= first else told.announcing:
            for name in told.names:
                yield f"diagnosed:{name}"


_PROVED = {
    "text-tumour-fits": frozenset({"neoplasm"}),
    "text-stone-fits": frozenset({"calculus"}),
    "text-damage-fits": frozenset(
        {"damage", "granuloma", "benign-degeneration", "cyst", "atheroma"}
    ),
}


def _fitting(lesion: Lesion, reading: Reading, lexicon: Lexicon) -> Iterable[str]:
    """Yield whether what was proved behind the lesion is of its place, or of no place of its own."""
    last = max(lesion.sentences)
    for told in reading.diagnoses:
        if not (told.diagnostic and told.sentence >= last):
            continue
        fitting = [fact for fact, groups in _PROVED.items() if groups & told.names]
        if fitting and _is_of_place(told.names, lesion, lexicon):
            yield from fitting


def _is_of_place(names: Iterable[str], lesion: Lesion, lexicon: Lexicon) -> bool:
    """Whether one of the things named lies where the lesion does; where either has no place, so it does."""
    places = {
        concept.site
        for name in names
        if (concept := lexicon.concepts.get(name)) is not None and concept.site is not None
    }
    if not places or not lesion.sites:
        return True
    return any(lexicon.overlap(place, site) for place in places for site in lesion.sites)


def _is_superseded(lesion: Lesion, reading: Reading, lexicon: Lexicon) -> bool:
    """Whether a thing was only thought of and another one proved later, in a text without headings."""
    if lesion.level is not Level.WEAK or not reading.is_prose:
        return False
    things = stated_names(lesion.entities, lexicon)
    last = max(lesion.sentences)
    telling = lexicon.words["superseding"]
    return bool(things & telling) and any(
        told.diagnostic
        and told.sentence > last
        and told.names & telling
        and not told.names & things
        for told in reading.diagnoses
    )


def _names(lesion: Lesion) -> Iterable[str]:
    levels: dict[str, set[str]] = {}
    for name in lesion.names:
        affirmed = affirms(name.status, name.level)
        if affirmed and name.strength == "naming":
            yield f"named-{name.label}"
            levels.setdefault("affirmed", set()).add(name.label)
        elif affirmed:
            yield f"strong-{name.label}-name"
        elif name.level is Level.WEAK:
            yield f"weak-{name.label}-name"
            levels.setdefault("weak", set()).add(name.label)
    if any(len(labels) > 1 for labels in levels.values()):
        yield "versus"
    if any(
        cue_of(hit).phrase.startswith(("versus", "vs"))
        for mention in lesion.mentions
        if mention.naming is not None
        for hit in mention.cues
    ):
        yield "versus-cue"


def _measures(lesion: Lesion) -> Iterable[str]:
    if lesion.side:
        yield lesion.side
    if len(lesion.sites) > 1:
        yield "multiple-sites"
    if not lesion.sites:
        yield "site-unknown"
    if lesion.size is not None:
        if lesion.size >= _LARGE:
            yield "large-size"
        elif lesion.size <= _SMALL:
            yield "small-size"
    if lesion.level is Level.WEAK:
        yield "weak-mention"
    roles = {mention.role for mention in lesion.mentions}
    if "impression" in roles:
        yield "section-impression"


def _patient(lesion: Lesion, reading: Reading, lexicon: Lexicon) -> Iterable[str]:
    sentences = lesion.sentences
    is_child = reading.patient.age_group == "child"
    for risk in reading.risks:
        if risk.affirmed or (is_child and risk.status is Status.FAMILY and _OF_MOTHER & risk.names):
            for name in risk.names:
                yield f"patient:{name}"
            if (
                risk.sentence in sentences
                and _is_close(risk, lesion)
                and not _REASON.search(reading.copy.text, max(0, risk.start - _LEAD), risk.start)
            ):
                for name in risk.names:
                    yield f"near:{name}"
                if _TRAUMA in risk.names and _is_blamed(risk, lesion, reading):
                    yield from (f"near:{DAMAGE}", f"patient:{DAMAGE}")
        elif risk.status is Status.ABSENT:
            for name in risk.names:
                yield f"denied:{name}"
    for name in reading.contexts:
        for group in lexicon.concepts[name].names:
            yield f"report:{group}"
    yield f"age-{reading.patient.age_group}"
    if reading.patient.sex:
        yield reading.patient.sex
    modality = reading.patient.modality
    if modality and not (modality == "mammography" and _is_outside_breast(lesion, lexicon)):
        yield f"modality-{modality}"


_TRAUMA = "trauma"
_BLAMED = re.compile(
    r"\b(?:due to|caused by|secondary to|as a result of|resulting from|attributed to|attributable to|(?:consequence|sequela|sequelae|residue|result) of) (?:\w+ ){0,4}$"
)


def _is_blamed(risk: Risk, lesion: Lesion, reading: Reading) -> bool:
    """Whether an injury is told as the cause, so that it was there, whatever the bone it broke."""
    before = any(mention.end <= risk.start for mention in lesion.mentions)
    return before and bool(
        _BLAMED.search(reading.copy.text, max(0, risk.start - _LEAD), risk.start)
    )


_OF_MOTHER = frozenset({"congenital-infection"})
"""What a mother had is the child's as well."""
_LEAD = 40
_REASON = re.compile(
    r"\b(?:ct|cta|mri?|scan(?:ned)?|imag(?:ing|ed)|films?|radiographs?|x ?rays?|ultrasound|examination) (?:\w+ ){0,2}(?:for|after|following|because of) (?:\w+ ){0,2}$"
)
"""Why a study was made says nothing of what it happened to find: "incidental at CT for trauma"."""
_SEEN_ON_MAMMOGRAM = frozenset({"breast", "skin-subcutis", "lymph-node", "artery", "implant-site"})


def _is_outside_breast(lesion: Lesion, lexicon: Lexicon) -> bool:
    """Whether a lesion lies elsewhere: a text may hold more than the mammogram."""
    groups = lexicon.groups_of(lesion.sites)
    return bool(lesion.sites) and not groups & _SEEN_ON_MAMMOGRAM


def _is_close(risk: Risk, lesion: Lesion) -> bool:
    return any(
        mention.sentence == risk.sentence
        and min(abs(mention.start - risk.end), abs(risk.start - mention.end)) <= _NEAR
        for mention in lesion.mentions
    )


def _bundle(known: set[str]) -> Iterable[str]:
    """Count the elements of the morphology bundle of guideline 2.3."""
    count = sum(name in known for name in _BUNDLE)
    count += "bundle-mass" in known or "mass" in known
    count += "periarticular" in known or "juxta-articular-position" in known
    count += "large-size" in known and "bundle-size" not in known
    if count >= 2:
        yield "bundle-2"
    if count >= 3:
        yield "bundle-3"
    if count >= 4:
        yield "bundle-4"
