"""Who wins where several cues reach a span."""

from __future__ import annotations

from reportclf.reading.assertion.scope import Verdict
from reportclf.reading.hits import Hit, cue_of
from reportclf.records import Level, Status


def settled(before: list[Hit], after: list[Hit], role: str, chronic: bool) -> Verdict:
    """Return the verdict that the cues before and behind a span make together."""
    ahead = _by_category(before)
    behind = _by_category(after)

    def cues(category: str) -> tuple[Hit, ...]:
        return (*ahead.get(category, ()), *behind.get(category, ()))

    family = cues("family")
    negation = _negation(ahead, behind)
    if family and not negation:
        return Verdict(Status.FAMILY, None, family)
    asked = cues("hypothetical")
    if negation and all(cue_of(hit).phrase.startswith(_WOULD) for hit in asked):
        asked = ()
    if asked and not (negation and negation[-1].first > asked[-1].first):
        return Verdict(Status.HYPOTHETICAL, None, asked)
    if negation:
        return Verdict(Status.ABSENT, None, negation)
    weak = cues("weak")
    if role == "history" and weak:
        return Verdict(Status.HYPOTHETICAL, None, weak)
    stays = cues("persistence")
    past = cues("history")
    over = cues("former")
    if over and not stays:
        return Verdict(Status.HISTORICAL, None, over)
    if past and not stays and not chronic and not ahead.get("affirmed"):
        return Verdict(Status.HISTORICAL, None, past)
    likely = cues("likely")
    hedge = _nearest_hedge(ahead, behind)
    if hedge is not None:
        level = Level.WEAK if hedge in weak else Level.LIKELY
        return Verdict(Status.POSSIBLE, level, weak if level is Level.WEAK else likely)
    return Verdict(Status.PRESENT, None, (*cues("affirmed"), *stays))


_WOULD = ("would", "that would", "any ")
"""What a denied thing would mean is denied with it: "no finding that would suggest X", "without any
known X".
"""


def _negation(ahead: dict[str, list[Hit]], behind: dict[str, list[Hit]]) -> tuple[Hit, ...]:
    """Return the negations that hold: one behind the span beats a doubt before it."""
    if behind.get("negation") and not _is_excepted(ahead):
        return tuple(behind["negation"])
    found = ahead.get("negation")
    if not found or behind.get("weak") or _leaves_out(behind):
        return ()
    return tuple(found)


_EXCEPTIONS = frozenset(
    {"aside from", "apart from", "except for", "except", "other than", "save for", "besides", "with the exception of"}
)  # fmt: skip


def _is_excepted(ahead: dict[str, list[Hit]]) -> bool:
    """Whether the span is what a denial leaves out: "aside from a cough, the review is negative"."""
    return any(cue_of(hit).phrase in _EXCEPTIONS for hit in ahead.get("affirmed", ()))


def _leaves_out(behind: dict[str, list[Hit]]) -> bool:
    """Whether a denial leaves out what is told behind: "no calcification other than at the arch"."""
    return any(cue_of(hit).phrase.startswith(_LEAVING_OUT) for hit in behind.get("affirmed", ()))


_LEAVING_OUT = ("other than", "except", "apart from", "aside from", "save")


def _nearest_hedge(ahead: dict[str, list[Hit]], behind: dict[str, list[Hit]]) -> Hit | None:
    """Weak beats likely: one doubt is enough."""
    for category in ("weak", "likely"):
        for side in (behind, ahead):
            if side.get(category):
                return side[category][-1]
    return None


def _by_category(hits: list[Hit]) -> dict[str, list[Hit]]:
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(cue_of(hit).category, []).append(hit)
    return found
