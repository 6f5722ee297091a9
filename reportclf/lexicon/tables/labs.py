"""Laboratory values: names, units, limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportclf.lexicon.entries import Analyte, Concept, Unit
from reportclf.lexicon.tables.source import Source

_LAB_KEYS = {"id", "phrases", "exact", "not", "source", "high", "low", "units", "because", "codes"}
_UNIT_KEYS = {"unit", "spellings", "low", "high", "plausible", "cue_low", "cue_high", "children"}


def read_analytes(source: Source, concepts: Mapping[str, Concept]) -> dict[str, Analyte]:
    """Return the analytes by id; what their values assert must be risk concepts."""
    found: dict[str, Analyte] = {}
    for entry in source.read("labs.toml").get("lab", ()):
        name = str(entry.get("id", "?"))
        source.check_keys("labs.toml", name, entry, _LAB_KEYS, ("id", "units", "source"))
        for key in ("phrases", "exact", "not"):
            source.check_phrases("labs.toml", name, key, entry.get(key, ()))
        for target in (*entry.get("high", ()), *entry.get("low", ())):
            if target not in concepts or concepts[target].kind != "risk":
                source.say("labs.toml", name, f"asserts unknown risk concept {target!r}")
        units = [_unit(source, name, unit) for unit in entry.get("units", ())]
        found[name] = Analyte(
            id=name,
            phrases=tuple(entry.get("phrases", ())),
            exact=tuple(entry.get("exact", ())),
            cancelled_by=tuple(entry.get("not", ())),
            units=tuple(unit for unit in units if unit is not None),
            high=tuple(entry.get("high", ())),
            low=tuple(entry.get("low", ())),
            source=str(entry.get("source", "")),
        )
    return found


def _unit(source: Source, lab: str, entry: Mapping[str, Any]) -> Unit | None:
    source.check_keys("labs.toml", lab, entry, _UNIT_KEYS, ("unit", "spellings", "plausible"))
    try:
        low, high = entry["plausible"]
        return Unit(
            unit=entry["unit"],
            spellings=tuple(entry["spellings"]),
            low=entry.get("low"),
            high=entry.get("high"),
            children=tuple((int(age), float(limit)) for age, limit in entry.get("children", ())),
            plausible=(float(low), float(high)),
            cue_low=entry.get("cue_low"),
            cue_high=entry.get("cue_high"),
        )
    except (KeyError, TypeError, ValueError):
        source.say(
            "labs.toml",
            lab,
            "a unit needs unit, spellings, plausible = [low, high], and children as [[under years, high], ...]",
        )
        return None
