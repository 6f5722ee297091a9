"""Clinical knowledge: TOML files that a clinician edits, and the strict loader that checks them."""

from reportclf.lexicon.entries import Analyte, Concept, CuePhrase, Lexicon, Rule, Unit
from reportclf.lexicon.load import DEFAULT_FOLDER, load_lexicon

__all__ = [
    "DEFAULT_FOLDER",
    "Analyte",
    "Concept",
    "CuePhrase",
    "Lexicon",
    "Rule",
    "Unit",
    "load_lexicon",
]
