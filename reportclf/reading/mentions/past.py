"""What is past: the calcification, its cause, or only the event whose time is told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from reportclf.reading.hits import Hit, cue_of, within
from reportclf.reading.mentions.attached import Attached
from reportclf.reading.mentions.beginnings import beginning
from reportclf.reading.parse import SentenceHits
from reportclf.records import Status

_LONG_AGO = re.compile(
    r"\b(?:had|has|have|ago|before|earlier|previously|already|formerly|since|last|at the age|at age|in childhood|in infancy|in adolescence|as an? (?:child|infant|boy|girl|teenager|baby)|in (?:his|her) (?:youth|teens|twenties|thirties|childhood)|elsewhere|another|(?:19|20)\d\d"
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


_PAST = frozenset({"history", "former"})
_WINDOW = 40
"""Words around a mention within which its past is told; a page may have no stops."""
_BACK = 200
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


def is_left_by_past(mention: Attached, sentence: SentenceHits, cues: Sequence[Hit]) -> bool:
    """Whether only the cause is past, and the calcium is what it left: "status post radiotherapy
    with calcified nodes", "injury in 1975, calcified muscle".
    """
    if not cues or any(hit.first >= mention.hit.first or not _is_past(hit) for hit in cues):
        return False
    first, last = mention.hit.first - _WINDOW, mention.last + _WINDOW
    if any(
        cue_of(hit).direction == "after" and cue_of(hit).category in _PAST
        for hit in within(sentence.scope.cues, mention.last, last)
    ):
        return False
    text = sentence.scope.text
    cue = cues[-1]
    if _TAKEN_OUT.search(text, max(sentence.start, mention.start - _BACK), mention.start):
        return False
    causes = [
        cause
        for found in (
            sentence.clues.get("risk", ()),
            sentence.clues.get("context", ()),
            sentence.details.get("entity", ()),
        )
        for cause in within(found, first, mention.hit.first)
    ]
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


def is_time_of_other(mention: Attached, sentence: SentenceHits, cues: Sequence[Hit]) -> bool:
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


def is_pictured(
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
