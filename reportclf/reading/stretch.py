"""A section: a stretch of the report with one role."""

from __future__ import annotations

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
