"""Counting a run, so that every row is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from reportclf.files.read import SET_ASIDE


@dataclass(slots=True)
class Tally:
    """Rows so far: by tag, failed by code, and set aside on purpose by code."""

    rows: int = 0
    tags: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    set_aside: Counter[str] = field(default_factory=Counter)

    def add(self, tag: str | None, error: str | None) -> None:
        """Count one row."""
        self.rows += 1
        if error is None:
            self.tags[str(tag)] += 1
        else:
            (self.set_aside if error in SET_ASIDE else self.failed)[error] += 1

    def update(self, other: Tally) -> None:
        """Count the rows of another tally too."""
        self.rows += other.rows
        self.tags.update(other.tags)
        self.failed.update(other.failed)
        self.set_aside.update(other.set_aside)

    def copy(self) -> Tally:
        """Return the counts as they stand now."""
        return Tally(self.rows, self.tags.copy(), self.failed.copy(), self.set_aside.copy())

    def plain(self) -> dict[str, object]:
        """Return the counts as JSON values, in a fixed order."""
        return {
            "rows": self.rows,
            "tags": dict(sorted(self.tags.items())),
            "failed": dict(sorted(self.failed.items())),
            "set_aside": dict(sorted(self.set_aside.items())),
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """What a finished run did.

    Attributes
    ----------
    tally : Tally
        Counts of all rows, those kept from an interrupted run included.
    kept : int
        Rows that were done before and not tagged again.
    seconds : float
        Time this run took.
    versions : mapping
        Versions of the software, the lexicon and the model.
    """

    tally: Tally
    kept: int
    seconds: float
    versions: Mapping[str, str]
