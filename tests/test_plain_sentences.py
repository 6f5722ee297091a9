"""Plain sentences keep the tag that a reader of the guideline gives them."""

from __future__ import annotations

from pathlib import Path

from reportclf.pipeline import Pipeline

_CASES = Path(__file__).parent / "cases" / "tags" / "plain_sentences.txt"
_RIGHT = 0.95


def test_plain_sentences_keep_their_tags(pipeline: Pipeline) -> None:
    lines = _CASES.read_text(encoding="utf-8").splitlines()
    cases = [line.split(" | ", 1) for line in lines if line and not line.startswith("#")]
    missed = [
        f"{tag} | {text} -> {given}"
        for tag, text in cases
        if (given := pipeline.tag(text).tag.value) != tag
    ]
    assert len(missed) <= (1 - _RIGHT) * len(cases), "\n".join(missed)
