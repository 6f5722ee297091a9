"""200 labels in a house style must be enough to see a gain on texts in that style."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reportclf.learning.own import train_on_own
from reportclf.learning.prior import load_prior
from reportclf.pipeline import Pipeline

HOUSE = Path(__file__).parents[2] / "data" / "house" / "reports.jsonl"


@pytest.mark.skipif(not HOUSE.is_file(), reason="the house-style set lives in the repository only")
def test_200_labels_help(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in HOUSE.read_text(encoding="utf-8").splitlines()]
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text("".join(json.dumps(row) + "\n" for row in rows[:200]), encoding="utf-8")
    told: list[str] = []
    train_on_own(labelled, tmp_path / "model", load_prior("referral"), 0, False, told.append)

    before, after = Pipeline.load(), Pipeline.load(tmp_path / "model")
    assert after.model is not None
    assert after.model.local
    unseen = rows[200:]
    right = [
        sum(str(one.tag(row["text"]).tag).upper() == row["tag"] for row in unseen)
        for one in (before, after)
    ]
    assert right[1] >= right[0] + 0.1 * len(unseen), right
    assert any("before" in line for line in told)
