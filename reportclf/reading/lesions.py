"""Link mentions into lesions: one lesion is one calcification with all its mentions.

Linking goes by site, side, kind, size and anaphora, across sentences and sections, so that a class
named in the impression, an addendum and a morphology spread over three sentences act on the one
lesion they belong to and on no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.hits import cue_of
from reportclf.reading.mentions import Attached
from reportclf.records import Level, Status, affirms

_OTHER_ONE = re.compile(
    r"\b(?:another|second|additional|further|separate|other|third|different|also)\b[^.]{0,24}$"
)
_GENERIC_GROUPS = frozenset({"mass", "nodule"})
_RESTATING = frozenset({"impression", "addendum", "recommendation"})
_LINK = 1.0
_RECENT = 40
"""Lesions, and mentions of one, that a further mention is compared with."""


@dataclass(frozen=True, slots=True)
class Name:
    """A class name given to a lesion: class, hedge level, the section it stands in, its strength."""

    label: str
    status: Status
    level: Level | None
    role: str
    strength: str
    mention: int


@dataclass(frozen=True, slots=True)
class Lesion:
    """One calcification: its mentions and what they say together."""

    mentions: tuple[Attached, ...]
    sites: tuple[str, ...]
    side: str | None
    morphology: tuple[str, ...]
    entities: tuple[tuple[str, str], ...]
    contexts: tuple[str, ...]
    size: float | None
    status: Status
    level: Level | None
    names: tuple[Name, ...]

    @property
    def affirmed(self) -> bool:
        """Whether the report says that the lesion is there."""
        return affirms(self.status, self.level)

    @property
    def sentences(self) -> frozenset[int]:
        """Numbers of the sentences its mentions stand in."""
        return frozenset(mention.sentence for mention in self.mentions)


def lesions(mentions: Sequence[Attached], lexicon: Lexicon, text: str) -> list[Lesion]:
    """Group mentions into lesions.

    Parameters
    ----------
    mentions : sequence of Attached
        In order of position.
    lexicon : Lexicon
        For site containment and entity groups.
    text : str
        The canonical copy.

    Returns
    -------
    list of Lesion
        In order of their first mention.
    """
    clusters: list[list[Attached]] = []
    for mention in mentions:
        target = _best(mention, clusters, lexicon, text)
        if target is None:
            clusters.append([mention])
        else:
            clusters[target].append(mention)
    return [_lesion(cluster) for cluster in clusters]


def _best(
    mention: Attached, clusters: Sequence[list[Attached]], lexicon: Lexicon, text: str
) -> int | None:
    best, highest = None, 0.0
    for number in range(max(0, len(clusters) - _RECENT), len(clusters)):
        cluster = clusters[number]
        known = cluster if len(cluster) <= _RECENT else [cluster[0], *cluster[-_RECENT:]]
        score = _score(mention, known, number == len(clusters) - 1, lexicon, text)
        if score is not None and score >= _LINK and score >= highest:
            best, highest = number, score
    return best


def _score(
    mention: Attached, cluster: Sequence[Attached], is_last: bool, lexicon: Lexicon, text: str
) -> float | None:
    """Return how well a mention fits a lesion, or None where the two cannot be one."""
    if not _assertions_agree(mention, cluster):
        return None
    if _sides_differ(mention, cluster) or _sizes_differ(mention, cluster):
        return None
    entity = _entity_score(mention, cluster, lexicon)
    site = _site_score(mention, cluster, lexicon, concluded=_concludes(mention, text))
    if (
        is_last
        and site is None
        and _is_gloss(mention, text)
        and not _named_things(cluster, lexicon)
    ):
        site = _LINK
    if entity is None or site is None:
        return None
    if _OTHER_ONE.search(text, max(0, mention.start - 40), mention.start) and site < 3:
        return None
    same_sentence = any(member.sentence == mention.sentence for member in cluster)
    score = site + entity
    if mention.naming is not None or (
        _explains(mention)
        and (
            (same_sentence and _places_agree(mention, cluster, lexicon))
            or mention.anaphoric
            or _is_concluded(mention)
        )
    ):
        score += 1.0 if is_last or same_sentence else 0.4
        score += _class_fit(mention, cluster, lexicon)
    elif same_sentence:
        score -= 0.0 if mention.inherited_site or mention.kind != "calcification" else 1.5
        if mention.kind == "conjunct":
            return None
    if mention.anaphoric and is_last and not _specific(mention.entities, lexicon):
        score += 1.0 if not mention.sites or mention.inherited_site else 0.3
    if mention.role in _RESTATING and cluster[0].role not in _RESTATING:
        score += 0.5
    if _is_of_specimen(mention) and cluster[-1].affirmed and not same_sentence:
        score += 1.0
    return score


def _concludes(mention: Attached, text: str) -> bool:
    """Whether the words say what all the rest amounts to: "typical of X", or X as a sentence."""
    ended = text[mention.end : mention.end + 1] in ("", ".")
    alone = ended and text[max(0, mention.start - 2) : mention.start].rstrip()[-1:] in ("", ".")
    return _is_concluded(mention) or (alone and mention.kind == "entity")


def _is_of_specimen(mention: Attached) -> bool:
    """Whether the words tell of what was cut out, and name no other place."""
    return (
        mention.of_specimen
        and mention.role == "findings"
        and mention.affirmed
        and (not mention.sites or mention.inherited_site or mention.default_site)
    )


def _assertions_agree(mention: Attached, cluster: Sequence[Attached]) -> bool:
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
    if denied and _is_question(cluster) and set(mention.sites) & set(cluster[-1].sites):
        # "raised the question of a sellar calcification": a later look has answered it
        return mention.sentence != cluster[-1].sentence
    if denied == (said is Status.ABSENT):
        return True
    return denied and (mention.naming is not None or _explains(mention))


def _is_question(cluster: Sequence[Attached]) -> bool:
    """Whether no more than a doubt was told of a lesion."""
    return all(one.status is Status.POSSIBLE and one.level is Level.WEAK for one in cluster)


def _is_gloss(mention: Attached, text: str) -> bool:
    """Whether the words stand alone and say what was just described: "...: phleboliths."."""
    ended = text[mention.end : mention.end + 1] in ("", ".", ";", ")")
    before = text[max(0, mention.start - 2) : mention.start].rstrip()
    return mention.kind == "entity" and ended and before.endswith((":", "("))


def _named_things(cluster: Sequence[Attached], lexicon: Lexicon) -> set[str]:
    return {name for member in cluster for name in _specific(member.entities, lexicon)}


def _explains(mention: Attached) -> bool:
    """Whether the words say what the lesion is rather than that there is one."""
    return mention.kind == "entity" and (not mention.sites or mention.default_site)


def _places_agree(mention: Attached, cluster: Sequence[Attached], lexicon: Lexicon) -> bool:
    """Whether an implied site lies where the lesion does."""
    theirs = {site for member in cluster for site in member.sites}
    return not mention.sites or any(
        one in lexicon.ancestors(other) or other in lexicon.ancestors(one)
        for one in mention.sites
        for other in theirs
    )


_CONCLUDES = frozenset({"likely", "weak", "affirmed"})


def _is_concluded(mention: Attached) -> bool:
    """Whether the words are a conclusion: "typical of ...", "likely ...", "represents ..."."""
    return any(cue_of(hit).category in _CONCLUDES for hit in mention.cues)


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


def _site_score(
    mention: Attached, cluster: Sequence[Attached], lexicon: Lexicon, *, concluded: bool
) -> float | None:
    """Same site 3, one inside the other 2, unknown on one side a little; foreign None."""
    own = set() if mention.default_site else set(mention.sites)
    theirs = {site for member in cluster if not member.default_site for site in member.sites}
    if not own or not theirs:
        restates = mention.role in _RESTATING or mention.anaphoric or mention.naming is not None
        if not own and not theirs:
            # a thing with a place of its own ("phleboliths") is seldom what was seen elsewhere
            return (
                1.0 if not _explains(mention) or _places_agree(mention, cluster, lexicon) else 0.6
            )
        return 0.6 if restates or _explains(mention) else 0.2
    if own & theirs:
        return 3.0
    for one in own:
        for other in theirs:
            if one in lexicon.ancestors(other) or other in lexicon.ancestors(one):
                return 2.0
    groups = groups_of(own, lexicon) & groups_of(theirs, lexicon)
    restates = mention.role in _RESTATING or mention.naming is not None
    told_again = concluded or mention.of_specimen
    if groups & _REGIONAL and (restates or (told_again and groups & _COVERS)):
        return 1.0
    if restates and mention.naming is not None and (own | theirs) & _VAGUE:
        return 0.8
    return None


_REGIONAL = frozenset(
    {
        "lung", "kidney", "breast", "brain", "liver-spleen", "heart", "periarticular", "soft-tissue", "skin-subcutis",
        "muscle", "artery-medial",
    }
)  # fmt: skip
_COVERS = frozenset({"skin-subcutis"})
"""Names of what covers a place (dermis, scrotum) mean the place."""
_VAGUE = frozenset(
    {
        "periarticular",
        "soft-tissue",
        "artery",
        "bone",
        "muscle",
        "skin",
        "chest",
        "abdomen",
        "pelvis",
    }
)


def groups_of(sites: Iterable[str], lexicon: Lexicon) -> set[str]:
    """Return the groups of sites and of what they lie in."""
    return {
        group
        for site in sites
        for one in lexicon.ancestors(site)
        for group in lexicon.concepts[one].groups
    }


def _entity_score(mention: Attached, cluster: Sequence[Attached], lexicon: Lexicon) -> float | None:
    """Shared entity 1.5, none in conflict 0, two different things None."""
    own = _specific(mention.entities, lexicon)
    theirs = _named_things(cluster, lexicon)
    if not own or not theirs:
        return 0.0
    if own & theirs:
        return 1.5
    own_groups = {group for name in own for group in lexicon.concepts[name].groups}
    their_groups = {group for name in theirs for group in lexicon.concepts[name].groups}
    if own_groups & their_groups:
        return 0.5
    return None if mention.kind == "conjunct" or mention.role == cluster[-1].role else -0.5


def _specific(entities: Iterable[tuple[str, str]], lexicon: Lexicon) -> set[str]:
    return {
        name
        for name, level in entities
        if level != "weak" and not _GENERIC_GROUPS & set(lexicon.concepts[name].groups)
    }


_CLASS_SITES = {
    "metastatic": frozenset(
        {
            "lung",
            "kidney",
            "stomach",
            "heart",
            "periarticular",
            "skin-subcutis",
            "artery",
            "soft-tissue",
            "muscle",
            "eye",
        }
    ),
    "tumoral": frozenset(
        {"periarticular", "soft-tissue", "muscle", "skin-subcutis", "bone", "spine", "tendon"}
    ),
}


def _class_fit(mention: Attached, cluster: Sequence[Attached], lexicon: Lexicon) -> float:
    """A class name without a site joins the lesion that it can be true of."""
    naming = mention.naming
    if naming is None or (mention.sites and not mention.default_site) or not naming.supports:
        return 0.0
    fitting = _CLASS_SITES.get(naming.supports[0])
    if fitting is None:
        return 0.0
    groups = groups_of({site for member in cluster for site in member.sites}, lexicon)
    if not groups:
        return 0.2
    mass = any(
        "bundle" in name or name == "mass-unnamed"
        for member in cluster
        for name in (*member.morphology, *(entity for entity, _ in member.entities))
    )
    return (0.8 if groups & fitting else -0.6) + (
        0.6 if mass and naming.supports[0] == "tumoral" else 0.0
    )


# -- what the mentions say together ------------------------------------------------------------

_AUTHORITY = {
    "addendum": 4,
    "impression": 3,
    "findings": 2,
    "technique": 1,
    "comparison": 1,
    "history": 1,
}


def _lesion(cluster: Sequence[Attached]) -> Lesion:
    status, level = _status(cluster)
    affirming = [member for member in cluster if member.affirmed] or list(cluster)
    return Lesion(
        mentions=tuple(cluster),
        sites=_merged(member.sites for member in affirming),
        side=next((member.side for member in affirming if member.side), None),
        morphology=_merged(member.morphology for member in cluster),
        entities=_merged(member.entities for member in affirming),
        contexts=_merged(member.contexts for member in cluster),
        size=max((member.size for member in cluster if member.size), default=None),
        status=status,
        level=level,
        names=_names(cluster),
    )


def _merged(lists: Iterable[tuple]) -> tuple:  # type: ignore[type-arg]
    return tuple(dict.fromkeys(item for items in lists for item in items))


def _status(cluster: Sequence[Attached]) -> tuple[Status, Level | None]:
    """The addendum decides; else any affirmed mention; else the most telling of the rest."""
    last_words = [
        member
        for member in cluster
        if member.role == "addendum" and member.naming is None and not _explains(member)
    ]
    if last_words:
        return last_words[-1].status, last_words[-1].level
    if _is_refuted(cluster):
        return Status.ABSENT, None
    for wanted in (Status.PRESENT, Status.POSSIBLE):
        for level in (None, Level.LIKELY, Level.WEAK):
            for member in cluster:
                if member.status is wanted and member.level is level:
                    return wanted, level
    for wanted in (Status.ABSENT, Status.HISTORICAL, Status.HYPOTHETICAL, Status.FAMILY):
        if any(member.status is wanted for member in cluster):
            return wanted, None
    return Status.PRESENT, None


def _is_refuted(cluster: Sequence[Attached]) -> bool:
    """Whether all that was only thought of is denied in the end: "?calciphylaxis ... ruled out"."""
    last = cluster[-1]
    return last.status is Status.ABSENT and all(
        member.status in (Status.POSSIBLE, Status.ABSENT, Status.HYPOTHETICAL) for member in cluster
    )


def _names(cluster: Sequence[Attached]) -> tuple[Name, ...]:
    """Class names in order of authority: addendum, impression, findings, history."""
    found = [
        Name(
            label=concept.supports[0],
            status=member.status,
            level=member.level,
            role=member.role,
            strength=concept.strength or "naming",
            mention=number,
        )
        for number, member in enumerate(cluster)
        for concept in member.concepts
        if concept.kind == "naming" and concept.supports
    ]
    return tuple(sorted(found, key=lambda name: -_AUTHORITY.get(name.role, 0)))
