"""How varied texts are: near-duplicates, words that give a class away, phrases borrowed elsewhere."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

_MASK = "zz"
_GRAM = 5
_BORROWED = 8
_TOO_ALIKE = 0.3
_STOCK = 3
_SURE = 0.9
_OFTEN = 5
_WORD = re.compile(r"[a-z]+")


def grams(words: Sequence[str], size: int) -> set[tuple[str, ...]]:
    """Return the runs of ``size`` words; those of masks alone are no wording and left out."""
    runs = (tuple(words[start : start + size]) for start in range(len(words) - size + 1))
    return {run for run in runs if set(run) != {_MASK}}


def near_duplicates(texts: Mapping[str, Sequence[str]]) -> list[tuple[str, str, float]]:
    """Return pairs of texts whose word 5-grams have a Jaccard index above 0.3.

    Exact: an inverted index counts the grams that each pair shares.
    """
    sets = {name: grams(words, _GRAM) for name, words in texts.items()}
    owners: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, runs in sets.items():
        for run in runs:
            owners[run].append(name)
    shared: Counter[tuple[str, str]] = Counter()
    for names in owners.values():
        for place, one in enumerate(names):
            for other in names[place + 1 :]:
                shared[one, other] += 1
    found = []
    for (one, other), count in shared.items():
        share = count / (len(sets[one]) + len(sets[other]) - count)
        if share > _TOO_ALIKE:
            found.append((one, other, round(share, 3)))
    return sorted(found)


def giveaways(rows: Iterable[tuple[str, set[str]]]) -> dict[str, dict[str, float]]:
    """Return, for each class, the words that alone predict it, and the share of it they give away.

    A word counts if at least 90 % of the reports that hold it are of the class, and five are.

    Parameters
    ----------
    rows : iterable of (str, set of str)
        Class and words of each report.
    """
    rows = list(rows)
    sizes = Counter(label for label, _ in rows)
    everywhere: Counter[str] = Counter()
    within: dict[str, Counter[str]] = defaultdict(Counter)
    for label, words in rows:
        everywhere.update(words)
        within[label].update(words)
    found = {}
    for label in sorted(sizes):
        telling = {
            word: round(count / sizes[label], 3)
            for word, count in within[label].items()
            if count >= _OFTEN and count >= _SURE * everywhere[word]
        }
        found[label] = dict(sorted(telling.items(), key=lambda item: (-item[1], item[0]))[:10])
    return found


def shared_grams(ours: Mapping[str, str], theirs: Iterable[str]) -> list[str]:
    """Return the names of our texts that share eight words in a row with one of theirs.

    A run that three of our texts hold is a stock phrase and does not count.
    """
    borrowed: set[tuple[str, ...]] = set()
    for text in theirs:
        borrowed |= grams(_WORD.findall(text.lower()), _BORROWED)
    found = {
        name: grams(_WORD.findall(text.lower()), _BORROWED) & borrowed
        for name, text in ours.items()
    }
    stock = {
        run
        for run, count in Counter(run for runs in found.values() for run in runs).items()
        if count >= _STOCK
    }
    return sorted(name for name, runs in found.items() if runs - stock)
