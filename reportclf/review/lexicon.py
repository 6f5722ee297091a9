"""The lexicon in words: a check that counts, and one concept in full."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from reportclf.lexicon import load_lexicon
from reportclf.lexicon.entries import Concept, Lexicon

_SHOWN = (
    "kind", "strength", "supports", "outcome", "priority", "groups", "site", "part_of", "also", "holds", "phrases",
    "exact", "ambiguous", "needs", "cancelled_by", "codes", "because", "source",
)  # fmt: skip


def checked(folder: str | None) -> str:
    """Load a lexicon and return what it holds; a broken one raises with all its problems."""
    known = _loaded(folder)
    kinds = Counter(concept.kind for concept in known.concepts.values())
    phrases = sum(
        len(one.phrases) + len(one.exact) + len(one.ambiguous) for one in known.concepts.values()
    )
    lines = [
        f"lexicon {known.digest[:12]}: no problem",
        f"  {len(known.concepts)} concepts with {phrases} phrases",
        *(f"    {number} {kind}" for kind, number in sorted(kinds.items())),
        f"  {len(known.cues)} cue phrases, {len(known.analytes)} lab values",
        f"  {len(known.headings.roles)} headings, {len(known.rules)} rules",
    ]
    return "\n".join(lines)


def shown(name: str, folder: str | None) -> str:
    """Return one concept in full, found by its id or one of its phrases."""
    known = _loaded(folder)
    concept = known.concepts.get(name) or _by_phrase(name, known)
    if concept is None:
        near = [one for one in sorted(known.concepts) if name.lower() in one][:8]
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise click.BadParameter(f"no concept has the id or phrase {name!r}{hint}")
    return "\n".join([concept.id, *_fields(concept), *_rules(concept, known)])


def _loaded(folder: str | None) -> Lexicon:
    return load_lexicon(None if folder is None else Path(folder))


def _by_phrase(name: str, known: Lexicon) -> Concept | None:
    words = name.lower()
    owners = (
        concept
        for concept in known.concepts.values()
        if words in (phrase.lower() for phrase in (*concept.phrases, *concept.exact))
    )
    return next(owners, None)


def _fields(concept: Concept) -> list[str]:
    lines = []
    for name in _SHOWN:
        value = getattr(concept, name)
        if isinstance(value, dict):
            value = [f"{system} {code}" for system, code in value.items()]
        if value:
            words = value if isinstance(value, str) else ", ".join(value)
            lines.append(f"  {name:<12} {words}")
    return lines


def _rules(concept: Concept, known: Lexicon) -> list[str]:
    """Return the rules that ask for the concept by its id or one of its groups."""
    names = {
        f"{prefix}{one}" for one in concept.names for prefix in ("", "near:", "here:", "patient:")
    }
    found = [
        rule.id
        for rule in known.rules
        if names
        & {
            *rule.any,
            *rule.none,
            *rule.required,
            *(one for item in rule.alternatives for one in item),
        }
    ]
    return [f"  {'rules':<12} {', '.join(found)}"] if found else []
