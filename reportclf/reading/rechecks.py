"""What another study made of a calcification: one suspects it, the next confirms or refutes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from reportclf.reading.mentions import Attached
from reportclf.reading.one_of import one_of
from reportclf.reading.parse import SentenceHits
from reportclf.records import Status

_TO_BE = r"(?:(?:is|are|was|were|has been|have been) )?"
_FINDS = r"(?:shows?|showed|shown|has shown|reveal(?:s|ed)|demonstrate[sd]?|finds|found|contains|contained|had|has)"
_SAME = r"(?:it|this|these|them|that|those|one|the (?:calcification|calcifications|suspicion|finding|calcium|suspected \w+))"


_AHEAD = 240
"""Characters within which the answer stands; a page may have no stops."""


class _Answers(NamedTuple):
    """Patterns, searched behind a mention, of how another study answers it."""

    refuted: re.Pattern[str]
    confirmed: re.Pattern[str]
    unseen: re.Pattern[str]


@cache
def _answers(studies: frozenset[str]) -> _Answers:
    study = (
        r"(?:(?:the|a|an|his|her|our|subsequent|later|following|unenhanced|non contrast|noncontrast|plain|dedicated|repeat|follow up|low dose|thin section|second|targeted) ){0,3}"
        rf"(?:{one_of(studies)})(?: (?:scans?|images?|films?|views?|study|examination|series|scanning))?"
    )
    by = rf"(?:on|at|by|in|with|under) {study}"
    refuted = re.compile(
        rf"\b{study},? (?:however )?(?:{_FINDS}(?: only)? (?:none\b|no such\b|nothing of|no calcium\b|no calcifications?\b|neither\b)"
        rf"|(?:bears|bore|has borne) (?:none|nothing) of (?:it|this|that) out\b|(?:bears|bore) out (?:none|nothing)\b"
        rf"|{_FINDS} [^.;,]{{1,40}} without (?:any )?(?:calcium|calcifications?)\b"
        rf"|(?:excluded|excludes|has excluded|refuted|refutes|disproved|ruled out|rules out) {_SAME}\b"
        rf"|(?:did|does|could|can) ?not (?:confirm|show|reveal|demonstrate|find|verify|reproduce|bear out|corroborate) (?:{_SAME}|any|calcification|calcium)\b"
        rf"|(?:which )?(?:failed|fails) to (?:confirm|show|reveal|demonstrate|find|reproduce) (?:{_SAME}|any|calcification|calcium)\b"
        rf"|answers? in the negative|(?:was|is) negative\b)"
        rf"|\b(?:not|never) (?:(?:seen|confirmed|present|visible|found|reproduced|there|evident|verified|borne out|demonstrated|shown) )?{by}\b"
        rf"|\b(?:absent|excluded|refuted|disproved|ruled out) {by}\b"
        rf"|\b{by},? (?:there (?:is|was|are|were) )?(?:none|no such|nothing)\b"
        rf"|\bnone {_TO_BE}(?:(?:present|seen|found|visible|shown) )?{by}\b"
        rf"|\b{study}: (?:none|no such|no calcium|no calcification)\b"
    )
    confirmed = re.compile(
        rf"\b{study},? (?:{_FINDS}|(?:has )?confirm(?:s|ed)?|(?:has )?prove[sd]?|(?:has )?verifie[sd]|brought out|bears out|bore out) {_SAME}\b(?! (?:to|not|was not|is not|as ))"
        rf"|(?<!not )(?<!not been )(?<!not be )(?<!never )(?<!cannot be )\b(?:confirmed|verified|proved|proven|borne out) {by}\b"
        rf"|\b(?:but|yet|though|although|and|only|while|whereas) (?:(?:it|they) )?{_TO_BE}(?:(?:well|clearly|plainly|readily|easily|first|obvious|definitely) )?(?:seen|visible|present|shown|evident|obvious|apparent|found|detected|demonstrated|recognised|recognized) {by}\b"
    )
    unseen = re.compile(
        rf"^[^,;.(]{{0,40}}(?:,| \() ?(?:but |though |although )?not (?:seen|visible|shown|evident|apparent|visualised|visualized|appreciated|detected|recognised|recognized) {by}\b"
    )
    return _Answers(refuted, confirmed, unseen)


def rechecked(
    mention: Attached, dealt: Sequence[SentenceHits], studies: frozenset[str]
) -> Attached:
    """Let what another study found of a calcification outrank the study that is told first.

    Parameters
    ----------
    mention : Attached
        A judged mention.
    dealt : sequence of SentenceHits
        All sentences of the report.
    studies : frozenset of str
        Names of studies, from ``words.toml``.

    Returns
    -------
    Attached
        A doubted one is absent where the next study refutes it and present where it confirms it; one
        that a study did not show is present where another shows it.
    """
    sentence = dealt[mention.sentence]
    text = sentence.scope.text
    if mention.status in (Status.POSSIBLE, Status.HYPOTHETICAL):
        answer = answered(mention.end, mention.sentence, dealt)
        if answer is Status.PRESENT:
            things = tuple((name, "present") for name, _ in mention.entities)
            return mention._replace(status=answer, level=None, entities=things)
        if answer is not None:
            return mention._replace(status=answer, level=None)
    if mention.status not in (Status.POSSIBLE, Status.ABSENT):
        return mention
    answers = _answers(studies)
    behind = text[mention.end : min(sentence.end, mention.end + _AHEAD)]
    if answers.confirmed.search(behind):
        return mention._replace(status=Status.PRESENT, level=None, cues=())
    if mention.status is Status.ABSENT:
        if _OTHER_IS.match(behind):
            return mention._replace(status=Status.PRESENT, level=None, cues=())
        if answers.unseen.match(behind) and not _is_denied_before(mention):
            return mention._replace(status=Status.PRESENT, level=None, cues=())
        return mention
    if answers.refuted.search(behind):
        return mention._replace(status=Status.ABSENT, level=None)
    following = dealt[mention.sentence + 1 : mention.sentence + 2]
    for other in following:
        told = text[other.start : min(other.end, other.start + _AHEAD)].lstrip()
        if answers.refuted.match(told):
            return mention._replace(status=Status.ABSENT, level=None)
        if answers.confirmed.match(told):
            return mention._replace(status=Status.PRESENT, level=None)
    return mention


_OTHER_IS = re.compile(
    r"(?:;|,| but| while| whereas)(?: (?:but|while|whereas|and|though))? the (?:\w+ ){1,3}(?:is|are|was|were|does|did|has)(?=\s*[.,;]|\s*$)"
)
"""Another one, of which in so few words the contrary is said: "the left is not calcified; the right is"."""

_SAID = r"(?:(?:the )?(?:answer|reply|response)(?: is| was)?\W+)?"
_IT = r"(?:it|they|there|this|these|that|those)"
_YES = re.compile(
    rf"\W*{_SAID}(?:yes\b|affirmative\b|in the affirmative\b|(?:indeed,? )?{_IT} (?:indeed )?(?:is|are|was|were|does|do)(?: indeed)?(?=\s*[.,;!]|\s*$))"
)
_NO = re.compile(
    rf"\W*{_SAID}(?:no(?=\s*[.,;!]|\s*$)|none(?=\s*[.,;!]|\s*$)|negative\b|in the negative\b|{_IT} (?:is|are|was|were|does|do) (?:not|none)(?=\s*[.,;!]|\s*$))"
)
_POSED = re.compile(r"[^.;:?]{0,80}?[;:]")
"""From a question put in indirect speech to its answer: "whether it is calcified: it is"."""
_ANSWERED = re.compile(
    r"[^.;:?]{0,60}?\b(?:is|was|are|were|can be|may be|must be|has been) answered (?:with )?(?:(?P<yes>yes|in the affirmative)|no\b|in the negative)"
)


def answered(place: int, number: int, dealt: Sequence[SentenceHits]) -> Status | None:
    """Return what a plain yes or no says of what was asked: "Is the nodule calcified? Yes.".

    Parameters
    ----------
    place : int
        Where the words end that were asked about.
    number : int
        Their sentence.
    dealt : sequence of SentenceHits
        All sentences of the report.

    Returns
    -------
    Status or None
        Present or absent; None where no answer follows.
    """
    sentence = dealt[number]
    text = sentence.scope.text
    end = min(sentence.end, place + _AHEAD)
    told = _ANSWERED.match(text, place, end)
    if told is not None:
        return Status.PRESENT if told["yes"] else Status.ABSENT
    posed = _POSED.match(text, place, end)
    if posed is not None:
        starts = [(posed.end(), end)]
    else:
        following = dealt[number + 1 : number + 2]
        starts = [(other.start, min(other.end, other.start + _AHEAD)) for other in following]
    for first, last in starts:
        if _YES.match(text, first, last):
            return Status.PRESENT
        if _NO.match(text, first, last):
            return Status.ABSENT
    return None


def _is_denied_before(mention: Attached) -> bool:
    """Whether a denial stands before the mention: "no calcification, not visible on CT either"."""
    return any(hit.first < mention.hit.first for hit in mention.cues)
