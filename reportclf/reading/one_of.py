"""One of several words, as a piece of a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable


def one_of(words: Iterable[str]) -> str:
    """Return a pattern of any of the words, longer ones first."""
    return "|".join(sorted(map(re.escape, set(words)), key=lambda word: (-len(word), word)))
