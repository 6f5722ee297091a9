"""Spelling, headings, groups and word lists."""

from __future__ import annotations

from reportclf.lexicon.entries import KINDS
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
    """Return the word lists that mechanisms need."""
    tables = source.read("words.toml")
    return {name: frozenset(table.get("words", ())) for name, table in tables.items()}


def read_headings(source: Source) -> dict[str, str]:
    """Return the role of each heading, headings in lower case."""
    found: dict[str, str] = {}
    for entry in source.read("sections.toml").get("section", ()):
        role = str(entry.get("role"))
        source.check_keys("sections.toml", role, entry, {"role", "headings"}, ("role", "headings"))
        if role not in ROLES:
            source.say("sections.toml", role, f"role must be one of {', '.join(ROLES)}")
        source.check_phrases("sections.toml", role, "headings", entry.get("headings", ()))
        for heading in entry.get("headings", ()):
            if heading.lower() in found:
                source.say("sections.toml", role, f"heading {heading!r} is listed twice")
            found[heading.lower()] = role
    return found
