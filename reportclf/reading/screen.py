"""The screen: tells in microseconds that a report cannot hold a mention.

Built from the lexicon itself, so that it may only ever let too much through.
"""

from __future__ import annotations

import re

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.words import Normaliser


class Screen:
    """Callable on report text: True where the report must be read."""

    def __init__(self, lexicon: Lexicon, normalise: Normaliser) -> None:
        self._normalise = normalise
        self._stems = tuple(lexicon.screen_stems)
        self._together = lexicon.screen_together
        self._scan = lexicon.screen_scan_words
        self._words = re.compile(r"\b(?:" + "|".join(map(re.escape, lexicon.screen_words)) + r")\b")
        self._abbreviations = re.compile(
            r"(?<![A-Za-z0-9])(?:"
            + "|".join(map(re.escape, lexicon.screen_abbreviations))
            + r")(?![A-Za-z0-9])"
        )
        letters = "".join(sorted(normalise.first_letters()))
        self._long = re.compile(rf"\b[{letters}][a-z]{{7,}}")

    def __call__(self, text: str) -> bool:
        """Whether a report might hold a mention."""
        low = text.lower()
        for stem in self._stems:
            if stem in low:
                return True
        return (
            self._abbreviations.search(text) is not None
            or any(word in low for word in self._scan)
            or self._words.search(low) is not None
            or any(all(word in low for word in words) for words in self._together)
            or any(self._normalise.mends(word) for word in set(self._long.findall(low)))
        )
