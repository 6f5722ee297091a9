"""Decide one lesion, in the order of guideline 3.1, and then the report (3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reportclf.deciding.facts import facts
from reportclf.deciding.model import Model
from reportclf.deciding.rules import first_match
from reportclf.lexicon.entries import Lexicon
from reportclf.reading.lesions import Lesion, Name
from reportclf.reading.parse import SentenceHits
from reportclf.reading.read import Reading
from reportclf.records import (
    CLASSES,
    RANK,
    DecidedBy,
    Level,
    Priority,
    Status,
    SubReason,
    Tag,
    affirms,
)

_NOT_THERE = {
    Status.ABSENT: SubReason.NEGATED,
    Status.HISTORICAL: SubReason.HISTORICAL,
    Status.HYPOTHETICAL: SubReason.HYPOTHETICAL,
    Status.FAMILY: SubReason.FAMILY,
}
_NAMED_CONFIDENCE = 0.97
_LIKELY_CONFIDENCE = 0.9
_ENTITY_CONFIDENCE = 0.9
_URAEMIC = frozenset({"patient:renal-strong", "patient:parathyroid"})


@dataclass(frozen=True, slots=True)
class Decision:
    """The label of a lesion, who gave it and why."""

    label: Tag
    decided_by: DecidedBy
    confidence: float
    because: str
    sub_reason: SubReason | None = None
    priority: Priority | None = None
    rule_id: str | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    candidates: tuple[Tag, ...] = ()


def decide(lesion: Lesion, reading: Reading, lexicon: Lexicon, model: Model | None) -> Decision:
    """Decide one lesion.

    Parameters
    ----------
    lesion : Lesion
        The lesion.
    reading : Reading
        Its report.
    lexicon : Lexicon
        Rules and entity outcomes.
    model : Model or None
        None switches the model off ("rules only").

    Returns
    -------
    Decision
        In the order of guideline 3.1: not affirmed, named, scope, conflict, abstention, model,
        fallback rules, otherwise indeterminate. A model trained on a hospital's own reports comes
        before the abstention.
    """
    if lesion.status in _NOT_THERE:
        return _not_there(lesion, reading)
    known = facts(lesion, reading, lexicon)
    decision = (
        _named(lesion, known)
        or _by_rule(lexicon, "scope", DecidedBy.SCOPE, known)
        or _entity(lesion, lexicon, DecidedBy.SCOPE, known)
        or _by_rule(lexicon, "conflict", DecidedBy.CONFLICT, known)
        or _learnt(lesion, reading, lexicon, known, model)
        or _by_rule(lexicon, "fallback", DecidedBy.RULE, known)
        or _entity(lesion, lexicon, DecidedBy.RULE, known)
        or _nobody(known)
    )
    decision = _with_second_class(decision, known)
    return _weakened(decision) if lesion.level is Level.WEAK else decision


# -- the layers --------------------------------------------------------------------------------


def _not_there(lesion: Lesion, reading: Reading) -> Decision:
    sub = _NOT_THERE[lesion.status]
    if sub is SubReason.NEGATED and {"contrast-material", "artefact-word"} & set(lesion.contexts):
        sub = SubReason.ARTEFACT
    return Decision(
        Tag.NONE, DecidedBy.SCOPE, 0.95, f"the calcification is {lesion.status.value}", sub
    )


_LAST_WORDS = ("addendum", "impression")
_OVERRULED = {
    "addendum": frozenset({"impression", "findings", "history", "past", "comparison", "technique"}),
    "impression": frozenset({"findings", "history", "past", "comparison", "technique"}),
}
"""Roles whose class names a denial in the last words of a report takes back."""


def _named(lesion: Lesion, known: frozenset[str]) -> Decision | None:
    """The radiologist's own class, affirmed or likely; the section of most authority wins."""
    rejected = {
        (name.label, name.role)
        for name in lesion.names
        if name.role in _LAST_WORDS and name.status is Status.ABSENT
    }
    affirmed = [
        name
        for name in lesion.names
        if name.strength == "naming"
        and (
            affirms(name.status, name.level)
            or (name.status is Status.HISTORICAL and name.role == "history")
        )
        and not any(
            label == name.label and name.role in _OVERRULED[role] for label, role in rejected
        )
    ]
    if not affirmed:
        return _two_weak(lesion, known)
    if len({name.label for name in affirmed}) > 1 and "versus-cue" in known:
        return _versus(affirmed)
    best = affirmed[0]
    if best.label == "tumoral" and "patient:connective-tissue-disease" in known:
        return Decision(
            Tag.DYSTROPHIC, DecidedBy.CONFLICT, 0.9,
            "calcinosis of connective tissue disease is dystrophic in any shape (guideline 3.2)",
            priority=Priority.SPECIFIC, rule_id="ctd-calcinosis-any-shape", candidates=(Tag.TUMORAL,),
        )  # fmt: skip
    likely = best.level is Level.LIKELY
    others = tuple(dict.fromkeys(Tag(name.label) for name in affirmed if name.label != best.label))
    return Decision(
        Tag(best.label),
        DecidedBy.NAMED,
        _LIKELY_CONFIDENCE if likely else _NAMED_CONFIDENCE,
        f"the report names the class{' as likely' if likely else ''} ({best.role})",
        priority=_priority(known, Tag(best.label)),
        candidates=others,
    )


def _two_weak(lesion: Lesion, known: frozenset[str]) -> Decision | None:
    weak = [name for name in lesion.names if name.level is Level.WEAK and name.strength == "naming"]
    return _versus(weak) if len({name.label for name in weak}) > 1 else None


def _versus(names: Sequence[Name]) -> Decision:
    labels = {name.label for name in names}
    return Decision(
        Tag.INDETERMINATE, DecidedBy.CONFLICT, 0.8, "two classes are named at the same level",
        rule_id="two-classes-same-level",
        candidates=tuple(tag for tag in CLASSES if tag.value in labels),
    )  # fmt: skip


def _by_rule(
    lexicon: Lexicon, layer: str, who: DecidedBy, known: frozenset[str]
) -> Decision | None:
    rule = first_match(lexicon.layers.get(layer, ()), known)
    if rule is None:
        return None
    label = Tag(rule.label)
    return Decision(
        label,
        who,
        rule.confidence,
        rule.because,
        SubReason(rule.sub_reason) if rule.sub_reason else None,
        Priority(rule.priority) if rule.priority else _priority(known, label),
        rule.id,
        candidates=tuple(Tag(name) for name in rule.candidates),
    )


def _entity(
    lesion: Lesion, lexicon: Lexicon, who: DecidedBy, known: frozenset[str]
) -> Decision | None:
    """What is calcified decides: out of scope before the model, within scope after it."""
    for entity, level in lesion.entities:
        concept = lexicon.concepts[entity]
        if concept.outcome is None or level == "weak":
            continue
        if _BREAST_ONLY & concept.names and not _BREAST & known:
            continue
        label, _, sub = concept.outcome.partition(":")
        out_of_scope = label in ("other", "none")
        if label == "indeterminate":
            continue
        if who is DecidedBy.SCOPE and not out_of_scope:
            if _GENERIC & concept.names:
                continue
            return None
        return Decision(
            Tag(label),
            who,
            _ENTITY_CONFIDENCE,
            f"{entity} ({concept.source})",
            SubReason(sub) if sub else None,
            _entity_priority(concept.priority, label),
            f"entity:{entity}",
        )
    return None


_GENERIC = frozenset({"mass", "nodule", "cyst"})
_BREAST = frozenset({"breast", "modality-mammography"})
_BREAST_ONLY = frozenset({"breast-benign", "breast-suspicious", "breast-unqualified"})


def _entity_priority(priority: str | None, label: str) -> Priority | None:
    if label not in CLASSES:
        return None
    return Priority(priority) if priority else Priority.SPECIFIC


def _learnt(
    lesion: Lesion, reading: Reading, lexicon: Lexicon, known: frozenset[str], model: Model | None
) -> Decision | None:
    """Abstention before the shipped model, which would guess; behind a hospital's own."""
    if model is not None and model.local:
        return _modelled(lesion, reading, known, model) or _abstained(lexicon, known)
    return _abstained(lexicon, known) or _modelled(lesion, reading, known, model)


def _abstained(lexicon: Lexicon, known: frozenset[str]) -> Decision | None:
    return _by_rule(lexicon, "abstention", DecidedBy.CONFLICT, known)


def _modelled(
    lesion: Lesion, reading: Reading, known: frozenset[str], model: Model | None
) -> Decision | None:
    if model is None:
        return None
    scores = model.scores(known, *words(lesion, reading, local=model.local))
    label, probability = max(scores.items(), key=lambda item: item[1])
    if probability < model.threshold:
        return None
    tag, _, sub = label.partition(":")
    return Decision(
        Tag(tag),
        DecidedBy.MODEL,
        probability,
        f"model, probability {probability:.2f}",
        SubReason(sub) if sub else None,
        _priority(known, Tag(tag)),
        scores=scores,
    )


def words(
    lesion: Lesion, reading: Reading, *, local: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the canonical sentences of a lesion and those around it, for the model's word features.

    Only a hospital's own model (``local``) reads what stands around.
    """
    own = lesion.sentences
    text = reading.copy.text
    others = (one for one in reading.sentences if local and one.number not in own)
    return (
        tuple(_sentence(text, reading.sentences[number]) for number in sorted(own)),
        tuple(_sentence(text, sentence) for sentence in others),
    )


def _sentence(text: str, sentence: SentenceHits) -> str:
    return text[sentence.start : sentence.end]


def _nobody(known: frozenset[str]) -> Decision:
    weak = tuple(tag for tag in CLASSES if f"weak-{tag.value}-name" in known)
    return Decision(
        Tag.INDETERMINATE,
        DecidedBy.NOBODY,
        0.6,
        "a calcification is affirmed and no class is supported (guideline 3.1, step 8)",
        candidates=weak,
    )


# -- what holds after the label ----------------------------------------------------------------

_BACKGROUND = frozenset(
    {"artery-intimal", "valve", "granuloma", "nodule", "atheroma", "valvular", "prostate"}
)
_ACTIVE = frozenset(
    {
        "named-disease-node",
        "silicosis-lesion",
        "sarcoid-disease",
        "tuberculosis-lesion",
        "device-entity",
        "fungal-lung-infection",
    }
)


def _priority(known: frozenset[str], label: Tag) -> Priority | None:
    if label not in CLASSES:
        return None
    if label is Tag.DYSTROPHIC and known & _BACKGROUND and not known & _ACTIVE:
        return Priority.BACKGROUND
    return Priority.SPECIFIC


def _with_second_class(decision: Decision, known: frozenset[str]) -> Decision:
    """Uraemic tumoral calcinosis is metastatic as well, and a calcinosis of connective tissue
    disease called "tumoral calcinosis-like" tumoral (guideline 3.2).
    """
    if decision.label is Tag.DYSTROPHIC and "strong-tumoral-name" in known:
        return replace(decision, candidates=(*decision.candidates, Tag.TUMORAL))
    if decision.label is Tag.TUMORAL and known & _URAEMIC:
        return replace(decision, candidates=(*decision.candidates, Tag.METASTATIC))
    if (
        decision.label is Tag.METASTATIC
        and "bundle-3" in known
        and decision.decided_by is DecidedBy.NAMED
    ):
        return replace(decision, candidates=(*decision.candidates, Tag.TUMORAL))
    return decision


def _weakened(decision: Decision) -> Decision:
    """A calcification that is only possible supports no class; the class stays a candidate."""
    doubtful = decision.sub_reason is SubReason.CALCIPHYLAXIS_NONURAEMIC
    if decision.label not in CLASSES and not doubtful:
        return decision
    own = () if doubtful else (decision.label,)
    return replace(
        decision,
        label=Tag.INDETERMINATE,
        sub_reason=None,
        priority=None,
        candidates=tuple(dict.fromkeys((*own, *decision.candidates))),
        confidence=0.7,
    )


# -- the report --------------------------------------------------------------------------------

_SUB_RANK = {
    SubReason.CALCULUS: 0,
    SubReason.ARTEFACT: 1,
    SubReason.FAMILY: 2,
    SubReason.HISTORICAL: 3,
    SubReason.HYPOTHETICAL: 4,
    SubReason.NEGATED: 5,
}


def rank(decision: Decision) -> tuple[int, bool, int]:
    """Return the place of a decision in the guideline's order; smaller is more important."""
    background = decision.priority is Priority.BACKGROUND
    sub = _SUB_RANK.get(decision.sub_reason, 0) if decision.sub_reason else 0
    return RANK[decision.label], background and decision.label is Tag.DYSTROPHIC, sub


def report_tags(decisions: Sequence[Decision]) -> tuple[Tag, ...]:
    """Return every class the report supports, primary first (guideline 3.3)."""
    if not decisions:
        return ()
    primary = min(decisions, key=rank).label
    found: list[Tag] = []
    for decision in sorted(decisions, key=rank):
        if decision.label in CLASSES:
            found.append(decision.label)
            found.extend(tag for tag in decision.candidates if tag in CLASSES)
        elif decision.label is Tag.INDETERMINATE and primary is Tag.INDETERMINATE:
            found.extend(decision.candidates)
    return tuple(dict.fromkeys(found))
