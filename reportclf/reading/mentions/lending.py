"""A mention without a place of its own takes its neighbour's, within one sentence."""

from __future__ import annotations

from bisect import bisect_left

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.hits import cue_of
from reportclf.reading.mentions.attached import Attached
from reportclf.records import Status


def with_lent_sites(dealt: list[Attached], text: str, lexicon: Lexicon) -> list[Attached]:
    """Give mentions without a place of their own that of their neighbour in the sentence.

    Parameters
    ----------
    dealt : list of Attached
        The mentions of one sentence, with what was dealt out to them.
    text : str
        The canonical copy.
    lexicon : Lexicon
        Groups of entities.
    """
    return _lent(_explaining(dealt, text, lexicon), lexicon)


def _explaining(dealt: list[Attached], text: str, lexicon: Lexicon) -> list[Attached]:
    """A name that says what the calcification before it is lies where that lies: "calcifications low
    in the pelvis, below the ischial spines, phleboliths".
    """
    placed = list(dealt)
    for number in range(1, len(placed)):
        name, told = placed[number], placed[number - 1]
        if (
            name.kind == "entity"
            and told.kind == "calcification"
            and name.affirmed
            and told.affirmed
            and told.sites
            and _explains(name, told, text, lexicon)
        ):
            placed[number] = name._replace(
                sites=told.sites, side=told.side, inherited_site=True, default_site=False
            )
    return placed


def _explains(name: Attached, told: Attached, text: str, lexicon: Lexicon) -> bool:
    """Whether a name is a conclusion ("and represent ...") or ends its sentence behind a comma."""
    if any(cue_of(hit).category == "affirmed" for hit in name.cues):
        return True
    ends = text[name.end : name.end + 1] in ("", ".")
    opened = text[name.start - 2 : name.start] == ", "
    return ends and opened and set(told.sites) <= lexicon.regions.keys()


def _lent(dealt: list[Attached], lexicon: Lexicon) -> list[Attached]:
    """A mention without a site takes the one of its nearest neighbour in the sentence that has one.

    A stone takes none: it lies in a lumen of its own.
    """
    with_site = [number for number, mention in enumerate(dealt) if mention.sites]
    if not with_site or len(with_site) == len(dealt):
        return dealt
    lent = list(dealt)
    for number, mention in enumerate(dealt):
        if mention.sites or (mention.status is Status.PRESENT and _is_stone(mention, lexicon)):
            continue
        place = bisect_left(with_site, number)
        beside = [dealt[donor] for donor in with_site[max(0, place - 1) : place + 1]]
        nearest = min(beside, key=lambda other: abs(other.hit.first - mention.hit.first))
        lent[number] = mention._replace(
            sites=nearest.sites,
            side=mention.side or nearest.side,
            inherited_site=True,
        )
    return lent


def _is_stone(mention: Attached, lexicon: Lexicon) -> bool:
    return any("calculus" in lexicon.concepts[entity].groups for entity, _ in mention.entities)
