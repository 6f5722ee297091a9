"""The screen: what a report must hold if any calcification mention is to be found in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from reportclf.lexicon.entries import Concept
from reportclf.lexicon.tables.source import Source


def screen_of(
    source: Source, concepts: Mapping[str, Concept], screen: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return stems, sets of words and abbreviations such that every mention phrase holds one."""
    stems = list(screen.get("stems", ()))
    common = frozenset(screen.get("common", ()))
    alone = frozenset(screen.get("words", ()))
    abbreviations: dict[str, None] = {}
    together: dict[tuple[str, ...], None] = {}
    for concept in concepts.values():
        if not concept.is_mention:
            continue
        for phrase in (*concept.exact, *concept.ambiguous):
            if not any(stem in phrase.lower() for stem in stems):
                abbreviations[phrase] = None
        for phrase in concept.phrases:
            if any(stem in phrase.lower() for stem in stems):
                continue
            words = re.findall(r"[^\W\d_]{3,}", phrase.lower())
            rare = [word for word in words if word not in common and len(word) > 4]
            if phrase.lower() in alone:
                continue
            if rare:
                stems.extend(_stems(max(rare, key=len)))
            elif words:
                for spelling in (0, -1):
                    together[tuple(sorted(_stems(word)[spelling] for word in words))] = None
            else:
                source.say(
                    "screen.toml",
                    concept.id,
                    f"{phrase!r} would not pass the screen; add a stem",
                )
    return tuple(dict.fromkeys(stems)), tuple(together), tuple(abbreviations)


def _stems(word: str) -> tuple[str, ...]:
    """Return a word without its plural, and its American spelling where that differs."""
    word = word.removesuffix("es").removesuffix("s") if len(word) > 5 else word
    word = word[:-1] if word.endswith(("e", "y")) and len(word) > 5 else word
    american = (
        word.replace("aem", "em").replace("oed", "ed").replace("our", "or").replace("oes", "es")
    )
    return (word,) if american == word else (word, american)
