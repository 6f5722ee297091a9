"""Judge any given spans of any clinical text, so that the assertion engine stands on its own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.assertion import Scope, Target, Verdict, judge
from reportclf.reading.canonical import Canonical, canonical, flatten, is_dictated
from reportclf.reading.phrases import Hit, Hits, PhraseIndex, cue_of
from reportclf.reading.sections import Sentence, sections, sentences
from reportclf.records import Assertion, Cue, Span, Status


def assert_spans(
    text: str, spans: Sequence[tuple[int, int]], lexicon: Lexicon, index: PhraseIndex
) -> list[Assertion]:
    """Judge spans of a clinical text.

    Parameters
    ----------
    text : str
        Any clinical text.
    spans : sequence of (int, int)
        Half-open character offsets into it.
    lexicon, index
        The lexicon and its phrases.

    Returns
    -------
    list of Assertion
        One a span, in their order.

    Raises
    ------
    ValueError
        If a span lies outside the text or is empty.
    """
    for start, end in spans:
        if not 0 <= start < end <= len(text):
            raise ValueError(
                f"span ({start}, {end}) lies outside the text of {len(text)} characters"
            )
    flat = flatten(text)
    copy = canonical(flat)
    dictated = is_dictated(text.lower())
    parts = sections(text, lexicon.headings, dictated=dictated)
    units = sentences(text, parts, dictated=flat if dictated else None)
    hits = index.find(copy, text)
    scopes = sentence_scopes(hits, units, copy)
    starts = [unit.start for unit in units]
    judged = []
    for start, end in spans:
        number = max(0, bisect_right(starts, start) - 1)
        scope = scopes[number] if units else Scope((), 0, "")
        role = parts[units[number].section].role if units else "findings"
        verdict = judge(
            place(hits, copy, start, end),
            scope,
            role,
            chronic=is_chronic(text[start:end], lexicon),
        )
        judged.append(as_assertion(by_section(verdict, role), copy))
    return judged


def sentence_scopes(hits: Hits, units: Sequence[Sentence], copy: Canonical) -> list[Scope]:
    """Deal the cues of a report out to the sentences they stand in."""
    dealt: list[list[Hit]] = [[] for _ in units]
    number = 0
    for hit in hits["cue"]:
        position = copy.source(hit.start)
        while number < len(units) and units[number].end <= position:
            number += 1
        if number == len(units):
            break
        if units[number].start <= position:
            dealt[number].append(hit)
    return [
        Scope(cues, hits.token_at(copy.position(unit.end) - 1) + 1, hits.text)
        for cues, unit in zip(dealt, units, strict=True)
    ]


def place(hits: Hits, copy: Canonical, start: int, end: int) -> Target:
    """Place a character span of the report among its tokens."""
    first = hits.token_at(copy.position(start))
    return Target(first, max(first, hits.token_at(copy.position(end - 1))) + 1)


def is_chronic(words: str, lexicon: Lexicon) -> bool:
    """Whether a span names a disease that stays with the patient."""
    chronic = lexicon.words.get("chronic", frozenset())
    low = words.lower().split()
    return "acute" not in low and any(word.strip(".,;()") in chronic for word in low)


def by_section(verdict: Verdict, role: str) -> Verdict:
    """Apply what a section's role says where the sentence says nothing."""
    if verdict.status in (Status.PRESENT, Status.POSSIBLE) and role == "family":
        return Verdict(Status.FAMILY, None, verdict.cues)
    if verdict.status in (Status.PRESENT, Status.POSSIBLE) and role in ("comparison", "past"):
        return Verdict(Status.HISTORICAL, None, verdict.cues)
    return verdict


def as_assertion(verdict: Verdict, copy: Canonical) -> Assertion:
    """Turn a verdict into a record with offsets into the report."""
    return Assertion(
        verdict.status,
        verdict.level,
        tuple(
            Cue(cue_of(hit).id, Span(copy.source(hit.start), copy.source(hit.end - 1) + 1))
            for hit in verdict.cues
        ),
    )
