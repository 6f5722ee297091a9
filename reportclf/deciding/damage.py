"""Where the damage that a report tells of lies: at the lesion's own place, or at quite another one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.lesions import Lesion
from reportclf.reading.mentions import side_of
from reportclf.reading.read import Reading
from reportclf.reading.risks import Risk

DAMAGE = "local-damage"
"""The name of the risks that are damage to a tissue."""
_PARTS = ("head-part", "trunk-part", "arm-part", "leg-part")
"""The parts of the body, each a list of sites in the lexicon's words."""
_SAME_PLACE = re.compile(r"\b(?:there|here|it|its|same|that|this|these|those|local|site)\b")
"""Words by which a sentence may mean the lesion's own place though it names another."""
_AROUND = 160
"""Characters around a risk that are looked at; a page may have no stops."""


def damage_here(lesion: Lesion, reading: Reading, lexicon: Lexicon) -> Iterable[str]:
    """Yield ``here:x`` for damage told, in a sentence of its own, of the place where a lesion lies."""
    if not lesion.sites:
        return
    for risk in _told(reading):
        if risk.sentence not in lesion.sentences and _is_at_lesion(risk, lesion, reading, lexicon):
            yield from (f"here:{name}" for name in risk.names)


def _told(reading: Reading) -> list[Risk]:
    """Return the damage that a report tells of."""
    return [risk for risk in reading.risks if risk.affirmed and DAMAGE in risk.names]


def _is_at_lesion(risk: Risk, lesion: Lesion, reading: Reading, lexicon: Lexicon) -> bool:
    sentence = reading.sentences[risk.sentence]
    return any(
        any(lexicon.overlap(place.thing.id, site) for site in lesion.sites)
        and {side_of(place, sentence, reading.copy.text), lesion.side} != {"left", "right"}
        for place in sentence.details.get("site", ())
    )


def damage_elsewhere(lesion: Lesion, reading: Reading, lexicon: Lexicon) -> bool:
    """Whether all the damage that a report tells of lies in other parts of the body than the lesion.

    Parameters
    ----------
    lesion : Lesion
        The lesion.
    reading : Reading
        Its report.
    lexicon : Lexicon
        Which places belong to which part of the body.

    Returns
    -------
    bool
        False where the report tells of no damage, or of some without a place.
    """
    told = _told(reading)
    if not told or not lesion.sites:
        return False
    parts = set().union(*(_parts(site, lexicon) for site in lesion.sites))
    return bool(parts) and all(
        _is_elsewhere(risk, lesion, parts, reading, lexicon) for risk in told
    )


def _is_elsewhere(
    risk: Risk, lesion: Lesion, parts: set[str], reading: Reading, lexicon: Lexicon
) -> bool:
    sentence = reading.sentences[risk.sentence]
    text = reading.copy.text
    places = sentence.details.get("site", ())
    if risk.sentence in lesion.sentences or not places:
        return False
    around = max(sentence.start, risk.start - _AROUND), min(sentence.end, risk.end + _AROUND)
    if _SAME_PLACE.search(text, *around):
        return False
    others = [_parts(place.thing.id, lexicon) for place in places]
    if all(others) and all(parts.isdisjoint(one) for one in others):
        return True
    sides = {side_of(place, sentence, text) for place in places}
    return len(sides) == 1 and {*sides, lesion.side} == {"left", "right"}


def _parts(site: str, lexicon: Lexicon) -> set[str]:
    """Return the parts of the body to which a site belongs; none for "muscle" or "skin"."""
    ancestors = set(lexicon.ancestors(site))
    return {part for part in _PARTS if ancestors & lexicon.words[part]}
