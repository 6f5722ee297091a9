"""Whether two mentions lie in one place."""

from __future__ import annotations

from collections.abc import Sequence

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.lesions.hints import concludes, explains
from reportclf.reading.mentions import Attached
from reportclf.reading.stretch import RESTATING


def places_agree(mention: Attached, cluster: Sequence[Attached], lexicon: Lexicon) -> bool:
    """Whether an implied site lies where the lesion does."""
    theirs = {site for member in cluster for site in member.sites}
    return not mention.sites or any(
        lexicon.overlap(one, other) for one in mention.sites for other in theirs
    )


def site_score(
    mention: Attached, cluster: Sequence[Attached], lexicon: Lexicon, text: str
) -> float | None:
    """Same site 3, one inside the other 2, unknown on one side a little; foreign None."""
    own = set() if mention.default_site else set(mention.sites)
    theirs = {site for member in cluster if not member.default_site for site in member.sites}
    if not own or not theirs:
        restates = mention.role in RESTATING or mention.anaphoric or mention.naming is not None
        if not own and not theirs:
            # a thing with a place of its own ("phleboliths") is seldom what was seen elsewhere
            return 1.0 if not explains(mention) or places_agree(mention, cluster, lexicon) else 0.6
        return 0.6 if restates or explains(mention) else 0.2
    if own & theirs:
        return 3.0
    for one in own:
        for other in theirs:
            if lexicon.overlap(one, other):
                return 2.0
    groups = lexicon.groups_of(own) & lexicon.groups_of(theirs)
    restates = mention.role in RESTATING or mention.naming is not None
    if groups & _REGIONAL and restates:
        return 1.0
    if groups & _COVERS and (mention.of_specimen or concludes(mention, text)):
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
