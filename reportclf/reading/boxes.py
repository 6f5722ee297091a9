"""What the ticked boxes of a form say: "calcification: [ ] yes [x] no", "[x] aneurysm [ ] calcified wall"."""

from __future__ import annotations

import re

from reportclf.reading.parse import SentenceHits
from reportclf.records import Status

_TICKED = r"(?:[☑☒✓✔■✗✘]|\[ ?[xv✓✔✗✘] ?\]|\( ?[xv✓✔✗✘] ?\))"
_EMPTY = r"(?:[☐□]|\[ ?_? ?\]|\( ?_? ?\))"
_BOX = rf"(?:{_TICKED}|{_EMPTY})"
_YES = r"(?:yes|present|positive|minimal|mild|moderate|severe|extensive)"
_NO = r"(?:no|none|absent|negative|not present|not seen|unknown|not known|not assessed|n/a)"
_LABEL = rf"(?:{_YES}|{_NO})"
_GAP = r"[\s,/|;]*"
_ASKED = r"[ \w-]{0,20}?[:?]?\s*"
_BOX_FIRST = re.compile(rf"{_ASKED}(?:{_BOX}\s*{_LABEL}\b{_GAP})+")
_LABEL_FIRST = re.compile(rf"{_ASKED}(?:\b{_LABEL}\s*{_BOX}{_GAP})+")
_SAYS_YES = re.compile(rf"{_TICKED}\s*{_YES}\b")
_SAYS_NO = re.compile(rf"{_TICKED}\s*{_NO}\b")
_YES_SAID = re.compile(rf"\b{_YES}\s*{_TICKED}")
_NO_SAID = re.compile(rf"\b{_NO}\s*{_TICKED}")
_OWN = re.compile(rf"(?:^|[:?]|{_BOX}[^☐□☑☒■\[(.;:?]*)\s*{_EMPTY}\s*(?:[\w-]+ ){{0,4}}$")
"""An empty box before a name, in a list that begins with a box."""
_ANY_BOX = re.compile(_BOX)
_OWN_BEHIND = re.compile(rf"(?: [\w-]+){{0,3}}:?\s*{_EMPTY}")
_AHEAD = 60
_BACK = 160
"""Characters around a name within which its boxes stand; a page may have no stops."""


def boxed(start: int, end: int, sentence: SentenceHits, text: str) -> Status | None:
    """Return what a form's boxes say of a name.

    Parameters
    ----------
    start, end : int
        The name.
    sentence : SentenceHits
        Its sentence.
    text : str
        The canonical copy.

    Returns
    -------
    Status or None
        Hypothetical where no box of a question is ticked, absent where the box of the name itself is
        empty; None where no box speaks of it.
    """
    first, last = max(sentence.start, start - _BACK), min(sentence.end, end + _AHEAD)
    if _ANY_BOX.search(text, first, end + _AHEAD) is None:
        return None
    behind = text[end : end + _AHEAD]
    for form, yes, no in (
        (_BOX_FIRST, _SAYS_YES, _SAYS_NO),
        (_LABEL_FIRST, _YES_SAID, _NO_SAID),
    ):
        options = form.match(behind)
        if options is not None:
            if no.search(options[0]):
                return Status.ABSENT
            return Status.PRESENT if yes.search(options[0]) else Status.HYPOTHETICAL
    before = text[first:start]
    box = _ANY_BOX.search(text, first, last)
    if box is None:
        return None
    lead = text[first : box.start()].strip()
    if not lead or lead[-1] in ":?":
        return Status.ABSENT if _OWN.search(before) else None
    return Status.ABSENT if _OWN_BEHIND.match(text[end:last]) else None
