"""Risk terms: diseases, drugs, events and lab values that may explain a calcification."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reportclf.lexicon.entries import Analyte, Concept, CuePhrase, Lexicon
from reportclf.reading.canonical import Canonical
from reportclf.reading.hits import Hit, concept_of, cue_of
from reportclf.reading.labs import Measured, measure, supported
from reportclf.reading.parse import SentenceHits
from reportclf.reading.worded import side_told
from reportclf.records import Level, Status, affirms

_FAILED = re.compile(
    r"\b(?:fail\w*|reject\w*|lost|explanted|nonfunction\w*|non functioning|end stage|atrophic|chronic allograft)\b"
)


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk term with its names for rules; positions are canonical characters (lab: report ones).

    ``names`` are the ids and groups it stands for while it is affirmed.
    """

    concept: str
    names: frozenset[str]
    supports: tuple[str, ...]
    strength: str
    start: int
    end: int
    source_start: int
    source_end: int
    sentence: int
    role: str
    status: Status
    level: Level | None
    cues: tuple[Hit, ...]
    lab: tuple[str, Measured] | None = None

    @property
    def affirmed(self) -> bool:
        """Present, or possible at the likely level."""
        return affirms(self.status, self.level)


def risks_in(
    sentence: SentenceHits, copy: Canonical, source: str, lexicon: Lexicon, age: int | None = None
) -> list[Risk]:
    """Return the risk terms and lab values of a sentence; ``age`` in years sets limits."""
    found = [
        term
        for hit in sentence.clues.get("risk", ())
        if not _is_finding(term := _term(hit, sentence, copy))
    ]
    measured: list[Risk] = []
    taken = -1
    for hit in sentence.clues.get("lab", ()):
        if hit.start < taken:
            continue
        value = _lab(hit, sentence, copy, source, lexicon, age, _next_start(hit, sentence))
        if value is not None:
            measured.append(value)
            taken = value.end
    if measured:
        found = [
            term
            for term in found
            if not any(
                lab.lab is not None and lab.start <= term.start and term.end <= lab.end
                for lab in measured
            )
        ]
        measured = [
            lab
            for lab in measured
            if lab.lab is not None
            or not any(term.start <= lab.start and lab.end <= term.end for term in found)
        ]
    return sorted([*found, *measured], key=lambda term: term.start)


_DENIES = frozenset({"mineral-normal", "mineral-low"})
"""Groups whose affirmation denies a disturbance of calcium or phosphate."""


def _term(hit: Hit, sentence: SentenceHits, copy: Canonical) -> Risk:
    concept = concept_of(hit)
    verdict = sentence.verdict(hit, chronic=True)
    status, level = _by_role(verdict.status, verdict.level, verdict.cues, concept, sentence)
    if status is Status.PRESENT and _DENIES & concept.names:
        status = Status.ABSENT
    source_start, source_end = copy.extent(hit.start, hit.end)
    return Risk(
        concept=concept.id,
        names=concept.names,
        supports=concept.supports,
        strength=concept.strength or "weak",
        start=hit.start,
        end=hit.end,
        source_start=source_start,
        source_end=source_end,
        sentence=sentence.number,
        role=sentence.role,
        status=status,
        level=level,
        cues=verdict.cues,
    )


_IMAGE_FINDINGS = frozenset({"haemorrhage", "fracture", "stone-disease"})


def _is_finding(term: Risk) -> bool:
    """Whether a bleed, fracture or stone is what the study denies or guesses, not a cause."""
    if not _IMAGE_FINDINGS & term.names:
        return False
    return term.status in (Status.ABSENT, Status.POSSIBLE) or any(
        cue_of(hit).category in ("likely", "weak") for hit in term.cues
    )


_EVENTS = frozenset(
    {"local-damage", "transplant", "parathyroid-cured", "surgery", "trauma", "device", "injection"}
)


def _by_role(
    status: Status,
    level: Level | None,
    cues: Sequence[Hit],
    concept: Concept,
    sentence: SentenceHits,
) -> tuple[Status, Level | None]:
    """Apply what holds for risks: an event in the past is a present risk, a family one is not."""
    categories = {hit.thing.category for hit in cues if isinstance(hit.thing, CuePhrase)}
    if status is Status.HISTORICAL and _EVENTS & concept.names:
        status = Status.PRESENT
    if status is Status.POSSIBLE and level is Level.LIKELY:
        return Status.PRESENT, None
    if sentence.role == "family" and status is not Status.ABSENT:
        return Status.FAMILY, None
    if (
        sentence.role == "recommendation"
        and status is Status.PRESENT
        and "affirmed" not in categories
    ):
        return Status.HYPOTHETICAL, None
    return status, level


def _next_start(hit: Hit, sentence: SentenceHits) -> int | None:
    """Return where the next value's name stands."""
    values = sentence.clues["lab"]
    behind = bisect_left(values, hit.end, key=_start)
    return values[behind].start if behind < len(values) else None


def _start(hit: Hit) -> int:
    return hit.start


def _lab(
    hit: Hit,
    sentence: SentenceHits,
    copy: Canonical,
    source: str,
    lexicon: Lexicon,
    age: int | None,
    until: int | None,
) -> Risk | None:
    analyte = hit.thing
    assert isinstance(analyte, Analyte)
    _, name_end = copy.extent(hit.start, hit.end)
    value = measure(source, name_end, analyte, age, until and copy.source(until))
    if value is None:
        return _worded(hit, analyte, sentence, copy, lexicon)
    verdict = sentence.verdict(hit, chronic=True)
    concepts = [lexicon.concepts[name] for name in supported(analyte, value.cue)]
    telling = any(not _DENIES & concept.names for concept in concepts)
    status = Status.PRESENT if telling else Status.ABSENT
    if verdict.status is Status.FAMILY or _is_condition(verdict.cues):
        status = verdict.status
    elif status is Status.PRESENT and (
        verdict.status is Status.HISTORICAL or _is_over(copy.text, hit, value, sentence, copy)
    ):
        status = Status.HISTORICAL
    place = (hit.start, copy.position(value.end), copy.source(hit.start), value.end)
    strength = concepts[0].strength or "weak" if concepts else "weak"
    return _of_analyte(
        analyte, concepts, place, sentence, status, strength, verdict.cues, (analyte.id, value)
    )


_OVER = re.compile(
    r"(?: [^,.;]{0,40}?)?(?:,? (?:and|but|then)|,) (?:it )?(?:then |later |now |since )?(?:is|was|are|were|has been|had been|returned|came back|became|back)\b[^,.;]{0,30}?\bnormal(?:i[sz]ed)?\b"
)
"""How a value is told to be normal again: "2.9 mmol/L in March and has been normal since"."""


def _is_over(text: str, hit: Hit, value: Measured, sentence: SentenceHits, copy: Canonical) -> bool:
    until = _next_start(hit, sentence) or sentence.end
    return _OVER.match(text, copy.position(value.end), until) is not None


_CONDITIONS = ("if", "should", "unless", "when", "in case")


def _is_condition(cues: Sequence[Hit]) -> bool:
    """Whether a value is only supposed: what was measured is no question, whatever was asked."""
    return any(
        cue_of(hit).category == "hypothetical" and cue_of(hit).phrase.startswith(_CONDITIONS)
        for hit in cues
    )


def _of_analyte(
    analyte: Analyte,
    concepts: Sequence[Concept],
    place: tuple[int, int, int, int],
    sentence: SentenceHits,
    status: Status,
    strength: str,
    cues: tuple[Hit, ...] = (),
    lab: tuple[str, Measured] | None = None,
) -> Risk:
    """Return the risk that a value supports; ``place`` is its range in the copy and the report."""
    name = f"lab-{analyte.id}"
    start, end, source_start, source_end = place
    return Risk(
        concept=name,
        names=frozenset({name}.union(*(concept.names for concept in concepts))),
        supports=tuple(dict.fromkeys(one for concept in concepts for one in concept.supports)),
        strength=strength,
        start=start,
        end=end,
        source_start=source_start,
        source_end=source_end,
        sentence=sentence.number,
        role=sentence.role,
        status=status,
        level=None,
        cues=cues,
        lab=lab,
    )


_NORMAL = re.compile(
    r"\b(?:normal|unremarkable|within (?:the )?(?:normal |reference )?(?:limits|range)|not (?:elevated|raised)|undetectable|suppressed)\b"
)
_REQUEST = re.compile(
    r"\b(?:check|correlat\w+|suggest\w*|recommend\w*|measure|request\w*|advise\w*|pending|await\w*|repeat|monitor\w*)\b"
)
_CLAUSE = 200


def _worded(
    hit: Hit, analyte: Analyte, sentence: SentenceHits, copy: Canonical, lexicon: Lexicon
) -> Risk | None:
    """Read a value told in words: "calcium, phosphate and PTH were normal", "PTH elevated"."""
    text = copy.text
    low = max(sentence.start, hit.start - _CLAUSE)
    high = min(sentence.end, hit.end + _CLAUSE)
    if _REQUEST.search(text, low, high):
        return None
    if _is_condition(sentence.verdict(hit).cues):
        return None
    side = side_told(text, hit.start, hit.end, sentence.start, sentence.end)
    if side is None and not _NORMAL.search(text, low, high):
        return None
    if side == "high" and sentence.verdict(hit).status is Status.ABSENT:
        side = "normal"
    place = (hit.start, hit.end, *copy.extent(hit.start, hit.end))
    if side != "high":
        lowered = supported(analyte, side) if side == "low" else ()
        concepts = [lexicon.concepts[name] for name in lowered]
        return _of_analyte(analyte, concepts, place, sentence, Status.ABSENT, "weak")
    concepts = [lexicon.concepts[name] for name in supported(analyte, side)]
    if not concepts:
        return None
    return _of_analyte(analyte, concepts, place, sentence, Status.PRESENT, "strong")


def settled(risks: list[Risk], text: str) -> list[Risk]:
    """Make historical what a cure has ended: renal failure after a working transplant,
    hyperparathyroidism after parathyroidectomy (guideline 2.2).
    """
    grafted = any(
        "transplant" in risk.names
        and risk.status in (Status.PRESENT, Status.HISTORICAL)
        and not _FAILED.search(text, max(0, risk.start - 40), risk.end + 30)
        for risk in risks
    )
    cured = any(
        "parathyroid-cured" in risk.names and risk.status in (Status.PRESENT, Status.HISTORICAL)
        for risk in risks
    )
    ended = ({"renal-strong", "ckd-drug"} if grafted else set()) | (
        {"parathyroid"} if cured else set()
    )
    risks = _corrected(risks)
    if not ended:
        return risks
    return [
        _ended(risk)
        if ended & risk.names
        and risk.affirmed
        and risk.lab is None
        and not {"transplant", "parathyroid-cured"} & risk.names
        and not _is_current(risk, text)
        else risk
        for risk in risks
    ]


_BROAD = frozenset({"mineral-cue", "local-damage", "weak-dystrophic"})
"""Groups so wide that to deny one of them denies nothing else."""


def _corrected(risks: list[Risk]) -> list[Risk]:
    """Deny what an addendum denies: "this patient has no kidney disease and was never dialysed"."""
    denied = {
        name
        for risk in risks
        if risk.role == "addendum" and risk.status is Status.ABSENT
        for name in risk.names - _BROAD
    }
    if not denied:
        return risks
    return [
        replace(risk, status=Status.ABSENT, level=None)
        if risk.affirmed and risk.role != "addendum" and denied & risk.names
        else risk
        for risk in risks
    ]


_CURRENT = re.compile(
    r"\b(?:still|remains|back|returned|again|recurrent|persistent|currently|now|tertiary|failed)\b"
)


def _is_current(risk: Risk, text: str) -> bool:
    return _CURRENT.search(text, max(0, risk.start - 24), risk.end + 8) is not None


def _ended(risk: Risk) -> Risk:
    return replace(risk, status=Status.HISTORICAL, level=None)
