"""Link mentions into lesions: one lesion is one calcification with all its mentions.

Linking goes by site, side, kind, size and anaphora, across sentences and sections, so that a class
named in the impression, an addendum and a morphology spread over three sentences act on the one
lesion they belong to and on no other.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.lesions.lesion import Lesion, Name, lesion_of
from reportclf.reading.lesions.linking import LINK, score_of
from reportclf.reading.lesions.things import stated_names
from reportclf.reading.mentions import Attached

__all__ = ["Lesion", "Name", "lesions", "stated_names"]

_RECENT = 40
"""Lesions, and mentions of one, that a further mention is compared with."""


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
    return [lesion_of(cluster) for cluster in clusters]


def _best(
    mention: Attached, clusters: Sequence[list[Attached]], lexicon: Lexicon, text: str
) -> int | None:
    best, highest = None, 0.0
    for number in range(max(0, len(clusters) - _RECENT), len(clusters)):
        cluster = clusters[number]
        known = cluster if len(cluster) <= _RECENT else [cluster[0], *cluster[-_RECENT:]]
        score = score_of(mention, known, number == len(clusters) - 1, lexicon, text)
        if score is not None and score >= LINK and score >= highest:
            best, highest = number, score
    return best
