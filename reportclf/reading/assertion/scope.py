"""What is judged, by which cues, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reportclf.reading.hits import Hit
from reportclf.records import Level, Status

HEDGES = frozenset({"likely", "weak"})
"""Categories of cues that leave a doubt."""


class Target(NamedTuple):
    """The span that is judged, in tokens."""

    first: int
    last: int


class Verdict(NamedTuple):
    """Status and level, and the cue hits that made them so."""

    status: Status
    level: Level | None
    cues: tuple[Hit, ...]

    @property
    def is_there(self) -> bool:
        """Whether something is or was there: neither denied nor asked for nor a mere doubt."""
        return self.status not in _NOT_THERE and self.level is not Level.WEAK


_NOT_THERE = frozenset({Status.ABSENT, Status.HYPOTHETICAL, Status.FAMILY})
PRESENT = Verdict(Status.PRESENT, None, ())


class Scope(NamedTuple):
    """The cues of one sentence, the token behind its end, and the canonical copy."""

    cues: Sequence[Hit]
    last: int
    text: str
