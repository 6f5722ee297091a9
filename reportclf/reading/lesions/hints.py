"""What kind of statement a mention is: a gloss, a conclusion, a specimen, an explanation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reportclf.reading.hits import cue_of
from reportclf.reading.mentions import Attached
from reportclf.records import Level, Status


def concludes(mention: Attached, text: str) -> bool:
    """Whether the words say what all the rest amounts to: "typical of X", or X as a sentence."""
    ended = text[mention.end : mention.end + 1] in ("", ".")
    alone = ended and text[max(0, mention.start - 2) : mention.start].rstrip()[-1:] in ("", ".")
    return is_concluded(mention) or (alone and mention.kind == "entity")


def is_of_specimen(mention: Attached) -> bool:
    """Whether the words tell of what was cut out, and name no other place."""
    return (
        mention.of_specimen
        and mention.role == "findings"
        and mention.affirmed
        and (not mention.sites or mention.inherited_site or mention.default_site)
    )


def is_question(cluster: Sequence[Attached]) -> bool:
    """Whether no more than a doubt was told of a lesion."""
    return all(one.status is Status.POSSIBLE and one.level is Level.WEAK for one in cluster)


def is_gloss(mention: Attached, text: str) -> bool:
    """Whether the words stand alone and say what was just described: "...: phleboliths."."""
    ended = text[mention.end : mention.end + 1] in ("", ".", ";", ")")
    before = text[max(0, mention.start - 2) : mention.start].rstrip()
    return mention.kind == "entity" and ended and before.endswith((":", "("))


_IS = re.compile(
    r"\b(?:is|are|was|were|being|represents?|represented|corresponds? to) (?:(?:an?|the|simply|just|only|merely|typical|small|old) ){0,2}$"
)


_CLAUSE = 120
"""Characters from a lesion to what it is said to be."""


def is_predicate(mention: Attached, cluster: Sequence[Attached], text: str) -> bool:
    """Whether the words say of the lesion of their own sentence what it is: "... is a phlebolith"."""
    last = cluster[-1]
    return (
        explains(mention)
        and last.sentence == mention.sentence
        and last.kind != "entity"
        and 0 <= mention.start - last.end <= _CLAUSE
        and _IS.search(text, last.end, mention.start) is not None
    )


def explains(mention: Attached) -> bool:
    """Whether the words say what the lesion is rather than that there is one."""
    return mention.kind == "entity" and (not mention.sites or mention.default_site)


_CONCLUDES = frozenset({"likely", "weak", "affirmed"})


def is_concluded(mention: Attached) -> bool:
    """Whether the words are a conclusion: "typical of ...", "likely ...", "represents ..."."""
    return any(cue_of(hit).category in _CONCLUDES for hit in mention.cues)
