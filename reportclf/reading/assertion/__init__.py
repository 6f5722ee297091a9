"""What the text says of a span: present, possible, absent, historical, hypothetical or family.

A ConText-style walk over the cues of one sentence. Cues, their directions and their bounds are data
(``lexicon/cues.toml``); this module holds only how scopes begin, end and compete.
"""

from __future__ import annotations

from bisect import bisect_left

from reportclf.reading.assertion.before import cues_before
from reportclf.reading.assertion.behind import cues_behind
from reportclf.reading.assertion.scope import PRESENT, Scope, Target, Verdict
from reportclf.reading.assertion.settle import settled
from reportclf.reading.hits import Hit, cue_of, first_token
from reportclf.records import Status

__all__ = ["Scope", "Target", "Verdict", "judge"]


def judge(
    target: Target, scope: Scope, role: str = "findings", *, chronic: bool = False
) -> Verdict:
    """Judge a span by the cues of its sentence.

    Parameters
    ----------
    target : Target
        The span.
    scope : Scope
        Cues of the sentence in order of position.
    role : str
        Role of the section: in a history section weak hedges are questions.
    chronic : bool
        Whether the span names a disease that stays with the patient, so that "history of" it
        means that it is there.

    Returns
    -------
    Verdict
        ``present`` without cues where nothing speaks against it.
    """
    if not scope.cues:
        return PRESENT
    scope = _around(target, scope)
    denied = _denied_by_itself(target, scope)
    if denied is not None:
        return Verdict(Status.ABSENT, None, (denied,))
    before = cues_before(target, scope)
    after = cues_behind(target, scope)
    if not before and not after:
        return PRESENT
    return settled(before, after, role, chronic)


_DENYING = frozenset({"not", "no", "without"})


def _denied_by_itself(target: Target, scope: Scope) -> Hit | None:
    """Return the idiom that the span ends ("is not dilated", "no change") or goes on with
    ("not enlarged or calcified").
    """
    idiom: Hit | None = None
    for hit in scope.cues:
        if hit.first >= target.first:
            return None
        cue = cue_of(hit)
        if cue.category == "pseudo" and not _DENYING.isdisjoint(cue.phrase.split()):
            if hit.last >= target.last:
                return hit
            idiom = hit
        elif (
            idiom is not None
            and cue.phrase in ("or", "nor")
            and hit.first == idiom.last
            and target.first - hit.last <= _IDIOM_REACH
        ):
            return idiom
    return None


_IDIOM_REACH = 2


_WINDOW = 120


def _around(target: Target, scope: Scope) -> Scope:
    """Leave out the cues that are too far away to matter, so that a page without stops stays cheap."""
    if len(scope.cues) < _WINDOW // 2:
        return scope
    first = bisect_left(scope.cues, target.first - _WINDOW, key=first_token)
    last = bisect_left(scope.cues, target.last + _WINDOW, key=first_token)
    return Scope(scope.cues[first:last], scope.last, scope.text)
