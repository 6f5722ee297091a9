"""The uptake of a bone tracer outside bone: a possible calcification (nuclear medicine)."""

from __future__ import annotations

import re

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.hits import Hit, concept_of
from reportclf.reading.mentions.attached import Attached
from reportclf.reading.mentions.beginnings import beginning
from reportclf.reading.mentions.found import mention_of
from reportclf.reading.parse import SentenceHits
from reportclf.reading.phrases import Page
from reportclf.records import Level, Status

_UPTAKE_SITES = frozenset({"lung", "stomach", "heart", "soft-tissue", "muscle", "skin-subcutis"})


def uptakes(sentence: SentenceHits, page: Page, lexicon: Lexicon) -> list[Attached]:
    """Return the uptake of a bone tracer outside bone: a possible calcification (nuclear medicine)."""
    uptakes: list[Hit] = []
    for hit in sentence.clues.get("context", ()):
        apart = not uptakes or hit.first >= uptakes[-1].last
        if apart and "tracer-uptake" in concept_of(hit).groups:
            uptakes.append(hit)
    if not uptakes or beginning(lexicon.words["other-tracers"]).search(
        page.text, sentence.start, sentence.end
    ):
        return []
    if not any("bone-scan" in concept_of(hit).groups for hit in page.clues.get("context", ())):
        return []
    places = {group for hit in sentence.details.get("site", ()) for group in concept_of(hit).groups}
    if not _retains(places, sentence, page.text):
        uptakes = [
            hit
            for hit in uptakes
            if "osseous" in _words(hit, page) or "skeletal" in _words(hit, page)
        ]
    return [
        mention_of(hit, (concept_of(hit),), "uptake", sentence, Status.POSSIBLE, Level.WEAK)
        for hit in uptakes
    ]


_WINDOW = 160
_KIDNEY_TISSUE = re.compile(r"\b(?:parenchym|cort(?:ex|ical)|medull)")


def _retains(groups: set[str], sentence: SentenceHits, text: str) -> bool:
    """Whether a bone tracer has no business there: the kidney excretes it, its tissue holds none."""
    if _UPTAKE_SITES & groups:
        return True
    last = min(sentence.end, sentence.start + _WINDOW)
    return "kidney" in groups and bool(_KIDNEY_TISSUE.search(text, sentence.start, last))


def is_in_bone(mention: Attached, sentence: SentenceHits, text: str, lexicon: Lexicon) -> bool:
    """Whether an uptake belongs to the skeleton alone, where the tracer has its place."""
    if mention.kind != "uptake" or not mention.sites:
        return False
    return not _retains(lexicon.groups_of(mention.sites), sentence, text)


def _words(hit: Hit, page: Page) -> str:
    return page.text[hit.start : hit.end]
