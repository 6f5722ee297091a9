from __future__ import annotations

from pathlib import Path

import pytest
from learning_rows import row, write_rows

from reportclf.errors import CorpusError
from reportclf.learning.assemble import assemble
from reportclf.learning.corpus import load_corpus
from reportclf.learning.variety import giveaways, near_duplicates, shared_grams


def test_loads_a_good_row_and_hides_its_text(tmp_path: Path) -> None:
    (report,) = load_corpus(write_rows(tmp_path / "a.jsonl", [row()]))
    assert report.findings[1].sub_reason == "negated"
    assert [one.affirmed for one in report.mentions] == [True, False]
    assert "granuloma" not in repr(report)


def test_lists_every_problem_and_no_text(tmp_path: Path) -> None:
    wrong = row("b01-002", tag="dystrofic")
    moved = row("b01-003")
    moved["mentions"][0]["end"] = 18
    path = write_rows(tmp_path / "a.jsonl", [row(), row(), wrong, moved, {"id": "b01-004"}])
    with pytest.raises(CorpusError) as caught:
        load_corpus(path)
    said = str(caught.value)
    for part in (
        "b01-001: the id is used twice",
        "b01-002",
        "b01-003: mentions[0]",
        "b01-004: missing",
    ):
        assert part in said
    assert "pleural calcification" not in said


def test_tag_and_sub_reason_go_together(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="sub_reason"):
        load_corpus(write_rows(tmp_path / "a.jsonl", [row(tag="none", tags=[])]))


def test_assembles_by_batch(tmp_path: Path) -> None:
    paths = [
        write_rows(tmp_path / f"{name}.jsonl", [row(f"{name}-001")]) for name in ("b10", "b02")
    ]
    assert assemble(paths, tmp_path / "out") == {"b02": 1, "b10": 1}
    assert load_corpus(tmp_path / "out" / "test.jsonl")[0].batch == "b10"


def test_near_duplicates_are_found_and_masks_do_not_count() -> None:
    words = [
        "the",
        "lungs",
        "are",
        "clear",
        "and",
        "there",
        "is",
        "zz",
        "in",
        "the",
        "left",
        "apex",
        "without",
        "change",
    ]
    other = [
        "no",
        "bony",
        "injury",
        "is",
        "seen",
        "but",
        "zz",
        "lies",
        "beside",
        "the",
        "joint",
        "on",
        "both",
        "views",
    ]
    found = near_duplicates(
        {"a": words, "b": [*words, "today"], "c": other, "d": ["zz"] * 9, "e": ["zz"] * 9}
    )
    assert [pair[:2] for pair in found] == [("a", "b")]


def test_giveaway_words() -> None:
    rows = [("tumoral", {"lobulated", "hip"})] * 6 + [("dystrophic", {"hip"})] * 6
    assert giveaways(rows) == {"dystrophic": {}, "tumoral": {"lobulated": 1.0}}


def test_eight_words_in_a_row_are_borrowed_unless_stock() -> None:
    text = "one two three four five six seven eight nine"
    assert shared_grams({"a": text, "b": "nothing of the kind"}, [text]) == ["a"]
    assert shared_grams({"a": text, "b": text, "c": text}, [text]) == []
