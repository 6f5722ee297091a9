"""The record of a mention: its words, and what its clause says of them."""

from __future__ import annotations

from typing import NamedTuple

from reportclf.lexicon.entries import Concept
from reportclf.reading.hits import Hit
from reportclf.records import Level, Status, affirms


class Attached(NamedTuple):
    """A mention with what its clause says of it. Positions are tokens and canonical characters.

    ``hit`` are the words that tell of calcium; ``last`` is the token behind their noun.
    """

    hit: Hit
    last: int
    concepts: tuple[Concept, ...]
    kind: str
    sentence: int
    section: int
    role: str
    start: int
    end: int
    status: Status
    level: Level | None
    cues: tuple[Hit, ...]
    sites: tuple[str, ...] = ()
    side: str | None = None
    morphology: tuple[str, ...] = ()
    entities: tuple[tuple[str, str], ...] = ()
    contexts: tuple[str, ...] = ()
    size: float | None = None
    anaphoric: bool = False
    inherited_site: bool = False
    default_site: bool = False
    of_specimen: bool = False

    @property
    def affirmed(self) -> bool:
        """Present, or possible at the likely level."""
        return affirms(self.status, self.level)

    def holds(self, hit: Hit) -> bool:
        """Whether a hit lies within the words of the mention."""
        return self.start <= hit.start and hit.end <= self.end

    @property
    def naming(self) -> Concept | None:
        """The class-naming concept of the mention, if any."""
        return next((one for one in self.concepts if one.kind == "naming"), None)


def first_token_of(mention: Attached) -> int:
    """Return where the words of a mention begin, in tokens: the key that mentions are kept by."""
    return mention.hit.first
