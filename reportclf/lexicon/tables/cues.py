"""Assertion cues."""

from __future__ import annotations

from reportclf.lexicon.entries import CuePhrase
from reportclf.lexicon.tables.families import expanded
from reportclf.lexicon.tables.source import Source

CUE_CATEGORIES = (
    "negation",
    "likely",
    "weak",
    "affirmed",
    "reported",
    "hypothetical",
    "history",
    "former",
    "family",
    "persistence",
    "pseudo",
    "terminator",
    "comma-terminator",
    "comma",
    "hedge-end",
    "colon",
    "conjunction",
    "verb",
    "definite",
    "polarity",
    "question",
    "negation-section",
)
DIRECTIONS = ("before", "after", "here")
_CUE_KEYS = {
    "category",
    "direction",
    "phrases",
    "gap",
    "past_verb",
    "listing",
    "goes_on",
    "wide",
    "reach",
    "at_end",
    "source",
    "because",
}


def read_cues(source: Source) -> tuple[CuePhrase, ...]:
    """Return all cue phrases; one stands once in a direction.

    A phrase written out stands before the same one out of a family, whatever their order.
    """
    entries = source.read("cues.toml").get("cue", ())
    found: list[CuePhrase] = []
    seen: dict[tuple[str, str], str] = {}
    written = {
        (str(phrase).lower(), entry.get("direction", "before"))
        for entry in entries
        for phrase in entry.get("phrases", ())
    }
    for number, entry in enumerate(entries, 1):
        name = f"entry {number} ({entry.get('category', '?')})"
        source.check_keys("cues.toml", name, entry, _CUE_KEYS, ("category", "phrases"))
        category = str(entry.get("category"))
        direction = str(entry.get("direction", "before"))
        if category not in CUE_CATEGORIES:
            source.say("cues.toml", name, f"category must be one of {', '.join(CUE_CATEGORIES)}")
        if direction not in DIRECTIONS:
            source.say("cues.toml", name, f"direction must be one of {', '.join(DIRECTIONS)}")
        source.check_phrases("cues.toml", name, "phrases", entry.get("phrases", ()))
        written_as = (
            (phrase, str(one)) for one in entry.get("phrases", ()) for phrase in expanded(str(one))
        )
        for phrase, family in written_as:
            key = (phrase.lower(), direction)
            if phrase != family and (key in written or seen.get(key) == name):
                continue
            if key in seen:
                source.say("cues.toml", name, f"{phrase!r} stands already in {seen[key]}")
            seen[key] = name
            found.append(
                CuePhrase(
                    id=f"{category}:{phrase}",
                    category=category,
                    direction=direction,
                    phrase=phrase,
                    family=family,
                    reach=entry.get("reach"),
                    gap=int(entry.get("gap", 0)),
                    wide=bool(entry.get("wide", False)),
                    past_verb=bool(entry.get("past_verb", False)),
                    goes_on=bool(entry.get("goes_on", False)),
                    listing=bool(entry.get("listing", False)),
                    at_end=bool(entry.get("at_end", False)),
                )
            )
    return tuple(found)
