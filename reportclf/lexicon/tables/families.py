"""Families of phrases, written with their choices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

_CHOICE = re.compile(r"\{([^{}]*)\}")


def expanded(phrase: str) -> Iterator[str]:
    """Yield the phrases of a family: "{was|were} not {seen|found}" are four.

    An empty choice leaves a word out; a phrase without choices is itself.
    """
    parts = _CHOICE.split(phrase)
    choices = [part.split("|") if number % 2 else [part] for number, part in enumerate(parts)]
    for chosen in product(*choices):
        yield " ".join("".join(chosen).split())


def is_closed(phrase: str) -> bool:
    """Whether every bracket has its other half, and no bar stands outside of one."""
    return not any(mark in part for part in _CHOICE.split(phrase)[::2] for mark in "{}|")
