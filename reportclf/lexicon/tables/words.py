"""Spelling, headings, groups and word lists."""

from __future__ import annotations

from collections.abc import Mapping

from reportclf.lexicon.entries import KINDS, Concept, Headings
from reportclf.lexicon.tables.source import Source
from reportclf.reading.words import Spelling

ROLES = (
    "title",
    "history",
    "past",
    "family",
    "comparison",
    "technique",
    "findings",
    "impression",
    "recommendation",
    "addendum",
    "other",
)

LISTS = (
    "announcing",
    "arm-part",
    "calcium-look",
    "chemistry",
    "chronic",
    "diagnostic",
    "facts",
    "finding-nouns",
    "head-part",
    "leg-part",
    "look-alike",
    "named-alone",
    "no-calcium",
    "other-tracers",
    "pictured",
    "specimen",
    "studies",
    "superseding",
    "titled",
    "trunk-part",
)
"""The lists of ``words.toml``."""


def read_spelling(source: Source) -> Spelling:
    """Return the spelling table."""
    tables = source.read("spelling.toml")
    try:
        misspellings = tables["misspellings"]
        return Spelling(
            british=tuple((row["from"], row["to"], row["min"]) for row in tables["british"]),
            plurals=tables["plurals"],
            singulars=frozenset(tables["singulars"]["words"]),
            misspelled=tuple(misspellings["words"]),
            also=misspellings["also"],
            stop=frozenset(misspellings["stop"]),
        )
    except (KeyError, TypeError) as error:
        source.say("spelling.toml", "-", f"table or key {error} is missing")
        return Spelling((), {}, frozenset())


def read_groups(source: Source) -> dict[str, dict[str, str]]:
    """Return the group names of each kind, with what they mean."""
    tables = source.read("groups.toml")
    for kind in tables:
        if kind not in KINDS:
            source.say("groups.toml", kind, f"unknown kind; use one of {', '.join(KINDS)}")
    return tables


def read_words(source: Source) -> dict[str, frozenset[str]]:
    """Return the word lists that mechanisms need; each of them must be there."""
    tables = source.read("words.toml")
    for name in sorted(set(LISTS) ^ set(tables)):
        problem = "is missing" if name in LISTS else "is unknown; no mechanism asks for it"
        source.say("words.toml", name, f"list {problem}")
    for name, table in tables.items():
        source.check_keys("words.toml", name, table, {"words"}, ("words",))
        source.check_strings("words.toml", name, "words", table.get("words", ()))
    return {name: frozenset(table.get("words", ())) for name, table in tables.items()}


def check_words(
    source: Source,
    words: Mapping[str, frozenset[str]],
    concepts: Mapping[str, Concept],
    groups: Mapping[str, Mapping[str, str]],
) -> None:
    """Check that names are known, and that the words of a diagnosis are such as code looks for."""
    known = set(concepts).union(*groups.values())
    for table in ("named-alone", "superseding"):
        for name in sorted(words.get(table, frozenset()) - known):
            source.say("words.toml", table, f"{name!r} is neither a concept nor a group")
    sites = {concept.id for concept in concepts.values() if concept.kind == "site"}
    for table in (name for name in LISTS if name.endswith("-part")):
        for name in sorted(words.get(table, frozenset()) - sites):
            source.say("words.toml", table, f"{name!r} is no site")
    diagnostic = words.get("diagnostic", frozenset())
    for word in sorted(words.get("announcing", frozenset()) - diagnostic):
        source.say(
            "words.toml", "announcing", f"{word!r} is not among the diagnostic words; add it"
        )
    for word in sorted(diagnostic):
        if len(word) < 3:
            source.say(
                "words.toml", "diagnostic", f"{word!r} is too short; write three letters or more"
            )


def read_headings(source: Source) -> Headings:
    """Return the role of each heading, headings in lower case."""
    found: dict[str, str] = {}
    alone: set[str] = set()
    for entry in source.read("sections.toml").get("section", ()):
        role = str(entry.get("role"))
        source.check_keys(
            "sections.toml", role, entry, {"role", "headings", "alone"}, ("role", "headings")
        )
        if role not in ROLES:
            source.say("sections.toml", role, f"role must be one of {', '.join(ROLES)}")
        source.check_phrases("sections.toml", role, "headings", entry.get("headings", ()))
        source.check_phrases("sections.toml", role, "alone", entry.get("alone", ()))
        for heading in entry.get("headings", ()):
            if heading.lower() in found:
                source.say("sections.toml", role, f"heading {heading!r} is listed twice")
            found[heading.lower()] = role
        for heading in entry.get("alone", ()):
            if found.get(heading) != role:
                source.say("sections.toml", role, f"alone: {heading!r} is no heading of this role")
            alone.add(heading)
    return Headings(found, frozenset(alone))
