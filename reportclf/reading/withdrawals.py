"""What a report takes back in so many words: "That sentence is withdrawn"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reportclf.reading.mentions import Attached
from reportclf.reading.parse import SentenceHits
from reportclf.records import Status

_AHEAD = 240
"""Characters of a sentence within which it is withdrawn; a page may have no stops."""
_NEXT = 2
"""Sentences behind the mention that "that sentence" may still mean it."""
_FAR = 40
"""Sentences within which a quoted report is withdrawn."""
_SAYING = r"(?:sentence|statement|line|word|wording|phrase|passage|remark|comment|entry|impression|reading|description|paragraph)"
_OF_BEFORE = r"(?:earlier|previous|prior|outside|original|first|initial|referring|provisional|preliminary|quoted)"
_BACK = (
    r"(?:(?:is|was|are|has been|have been|must be|should be|is hereby|is to be|are to be) (?:hereby |therefore |thus |now |all )?"
    r"(?:withdrawn|retracted|taken back|deleted|struck(?: out)?|disregarded|cancelled|canceled|void|not upheld|not maintained|revoked|ignored|annulled)"
    r"|(?:is|was) (?:hereby |simply |plainly )?(?:wrong|an error|a mistake|erroneous|incorrect|mistaken)\b"
    r"|(?:cannot|can not|could not) be (?:upheld|maintained|sustained)|(?:was|were) meant for (?:another|a different|the film|the scan|somebody|someone))"
)
_THIS = re.compile(rf"\s*(?:this|that|the) (?:whole )?{_SAYING}\b[^.;:]{{0,80}}?\b{_BACK}")
_EARLIER = re.compile(
    rf"(?:[^.;]{{0,120}}; ?)?\s*(?:the |that |this |our )?{_OF_BEFORE} (?:\w+ )?(?:{_SAYING}|diagnosis|report|interpretation|opinion|label)\b[^.;:]{{0,60}}?\b{_BACK}"
)
_QUOTES_EARLIER = re.compile(
    rf"\b{_OF_BEFORE} (?:\w+ )?(?:{_SAYING}|diagnosis|report|interpretation|opinion|label)\b"
)
_READ_AS = re.compile(
    r"\b(?:read|reported|called|described|taken|interpreted|labelled|labeled) as [^.;:]{0,40}$"
)
_SOME_TIME_AGO = re.compile(
    r"\b(?:last night|yesterday|overnight|initially|at first|first|earlier|in the night|this morning|provisionally|originally|previously)\b"
)
_QUOTE = re.compile(r"[\"'\u201c\u201d\u2018\u2019]")
_WRITTEN = rf"{_QUOTE.pattern}[^\"\u201c\u201d]{{3,120}}?{_QUOTE.pattern}"
_CORRECTION = re.compile(
    rf"(?:\b(?:for|instead of) {_WRITTEN},? (?:please |it )?(?:reads?|substitute|say|write)"
    rf"|\breplace {_WRITTEN} (?:with|by)"
    rf"|{_WRITTEN} (?:in the \w+ )?(?:should|must|ought to|has to|is to|was to) (?:have )?(?:read|be|been|say|said)) "
    rf"(?:as )?(?P<new>{_WRITTEN})"
)
"""What was written and what was meant: for "no calcified node" read "a calcified node"."""
_UNCONFIRMED = re.compile(
    r"[^.;:]{0,60}\b(?:elsewhere|outside|before|previously|earlier|there)\b[^.;:]{0,30}\b(?:cannot|can not|could not|(?:am|are) unable to) (?:confirm|see|find|reproduce|verify) (?:it|this|that|them)\b"
)
"""What somebody else told of and this report does not find: "mentioned elsewhere but I cannot confirm it"."""


def withdrawn(mention: Attached, dealt: Sequence[SentenceHits]) -> Attached:
    """Let a mention be absent whose statement the report takes back.

    Parameters
    ----------
    mention : Attached
        A judged mention.
    dealt : sequence of SentenceHits
        All sentences of the report.

    Returns
    -------
    Attached
        Absent where its own sentence cannot confirm it; absent, as an artefact, where one of the
        next sentences withdraws it, or where any later one withdraws the earlier report that it is
        quoted from.
    """
    own = dealt[mention.sentence]
    text = own.scope.text
    lead, tail = max(own.start, mention.start - _AHEAD), min(own.end, mention.end + _AHEAD)
    corrected = _corrected(mention, text, lead, tail)
    if corrected is not None:
        return corrected
    if mention.status not in (Status.PRESENT, Status.POSSIBLE, Status.HISTORICAL):
        return mention
    if _UNCONFIRMED.match(text, mention.end, tail):
        return mention._replace(status=Status.ABSENT, level=None)
    quoted = _QUOTES_EARLIER.search(text, lead, mention.start) or (
        _READ_AS.search(text[lead : mention.start]) and _SOME_TIME_AGO.search(text, lead, tail)
    )
    first = mention.sentence + 1
    for number, later in enumerate(dealt[first : first + (_FAR if quoted else _NEXT)]):
        end = min(later.end, later.start + _AHEAD)
        if (number < _NEXT and _THIS.match(text, later.start, end)) or (
            quoted and _EARLIER.match(text, later.start, end)
        ):
            return _taken_back(mention)
    return mention


def _corrected(mention: Attached, text: str, start: int, end: int) -> Attached | None:
    """Return what a correction in quotation marks makes of a mention, None where there is none."""
    if _QUOTE.search(text, start, end) is None:
        return None
    told = _CORRECTION.search(text, start, end)
    if told is None or not told.start() <= mention.start < told.end():
        return None
    if mention.start < told.start("new"):
        return _taken_back(mention)
    if mention.status is Status.ABSENT and all(
        hit.start < told.start("new") for hit in mention.cues
    ):
        return mention._replace(status=Status.PRESENT, level=None, cues=())
    return mention


def _taken_back(mention: Attached) -> Attached:
    return mention._replace(
        status=Status.ABSENT, level=None, contexts=(*mention.contexts, "artefact-word")
    )
