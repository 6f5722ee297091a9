from __future__ import annotations

import pytest

from reportclf.learning.bars import BARS, bar_rows
from reportclf.learning.casefiles import parse_case
from reportclf.learning.metrics import calibration, layers, paired, risk_coverage, tag_figures
from reportclf.learning.plots import line_plot
from reportclf.records import Tag

D, M, N = Tag.DYSTROPHIC, Tag.METASTATIC, Tag.NONE


def test_tag_figures_agree_with_scikit_learn() -> None:
    from sklearn.metrics import f1_score

    truth, given = [D, D, M, N, M, D, N], [D, M, M, N, D, D, D]
    found = tag_figures(truth, given)
    want = f1_score([str(one) for one in truth], [str(one) for one in given], average="macro")
    assert found["macro_f1"] == pytest.approx(want, abs=1e-4)
    assert found["accuracy"] == pytest.approx(4 / 7, abs=1e-4)
    assert found["classes"]["dystrophic"]["truth"] == 3
    low, high = found["macro_f1_interval"]
    assert low <= found["macro_f1"] <= high


def test_a_tag_that_is_only_given_has_no_say_in_macro_f1() -> None:
    assert tag_figures([D, D], [D, M])["macro_f1"] == pytest.approx(2 / 3, abs=1e-4)


def test_calibration_of_an_honest_and_a_boastful_system() -> None:
    assert calibration([True, True, True, False], [0.75] * 4)["ece"] == 0.0
    assert calibration([False] * 4, [0.95] * 4)["ece"] == pytest.approx(0.95)


def test_risk_coverage_starts_with_the_surest() -> None:
    points = risk_coverage([True] * 5 + [False] * 5, [0.9] * 5 + [0.1] * 5)
    assert points[0]["accuracy"] == 1.0
    assert points[-1]["accuracy"] == 0.5


def test_layers_count_and_score() -> None:
    assert layers(["rule", "rule", "named"], [True, False, True])["rule"] == {
        "n": 2,
        "share": 0.6667,
        "precision": 0.5,
    }


def test_paired_is_antisymmetric_and_sees_no_difference_in_itself() -> None:
    truth, one, other = [D] * 20, [D] * 20, [D] * 10 + [M] * 10
    assert paired(truth, one, one)["mcnemar_p"] == 1.0
    assert (
        paired(truth, one, other)["accuracy_difference"]
        == -paired(truth, other, one)["accuracy_difference"]
        == 0.5
    )
    assert paired(truth, one, other)["mcnemar_p"] < 0.01


def test_bars_without_figures_are_open_and_met_when_reached() -> None:
    assert {row["met"] for row in bar_rows({})} == {None}
    figures = {"sets": {"corpus_test": {"report": {"macro_f1": 0.95, "calibration": {"ece": 0.2}}}}}
    rows = {row["bar"]: row["met"] for row in bar_rows(figures)}
    assert rows["corpus test: macro-F1"] is True
    assert rows["corpus test: ECE"] is False
    assert len(rows) == len(BARS)


def test_marked_lines_give_text_and_spans() -> None:
    text, spans = parse_case("!No [mass|absent].\\nA [cyst|likely].")
    assert text == "No mass.\nA cyst."
    assert [(text[start:end], said) for start, end, said in spans] == [
        ("mass", "absent"),
        ("cyst", "likely"),
    ]


def test_plots_are_xml() -> None:
    from xml.dom.minidom import parseString

    parseString(line_plot("a < b", "x", "y", {"one & two": [(0, 0), (1, 1)]}, diagonal=True))
