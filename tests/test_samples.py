"""The forty sample reports get the tags that a reader of the guideline gives them."""

from __future__ import annotations

import json
from pathlib import Path

from reportclf.pipeline import Pipeline

ROOT = Path(__file__).parent.parent
EXPECTED = ROOT / "tests" / "golden" / "samples.jsonl"
KNOWN_MISSES = 1


def test_samples_are_tagged_as_expected(pipeline: Pipeline) -> None:
    rows = [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 40
    missed = []
    for row in rows:
        text = (ROOT / "data" / "samples" / row["file"]).read_text(encoding="utf-8")
        got = pipeline.tag(text)
        if got.tag is None or got.tag.value != row["tag"]:
            missed.append(f"{row['file']}: expected {row['tag']}, got {got.tag}")
    assert len(missed) <= KNOWN_MISSES, "\n".join(missed)


def test_samples_show_every_outcome() -> None:
    rows = [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()]
    assert {row["tag"] for row in rows} == {
        "dystrophic",
        "metastatic",
        "tumoral",
        "indeterminate",
        "other",
        "none",
    }
