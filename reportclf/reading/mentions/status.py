"""What the text says of a mention: its assertion, by sentence and section."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

from reportclf.reading.assertion import Target, judge
from reportclf.reading.hits import Hit, cue_of
from reportclf.reading.mentions.attached import Attached
from reportclf.reading.mentions.beginnings import beginning
from reportclf.reading.mentions.found import score_behind
from reportclf.reading.parse import SentenceHits
from reportclf.records import Level, Status


def judged(
    mention: Attached, sentence: SentenceHits, words: Mapping[str, frozenset[str]]
) -> Attached:
    """Judge a mention by its sentence and its section's role."""
    verdict = judge(Target(mention.hit.first, mention.last), sentence.scope, sentence.role)
    status, level = verdict.status, verdict.level
    if status is Status.ABSENT and _begins_anew(
        mention, sentence, verdict.cues, words["finding-nouns"]
    ):
        status = Status.PRESENT
    if _is_left_by_past(mention, sentence, verdict.cues) or (
        status is Status.HISTORICAL and _is_time_of_other(mention, sentence, verdict.cues)
    ):
        status, level = Status.PRESENT, None
    if status is Status.HISTORICAL and _is_pictured(mention, sentence, verdict.cues, words):
        status = Status.PRESENT
    if status is Status.PRESENT and _is_one_of_two(mention, sentence, words):
        status, level = Status.POSSIBLE, Level.WEAK
    known = any(cue_of(hit).phrase.startswith("known") for hit in verdict.cues)
    if any(concept.id == "calcium-score-value" for concept in mention.concepts):
        status = _score_status(mention, sentence) or status
    if status is Status.PRESENT or status is Status.POSSIBLE:
        if _is_opening_question(mention, sentence, verdict.cues):
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


_OR = r"(?:and/or|or|versus|vs\.?|/)"
_ADJECTIVES = r"(?:(?:an?|the|old|acute|chronic|subacute|recent|small|tiny|punctate|petechial|residual|surgical|dense|excreted|prior|focal|a little|some|bowel|metallic|micro|retained|just) ){0,3}"
_UNTOLD = r"(?:can ?not|could not|may not|is not|are not) (?:(?:reliably|clearly|safely|always) )?(?:be )?(?:told|distinguished|differentiated|separated|discriminated)(?: here| reliably)? from"


@cache
def _alternatives(words: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what offers another thing than calcium behind a mention, and before it."""
    things = (
        rf"(?:{'|'.join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))})s?"
    )
    return (
        re.compile(
            rf"s? ?(?:{_OR}|{_UNTOLD}) ?{_ADJECTIVES}{things}(?! (?:cell|vessel|pressure))\b"
        ),
        re.compile(rf"\b{things} ?{_OR} ?{_ADJECTIVES}$"),
    )


_ALTERNATIVE_REACH = 60


def _is_one_of_two(
    mention: Attached, sentence: SentenceHits, words: Mapping[str, frozenset[str]]
) -> bool:
    """Whether the same thing may be no calcium: "calcification or blood", "a clip or calcification"."""
    text = sentence.scope.text
    behind, before = _alternatives(words["look-alike"] | words["no-calcium"])
    start = max(sentence.start, mention.start - _ALTERNATIVE_REACH)
    return bool(
        behind.match(text, mention.end, sentence.end) or before.search(text[start : mention.start])
    )


_LONG_AGO = re.compile(
    r"\b(?:had|has|have|ago|before|earlier|previously|already|formerly|since|last|at the age|elsewhere|another|(?:19|20)\d\d"
    r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december))\b"
)


def there_till_removed(mention: Attached, sentence: SentenceHits) -> Attached:
    """In a case text what "was excised" was there when the text found it: it is no past finding,
    unless the sentence looks back.
    """
    cut_out = (
        mention.status is Status.HISTORICAL
        and bool(mention.cues)
        and all(
            cue_of(hit).category == "former" and cue_of(hit).phrase.startswith(("was ", "were "))
            for hit in mention.cues
        )
    )
    if cut_out and not _LONG_AGO.search(sentence.scope.text, sentence.start, sentence.end):
        return mention._replace(status=Status.PRESENT, level=None)
    return mention


def _begins_anew(
    mention: Attached,
    sentence: SentenceHits,
    cues: Sequence[Hit],
    finding_nouns: frozenset[str],
) -> bool:
    """Whether the words follow a denied finding without any mark: "NO INFILTRATE CALCIFIED NODES"."""
    text = sentence.scope.text
    before = text[max(sentence.start, mention.start - 24) : mention.start]
    words = before.split()
    if not words or before.rstrip()[-1:] in ",;:." or words[-1] not in finding_nouns:
        return False
    return all(cue.last <= mention.hit.first for cue in cues) and any(
        cue.end <= mention.start - len(words[-1]) for cue in cues
    )


_PAST = frozenset({"history", "former"})
_OVERCOME = (
    "treated",
    "previously treated",
    "successfully treated",
    "healed",
    "resolved",
    "status post",
    "s/p",
)
_LEFT = re.compile(r"(?:^|[ ,;(])(?:with|leaving|causing|producing|resulting in|and now|now)\b")
_LISTED_APART = re.compile(r"[,;]")
_CAUSE_REACH = 2
_AFTER = ("s/p", "status post", "status after")
_TAKEN_OUT = re.compile(r"\b(?:removed|resected|excised|enucleated|taken out|cut out)\b")
_BARE = frozenset({"calcification", "weak"})


def _is_past(hit: Hit) -> bool:
    """Whether a cue puts an illness into the past; "removed" and "formerly" are of other things."""
    cue = cue_of(hit)
    return cue.phrase.startswith(_OVERCOME) or (
        cue.category == "history" and not cue.phrase.startswith("formerly")
    )


def _is_left_by_past(mention: Attached, sentence: SentenceHits, cues: Sequence[Hit]) -> bool:
    """Whether only the cause is past, and the calcium is what it left: "status post radiotherapy
    with calcified nodes", "injury in 1975, calcified muscle".
    """
    if not cues or any(hit.first >= mention.hit.first or not _is_past(hit) for hit in cues):
        return False
    if any(
        cue_of(hit).direction == "after"
        and cue_of(hit).category in _PAST
        and hit.first >= mention.last
        for hit in sentence.scope.cues
    ):
        return False
    text = sentence.scope.text
    cue = cues[-1]
    if _TAKEN_OUT.search(text, sentence.start, mention.start):
        return False
    causes = (
        *sentence.clues.get("risk", ()),
        *sentence.clues.get("context", ()),
        *sentence.details.get("entity", ()),
    )
    ends = [
        cause.end
        for cause in causes
        if cause.first - cue.last <= _CAUSE_REACH
        and (cue.first - cause.last < _CAUSE_REACH or _told_of(cause, cue, text))
        and cause.last <= mention.hit.first
    ]
    if cue_of(cue).phrase.startswith(_AFTER):
        ends.append(cue.end + 1)
    for end in ends:
        between = text[max(end, cue.end) : mention.start]
        if _LEFT.search(between) or (mention.kind in _BARE and _LISTED_APART.search(between)):
            return True
    return False


_DATED = 8
"""Words from an illness to its date: "infarct of the left occipital lobe years ago"."""


def _told_of(cause: Hit, cue: Hit, text: str) -> bool:
    return cue.first - cause.last <= _DATED and not _LISTED_APART.search(
        text[cause.end : cue.start]
    )


_OTHER_EVENT = re.compile(
    r"\b(?:first (?:seen|noticed|noted|detected|described|diagnosed|found|discovered|identified|felt)|inserted|implanted|placed|injected|operated|performed|from (?:surgery|an? \w+|the \w+|\w+ery))(?: (?:on|in|at|about|some|over))?(?: (?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|many|several|few))* ?$"
)


def _is_time_of_other(mention: Attached, sentence: SentenceHits, cues: Sequence[Hit]) -> bool:
    """Whether the time told behind is of another event: "calcified scar from surgery ten years ago",
    "calcified mass, first seen in 2012".
    """
    text = sentence.scope.text
    return bool(cues) and all(
        cue_of(hit).category == "history"
        and hit.first >= mention.last
        and _OTHER_EVENT.search(text, mention.end, hit.start)
        for hit in cues
    )


def _is_pictured(
    mention: Attached,
    sentence: SentenceHits,
    cues: Sequence[Hit],
    words: Mapping[str, frozenset[str]],
) -> bool:
    """Whether what was cut out is shown: "photograph of the calcified mass resected from ..."."""
    if any(cue_of(hit).category != "former" for hit in cues):
        return False
    text = sentence.scope.text
    return beginning(words["pictured"]).search(text, sentence.start, mention.start) is not None


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
