"""Words that are known by how they begin, as one pattern."""

from __future__ import annotations

import re
from functools import cache

from reportclf.reading.one_of import one_of


@cache
def beginning(words: frozenset[str]) -> re.Pattern[str]:
    """Return a pattern that finds words by how they begin."""
    return re.compile(rf"\b(?:{one_of(words)})")
