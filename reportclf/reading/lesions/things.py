"""Whether two mentions are of one thing, and which class a thing of its place can have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.mentions import Attached

_GENERIC = frozenset({"mass", "nodule", "body-unnamed"})


def named_things(cluster: Sequence[Attached], lexicon: Lexicon) -> set[str]:
    """Return the things that the mentions of a lesion name."""
    return {name for member in cluster for name in specific(member.entities, lexicon)}


def entity_score(mention: Attached, cluster: Sequence[Attached], lexicon: Lexicon) -> float | None:
    """Shared entity 1.5, none in conflict 0, two different things None."""
    if _is_normal([mention], lexicon) and _has_growth(cluster, lexicon):
        return None
    if _is_normal(cluster, lexicon) and _has_growth([mention], lexicon):
        return None
    own = specific(mention.entities, lexicon)
    if not own:
        return 0.0
    theirs = named_things(cluster, lexicon)
    if not theirs:
        return 0.0
    if own & theirs:
        return 1.5
    own_groups = {group for name in own for group in lexicon.concepts[name].groups}
    their_groups = {group for name in theirs for group in lexicon.concepts[name].groups}
    if own_groups & their_groups:
        return 0.5
    return None if mention.kind == "conjunct" or mention.role == cluster[-1].role else -0.5


_NORMAL = frozenset({"physiological", "age-related"})
_NORMAL_PLACES = frozenset({"physiological-brain"})
_GROWTHS = frozenset({"mass", "neoplasm"})


def _is_normal(cluster: Sequence[Attached], lexicon: Lexicon) -> bool:
    """Whether the words call a calcification physiological or a matter of age."""
    return any(
        _NORMAL & lexicon.concepts[name].names
        for member in cluster
        for name in (*member.contexts, *(entity for entity, _ in member.entities))
    ) or any(_NORMAL_PLACES & lexicon.groups_of(member.sites) for member in cluster)


def _has_growth(cluster: Sequence[Attached], lexicon: Lexicon) -> bool:
    return any(
        _GROWTHS & lexicon.concepts[name].names for member in cluster for name, _ in member.entities
    )


def stated_names(entities: Iterable[tuple[str, str]], lexicon: Lexicon) -> set[str]:
    """Return the names and groups of the entities that are more than a guess."""
    return {
        name
        for entity, level in entities
        if level != "weak"
        for name in lexicon.concepts[entity].names
    }


def specific(entities: Iterable[tuple[str, str]], lexicon: Lexicon) -> set[str]:
    """Return the entities that are more than a mass or nodule, and more than a guess."""
    return {
        name
        for name, level in entities
        if level != "weak" and not _GENERIC & lexicon.concepts[name].names
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


def class_fit(mention: Attached, cluster: Sequence[Attached], lexicon: Lexicon) -> float:
    """A class name without a site joins the lesion that it can be true of."""
    naming = mention.naming
    if naming is None or (mention.sites and not mention.default_site) or not naming.supports:
        return 0.0
    fitting = _CLASS_SITES.get(naming.supports[0])
    if fitting is None:
        return 0.0
    groups = lexicon.groups_of(site for member in cluster for site in member.sites)
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
