"""Tokens of a canonical copy, and their numbers for spaCy's matcher."""

from __future__ import annotations

import re
from collections.abc import Iterable

from spacy.tokens import Doc
from spacy.vocab import Vocab

from reportclf.reading.words import Normaliser

_TOKEN = re.compile(r"(?:[^\W_]+|[^\w\s]|_|^ ) ?")
"""A word or a single mark, with the blank behind it: the tokens of a canonical copy tile it."""
_FOREIGN = "a word outside the lexicon"
_CACHE_LIMIT = 200_000


def tokens_of(copy: str) -> list[str]:
    """Return the tokens of a canonical copy, each with the blank behind it."""
    return _TOKEN.findall(copy)


def words_of(phrase: str) -> list[str]:
    """Return the tokens of a phrase without blanks."""
    return [token.rstrip(" ") for token in _TOKEN.findall(phrase)]


class Tokens(dict[str, int]):
    """Numbers of tokens, kept by the way they are written, blank behind them included.

    Words that occur in no phrase share one number: spaCy's word store, which never forgets, stays
    as large as the lexicon, and no report has to be tokenised inside a memory zone.
    """

    def __init__(self, normalise: Normaliser) -> None:
        self.vocab = Vocab()
        self._normalise = normalise
        self._numbers: dict[str, int] = {}
        self._foreign = self.vocab.strings.add(_FOREIGN)

    def __missing__(self, token: str) -> int:
        number = self._numbers.get(self._normalise(token.rstrip(" ")), self._foreign)
        if len(self) < _CACHE_LIMIT:
            self[token] = number
        return number

    def phrase(self, words: Iterable[str]) -> Doc:
        """Return words of the lexicon, which are known from now on, as a pattern."""
        strings = self.vocab.strings
        for word in words:
            if word not in self._numbers:
                self._numbers[word] = strings.add(word)
        return self._doc([self._numbers[word] for word in words])

    def doc(self, tokens: Iterable[str]) -> Doc:
        """Return the tokens of a report for the matcher."""
        return self._doc([*map(self.__getitem__, tokens)])

    def _doc(self, numbers: list[int]) -> Doc:
        # spaCy takes numbers in place of words, though its stubs do not say so
        return Doc(self.vocab, words=numbers)  # type: ignore[arg-type]
