"""How large a mention is, in millimetres."""

from __future__ import annotations

import re

from reportclf.reading.mentions.attached import Attached
from reportclf.reading.parse import SentenceHits

_SIZE = re.compile(
    r"(\d{1,3}(?:\.\d)?)(?:\s*(?:x|by)\s*\d{1,3}(?:\.\d)?){0,2}\s*(mm|cm|millimet\w+|centimet\w+)\b"
)


def size(mention: Attached, sentence: SentenceHits, text: str) -> float | None:
    """Return the largest measure in millimetres within the mention's neighbourhood."""
    start = max(sentence.start, mention.start - 30)
    end = min(sentence.end, mention.end + 60)
    sizes = [
        float(match.group(1)) * (10 if match.group(2).startswith("c") else 1)
        for match in _SIZE.finditer(text, start, end)
    ]
    return max(sizes, default=None)
