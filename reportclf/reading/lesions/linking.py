"""How well a mention fits a lesion."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.hits import cue_of
from reportclf.reading.lesions.hints import (
    explains,
    is_concluded,
    is_gloss,
    is_of_specimen,
    is_predicate,
    is_question,
)
from reportclf.reading.lesions.places import places_agree, site_score
from reportclf.reading.lesions.things import class_fit, entity_score, named_things, specific
from reportclf.reading.mentions import Attached
from reportclf.reading.stretch import RESTATING
from reportclf.records import Status

_OTHER_ONE = re.compile(
    r"\b(?:another|second|additional|further|separate|other|third|different|also)\b[^.]{0,24}$"
)
LINK = 1.0
"""Score from which on a mention belongs to a lesion."""


def score_of(
    mention: Attached, cluster: Sequence[Attached], is_last: bool, lexicon: Lexicon, text: str
) -> float | None:
    """Return how well a mention fits a lesion, or None where the two cannot be one."""
    if not _assertions_agree(mention, cluster, lexicon):
        return None
    if _sides_differ(mention, cluster) or _sizes_differ(mention, cluster):
        return None
    entity = entity_score(mention, cluster, lexicon)
    site = site_score(mention, cluster, lexicon, text)
    if (
        is_last
        and (
            (site is None and is_gloss(mention, text))
            or ((site is None or site < LINK) and is_predicate(mention, cluster, text))
        )
        and not named_things(cluster, lexicon)
    ):
        site = LINK
    if entity is None or site is None:
        return None
    if _OTHER_ONE.search(text, max(0, mention.start - 40), mention.start) and site < 3:
        return None
    same_sentence = any(member.sentence == mention.sentence for member in cluster)
    score = site + entity
    if mention.naming is not None or (
        explains(mention)
        and (
            (same_sentence and places_agree(mention, cluster, lexicon))
            or mention.anaphoric
            or is_concluded(mention)
        )
    ):
        score += 1.0 if is_last or same_sentence else 0.4
        score += class_fit(mention, cluster, lexicon)
    elif same_sentence:
        if _is_one_more(mention, text):
            return None
        score -= 0.0 if mention.inherited_site or mention.kind != "calcification" else 1.5
        if mention.kind == "conjunct":
            return None
    if mention.anaphoric and is_last and not specific(mention.entities, lexicon):
        score += 1.0 if not mention.sites or mention.inherited_site else 0.3
    if mention.role in RESTATING and cluster[0].role not in RESTATING:
        score += 0.5
    if not same_sentence and (
        (is_of_specimen(mention) and any(member.affirmed for member in cluster))
        or (is_last and is_of_specimen(cluster[-1]) and mention.kind == "entity")
    ):
        # what was cut out was told of before, and what it proved to be is told behind
        score += 1.0
    return score


def _is_one_more(mention: Attached, text: str) -> bool:
    """Whether a thing by its own name ends a list: "calcification of the stomach and phleboliths"."""
    return (
        mention.kind == "entity"
        and text[max(0, mention.start - 5) : mention.start] == " and "
        and any(concept.outcome is not None for concept in mention.concepts)
    )


def _assertions_agree(mention: Attached, cluster: Sequence[Attached], lexicon: Lexicon) -> bool:
    """An addendum may overturn; a class name may be rejected; otherwise denial stays apart."""
    said = cluster[-1].status
    asked = (Status.HYPOTHETICAL, Status.FAMILY, Status.HISTORICAL)
    if mention.status in asked or said in asked:
        return mention.status is said or (
            said is not Status.FAMILY
            and mention.status is not Status.FAMILY
            and (mention.naming is not None or cluster[0].naming is not None)
        )
    if mention.role == "addendum":
        return True
    denied = mention.status is Status.ABSENT
    if denied and is_question(cluster) and _one_place_or_thing(mention, cluster[-1], lexicon):
        # "raised the question of a sellar calcification": a later look has answered it
        return mention.sentence != cluster[-1].sentence
    if denied == (said is Status.ABSENT):
        return True
    return denied and (mention.naming is not None or explains(mention))


_EXCLUDES = re.compile(r"\b(?:excluded|ruled out|not confirmed|disproved|refuted)\b")
"""Words that answer a doubt rather than find nothing."""


def _one_place_or_thing(mention: Attached, other: Attached, lexicon: Lexicon) -> bool:
    """Whether an answer is of the doubt's disease, or of a place that holds the doubt's place."""
    named = {concept.id for concept in mention.concepts if concept.kind in ("entity", "naming")}
    if named & {concept.id for concept in other.concepts}:
        return True
    if not mention.sites and any(_EXCLUDES.search(cue_of(hit).phrase) for hit in mention.cues):
        return True
    return any(site in lexicon.ancestors(place) for site in mention.sites for place in other.sites)


def _sides_differ(mention: Attached, cluster: Sequence[Attached]) -> bool:
    sides = {member.side for member in cluster if member.side}
    return bool(
        mention.side in ("left", "right")
        and sides
        and mention.side not in sides
        and "bilateral" not in sides
    )


def _sizes_differ(mention: Attached, cluster: Sequence[Attached]) -> bool:
    sizes = [member.size for member in cluster if member.size is not None]
    if mention.size is None or not sizes:
        return False
    return all(max(mention.size, size) > 1.5 * min(mention.size, size) + 2 for size in sizes) and (
        mention.role == cluster[-1].role
    )
