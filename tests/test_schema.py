"""The JSON form of a result is a promise: whole reports against committed answers.

When a change of the form or of an answer is meant, write the files anew with
``REPORTCLF_WRITE_GOLDEN=1 python -m pytest tests/test_schema.py`` and read the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from reportclf.pipeline import Pipeline
from reportclf.records import SCHEMA_VERSION, Report, Result, Tag

GOLDEN = Path(__file__).parent / "golden"
REPORTS = sorted(GOLDEN.glob("*.txt"))

KEYS = {
    "result": {
        "schema", "report_id", "tag", "tags", "priority", "sub_reason", "confidence", "decided_by",
        "findings", "risk_terms", "warnings", "versions", "error", "meta",
    },
    "finding": {
        "label", "sub_reason", "priority", "site", "laterality", "morphology", "entity", "status",
        "level", "cues", "decided_by", "rule_id", "confidence", "scores", "candidates", "evidence",
        "because", "mentions",
    },
    "mention": {
        "start", "end", "concept", "kind", "section", "sentence", "status", "level", "cues",
    },
    "risk": {
        "start", "end", "concept", "strength", "supports", "status", "level", "cues", "lab",
    },
    "lab": {"analyte", "value", "unit", "abnormal"},
}  # fmt: skip


def answer(path: Path, pipeline: Pipeline) -> dict:
    """The result as JSON gives it back, without what changes with every edit of the lexicon."""
    report = Report(path.stem, path.read_text(encoding="utf-8"), {"source": path.name})
    known = json.loads(json.dumps(pipeline.tag(report).to_dict()))
    known["versions"] = sorted(known["versions"])
    for finding in known["findings"]:
        del finding["because"]
    return known


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_whole_reports_keep_their_answer(path: Path, rules_pipeline: Pipeline) -> None:
    got = answer(path, rules_pipeline)
    golden = path.with_suffix(".json")
    if os.environ.get("REPORTCLF_WRITE_GOLDEN"):
        golden.write_text(json.dumps(got, indent=1) + "\n", encoding="utf-8")
    assert got == json.loads(golden.read_text(encoding="utf-8"))


def test_there_are_golden_reports_of_every_tag() -> None:
    tags = {
        json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["tag"] for path in REPORTS
    }
    assert tags == {tag.value for tag in Tag}


def test_the_form_is_the_documented_one(rules_pipeline: Pipeline) -> None:
    assert SCHEMA_VERSION == "1"
    labs = 0
    for path in REPORTS:
        known = rules_pipeline.tag(path.read_text(encoding="utf-8")).to_dict()
        assert set(known) == KEYS["result"]
        assert known["schema"] == SCHEMA_VERSION
        for finding in known["findings"]:
            assert set(finding) == KEYS["finding"]
            assert all(set(one) == KEYS["mention"] for one in finding["mentions"])
        for term in known["risk_terms"] or ():
            assert set(term) == KEYS["risk"]
            if term["lab"]:
                labs += 1
                assert set(term["lab"]) == KEYS["lab"]
    assert labs


def test_an_error_has_the_same_form() -> None:
    known = Result("r1", None, error="tag:ValueError").to_dict()
    assert set(known) == KEYS["result"]
    assert known["tag"] is None
    assert known["risk_terms"] is None


def test_no_report_text_in_the_json(rules_pipeline: Pipeline) -> None:
    for path in REPORTS:
        text = path.read_text(encoding="utf-8")
        told = json.dumps(rules_pipeline.tag(Report("x", text)).to_dict())
        long_words = {word for word in text.split() if len(word) > 6 and "xylophon" in word}
        assert long_words, f"{path.name} carries no canary word"
        assert not any(word in told for word in long_words)
