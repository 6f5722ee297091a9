"""Find every lexicon phrase in a report with spaCy's ``PhraseMatcher``.

Matching runs over the canonical copy, on normal forms of words (:mod:`reportclf.reading.words`),
so one typed phrase meets every dash, line break, plural, spelling and many misspellings of it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from reportclf.lexicon.entries import Analyte, Concept, CuePhrase, Lexicon
from reportclf.reading.canonical import Canonical
from reportclf.reading.words import Normaliser

_TOKEN = re.compile(r"(?:[^\W_]+|[^\w\s]|_|^ ) ?")
"""A word or a single mark, with the blank behind it: the tokens of a canonical copy tile it."""
_FOREIGN = "a word outside the lexicon"
_WORD = re.compile(r"\w{8,}")
_SPLIT_STEMS = ("calcification", "calcifications", "ossification", "mineralization")


_CACHE_LIMIT = 200_000
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


class Hit(NamedTuple):
    """A phrase found: character range in the canonical copy, token range, what it stands for."""

    start: int
    end: int
    first: int
    last: int
    thing: Concept | CuePhrase | Analyte


def first_token(hit: Hit) -> int:
    """Return where a hit begins, in tokens: the key that hits are kept in order by."""
    return hit.first


def concept_of(hit: Hit) -> Concept:
    """Return the concept that a hit of a concept group stands for."""
    assert isinstance(hit.thing, Concept)
    return hit.thing


def cue_of(hit: Hit) -> CuePhrase:
    """Return the cue that a hit of the cue group stands for."""
    assert isinstance(hit.thing, CuePhrase)
    return hit.thing


@dataclass(frozen=True, slots=True)
class Hits:
    """All hits of a report, in order of position, by group.

    Groups are ``mention`` (calcification, naming and entities that are mentions), ``entity``,
    ``site``, ``morphology``, ``risk``, ``context``, ``cue`` and ``lab``.
    """

    groups: dict[str, list[Hit]]
    starts: list[int]
    text: str
    words: frozenset[str]

    def __getitem__(self, group: str) -> list[Hit]:
        return self.groups.get(group, [])

    def token_at(self, position: int) -> int:
        """Return the number of the token that stands at or before a place in the copy."""
        return max(0, bisect_right(self.starts, position) - 1)


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
        return self._doc([self[token] for token in tokens])

    def _doc(self, numbers: list[int]) -> Doc:
        # spaCy takes numbers in place of words, though its stubs do not say so
        return Doc(self.vocab, words=numbers)  # type: ignore[arg-type]


class PhraseIndex:
    """The lexicon's phrases, ready to be found. Building takes a moment; finding is fast."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.normalise = Normaliser(lexicon.spelling, _words(lexicon))
        self._tokens = Tokens(self.normalise)
        self._matcher = PhraseMatcher(self._tokens.vocab, attr="ORTH")
        self._plain: dict[int, tuple[tuple[str, Concept | CuePhrase | Analyte], ...]] = {}
        self._checked: dict[int, tuple[Entry, ...]] = {}
        self._groups: dict[str, None] = {}
        self._add_all(lexicon)

    def find(self, copy: Canonical, source: str) -> Hits:
        """Return all hits in a report.

        Parameters
        ----------
        copy : Canonical
            The canonical copy of the report.
        source : str
            The report itself, for phrases that must have their capitals.
        """
        found, tokens, starts = self._matched(copy, source)
        words = frozenset(map(str.rstrip, set(tokens)))
        return Hits(_resolved(found), starts, copy.text, words)

    def _matched(
        self, copy: Canonical, source: str
    ) -> tuple[dict[str, list[Hit]], list[str], list[int]]:
        """Return all hits, cancelled and contained ones too, the tokens and where they start."""
        tokens = _TOKEN.findall(copy.text)
        starts = list(accumulate(map(len, tokens), initial=0))
        starts[-1] = len(copy.text) + 1
        return (
            self._raw(self._matcher(self._tokens.doc(tokens)), starts, copy, source),
            tokens,
            starts,
        )

    def _raw(
        self,
        matches: list[tuple[int, int, int]],
        starts: list[int],
        copy: Canonical,
        source: str,
    ) -> dict[str, list[Hit]]:
        text = copy.text
        plain, checked = self._plain, self._checked
        found: dict[str, list[Hit]] = {group: [] for group in self._groups}
        final = len(starts) - 1
        for key, first, last in matches:
            start = starts[first]
            end = starts[last]
            if last == final or text[end - 1] == " ":
                end = min(end - 1, len(text))
            for group, thing in plain[key]:
                found[group].append(_new(Hit, (start, end, first, last, thing)))
            for group, thing, exact, needs, literal in checked.get(key, ()):
                if exact is not None and not _is_exact(copy, source, start, end, exact):
                    continue
                if literal is not None and text[start:end] != literal:
                    continue
                if needs and not any(word in text for word in needs):
                    continue
                found[group].append(_new(Hit, (start, end, first, last, thing)))
        return {group: hits for group, hits in found.items() if hits}

    # -- building ------------------------------------------------------------------------------

    def _add_all(self, lexicon: Lexicon) -> None:
        entries: dict[str, list[Entry]] = {}

        def add(phrase: str, entry: Entry) -> None:
            form = " ".join(phrase.replace("-", " ").split())
            known = entries.setdefault(self._form(form), [])
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

    def _form(self, phrase: str) -> str:
        return " ".join(map(self.normalise, _split(phrase.lower())))

    def _register(self, entries: dict[str, list[Entry]]) -> None:
        for form, owners in entries.items():
            name = f"phrase {form}"
            self._matcher.add(name, [self._tokens.phrase([*map(self.normalise, _split(form))])])
            key = self._tokens.vocab.strings[name]
            self._groups.update(dict.fromkeys(owner.group for owner in owners))
            self._plain[key] = tuple(
                (owner.group, owner.thing) for owner in owners if owner.is_plain
            )
            asked = tuple(owner for owner in owners if not owner.is_plain)
            if asked:
                self._checked[key] = asked


def _split(phrase: str) -> list[str]:
    return [token.rstrip(" ") for token in _TOKEN.findall(phrase)]


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
    cues: Iterable[CuePhrase], form: Callable[[str], str]
) -> Iterator[tuple[CuePhrase, str | None]]:
    """Pair each cue with its literal words where another cue folds to the same form.

    "exclude" asks and "excludes" denies: what makes one word of both must not decide.
    """
    cues = tuple(cues)
    forms = [form(" ".join(cue.phrase.lower().replace("-", " ").split())) for cue in cues]
    owners = Counter((one, cue.category) for one, cue in zip(forms, cues, strict=True))
    shared = Counter(one for one, _ in owners)
    for cue, one in zip(cues, forms, strict=True):
        yield cue, cue.phrase.lower() if shared[one] > 1 else None


def _is_exact(copy: Canonical, source: str, start: int, end: int, exact: str) -> bool:
    """Whether the report writes the phrase with these capitals and not as a unit of a number."""
    first, last = copy.extent(start, end)
    written = source[first:last]
    if written.replace("-", " ").split() != exact.replace("-", " ").split():
        return False
    before = copy.text[max(0, start - 2) : start].strip()
    return not (before.isdigit() and len(exact) <= 2)


def _resolved(found: dict[str, list[Hit]]) -> dict[str, list[Hit]]:
    """Drop what an exclusion cancels and, within a group, what a longer hit contains."""
    exclusions = found.pop("exclusion", [])
    resolved: dict[str, list[Hit]] = {}
    for group, hits in found.items():
        if group.startswith("not "):
            continue
        if exclusions and group == "mention":
            hits = _outside(hits, exclusions, same_thing=False)
        cancelling = found.get(f"not {group}")
        if cancelling:
            hits = _outside(hits, cancelling, same_thing=True)
        resolved[group] = _longest(hits) if len(hits) > 1 else hits
    marks = resolved.pop("mark cue", None)
    if marks:
        resolved["cue"] = sorted(
            [*resolved.get("cue", ()), *marks], key=lambda hit: (hit.first, hit.last)
        )
    return resolved


_LONGEST_PHRASE = 16


def _outside(hits: list[Hit], cancelling: list[Hit], *, same_thing: bool) -> list[Hit]:
    """Return the hits that lie in no longer cancelling one."""
    cancelling = sorted(cancelling, key=first_token)
    kept = []
    for hit in hits:
        low = bisect_left(cancelling, hit.first - _LONGEST_PHRASE, key=first_token)
        high = bisect_right(cancelling, hit.first, key=first_token)
        if not any(
            hit.last <= other.last
            and other.last - other.first > hit.last - hit.first
            and (not same_thing or other.thing is hit.thing)
            for other in cancelling[low:high]
        ):
            kept.append(hit)
    return kept


def _longest(hits: list[Hit]) -> list[Hit]:
    """Keep the longest hit where hits overlap; of equal spans keep every thing.

    The matcher finds phrases in order of their first token and, from one token on, the shorter
    before the longer: hits need no sorting.
    """
    kept: list[Hit] = []
    reach = began = -1
    for hit in hits:
        first, last = hit.first, hit.last
        if last > reach:
            while first == began and kept and kept[-1].first == first:
                kept.pop()
            kept.append(hit)
            reach, began = last, first
        elif kept and first == kept[-1].first and last == kept[-1].last:
            kept.append(hit)
    return kept
