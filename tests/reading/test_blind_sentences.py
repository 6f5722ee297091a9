"""The sentences that were written blind: all of them, those that are still misread included."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reportclf.bench.negation import figures, ours

SENTENCES = Path(__file__).parents[2] / "data" / "blind" / "sentences.jsonl"


@pytest.mark.skipif(not SENTENCES.is_file(), reason="the blind set lives in the repository only")
def test_denials_of_any_clinical_span_are_found() -> None:
    rows = [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 1600
    assert all(row["text"][row["start"] : row["end"]].strip() for row in rows)
    told = figures([row["status"] == "absent" for row in rows], ours(rows))
    assert 2 * told["right"] / (told["truth"] + told["given"]) >= 0.975
