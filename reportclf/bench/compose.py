"""Composing reports of a length and with a share of calcification, always the same for a seed."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_DENIED = 0.25


@cache
def _sentences() -> dict[str, list[str]]:
    raw = (Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8")
    return tomllib.loads(raw)


def compose(count: int, length: int, share: float, seed: int = 7) -> list[str]:
    """Return authored reports.

    Parameters
    ----------
    count : int
        How many.
    length : int
        Characters each, about.
    share : float
        Part of them that mentions calcification, affirmed or denied.
    seed : int
        Chooses the sentences.
    """
    chance = random.Random(seed)
    marks = [number < round(share * count) for number in range(count)]
    chance.shuffle(marks)
    return [_report(chance, length, mark) for mark in marks]


def _report(chance: random.Random, length: int, calcium: bool) -> str:
    goal = int(length * chance.uniform(0.8, 1.2))
    head = list(_head(chance, length))
    tail = f"IMPRESSION: {_pick(chance, _impressions(calcium))}"
    findings: list[str] = []
    if calcium:
        wanted = 1 if length < 1000 else chance.randint(1, 3)
        findings = [_calcium(chance) for _ in range(wanted)]
    room = goal - sum(map(len, (*head, tail, *findings)))
    while room > 0:
        findings.append(_pick(chance, "plain"))
        room -= len(findings[-1]) + 1
    chance.shuffle(findings)
    return "\n".join([*head, f"FINDINGS: {' '.join(findings)}", tail])


def _head(chance: random.Random, length: int) -> Iterator[str]:
    yield _pick(chance, "titles")
    yield f"CLINICAL HISTORY: {_pick(chance, 'histories')}"
    if length > 1000:
        yield f"TECHNIQUE: {_pick(chance, 'techniques')}"
        yield f"COMPARISON: {_pick(chance, 'comparisons')}"


def _impressions(calcium: bool) -> str:
    return "calcium_impressions" if calcium else "impressions"


def _calcium(chance: random.Random) -> str:
    return _pick(chance, "denied" if chance.random() < _DENIED else "calcium")


def _pick(chance: random.Random, kind: str) -> str:
    return chance.choice(_sentences()[kind]).format(
        side=chance.choice(("left", "right")),
        size=chance.randint(3, 90),
        number=chance.randint(1, 12),
        part=chance.choice(_sentences()["parts"]),
    )
