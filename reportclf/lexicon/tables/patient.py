"""Words that tell who the patient is and what kind of study a text reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from reportclf.lexicon.entries import People, Study
from reportclf.lexicon.tables.source import Source

FILE = "patient.toml"


def read_patient(source: Source) -> tuple[People, tuple[Study, ...]]:
    """Return the words of age and sex, and the kinds of study, the most telling first."""
    tables = source.read(FILE)
    return _people(source, tables.get("people", {})), tuple(
        _study(source, entry) for entry in tables.get("study", ())
    )


def _people(source: Source, table: dict[str, list[str]]) -> People:
    names = [field.name for field in fields(People)]
    source.check_keys(FILE, "people", table, names, names)
    for name, words in table.items():
        source.check_phrases(FILE, "people", name, words)
    return People(**{name: _written(table.get(name, ())) for name in names})


def _study(source: Source, entry: dict[str, Any]) -> Study:
    name = str(entry.get("id"))
    lists = ("beginnings", "words", "phrases")
    source.check_keys(FILE, name, entry, {"id", *lists}, ("id", "words"))
    told = {}
    for key in lists:
        told[key] = entry.get(key, ())
        source.check_phrases(FILE, name, key, told[key])
    return Study(name, tuple(told["beginnings"]), _written(told["words"]), tuple(told["phrases"]))


def _written(words: Iterable[str]) -> frozenset[str]:
    """Return words as tokens write them: with a blank behind them, or without."""
    return frozenset(form for word in words for form in (word, f"{word} "))
