"""Laboratory values told in words: "calcium and phosphate were not raised", "a high PTH"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_RAISED = r"elevated|raised|high|increased|rising|risen|rose|excessive"
_LOWERED = (
    r"low|reduced|decreased|undetectable|unmeasurable|suppressed|deficient|fallen|fell|depressed"
)
_LIMIT = r"(?:the\ |its\ )?(?:upper\ )?(?:limits?|end|bound|normal|reference|norm)\b(?:\ of\ (?:the\ )?(?:normal|reference))?(?:\ (?:range|limits?|values?))?"
_STATED = re.compile(
    rf"""
    (?P<normal>
        \b(?:not|never|no\ longer|without(?:\ any)?|no|nor|neither\ of\ (?:them|the\ two|these))\ (?:[a-z]+\ ){{0,3}}?(?:{_RAISED}|elevation|increase|rise|excess)\b
      | \bhigh[ -]normal\b
      | \b(?:normal|unremarkable|undisturbed)\b
      | \b(?:within|in|at|of|inside)\ (?:the\ |its\ |their\ )?(?:upper\ |lower\ )?(?:normal|reference|end\ of|limits?\ of|limits?\b|range\b)(?:\ (?:the\ )?(?:normal|range|limits?|reference))*
    )
  | (?P<high>
        \b(?:above|over|exceed(?:s|ed|ing)?|beyond|twice|thrice|double|(?:\w+|\d+)\ ?(?:times|fold|x)(?:\ above|\ over)?)\ {_LIMIT}
      | \b(?:{_RAISED})\b
      | \b(?:elevation|increase|rise|excess)\ (?:of|in)\b
    )
  | (?P<low> \bbelow\ {_LIMIT} | \b(?:{_LOWERED})\b )
    """,
    re.VERBOSE,
)
_CLAUSE_END = re.compile(r"[;.?!\n]|\b(?:but|while|whereas|although|though|however|yet|despite)\b")
_WORD = re.compile(r"[\w/'+-]+|[^\w\s]")
_VERBS = frozenset(
    {
        "was", "were", "is", "are", "had", "has", "have", "been", "be", "being", "remained", "remains", "became", "came", "stayed", "appeared", "proved", "turned", "found", "seemed", "showed", "shows", "with", "which",
    }
)  # fmt: skip
_SIDES = frozenset(f"{_RAISED}|{_LOWERED}|normal|unremarkable".split("|"))
_ADVERBS = _VERBS | frozenset(
    {
        "all", "both", "each", "also", "again", "now", "still", "only", "persistently", "repeatedly", "markedly", "slightly",
        "mildly", "moderately", "severely", "grossly", "clearly", "very", "significantly", "somewhat", "extremely", "unmeasurably", "immeasurably", "even", "to", "just",
        "a", "bit", "little", "at", "least", "well", "far", "then", "later", "initially", "back", "more",
        "than", "about", "up",
    }
)  # fmt: skip
_NOT_FIRST = frozenset(("and", "or", "but", "on", "at", "for", ",", ":", "(", ")", "-"))
_LONGEST = 16
_GOES_ON = re.compile(
    r"$|[\s]*[,;:.)?!\n]|\s+(?:and|but|with|on|at|in|to|for|while|than|since|after|before|again|throughout|during|except|as|when|too|from|by|also|or|\()"
)
_RATIO = re.compile(r"/|(?: to| over)? (?:creatinine|excretion|clearance|in (?:the )?urine)")
"""What is lost in the urine is no level in the blood."""
_REACH = 160


class _Told(NamedTuple):
    """A word for a side, and how far from the value it stands."""

    gap: int
    side: str


def side_told(text: str, start: int, end: int, low: int, high: int) -> str | None:
    """Return on which side of its limits a value is told to lie.

    Parameters
    ----------
    text : str
        The canonical copy.
    start, end : int
        Where the value's name stands.
    low, high : int
        The bounds of its sentence.

    Returns
    -------
    str or None
        "high", "normal" or "low"; None where no word is tied to this value.
    """
    if _RATIO.match(text, end):
        return None
    first, last = _clause(text, start, end, max(low, start - _REACH), min(high, end + _REACH))
    told = min(_statements(text, start, end, first, last), default=None)
    return told.side if told else None


def _clause(text: str, start: int, end: int, low: int, high: int) -> tuple[int, int]:
    first = low
    for mark in _CLAUSE_END.finditer(text, low, start):
        first = mark.end()
    after = _CLAUSE_END.search(text, end, high)
    return first, after.start() if after else high


def _statements(text: str, start: int, end: int, first: int, last: int) -> Iterator[_Told]:
    for word in _STATED.finditer(text, first, last):
        side = word.lastgroup
        assert side is not None
        if word.end() <= start:
            if _describes(_words(text, word.end(), start)):
                yield _Told(start - word.end(), side)
        elif (
            word.start() >= end
            and _is_said(_words(text, end, word.start()))
            and _GOES_ON.match(text, word.end(), last)
        ):
            yield _Told(word.start() - end, side)


def _words(text: str, start: int, end: int) -> list[str]:
    return _WORD.findall(text, start, end)


def _describes(between: list[str]) -> bool:
    """Whether a word stands before the list that holds the value: "high levels of calcium and PTH"."""
    return (
        len(between) <= _LONGEST
        and not (between and between[0] in _NOT_FIRST)
        and not any(word in _VERBS or word in _SIDES or word in ":()" for word in between)
    )


def _is_said(between: list[str]) -> bool:
    """Whether a word is said of the list that the value is in: "calcium and PTH were both high"."""
    if len(between) > _LONGEST or any(word in _SIDES for word in between):
        return False
    verb = next((number for number, word in enumerate(between) if word in _VERBS), None)
    return verb is None or all(word in _ADVERBS for word in between[verb:])
