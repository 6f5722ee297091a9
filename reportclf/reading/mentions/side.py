"""Which side a mention or a site lies on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reportclf.reading.hits import Hit
from reportclf.reading.mentions.attached import Attached
from reportclf.reading.mentions.nearness import distance
from reportclf.reading.parse import SentenceHits

_SIDE = re.compile(r"\b(bilateral(?:ly)?|both|left|right|lt|rt|l|r)\b")

_SIDES = {
    "bilateral": "bilateral",
    "bilaterally": "bilateral",
    "both": "bilateral",
    "left": "left",
    "lt": "left",
    "l": "left",
    "right": "right",
    "rt": "right",
    "r": "right",
}


_SIDE_BEHIND = re.compile(
    r"^,? ?(?:(?:on|at|in|of) (?:the |both |either )?)?(left|right|bilaterally|bilateral|both|sides)\b(?! (?:lung|kidney|breast|side is|ovary|tonsil|upper|lower))"
)
_LOBE = re.compile(r"\b([rl])(?:ul|ml|ll)\b")
_BEFORE_SIDE = 18
_BEHIND_SIDE = 24


def side(mention: Attached, sites: Sequence[Hit], sentence: SentenceHits, text: str) -> str | None:
    """Return the side said before or inside the mention, then of its sites, then right behind."""
    start = _whole_words(text, max(sentence.start, mention.start - _BEFORE_SIDE))
    said = _side_in(text[start : mention.end])
    for hit in sorted(sites, key=lambda site: distance(site, mention)):
        said = said or side_of(hit, sentence, text)
    if said is not None:
        return said
    last = max(
        (mention.end, *(hit.end for hit in sites if hit.start <= mention.end + _BEHIND_SIDE))
    )
    behind = _SIDE_BEHIND.match(text[last : min(sentence.end, last + _BEHIND_SIDE)])
    return _SIDES.get(behind.group(1), "bilateral") if behind else None


def side_of(site: Hit, sentence: SentenceHits, text: str) -> str | None:
    """Return the side said of a site: the words before it, or a lobe's abbreviation."""
    start = _whole_words(text, max(sentence.start, site.start - _BEFORE_SIDE))
    return _side_in(text[start : site.end])


def _whole_words(text: str, start: int) -> int:
    """Move a place inside a word to its end, so that no tail of a word is read as one."""
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start += 1
    return start


def _side_in(words: str) -> str | None:
    """Return the last side named in a few words; two different ones make both."""
    clause = re.split(r"[,;.]| and the | but ", words)[-1]
    sides = [_SIDES[match] for match in _SIDE.findall(clause)]
    sides += [{"r": "right", "l": "left"}[match] for match in _LOBE.findall(clause)]
    if not sides:
        return None
    return sides[0] if len(set(sides)) == 1 else "bilateral"
