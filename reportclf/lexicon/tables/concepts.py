"""Concepts: what a report can name, one file a kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from reportclf.lexicon.entries import CLASSES, KINDS, Concept
from reportclf.lexicon.tables.families import expanded
from reportclf.lexicon.tables.source import Source
from reportclf.reading.words import Normaliser

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WORDS = re.compile(r"\w+|[^\w\s]")
_CONCEPT_KEYS = {
    "id", "kind", "phrases", "exact", "ambiguous", "needs", "not", "groups", "supports", "strength",
    "mention", "outcome", "priority", "site", "part_of", "also", "holds", "codes", "source", "because",
}  # fmt: skip


def read_concepts(source: Source) -> tuple[dict[str, Concept], dict[str, str]]:
    """Return the concepts by id, and the file that each stands in."""
    found: dict[str, Concept] = {}
    where: dict[str, str] = {}
    files = source.names("concepts/*.toml")
    if not files:
        source.say("concepts/", "-", "holds no TOML file")
    for name in files:
        for entry in source.read(name).get("concept", ()):
            concept = _concept(source, name, entry)
            if concept is None:
                continue
            if concept.id in found:
                source.say(name, concept.id, f"id used before in {where[concept.id]}")
            found[concept.id] = concept
            where[concept.id] = name
    return found, where


def _concept(source: Source, file: str, entry: Mapping[str, Any]) -> Concept | None:
    name = str(entry.get("id", "?"))
    source.check_keys(file, name, entry, _CONCEPT_KEYS, ("id", "kind", "source"))
    if not _ID.fullmatch(name):
        source.say(file, name, "id must be words in lower case joined by hyphens")
        return None
    if entry.get("kind") not in KINDS:
        source.say(file, name, f"kind must be one of {', '.join(KINDS)}")
        return None
    for key in ("phrases", "exact", "ambiguous", "needs", "not"):
        source.check_phrases(file, name, key, entry.get(key, ()))
    if not any(entry.get(key) for key in ("phrases", "exact", "ambiguous")):
        source.say(file, name, "has no phrase")
    if entry.get("ambiguous") and not entry.get("needs"):
        source.say(file, name, "ambiguous phrases need a list `needs`")
    source.check_choice(file, name, "strength", entry, ("naming", "strong", "weak"))
    source.check_choice(file, name, "priority", entry, ("background", "specific"))
    for support in entry.get("supports", ()):
        if support not in CLASSES:
            source.say(file, name, f"supports unknown class {support!r}")
    if "outcome" in entry:
        source.check_outcome(file, name, entry["outcome"])
    return Concept(
        id=name,
        kind=entry["kind"],
        phrases=_all(entry.get("phrases", ())),
        exact=_all(entry.get("exact", ())),
        ambiguous=_all(entry.get("ambiguous", ())),
        needs=tuple(entry.get("needs", ())),
        cancelled_by=_all(entry.get("not", ())),
        groups=tuple(entry.get("groups", ())),
        supports=tuple(entry.get("supports", ())),
        strength=entry.get("strength"),
        mention=bool(entry.get("mention", False)),
        outcome=entry.get("outcome"),
        priority=entry.get("priority"),
        site=entry.get("site"),
        part_of=entry.get("part_of"),
        also={word: tuple(organs) for word, organs in entry.get("also", {}).items()},
        holds=tuple(entry.get("holds", ())),
        codes=dict(entry.get("codes", {})),
        source=str(entry.get("source", "")),
        because=str(entry.get("because", "")),
    )


def _all(phrases: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for phrase in phrases for one in expanded(str(phrase))))


def check_concepts(
    source: Source,
    concepts: Mapping[str, Concept],
    where: Mapping[str, str],
    groups: Mapping[str, Mapping[str, str]],
    normalise: Normaliser,
) -> None:
    """Check what an entry says of others: groups, sites, phrases that two concepts claim."""
    owners: dict[tuple[str, str], str] = {}
    for concept in concepts.values():
        file = where[concept.id]
        for group in (*concept.groups, *concept.holds):
            if group not in groups.get(concept.kind, {}):
                source.say(file, concept.id, f"group {group!r} is not declared in groups.toml")
        for key in ("site", "part_of"):
            target = getattr(concept, key)
            if target is not None and (target not in concepts or concepts[target].kind != "site"):
                source.say(file, concept.id, f"{key} names unknown site {target!r}")
        for organ in (organ for organs in concept.also.values() for organ in organs):
            if organ not in concepts or concepts[organ].kind != "site":
                source.say(file, concept.id, f"also names unknown site {organ!r}")
        for phrase in concept.phrases:
            form = (concept.kind, folded(phrase, normalise))
            if owners.get(form, concept.id) != concept.id:
                source.say(file, concept.id, f"{phrase!r} is owned by {owners[form]} too")
            owners[form] = concept.id


def folded(phrase: str, normalise: Normaliser) -> str:
    """Return a phrase in the form in which it is matched, words joined by blanks."""
    return " ".join(normalise(word) for word in _WORDS.findall(phrase.replace("-", " ")))
