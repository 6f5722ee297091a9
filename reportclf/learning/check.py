"""Check what the corpus promises: coverage, variety, no giveaways, no borrowed text."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from reportclf.learning.corpus import LabelledReport, corpus_folder
from reportclf.learning.datasets import raw_rows
from reportclf.learning.metrics import ratio
from reportclf.learning.variety import giveaways, near_duplicates, shared_grams
from reportclf.lexicon import Concept, load_lexicon
from reportclf.reading.canonical import canonical, flatten
from reportclf.reading.phrases import PhraseIndex
from reportclf.records import SubReason, Tag

_ENTITY_LEAST = 6
_CONFLICT_LEAST = 8
_NAMED_MOST = 0.4
_GIVEAWAY_MOST = 0.35
_LEAST = {
    "reports": 1500,
    "metastatic": 250,
    "tumoral": 250,
    "other": 200,
    "indeterminate": 120,
    "nothing": 200,
}
_TEXTS = {
    "dev_real": ("text",),
    "dev_cases": ("report_style", "text_masked"),
    "worked_examples": ("text",),
}
_WORD = re.compile(r"[a-z]+")


def check_corpus(reports: Sequence[LabelledReport], whole: bool = True) -> dict[str, Any]:
    """Return counts, coverage and every broken promise.

    Parameters
    ----------
    reports : sequence of LabelledReport
        Already of the right form: the loader saw to that.
    whole : bool
        Whether this is the whole corpus, so that the numbers of issue 4 must be reached.

    Returns
    -------
    dict
        ``counts``, ``coverage``, ``named``, ``giveaways``, ``near_duplicates``, ``overlap``
        and ``violations`` (sentences without report text).
    """
    index = PhraseIndex(load_lexicon())
    masked = {report.report_id: masked_words(report.text, index) for report in reports}
    found: dict[str, Any] = {
        "counts": counts(reports),
        "coverage": coverage(reports),
        "named": named_shares(reports, index),
        "giveaways": giveaways(
            [(report.tag.value, set(_WORD.findall(report.text.lower()))) for report in reports]
        ),
        "near_duplicates": near_duplicates(masked),
        "overlap": overlap(reports),
    }
    found["violations"] = list(_violations(found, whole))
    return found


def counts(reports: Iterable[LabelledReport]) -> dict[str, Any]:
    """Return how many reports there are of each kind."""
    reports = list(reports)
    lengths = sorted(len(report.text.split()) for report in reports)
    return {
        "reports": len(reports),
        "tag": dict(Counter(report.tag.value for report in reports)),
        "sub_reason": dict(
            Counter(report.sub_reason.value for report in reports if report.sub_reason)
        ),
        "nothing": sum(
            report.sub_reason in (SubReason.NO_MENTION, SubReason.NEGATED) for report in reports
        ),
        "age": dict(Counter(report.age for report in reports)),
        "modality": dict(Counter(report.modality for report in reports).most_common()),
        "batch": dict(sorted(Counter(report.batch for report in reports).items())),
        "words": {name: lengths[int(place * (len(lengths) - 1))] for name, place in _QUANTILES}
        if lengths
        else {},
        "mentions": sum(len(report.mentions) for report in reports),
        "findings": sum(len(report.findings) for report in reports),
        "risk_terms": sum(len(report.risks) for report in reports),
    }


_QUANTILES = (
    ("least", 0.0),
    ("quarter", 0.25),
    ("median", 0.5),
    ("three quarters", 0.75),
    ("most", 1.0),
)


def coverage(reports: Iterable[LabelledReport]) -> dict[str, dict[str, int]]:
    """Return the number of reports for each row of the guideline."""
    rows = tomllib.loads(
        (Path(__file__).parent / "guideline_rows.toml").read_text(encoding="utf-8")
    )
    found = {kind: dict.fromkeys(names, 0) for kind, names in rows.items()}
    for report in reports:
        hit = set()
        for name in report.rows:
            if name.startswith("conflict"):
                hit.add(("conflicts", closest(name.partition(":")[2], rows["conflicts"])))
            else:
                hit.update((kind, name) for kind in ("entities", "terms") if name in found[kind])
        for kind, row in hit:
            if row is not None:
                found[kind][row] += 1
    return found


def closest(words: str, rows: Sequence[str]) -> str | None:
    """Return the conflict row that a writer's wording means: the one that holds most of its words."""
    said = set(_WORD.findall(words.lower()))
    if "calls" in said:
        return next(row for row in rows if row.startswith("Same, but"))
    if "sarcoidosis" in said and "nephrocalcinosis" in said:
        return next(row for row in rows if row.startswith("same +"))
    best = max(rows, key=lambda row: (len(said & set(_WORD.findall(row.lower()))), -len(row)))
    share = len(said & set(_WORD.findall(best.lower()))) / max(1, len(said))
    return best if share >= 0.6 else None


def named_shares(
    reports: Iterable[LabelledReport], index: PhraseIndex
) -> dict[str, dict[str, float]]:
    """Return in how many metastatic and tumoral reports the class itself is named."""
    found = {}
    for tag in (Tag.METASTATIC, Tag.TUMORAL):
        chosen = [report for report in reports if report.tag is tag]
        named = sum(tag.value in _named(report.text, index) for report in chosen)
        found[tag.value] = {
            "reports": len(chosen),
            "named": named,
            "share": ratio(named, len(chosen)),
        }
    return found


def _named(text: str, index: PhraseIndex) -> set[str]:
    hits = index.page(canonical(flatten(text)), text).clues.get("mention", [])
    return {
        label
        for hit in hits
        if isinstance(hit.thing, Concept) and hit.thing.kind == hit.thing.strength == "naming"
        for label in hit.thing.supports
    }


def masked_words(text: str, index: PhraseIndex) -> list[str]:
    """Return a report's words, with lexicon terms as one mark and numbers left out."""
    copy = canonical(flatten(text))
    spans = sorted(
        (hit.start, hit.end)
        for group, hits in index.page(copy, text).all_groups().items()
        if group not in ("cue", "context", "exclusion")
        for hit in hits
    )
    parts: list[str] = []
    last = 0
    for start, end in spans:
        if start >= last:
            parts.extend((copy.text[last:start], " zz "))
            last = end
        last = max(last, end)
    return _WORD.findall("".join([*parts, copy.text[last:]]))


def overlap(reports: Sequence[LabelledReport]) -> dict[str, Any]:
    """Return which reports share eight words in a row with a development text, where those exist."""
    folder = corpus_folder().parent.parent.parent / "shared" / "data"
    if not folder.is_dir():
        return {"looked": False, "reports": []}
    theirs = [
        row.get(name) or ""
        for stem, names in _TEXTS.items()
        for row in raw_rows(folder / f"{stem}.jsonl")
        for name in names
    ]
    return {
        "looked": True,
        "reports": shared_grams({one.report_id: one.text for one in reports}, theirs),
    }


def _violations(found: Mapping[str, Any], whole: bool) -> Iterable[str]:
    for one, other, share in found["near_duplicates"]:
        yield f"{one} and {other} are near-duplicates (Jaccard {share})"
    for name in found["overlap"]["reports"]:
        yield f"{name} shares eight words in a row with a development text"
    for tag, row in found["named"].items():
        if row["share"] > _NAMED_MOST:
            yield f"the class is named in {row['share']:.0%} of the {tag} reports (at most {_NAMED_MOST:.0%})"
    for tag, words in found["giveaways"].items():
        for word, share in words.items():
            if share > _GIVEAWAY_MOST and tag != "none":
                yield f"the word {word!r} alone gives away {share:.0%} of the {tag} reports"
    if whole:
        yield from _too_few(found)


def _too_few(found: Mapping[str, Any]) -> Iterable[str]:
    have = {
        "reports": found["counts"]["reports"],
        "nothing": found["counts"]["nothing"],
        **found["counts"]["tag"],
    }
    for name, least in _LEAST.items():
        if have.get(name, 0) < least:
            yield f"{name}: {have.get(name, 0)} of at least {least}"
    for kind, least in (
        ("entities", _ENTITY_LEAST),
        ("terms", _ENTITY_LEAST),
        ("conflicts", _CONFLICT_LEAST),
    ):
        for row, count in found["coverage"][kind].items():
            if count < least:
                yield f"guideline row {row!r}: {count} of at least {least} reports"


def summary(found: Mapping[str, Any]) -> str:
    """Return the check as a few lines for people."""
    numbers = found["counts"]
    lines = [
        f"{numbers['reports']} reports, {numbers['findings']} findings, {numbers['mentions']} mentions, {numbers['risk_terms']} risk terms",
        *(
            f"{name}: " + ", ".join(f"{key} {count}" for key, count in numbers[name].items())
            for name in ("tag", "age", "words")
        ),
        *(
            f"{tag}: class named in {row['named']} of {row['reports']}"
            for tag, row in found["named"].items()
        ),
        *(
            f"{tag}: most telling words "
            + ", ".join(f"{word} {share:.0%}" for word, share in list(words.items())[:4])
            for tag, words in found["giveaways"].items()
            if words
        ),
        f"least covered conflict row: {min(found['coverage']['conflicts'].values())} reports; "
        f"entity row: {min(found['coverage']['entities'].values())}",
        "compared with the development texts"
        if found["overlap"]["looked"]
        else "no development texts to compare with",
    ]
    broken = found["violations"]
    return "\n".join([*lines, f"{len(broken)} broken promises" + (":" if broken else ""), *broken])
