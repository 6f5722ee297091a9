"""What the text says of a mention: its assertion, by sentence and section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from reportclf.reading.assertion import Target, judge
from reportclf.reading.hits import Hit, cue_of
from reportclf.reading.mentions.anew import begins_anew, is_item_of_its_own
from reportclf.reading.mentions.asked import is_asked
from reportclf.reading.mentions.attached import Attached
from reportclf.reading.mentions.either import is_one_of_two
from reportclf.reading.mentions.found import score_behind
from reportclf.reading.mentions.past import is_left_by_past, is_pictured, is_time_of_other
from reportclf.reading.parse import SentenceHits
from reportclf.records import Level, Status


def judged(
    mention: Attached, sentence: SentenceHits, words: Mapping[str, frozenset[str]]
) -> Attached:
    """Judge a mention by its sentence and its section's role."""
    verdict = judge(Target(mention.hit.first, mention.last), sentence.scope, sentence.role)
    status, level = verdict.status, verdict.level
    if status is Status.ABSENT and (
        begins_anew(mention, sentence, verdict.cues, words["finding-nouns"])
        or is_item_of_its_own(mention, sentence, verdict.cues)
    ):
        status = Status.PRESENT
    if is_left_by_past(mention, sentence, verdict.cues) or (
        status is Status.HISTORICAL and is_time_of_other(mention, sentence, verdict.cues)
    ):
        status, level = Status.PRESENT, None
    if status is Status.HISTORICAL and is_pictured(mention, sentence, verdict.cues, words):
        status = Status.PRESENT
    if status is Status.PRESENT and is_one_of_two(mention, sentence, words):
        status, level = Status.POSSIBLE, Level.WEAK
    known = any(cue_of(hit).phrase.startswith("known") for hit in verdict.cues)
    if any(concept.id == "calcium-score-value" for concept in mention.concepts):
        status = _score_status(mention, sentence) or status
    if status is Status.PRESENT or status is Status.POSSIBLE:
        if _is_opening_question(mention, sentence, verdict.cues) or is_asked(mention, sentence):
            status, level = Status.HYPOTHETICAL, None
        elif sentence.role == "family":
            status, level = Status.FAMILY, None
        elif sentence.role == "comparison":
            status, level = Status.HISTORICAL, None
        elif (sentence.role == "recommendation" and not _stated(verdict.cues)) or (
            sentence.role == "history" and status is Status.POSSIBLE
        ):
            status, level = Status.HYPOTHETICAL, None
        elif sentence.role in ("history", "past") and not known:
            status, level = Status.HISTORICAL, None
    if status is Status.PRESENT and any(one.id == "tumoral-like-named" for one in mention.concepts):
        status, level = Status.POSSIBLE, Level.LIKELY
    if mention.kind == "uptake" and status is Status.PRESENT:
        status, level = Status.POSSIBLE, Level.WEAK
    if status is mention.status and not verdict.cues:
        return mention
    return mention._replace(status=status, level=level, cues=verdict.cues)


_OPENING = 3


def _is_opening_question(mention: Attached, sentence: SentenceHits, cues: Sequence[Hit]) -> bool:
    """Whether a report without headings asks before it finds: "CT head, ?calcification."."""
    if sentence.number >= _OPENING or sentence.role not in ("findings", "title"):
        return False
    text = sentence.scope.text
    before = any(
        cue_of(hit).phrase in ("?", "query")
        and mention.start - hit.end <= 1
        and hit.end <= mention.start + 1
        for hit in cues
    )
    behind = text[mention.end : mention.end + 2].lstrip()[:1] == "?"
    return before or behind


def _stated(cues: Sequence[Hit]) -> bool:
    return any(cue_of(hit).category in ("affirmed", "persistence") for hit in cues)


def _score_status(mention: Attached, sentence: SentenceHits) -> Status | None:
    score = score_behind(mention.hit, sentence.scope.text)
    if score is None:
        return None
    return Status.ABSENT if score in ("0", "zero", "0.0") else Status.PRESENT


def set_against(found: list[Attached], sentence: SentenceHits) -> list[Attached]:
    """Two class names with "versus" between them are both weak, however far apart."""
    names = [number for number, mention in enumerate(found) if mention.naming is not None]
    for left, right in pairwise(names):
        between = range(found[left].hit.last, found[right].hit.first)
        if any(
            hit.first in between and cue_of(hit).phrase in _VERSUS for hit in sentence.scope.cues
        ):
            for number in (left, right):
                if found[number].affirmed:
                    found[number] = found[number]._replace(status=Status.POSSIBLE, level=Level.WEAK)
    return found


_VERSUS = frozenset({"versus", "vs", "vs."})
