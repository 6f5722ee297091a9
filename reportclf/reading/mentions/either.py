"""Whether a mention is one of two things that the same finding may be: "calcification or blood"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from reportclf.reading.mentions.attached import Attached
from reportclf.reading.one_of import one_of
from reportclf.reading.parse import SentenceHits

_OR = r"(?:and/or|or|versus|vs\.?|/)"
_ADJECTIVES = r"(?:(?:an?|the|old|acute|chronic|subacute|recent|small|tiny|punctate|petechial|residual|surgical|dense|excreted|prior|focal|a little|some|bowel|metallic|micro|retained|inspissated|displaced|fresh|just) ){0,3}"
_UNTOLD = r"(?:can ?not|could not|may not|is not|are not) (?:(?:reliably|clearly|safely|always) )?(?:be )?(?:told|distinguished|differentiated|separated|discriminated)(?: here| reliably)? from"


@cache
def _alternatives(words: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what offers another thing than calcium behind a mention, and before it."""
    things = rf"(?:{one_of(words)})s?"
    return (
        re.compile(
            rf"s? ?(?:{_OR}|{_UNTOLD}) ?{_ADJECTIVES}{things}(?! (?:cell|vessel|pressure))\b"
        ),
        re.compile(rf"\b{things} ?{_OR} ?{_ADJECTIVES}$"),
    )


_ALTERNATIVE_REACH = 60


def is_one_of_two(
    mention: Attached, sentence: SentenceHits, words: Mapping[str, frozenset[str]]
) -> bool:
    """Whether the same thing may be no calcium: "calcification or blood", "a clip or calcification"."""
    text = sentence.scope.text
    behind, before = _alternatives(words["look-alike"] | words["no-calcium"])
    start = max(sentence.start, mention.start - _ALTERNATIVE_REACH)
    return bool(
        behind.match(text, mention.end, sentence.end) or before.search(text[start : mention.start])
    )
