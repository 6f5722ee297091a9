"""How single words are folded, so that one typed phrase meets every way it is written.

``normalise`` gives a word's normal form: lower case, no accents, American spelling, singular,
misspellings mended. Lexicon phrases and report words pass through the same function, so only
equality of normal forms matters, not their beauty.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_SHORT = 8
_LONG = 11
_LONGEST = 32
_CACHE_LIMIT = 200_000
YEAR = "2019"
"""Normal form of every year, so that a phrase typed with one year meets all."""


@dataclass(frozen=True)
class Spelling:
    """Tables of ``spelling.toml``.

    Attributes
    ----------
    british : tuple of (str, str, int)
        Replacement, and the shortest word it applies to.
    plurals : mapping
        Irregular plural to singular.
    singulars : frozenset
        Words that end in s and are no plurals.
    misspelled : tuple of str
        Words that are also found when misspelled.
    also : mapping
        Known misspellings further away than the distance reaches.
    stop : frozenset
        Words that look like a misspelling and are none.
    """

    british: tuple[tuple[str, str, int], ...]
    plurals: Mapping[str, str]
    singulars: frozenset[str]
    misspelled: tuple[str, ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    stop: frozenset[str] = frozenset()


class Normaliser:
    """Folds words; callable, with a bounded cache because reports repeat their words.

    ``known`` words are never taken for a misspelling.
    """

    def __init__(self, spelling: Spelling, known: Iterable[str] = ()) -> None:
        self._spelling = spelling
        self._british = tuple(spelling.british)
        self._cache: dict[str, str] = {}
        self._exact = {self._fold(word) for word in spelling.misspelled}
        self._exact_letters = [(word, _letters(word)) for word in self._exact]
        self._first = {word[0] for word in self._exact}
        self._stop = {self._fold(word) for word in spelling.stop} | set(spelling.stop)
        self._stop.update(self._fold(strip_accents(word.lower())) for word in known)

    def __call__(self, word: str) -> str:
        """Return the normal form of a word."""
        known = self._cache.get(word)
        if known is None:
            known = self._normal_form(word)
            if len(self._cache) < _CACHE_LIMIT:
                self._cache[word] = known
        return known

    def mends(self, word: str) -> bool:
        """Whether the word is a misspelling that ``normalise`` mends."""
        return self(word) in self._exact and self._fold(word.lower()) not in self._exact

    def first_letters(self) -> frozenset[str]:
        """First letters of all words that misspellings are sought for."""
        return frozenset(self._first)

    def _normal_form(self, word: str) -> str:
        lower = strip_accents(word.lower())
        if len(lower) == 4 and lower.isdigit() and lower[:2] in ("19", "20"):
            return YEAR
        if lower in self._spelling.also:
            return self._fold(self._spelling.also[lower])
        folded = self._fold(lower)
        if not _SHORT <= len(folded) <= _LONGEST or folded in self._exact or not folded.isalpha():
            return folded
        return self._mended(lower, folded)

    def _fold(self, lower: str) -> str:
        return _american(self._singular(lower), self._british)

    def _singular(self, word: str) -> str:
        irregular = self._spelling.plurals.get(word)
        if irregular is not None:
            return irregular
        if len(word) < 4 or not word.endswith(("s", "ta")) or word in self._spelling.singulars:
            return word
        if word.endswith("omata"):
            return word[:-2]
        if word.endswith("ies") and len(word) > 4:
            return word[:-3] + "y"
        if word.endswith(("sses", "shes", "ches", "xes", "zes")):
            return word[:-2]
        if word.endswith(("ss", "us", "is", "ta")):
            return word
        return word[:-1]

    def _mended(self, lower: str, folded: str) -> str:
        if folded[0] not in self._first or folded in self._stop or lower in self._stop:
            return folded
        letters = _letters(folded)
        best: tuple[int, str] | None = None
        for word, own in self._exact_letters:
            reach = 2 if len(folded) >= _LONG and len(word) >= _LONG else 1
            # one edit changes at most two letters: the costly distance is for near words only
            if abs(len(folded) - len(word)) > reach or (letters ^ own).bit_count() > 2 * reach:
                continue
            distance = edit_distance(folded, word, reach)
            if distance <= reach and (best is None or (distance, word) < best):
                best = (distance, word)
        return folded if best is None else best[1]


def strip_accents(word: str) -> str:
    """Return the word without combining marks (ö -> o)."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def edit_distance(first: str, second: str, limit: int) -> int:
    """Return the Damerau-Levenshtein distance (adjacent swaps count one), or ``limit + 1``."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(second) + 1))
    for i, left in enumerate(first, 1):
        row = [i]
        for j, right in enumerate(second, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == second[j - 2] and first[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]


def _american(word: str, rules: tuple[tuple[str, str, int], ...]) -> str:
    length = len(word)
    if length < 4:
        return word
    for old, new, least in rules:
        if length >= least and old in word:
            word = word.replace(old, new)
    return word


def _letters(word: str) -> int:
    """Return the set of a word's letters as bits."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits
