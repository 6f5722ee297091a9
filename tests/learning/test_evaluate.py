from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from learning_rows import row, write_rows

from reportclf.learning.card import write_card
from reportclf.learning.commands import corpus, evaluate, train
from reportclf.learning.datasets import DataSet, load_set
from reportclf.learning.evaluate import evaluation
from reportclf.learning.markdown import report
from reportclf.learning.systems import whole
from reportclf.pipeline import Pipeline


def _data(folder: Path) -> DataSet:
    missed = row("b01-002", tag="tumoral", tags=["tumoral"])
    return load_set(write_rows(folder / "small.jsonl", [row(), missed]))


def test_an_evaluation_counts_and_never_holds_text(tmp_path: Path, rules: Pipeline) -> None:
    figures = evaluation([_data(tmp_path)], whole(rules), rules, whole(rules))
    small = figures["sets"]["small"]
    assert small["report"]["right"] == 1
    assert [miss["id"] for miss in small["misses"]] == ["b01-002"]
    assert small["mentions"]["recall"] == 1.0
    assert small["assertion"]["accuracy"] == 1.0
    assert small["risk_terms"]["mineral_recall_with_assertion"] == 1.0
    assert small["findings"]["dystrophic"]["right"] == 2
    assert figures["comparisons"]["small"]["only_first_right"] == 0
    for form in (json.dumps(figures), report(figures)):
        assert "left lung" not in form


def test_the_card_keeps_figures_of_sets_that_are_absent(tmp_path: Path, rules: Pipeline) -> None:
    manifest = {
        "features": [], "classes": [], "settings": {}, "seed": 0, "temperature": 1.0, "threshold": 0.5, "training_lesions": {},
        "data": {}, "prior": {"name": "corpus", "strength": 0.0, "shares": {}},
        "cross_validation": {"macro_f1_with_model": 0.9, "macro_f1_rules_only": 0.8, "open_lesions": 3, "lesion_accuracy": 0.7},
    }  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    data = _data(tmp_path)
    first = evaluation([data], whole(rules), rules)
    write_card(first, tmp_path, "2026-01-01")
    other = evaluation([DataSet("else", data.cases, data.sha256)], whole(rules), rules)
    card = write_card(other, tmp_path, "2026-02-02").read_text()
    assert "Research use; not a medical device" in card
    assert "### small: 2 texts\n\nMeasured 2026-01-01" in card
    assert "### else: 2 texts\n\nMeasured 2026-02-02" in card


def test_evaluate_prints_the_text_of_misses_only_when_asked(tmp_path: Path) -> None:
    _data(tmp_path)
    path = str(tmp_path / "small.jsonl")
    quiet = CliRunner().invoke(
        evaluate, [path, "--model", "rules-only", "--out", str(tmp_path / "out")]
    )
    assert quiet.exit_code == 0, quiet.output
    assert "left lung" not in quiet.output
    assert {one.name for one in (tmp_path / "out").iterdir()} >= {
        "evaluation.json",
        "evaluation.md",
        "reliability.svg",
    }
    loud = CliRunner().invoke(evaluate, [path, "--model", "rules-only", "--show-text"])
    assert "left lung" in loud.output


def test_corpus_check_exits_with_one_on_a_broken_promise(tmp_path: Path) -> None:
    good = write_rows(tmp_path / "good.jsonl", [row()])
    assert CliRunner().invoke(corpus, ["check", str(good)]).exit_code == 0
    text = (
        row()["text"]
        + " The lungs are otherwise clear and the airways are patent to the third generation."
    )
    twice = [row("b01-001", text=text), row("b01-002", text=text)]
    found = CliRunner().invoke(corpus, ["check", str(write_rows(tmp_path / "twice.jsonl", twice))])
    assert found.exit_code == 1
    assert "near-duplicates" in found.output


def test_training_on_own_data_needs_a_folder(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "own.jsonl", [{"text": "Calcified node.", "tag": "dystrophic"}])
    result = CliRunner().invoke(train, ["--data", str(path)])
    assert result.exit_code == 2
    assert "-o" in result.output
