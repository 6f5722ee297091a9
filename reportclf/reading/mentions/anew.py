"""Whether a mention behind a denial begins anew: what is denied has ended before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reportclf.reading.hits import Hit
from reportclf.reading.mentions.attached import Attached
from reportclf.reading.parse import SentenceHits


def begins_anew(
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


_BACK = 200
_ITEM = re.compile(r",\s*")
_OWN_NO = re.compile(r"(?:and |but )?(?:no|without)\b")
_DENIES = re.compile(
    r"\b(?:no|none|nothing|not|non|neither|hardly|scarcely|barely|without|never|nor|neither|free|devoid|absent|lacks?|lacking)\b"
)
_NOTHING = r"(?:no|without) (?:acute |active |significant |focal |other |new |evidence of |further |relevant |suspicious ){0,3}(?:abnormality|abnormalities|disease|findings?|process|pathology|changes?)"
_CLOSED = re.compile(
    rf"{_NOTHING}|(?:nothing|nil|none) (?:acute|new|active|else|focal|of note)"
    r"|.*\b(?:normal|unremarkable|clear|intact|unchanged|stable)"
)
_CLOSED_WITH = re.compile(
    rf"(?:{_NOTHING}|negative (?:chest|abdomen|head|study|examination|film)) with $"
)
_SAID_OF = re.compile(
    r"(?:the )?(?:\w+ ){1,3}(?:(?:partly|partially|heavily|densely|coarsely) )?calcified\s*$"
)
_LISTS_ON = re.compile(r"[^,;.]*\b(?:or|nor)\b")


def is_item_of_its_own(mention: Attached, sentence: SentenceHits, cues: Sequence[Hit]) -> bool:
    """Whether a denial has ended with the item before: each item has its "no" but this one ("no
    pneumothorax, no effusion, calcified plaque"), the one before is closed ("no acute abnormality,
    calcified aorta"), or this one is a clause ("no stones, wall calcified").
    """
    if not cues or any(cue.first >= mention.hit.first for cue in cues):
        return False
    text = sentence.scope.text
    if _CLOSED_WITH.search(text, cues[0].start, mention.start):
        return True
    start = max(sentence.start, mention.start - _BACK)
    items = _ITEM.split(text[start : mention.start].lstrip())
    if len(items) == 1 or _DENIES.search(items[-1]) or _LISTS_ON.match(items[-1]):
        return False
    if _LISTS_ON.match(text, mention.end, sentence.end):
        return False
    denied = items[:-1]
    if _CLOSED.fullmatch(denied[-1].strip()):
        return True
    if len(denied) > 1 and all(_OWN_NO.match(item) for item in denied[-2:]):
        return True
    whole = items[-1] + text[mention.start : mention.end]
    return _SAID_OF.fullmatch(whole) is not None and _ENDS.match(text, mention.end) is not None


_ENDS = re.compile(r"\s*(?:[,;.]|$)")
