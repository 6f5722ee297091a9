"""Find the lexicon's phrases in a report with spaCy's ``PhraseMatcher``.

Matching runs over the canonical copy, on normal forms of words (:mod:`reportclf.reading.words`),
so one typed phrase meets every dash, line break, plural, spelling and many misspellings of it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

from reportclf.lexicon.entries import Analyte, Concept, CuePhrase, Lexicon
from reportclf.reading.canonical import Canonical
from reportclf.reading.hits import Hit, resolved
from reportclf.reading.tokens import Tokens, tokens_of, words_of
from reportclf.reading.words import Normaliser

_WORD = re.compile(r"\w{8,}")
_SPLIT_STEMS = ("calcification", "calcifications", "ossification", "mineralization")
_CLUES = frozenset({"mention", "exclusion", "risk", "lab", "context"})
"""Groups that make a sentence worth reading; all others are details of such a sentence."""
_OVERHANG = 3
"""Tokens behind a sentence into which a phrase of its end may reach: "known allergy? No"."""
_new = tuple.__new__


class Entry(NamedTuple):
    """What a phrase stands for: a group of hits, the thing itself, conditions on the words."""

    group: str
    thing: Concept | CuePhrase | Analyte
    exact: str | None
    needs: frozenset[str]
    literal: str | None = None

    @property
    def is_plain(self) -> bool:
        """Whether the words alone are enough."""
        return self.exact is None and self.literal is None and not self.needs

    @property
    def is_clue(self) -> bool:
        """Whether it is sought in every sentence, as what cancels a clue is."""
        return self.group.removeprefix("not ") in _CLUES


class Matcher:
    """Phrases and what each of them stands for."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._phrases = PhraseMatcher(tokens.vocab, attr="ORTH")
        self._plain: dict[int, tuple[tuple[str, Concept | CuePhrase | Analyte], ...]] = {}
        self._checked: dict[int, tuple[Entry, ...]] = {}

    def add(self, words: Sequence[str], owners: Iterable[Entry]) -> None:
        """Learn a phrase by the normal forms of its words."""
        name = f"phrase {' '.join(words)}"
        self._phrases.add(name, [self._tokens.phrase(words)])
        key = self._tokens.vocab.strings[name]
        owners = tuple(owners)
        self._plain[key] = tuple((owner.group, owner.thing) for owner in owners if owner.is_plain)
        asked = tuple(owner for owner in owners if not owner.is_plain)
        if asked:
            self._checked[key] = asked

    def all_hits(self, words: Doc | Span, page: Page, before: int) -> dict[str, list[Hit]]:
        """Return all hits among words of a page by group, cancelled and contained ones too.

        They begin before the token ``before``.
        """
        text, starts = page.text, page.starts
        plain, checked = self._plain, self._checked
        found: dict[str, list[Hit]] = defaultdict(list)
        final = len(starts) - 1
        for key, first, last in self._phrases(words):
            if first >= before:
                break
            start = starts[first]
            end = starts[last]
            if last == final or text[end - 1] == " ":
                end = min(end - 1, len(text))
            for group, thing in plain[key]:
                found[group].append(_new(Hit, (start, end, first, last, thing)))
            for owner in checked.get(key, ()):
                if _holds(owner, page, start, end):
                    found[owner.group].append(Hit(start, end, first, last, owner.thing))
        return found


def _holds(entry: Entry, page: Page, start: int, end: int) -> bool:
    """Whether a report fulfils what a phrase asks beside its words."""
    text = page.text
    if entry.exact is not None and not _is_exact(page, start, end, entry.exact):
        return False
    if entry.literal is not None and text[start:end] != entry.literal:
        return False
    return not entry.needs or any(word in text for word in entry.needs)


class Page:
    """The words of a report and the phrases among them.

    Clues (groups ``mention``, ``risk``, ``lab`` and ``context``) are found at once. Details
    (``cue``, ``site``, ``morphology``, ``entity``) are found where they are asked for: most
    sentences of a report hold no clue, and nothing is asked of them.

    Attributes
    ----------
    copy : Canonical
        The canonical copy of the report.
    source : str
        The report itself, for phrases that must have their capitals.
    starts : list of int
        Where the tokens start in the copy, and the place behind its end.
    tokens : list of str
        The tokens of the copy, each with the blank behind it.
    clues : mapping
        Group to hits, in order of position.
    """

    __slots__ = ("_details", "_doc", "clues", "copy", "source", "starts", "text", "tokens")

    def __init__(
        self, copy: Canonical, source: str, tokens: Tokens, clues: Matcher, details: Matcher
    ) -> None:
        found = tokens_of(copy.text)
        self.copy = copy
        self.text = copy.text
        self.source = source
        self.starts = list(accumulate(map(len, found), initial=0))
        self.starts[-1] = len(copy.text) + 1
        self.tokens = found
        self._doc = tokens.doc(found)
        self._details = details
        self.clues = resolved(clues.all_hits(self._doc, self, len(found)))

    def details(self, first: int, last: int) -> dict[str, list[Hit]]:
        """Return the details that begin among the tokens of a range, by group."""
        if first >= last:
            return {}
        return resolved(self._details.all_hits(self._doc[first : last + _OVERHANG], self, last))

    def all_groups(self) -> dict[str, list[Hit]]:
        """Return clues and details of the whole page."""
        return {**self.clues, **self.details(0, len(self._doc))}

    def token_at(self, position: int) -> int:
        """Return the number of the token that stands at or before a place in the copy."""
        return max(0, bisect_right(self.starts, position) - 1)

    def token_from(self, position: int) -> int:
        """Return the number of the first token that starts at or behind a place in the copy."""
        return bisect_left(self.starts, position)


class PhraseIndex:
    """The lexicon's phrases, ready to be found. Building takes a moment; finding is fast."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.normalise = Normaliser(lexicon.spelling, _words(lexicon))
        self._tokens = Tokens(self.normalise)
        self._clues = Matcher(self._tokens)
        self._details = Matcher(self._tokens)
        self._add_all(lexicon)

    def page(self, copy: Canonical, source: str) -> Page:
        """Return the words of a report, in which phrases are found.

        Parameters
        ----------
        copy : Canonical
            The canonical copy of the report.
        source : str
            The report itself.
        """
        return Page(copy, source, self._tokens, self._clues, self._details)

    # -- building ------------------------------------------------------------------------------

    def _add_all(self, lexicon: Lexicon) -> None:
        entries: dict[tuple[str, ...], list[Entry]] = {}

        def add(phrase: str, entry: Entry) -> None:
            known = entries.setdefault(self._form(phrase), [])
            if entry not in known:
                known.append(entry)

        for concept in lexicon.concepts.values():
            group = "mention" if concept.is_mention else concept.kind
            for phrase in concept.phrases:
                for variant in _variants(phrase, concept.is_mention):
                    add(variant, Entry(group, concept, None, frozenset()))
            for phrase in concept.exact:
                add(phrase, Entry(group, concept, phrase, frozenset()))
            for phrase in concept.ambiguous:
                needs = frozenset(
                    form for word in concept.needs for form in (word.lower(), self.normalise(word))
                )
                add(phrase, Entry(group, concept, phrase, needs))
            for phrase in concept.cancelled_by:
                add(phrase, Entry(f"not {group}", concept, None, frozenset()))
        for cue, literal in _told_apart(lexicon.cues, self._form):
            group = (
                "cue"
                if cue.phrase[0].isalnum() or cue.phrase[0] == "+" or len(cue.phrase) == 1
                else "mark cue"
            )
            add(cue.phrase, Entry(group, cue, None, frozenset(), literal))
        for analyte in lexicon.analytes.values():
            for phrase in analyte.phrases:
                add(phrase, Entry("lab", analyte, None, frozenset()))
            for phrase in analyte.exact:
                add(phrase, Entry("lab", analyte, phrase, frozenset()))
            for phrase in analyte.cancelled_by:
                add(phrase, Entry("not lab", analyte, None, frozenset()))
        self._register(entries)

    def _form(self, phrase: str) -> tuple[str, ...]:
        plain = " ".join(phrase.lower().replace("-", " ").split())
        return tuple(map(self.normalise, words_of(plain)))

    def _register(self, entries: dict[tuple[str, ...], list[Entry]]) -> None:
        for words, owners in entries.items():
            for matcher, clue in ((self._clues, True), (self._details, False)):
                wanted = [owner for owner in owners if owner.is_clue is clue]
                if wanted:
                    matcher.add(words, wanted)


def _words(lexicon: Lexicon) -> set[str]:
    """Return every word of the lexicon: none of them is a misspelling of another."""
    return {
        word
        for concept in lexicon.concepts.values()
        for phrase in concept.phrases
        for word in _WORD.findall(phrase)
    }


def _variants(phrase: str, is_mention: bool) -> Iterator[str]:
    """Yield a phrase and, for mentions, itself with its long word split by a line wrap."""
    yield phrase
    if is_mention:
        for stem in _SPLIT_STEMS:
            if phrase == stem:
                for cut in range(4, len(stem) - 2):
                    yield f"{stem[:cut]} {stem[cut:]}"


def _told_apart(
    cues: Iterable[CuePhrase], form: Callable[[str], tuple[str, ...]]
) -> Iterator[tuple[CuePhrase, str | None]]:
    """Pair each cue with its literal words where another cue folds to the same form.

    "exclude" asks and "excludes" denies: what makes one word of both must not decide.
    """
    cues = tuple(cues)
    forms = [form(cue.phrase) for cue in cues]
    owners = Counter((one, cue.category) for one, cue in zip(forms, cues, strict=True))
    shared = Counter(one for one, _ in owners)
    for cue, one in zip(cues, forms, strict=True):
        yield cue, cue.phrase.lower() if shared[one] > 1 else None


def _is_exact(page: Page, start: int, end: int, exact: str) -> bool:
    """Whether the report writes the phrase with these capitals and not as a unit of a number."""
    first, last = page.copy.extent(start, end)
    written = page.source[first:last]
    if written.replace("-", " ").split() != exact.replace("-", " ").split():
        return False
    before = page.text[max(0, start - 2) : start].strip()
    return not (before.isdigit() and len(exact) <= 2)
