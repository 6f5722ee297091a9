"""A cheap check that a report is English: the lexicon is, and a French report must not pass as
a clean negative.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_ASCII_WORD = re.compile(r"[a-z]+")
_ENGLISH = frozenset(
    {
        "the", "of", "and", "is", "are", "was", "were", "with", "no", "in", "to", "for", "there", "has", "have",
        "this", "that", "at", "on", "from", "by", "or", "not", "as", "an", "a", "be", "left", "right", "normal",
        "seen", "without", "within", "upper", "lower", "history", "findings", "impression",
    }
)  # fmt: skip
_FOREIGN = frozenset(
    {
        "le", "la", "les", "des", "du", "une", "et", "est", "dans", "avec", "pas", "sans", "der", "die", "das",
        "und", "ist", "mit", "nicht", "keine", "ein", "eine", "el", "los", "las", "una", "con", "sin", "en", "il",
        "lo", "gli", "che", "non", "per", "della", "nel", "het", "een", "van", "met", "geen", "og", "av", "med",
        "ikke", "och", "som", "inte", "au", "aux", "sur", "de", "por", "para", "del", "al", "se", "da", "do",
        "dos", "na", "em", "uma", "com",
    }
)  # fmt: skip
_HEAD = 600


def looks_english(text: str) -> bool:
    """Whether the beginning of a text does not look like another language.

    Short texts and lists of findings without function words pass.
    """
    head = text[:_HEAD].lower()
    ascii_only = head.isascii()
    if ascii_only:
        # function words stand between blanks: whether to look closer is told without a pattern
        words = head.split()
    else:
        letters = sum(letter.isalpha() for letter in head)
        latin = sum("a" <= letter <= "z" for letter in head)
        if letters > 20 and latin < 0.7 * letters:
            return False
        words = _WORD.findall(head)
    if len(_FOREIGN.intersection(words)) < 2:
        return True
    if ascii_only:
        words = _ASCII_WORD.findall(head)
    foreign = sum(word in _FOREIGN for word in words)
    return foreign < 3 or foreign <= sum(word in _ENGLISH for word in words)
