"""Load and strictly check the lexicon: one error lists every problem with its file and id."""

from __future__ import annotations

from pathlib import Path

from reportclf.lexicon.entries import Lexicon
from reportclf.lexicon.tables.concepts import check_concepts, read_concepts
from reportclf.lexicon.tables.cues import read_cues
from reportclf.lexicon.tables.labs import read_analytes
from reportclf.lexicon.tables.patient import read_patient
from reportclf.lexicon.tables.rules import check_rules, read_rules
from reportclf.lexicon.tables.screen import screen_of
from reportclf.lexicon.tables.source import Source
from reportclf.lexicon.tables.words import (
    check_words,
    read_groups,
    read_headings,
    read_spelling,
    read_words,
)
from reportclf.reading.words import Normaliser

DEFAULT_FOLDER = Path(__file__).parent


def load_lexicon(folder: Path | None = None) -> Lexicon:
    """Load the lexicon from a folder.

    Parameters
    ----------
    folder : Path, optional
        Folder of the TOML files; the one shipped with the package by default.

    Returns
    -------
    Lexicon
        Checked and complete.

    Raises
    ------
    LexiconError
        If anything is wrong; the message lists every problem.
    """
    source = Source(folder or DEFAULT_FOLDER)
    spelling = read_spelling(source)
    groups = read_groups(source)
    concepts, where = read_concepts(source)
    analytes = read_analytes(source, concepts)
    cues = read_cues(source)
    headings = read_headings(source)
    people, studies = read_patient(source)
    words = read_words(source)
    screen = source.read("screen.toml")
    rules = read_rules(source)
    source.stop_if_broken()
    check_concepts(source, concepts, where, groups, Normaliser(spelling))
    check_words(source, words, concepts, groups)
    check_rules(source, rules, concepts, groups, words)
    stems, together, abbreviations = screen_of(source, concepts, screen)
    source.stop_if_broken()
    return Lexicon(
        concepts=concepts,
        cues=cues,
        headings=headings,
        people=people,
        studies=studies,
        analytes=analytes,
        rules=rules,
        spelling=spelling,
        groups={name: kind for kind, names in groups.items() for name in names},
        screen_stems=stems,
        screen_together=together,
        screen_abbreviations=abbreviations,
        screen_words=tuple(screen.get("words", ())),
        screen_scan_words=tuple(screen.get("scan_words", ())),
        words=words,
        digest=source.digest,
    )
