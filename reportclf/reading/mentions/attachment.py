"""Deal the sites, morphologies, entities and contexts of a sentence out to its mentions."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.hits import Hit, concept_of, cue_of
from reportclf.reading.mentions.attached import Attached
from reportclf.reading.mentions.beginnings import beginning
from reportclf.reading.mentions.found import LABEL_END
from reportclf.reading.mentions.lending import with_lent_sites
from reportclf.reading.mentions.nearness import (
    OF_ITS,
    bounds_of,
    distance,
    names_itself,
    nearest_mention,
)
from reportclf.reading.mentions.side import side
from reportclf.reading.mentions.size import size
from reportclf.reading.parse import SentenceHits
from reportclf.records import Level, Status

_ANAPHOR = re.compile(
    r"\b(?:these|this|those|(?:of|in|on|at|within) that|it|they|of them|its|their|such|described|above|aforementioned|same)\b|\b(?:the|both|most|many|several|all|some)(?: of the)? (?:\w+ ){0,2}$"
)


def with_attachments(
    found: list[Attached], sentence: SentenceHits, text: str, lexicon: Lexicon
) -> list[Attached]:
    """Deal the sites, morphologies, entities and contexts of a sentence out to its mentions."""
    bounds = bounds_of(sentence.scope.cues)
    shares: list[dict[str, list[Hit]]] = [{} for _ in found]
    told = {**sentence.details, "context": sentence.clues.get("context", ())}
    for group in ("site", "morphology", "entity", "context"):
        for hit in told.get(group, ()):
            owner = nearest_mention(hit, found, bounds, text, group)
            if owner is not None and not (
                group == "site"
                and (
                    _is_denied_aside(hit, found[owner], sentence)
                    or _is_reason(hit, found[owner], text)
                )
            ):
                shares[owner].setdefault(group, []).append(hit)
    specimen = beginning(lexicon.words["specimen"])
    of_specimen = specimen.search(text, sentence.start, sentence.end) is not None
    dealt = [
        _attached(mention, share, sentence, text, lexicon, of_specimen=of_specimen)
        for mention, share in zip(found, shares, strict=True)
    ]
    return with_lent_sites(_with_shared_noun(dealt, text), text, lexicon)


def _with_shared_noun(dealt: list[Attached], text: str) -> list[Attached]:
    """The noun behind the second of two adjectives is the first one's too: "calcified liver and
    peritoneal metastases".
    """
    shared = list(dealt)
    for number, (first, second) in enumerate(itertools.pairwise(dealt)):
        if (
            second.kind == "conjunct"
            and second.entities
            and not first.entities
            and text[first.end : second.start] == " and "
        ):
            shared[number] = first._replace(entities=second.entities)
    return shared


def _attached(
    mention: Attached,
    share: dict[str, list[Hit]],
    sentence: SentenceHits,
    text: str,
    lexicon: Lexicon,
    *,
    of_specimen: bool,
) -> Attached:
    sites = _ordered_sites(share.get("site", ()), share.get("entity", ()), mention, text, lexicon)
    morphology = [
        concept_of(hit).id
        for hit in share.get("morphology", ())
        if sentence.verdict(hit).status is not Status.ABSENT or mention.status is Status.ABSENT
    ]
    # "kidney stones and chondrocalcinosis": what is a thing by its name is no stone, nor is a wall
    names_a_thing = any(
        concept.outcome is not None and not concept.outcome.startswith(("none", "indeterminate"))
        for concept in mention.concepts
    )
    # "you ask if the granuloma is calcified": both are asked for together
    asked = Status.HYPOTHETICAL if mention.status is Status.HYPOTHETICAL else None
    entities = []
    for hit in _own_things(mention, share) or share.get("entity", []):
        if (
            _belongs_elsewhere(hit, mention, sites, text, lexicon)
            or _is_told_apart(hit, mention, share.get("site", ()), text, lexicon)
            or _is_of_vessel(hit, mention, share.get("site", ()), text, lexicon)
        ) or (
            (
                names_a_thing
                or "wall-word" in morphology
                or " wall" in text[mention.start : mention.end]
            )
            and not mention.holds(hit)
            and "calculus" in concept_of(hit).groups
        ):
            continue
        verdict = sentence.verdict(hit)
        if mention.holds(hit) or verdict.status is Status.PRESENT:
            entities.append((concept_of(hit).id, "present"))
        elif verdict.status is Status.POSSIBLE and verdict.level is Level.LIKELY:
            entities.append((concept_of(hit).id, "likely"))
        elif verdict.status is Status.POSSIBLE or asked is verdict.status:
            entities.append((concept_of(hit).id, "weak"))
    entities.extend(
        (concept.id, "present") for concept in mention.concepts if concept.kind == "entity"
    )
    own_sites = tuple(
        concept.site for concept in mention.concepts if concept.site is not None and not sites
    )
    around = text[max(sentence.start, mention.start - 40) : mention.start]
    return mention._replace(
        sites=tuple(dict.fromkeys((*sites, *own_sites))),
        side=side(mention, share.get("site", ()), sentence, text),
        morphology=tuple(dict.fromkeys(morphology)),
        entities=tuple(dict.fromkeys(entities)),
        contexts=_contexts(share.get("context", ()), mention, sentence),
        size=size(mention, sentence, text),
        default_site=not sites and bool(own_sites),
        of_specimen=of_specimen,
        anaphoric=bool(_ANAPHOR.search(around) or OF_ITS.match(text, mention.end))
        or (not entities and ":" not in around and _is_followed_up(mention)),
    )


_OWN = frozenset({"calculus", "granuloma", "benign-degeneration", "damage"})


def _own_things(mention: Attached, share: Mapping[str, Sequence[Hit]]) -> list[Hit]:
    """Return the things that the words name themselves: a "calcified appendicolith" in an abscess is
    no abscess, a "calcified granuloma" beside metastases none of them.
    """
    return [
        hit
        for hit in share.get("entity", ())
        if mention.holds(hit) and not _OWN.isdisjoint(concept_of(hit).groups)
    ]


def _is_followed_up(mention: Attached) -> bool:
    """Whether the words say that it is as it was: what was told of before."""
    return any(cue_of(hit).category == "persistence" for hit in mention.cues)


def _contexts(hits: Sequence[Hit], mention: Attached, sentence: SentenceHits) -> tuple[str, ...]:
    """Return the contexts that are asserted: "no tear", "? old injury" explain no calcification."""
    asserted = []
    for hit in hits:
        verdict = sentence.verdict(hit)
        doubtful = verdict.status is Status.ABSENT or verdict.level is Level.WEAK
        if not doubtful or mention.status is not Status.PRESENT:
            asserted.append(concept_of(hit).id)
    return tuple(dict.fromkeys(asserted))


def _is_denied_aside(hit: Hit, mention: Attached, sentence: SentenceHits) -> bool:
    """Whether a place belongs to what is denied beside a mention: "a focus, no vascular mass"."""
    if mention.status is Status.ABSENT or mention.start <= hit.start < mention.end:
        return False
    denied = any(cue_of(cue).category == "negation" for cue in sentence.scope.cues)
    return denied and sentence.verdict(hit).status is Status.ABSENT


def _is_reason(hit: Hit, mention: Attached, text: str) -> bool:
    """Whether brackets tell why a class is thought of, not where: "versus metastatic (renal)"."""
    return (
        mention.naming is not None
        and hit.start >= mention.end
        and text[hit.start - 1 : hit.start] == "("
        and text[hit.end : hit.end + 1] == ")"
    )


_NEAR_ENTITY = 6
_EXPLAINED = re.compile(r", (?:(?:in|within|inside|of) )?an? ")
"""A comma behind which this finding is explained ("..., a lipoma"), not the next one listed."""


def _is_next_finding(text: str, start: int, end: int) -> bool:
    """Whether a comma between a mention and a thing lists the thing as a finding of its own."""
    comma = text.rfind(",", start, end)
    return comma >= 0 and not _EXPLAINED.match(text, comma)


def _is_told_apart(
    hit: Hit, mention: Attached, places: Sequence[Hit], text: str, lexicon: Lexicon
) -> bool:
    """Whether a tumour of no place stands before a semicolon behind which a vessel is calcified:
    "metastatic disease; the aorta is calcified".
    """
    if "neoplasm" not in concept_of(hit).names or hit.start >= mention.start:
        return False
    bound = text.rfind(";", hit.end, mention.start)
    return bound >= 0 and any(
        bound < place.start and _VESSELS & lexicon.groups_of([concept_of(place).id])
        for place in places
    )


_VESSELS = frozenset({"artery", "valve", "vein"})
_OF_VESSEL = re.compile(r" (?:plaques? )?(?:of|in|within) (?:the |both |all )?(?:\w+ )?$")


def _is_of_vessel(
    hit: Hit, mention: Attached, places: Sequence[Hit], text: str, lexicon: Lexicon
) -> bool:
    """Whether a tumour is named beside a calcium that is said to be a vessel's: "melanoma and calcified
    aortic valve", "bone metastases, coronary calcification".
    """
    if "neoplasm" not in concept_of(hit).names or mention.holds(hit):
        return False
    return any(
        _VESSELS & lexicon.groups_of([concept_of(place).id])
        and (
            mention.holds(place)
            or (
                place.start >= mention.end
                and _OF_VESSEL.fullmatch(text, mention.end, place.start) is not None
            )
        )
        for place in places
    )


_GROWTH = re.compile(r"\b(?:mass|lesion|tumou?r|nodule|lump|growth)\b")
_NAMED_LAST = re.compile(r"[^,;.]*, (?:an? )?")


def _is_named_last(hit: Hit, mention: Attached, text: str) -> bool:
    """Whether a mass gets its name where the sentence ends: "calcified mass in the globe, retinoblastoma."."""
    return (
        "neoplasm" in concept_of(hit).names
        and text[hit.end : hit.end + 1] in ("", ".")
        and _GROWTH.search(text, mention.start, hit.start) is not None
        and _NAMED_LAST.fullmatch(text, mention.end, hit.start) is not None
    )


def _belongs_elsewhere(
    hit: Hit, mention: Attached, sites: Sequence[str], text: str, lexicon: Lexicon
) -> bool:
    """Whether a thing of another organ merely stands in the same sentence."""
    place = concept_of(hit).site
    if place is None or mention.start <= hit.start <= mention.end:
        return False
    if hit.start >= mention.end and (
        names_itself(hit, mention, text) or _is_named_last(hit, mention, text)
    ):
        return False
    if not sites:
        return hit.first >= mention.last and _is_next_finding(text, mention.end, hit.start)
    low, high = sorted((hit, mention.hit))
    apart = (
        _is_next_finding(text, low.end, high.start)
        if high is hit
        # "breast cancer; calcified aorta": history told before the finding
        else ";" in text[low.end : high.start]
    )
    if high.first - low.last <= _NEAR_ENTITY and not apart:
        return False
    return not any(lexicon.overlap(place, site) for site in sites)


def _ordered_sites(
    hits: Sequence[Hit], things: Sequence[Hit], mention: Attached, text: str, lexicon: Lexicon
) -> tuple[str, ...]:
    """Order sites by nearness; a containing site named as well adds nothing new.

    A label ("PELVIS: ...") counts only where its sentence names no place of its own beside the
    mention's words; the organ of a disease ("breast cancer; calcified aorta") only where nothing
    stands behind its semicolon.
    """
    own = [hit for hit in hits if not LABEL_END.match(text, hit.end)]
    if all(distance(hit, mention) == 0 for hit in own):
        own = list(hits)
    own = [hit for hit in own if not _names_a_disease_before(hit, things, mention, text)] or own
    if any(mention.holds(thing) for thing in things):
        # "radiotherapy of the breast; calcified meningioma"
        own = [hit for hit in own if ";" not in text[hit.end : mention.start]]
    near = sorted(_beside(own, mention), key=lambda hit: distance(hit, mention))
    ids: list[str] = []
    for hit in near:
        site = concept_of(hit).id
        if site not in ids:
            ids.append(site)
    return tuple(
        site
        for site in ids
        if not any(site != other and site in lexicon.ancestors(other) for other in ids)
    )


def _names_a_disease_before(
    place: Hit, things: Sequence[Hit], mention: Attached, text: str
) -> bool:
    """Whether a place is but a word of a disease's name, told before a semicolon."""
    return ";" in text[place.end : mention.start] and any(
        thing.start <= place.start and place.end <= thing.end for thing in things
    )


_STEP = 12
"""Words between two places of one list, at most."""


def _beside(hits: Sequence[Hit], mention: Attached) -> list[Hit]:
    """Return the places that reach the mention in short steps: what lies further off in the
    sentence is the place of something else ("two renal arteries, and by chance a liver lesion").
    """
    core = mention.hit
    before = [hit for hit in hits if hit.last <= core.first]
    after = [hit for hit in hits if hit.first >= core.last]
    kept = [hit for hit in hits if hit.first < core.last and hit.last > core.first]
    for places in (before[::-1], after):
        last = core
        for hit in places:
            if kept and max(last.first - hit.last, hit.first - last.last) > _STEP:
                break
            kept.append(hit)
            last = hit
    return kept
