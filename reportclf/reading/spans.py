"""Judge any given spans of any clinical text, so that the assertion engine stands on its own."""

from __future__ import annotations

from collections.abc import Sequence

from reportclf.lexicon.entries import Lexicon
from reportclf.reading.assertion import Scope, Target, Verdict, judge
from reportclf.reading.canonical import Canonical
from reportclf.reading.hits import Hit, cue_of
from reportclf.reading.parse import parse, sentence_at
from reportclf.reading.phrases import Page, PhraseIndex
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
    parsed = parse(text, lexicon, index)
    page, told = parsed.page, parsed.sentences
    judged = []
    for start, end in spans:
        number = max(0, sentence_at(told, page.copy.position(start)))
        sentence = told[number] if told else None
        role = sentence.role if sentence else "findings"
        verdict = judge(
            place(page, start, end),
            sentence.scope if sentence else Scope((), 0, ""),
            role,
            chronic=is_chronic(text[start:end], lexicon),
        )
        judged.append(as_assertion(by_section(verdict, role), page.copy))
    return judged


def place(page: Page, start: int, end: int) -> Target:
    """Place a character span of the report among its tokens."""
    first = page.token_at(page.copy.position(start))
    return Target(first, max(first, page.token_at(page.copy.position(end - 1))) + 1)


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
    return Assertion(verdict.status, verdict.level, cues_in_report(verdict.cues, copy))


def cues_in_report(hits: Sequence[Hit], copy: Canonical) -> tuple[Cue, ...]:
    """Turn hits of cues into records with offsets into the report."""
    return tuple(Cue(cue_of(hit).id, Span(*copy.extent(hit.start, hit.end))) for hit in hits)
