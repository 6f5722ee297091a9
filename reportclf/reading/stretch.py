"""A section: a stretch of the report with one role."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

RESTATING = frozenset({"impression", "addendum", "recommendation"})
"""Sections that tell again what was found."""


class Section(NamedTuple):
    """A stretch of the report with one role; ``body`` is where the text behind its heading starts."""

    start: int
    body: int
    end: int
    role: str
    heading: str


def is_prose(sections: Iterable[Section]) -> bool:
    """Whether no section restates the findings: a case text rather than a report."""
    return not any(section.role in RESTATING for section in sections)
