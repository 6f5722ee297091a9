"""Questions with the verb in front: "is the wall of this aneurysm calcified, and would it matter?"."""

from __future__ import annotations

import re

from reportclf.reading.mentions.attached import Attached
from reportclf.reading.parse import SentenceHits

_ASKING = re.compile(
    r"(?:^|[,;:])\s*(?:and |but |or |so |please )?(?:is|are|was|were|does|do|did|has|have|can|could|might|would|may) (?:the|this|that|these|those|his|her|their|its|any|there|it|she|he|they|we|you|our|your)\b[^;:.]*$"
)
_BACK = 200
"""Characters within which a question begins; a page may have no stops."""
_PREDICATE = re.compile(r"\s*(?:[?,)]|and\b|or\b|at all\b|too\b|as well\b)")
"""What follows a thing that is asked for; "is the calcified node new?" takes the calcium for granted."""


def is_asked(mention: Attached, sentence: SentenceHits) -> bool:
    """Whether a mention is what a question asks for."""
    text = sentence.scope.text
    if "?" not in text[max(sentence.start, sentence.end - 3) : sentence.end]:
        return False
    lead = max(sentence.start, mention.start - _BACK)
    return (
        _PREDICATE.match(text, mention.end, sentence.end) is not None
        and _ASKING.search(text[lead : mention.start]) is not None
    )
