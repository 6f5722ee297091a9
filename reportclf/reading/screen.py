"""The screen: tells in microseconds that a report cannot hold a mention.

Built from the lexicon itself, so that it may only ever let too much through.
"""

from __future__ import annotations

import re

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.words import Normaliser

_CACHE_LIMIT = 200_000
_ALONE = frozenset({""})
"""Sign of a word that by itself makes a report worth reading."""


class Screen:
    """Callable on report text: True where the report must be read.

    Reports repeat their words: each word is judged once, and those that hold no sign at all, nearly
    every word of a report, are then only looked up.
    """

    def __init__(self, lexicon: Lexicon, normalise: Normaliser) -> None:
        self._normalise = normalise
        telling = (*lexicon.screen_stems, *lexicon.screen_scan_words)
        alone = (*lexicon.screen_words, *lexicon.screen_abbreviations)
        self._stems = tuple(stem for stem in telling if _is_one_word(stem))
        spaced = (one.lower() for one in (*telling, *alone) if not _is_one_word(one))
        # sought in the whole text: what holds a blank, and the stem of nearly every mention
        self._first = (*self._stems[:1], *spaced)
        self._sets = (_ALONE, *map(frozenset, lexicon.screen_together))
        self._parts = frozenset().union(*self._sets) - _ALONE
        self._whole = re.compile(r"\b(?:" + "|".join(map(re.escape, lexicon.screen_words)) + r")\b")
        self._abbreviations = re.compile(
            r"(?<![A-Za-z0-9])(?:"
            + "|".join(map(re.escape, lexicon.screen_abbreviations))
            + r")(?![A-Za-z0-9])"
        )
        letters = "".join(sorted(normalise.first_letters()))
        self._long = re.compile(rf"\b[{letters}][a-z]{{7,31}}\b")
        self._silent: set[str] = set()
        self._speaking: dict[str, frozenset[str]] = {}

    def __call__(self, text: str) -> bool:
        """Whether a report might hold a mention."""
        low = text.lower()
        for stem in self._first:
            if stem in low:
                return True
        signs: set[str] = set()
        for word in set(text.split()) - self._silent:
            signs |= self._speaking.get(word) or self._signs(word)
        return bool(signs) and any(needed <= signs for needed in self._sets)

    def _signs(self, word: str) -> frozenset[str]:
        """Return what a word, as it is written between blanks, says of its report."""
        signs = self._judged(word, word.lower())
        if len(self._silent) + len(self._speaking) < _CACHE_LIMIT:
            if signs:
                self._speaking[word] = signs
            else:
                self._silent.add(word)
        return signs

    def _judged(self, word: str, low: str) -> frozenset[str]:
        if (
            any(stem in low for stem in self._stems)
            or self._abbreviations.search(word)
            or self._whole.search(low)
            or any(map(self._normalise.mends, self._long.findall(low)))
        ):
            return _ALONE
        return frozenset(part for part in self._parts if part in low)


def _is_one_word(words: str) -> bool:
    return words.split() == [words]
