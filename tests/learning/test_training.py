from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from learning_rows import row, write_rows

from reportclf.deciding.model import Model, load_model
from reportclf.errors import CorpusError, InputError
from reportclf.learning import validate
from reportclf.learning.corpus import corpus_folder, load_corpus
from reportclf.learning.datasets import Case, load_set, raw_rows
from reportclf.learning.fit import (
    Settings,
    calibrated_temperature,
    fit,
    matrix,
    probabilities,
    vocabulary,
)
from reportclf.learning.lesions import overlapped, see, see_tagged
from reportclf.learning.own import split
from reportclf.learning.prior import load_prior, prior_shift
from reportclf.learning.sources import sources
from reportclf.learning.store import npz_bytes, save_model
from reportclf.learning.systems import as_model, with_model
from reportclf.learning.validate import best_threshold, folds, held_out, tags
from reportclf.pipeline import Pipeline
from reportclf.records import SubReason, Tag

EXAMPLES = [
    (("f:lung", "f:patient:renal", f"w:word{number % 3}"), "metastatic") for number in range(12)
]
EXAMPLES += [
    (("f:lung", "f:granuloma", f"w:word{number % 4}"), "dystrophic") for number in range(12)
]
EXAMPLES += [(("f:hip", "f:mass", f"w:word{number % 2}"), "tumoral") for number in range(9)]


def test_a_lesion_takes_the_label_it_overlaps_most(tmp_path: Path, rules: Pipeline) -> None:
    reports = load_corpus(write_rows(tmp_path / "a.jsonl", [row()]))
    (seen,) = see(reports, rules)
    assert [one.label for one in seen.lesions if one.affirmed] == ["dystrophic"]
    assert [one.label for one in seen.lesions if not one.affirmed] == [None]
    assert overlapped([(0, 5)], [(0, 2, "a"), (2, 5, "b")]) == "b"
    assert overlapped([(9, 12)], [(0, 2, "a")]) is None


def test_scores_at_work_are_those_of_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    settings = Settings(c=1.0, word_scale=0.5, balance=0.0)
    linear = fit(EXAMPLES, settings, 0)
    rows = [list(features) for features, _ in EXAMPLES]
    names = vocabulary(rows)
    data = matrix(rows, {name: number for number, name in enumerate(names)}, 0.5)
    solver = LogisticRegression(C=1.0, max_iter=600, tol=1e-5).fit(
        data, [label for _, label in EXAMPLES]
    )
    odds = probabilities(linear.logits(rows), 1.0, np.zeros(3))
    assert np.abs(odds - solver.predict_proba(data)).max() < 0.005


def test_stored_numbers_are_the_same_to_the_byte_and_load_back(tmp_path: Path) -> None:
    linear = fit(EXAMPLES, Settings(), 0)
    manifest = {"temperature": 1.5, "prior_shift": [0.0] * 3, "threshold": 0.6, "lexicon": "x"}
    for name in ("a", "b"):
        save_model(tmp_path / name, fit(EXAMPLES, Settings(), 0), manifest)
    for file in ("model.npz", "manifest.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    model = load_model(tmp_path / "a", "x")
    assert isinstance(model, Model)
    assert model.classes == linear.classes
    stored = model.weights["f:mass"]
    assert stored == pytest.approx(linear.weights[linear.names.index("f:mass")].tolist(), abs=1e-6)
    assert npz_bytes({"a": np.ones(2)}) == npz_bytes({"a": np.ones(2)})


def test_temperature_cools_a_boastful_model() -> None:
    logits = np.array([[4.0, 0.0]] * 10)
    assert calibrated_temperature(logits, [0] * 6 + [1] * 4) > 3.0
    assert calibrated_temperature(logits, [0] * 10) < 1.0


def test_a_prior_shifts_towards_the_common_class() -> None:
    shift = prior_shift(
        load_prior("hospital"), ("dystrophic", "tumoral"), {"dystrophic": 50, "tumoral": 50}
    )
    assert shift[0] > shift[1]
    assert set(
        prior_shift(
            load_prior("corpus"), ("dystrophic", "tumoral"), {"dystrophic": 1, "tumoral": 9}
        )
    ) == {0.0}
    for wrong in ("nowhere", "dystrophic=1", "dystrophic=much,tumoral=0.1"):
        with pytest.raises(InputError):
            load_prior(wrong)


def test_own_shares_are_taken_as_written() -> None:
    written = "dystrophic=0.7,metastatic=0.1,tumoral=0.05,indeterminate=0.1,other=0.04,none=0.01"
    assert load_prior(written).shares["tumoral"] == 0.05


def test_folds_keep_groups_together() -> None:
    groups = [f"g{number % 9}" for number in range(90)]
    dealt = folds(groups)
    assert all(
        len({fold for fold, group in zip(dealt, groups, strict=True) if group == one}) == 1
        for one in set(groups)
    )


def _varied(number: int) -> dict[str, object]:
    dialysis = number % 2
    text = (
        f"Haemodialysis. Calcification of the left gastric wall, {number} mm."
        if dialysis
        else f"Old stab wound. Calcification of the left gastric wall, {number} mm."
    )
    start = text.index("Calcification")
    label = "metastatic" if dialysis else "dystrophic"
    return row(
        f"b0{1 + number % 3}-{number:03}", text=text, tag=label, tags=[label],
        findings=[{"id": "1", "label": label, "sub_reason": None, "priority": "specific", "site": "stomach"}],
        mentions=[{"start": start, "end": start + 13, "text": "Calcification", "status": "present", "level": None, "finding": "1"}],
        risk_terms=[],
    )  # fmt: skip


def test_cross_validation_never_shows_a_report_its_own_batch(
    tmp_path: Path, rules: Pipeline
) -> None:
    seen = see(
        load_corpus(write_rows(tmp_path / "a.jsonl", [_varied(number) for number in range(30)])),
        rules,
    )
    held = held_out(seen, Settings(lesions="all"), 0)
    assert (
        len(held.logits)
        == len(held.truth)
        == sum(one.open for report in seen for one in report.lesions)
    )
    limit, score = best_threshold(seen, held, np.zeros(len(held.classes)))
    assert 0.2 <= limit <= 0.95
    assert 0.0 <= score <= 1.0
    assert len(tags(seen, held.classes, None, 0.5)) == 30


def test_own_labels_reach_only_lesions_they_can_belong_to(rules: Pipeline) -> None:
    one = Case("1", "Calcification in the left adrenal gland.", Tag.DYSTROPHIC)
    denied = Case("2", "No calcification in the left adrenal gland.", Tag.NONE)
    first, second = see_tagged([one, denied], ["a", "b"], rules, local=True)
    assert [seen.label for seen in first.lesions] == ["dystrophic"]
    assert [seen.label for seen in second.lesions] == [None]


def test_a_bare_other_teaches_the_shipped_model_nothing(rules: Pipeline) -> None:
    bare = Case("1", "Calcification in the left adrenal gland.", Tag.OTHER)
    named = Case("2", bare.text, Tag.OTHER, sub_reason=SubReason.NEOPLASTIC)
    first, second = see_tagged([bare, named], ["a", "a"], rules)
    assert [seen.label for seen in first.lesions] == [None]
    assert [seen.label for seen in second.lesions] == ["other:neoplastic"]
    (own,) = see_tagged([bare], ["a"], rules, local=True)
    assert [seen.label for seen in own.lesions] == ["other"]


def test_the_middle_of_nearly_equal_thresholds_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = {0.2: 0.5, 0.3: 0.89, 0.4: 0.9, 0.5: 0.9, 0.6: 0.88, 0.7: 0.89, 0.8: 0.5}
    monkeypatch.setattr(validate, "threshold_scores", lambda *_: scores)
    monkeypatch.setattr(validate, "peak", lambda *_: validate.Peak(0.4, 0.9, 0.015))
    held = validate.Held(("a",), np.zeros((1, 1)), (0,), 1.0)
    assert best_threshold([], held, np.zeros(1)) == (0.5, 0.9)
    assert best_threshold([], held, np.zeros(1), local=True) == (0.4, 0.9)


def test_the_shipped_model_learns_from_corpus_and_blind_set_by_writer() -> None:
    known = sources(with_model(None))
    groups = {report.group for report in known.seen}
    assert (
        len(known.seen) == len(known.cases) == sum(one["reports"] for one in known.files.values())
    )
    assert {"b01", "blind-1-fc", "blind-15-kf"} <= groups
    assert "blind-4-b" not in groups
    assert not {one.report_id for one in known.seen} & {
        row["id"] for row in raw_rows(corpus_folder() / "test.jsonl")
    }


def test_a_fifth_of_each_tag_is_put_aside() -> None:
    cases = [
        Case(str(number), "", Tag.DYSTROPHIC if number % 2 else Tag.NONE) for number in range(50)
    ]
    kept, aside = split(cases, 0)
    assert (len(kept), len(aside)) == (40, 10)
    assert split(cases, 0) == (kept, aside)


def test_labelled_csv_is_read_whatever_the_case_of_its_tags(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("id,text,tag\n1,Calcified node.,DYSTROPHIC\n", encoding="utf-8")
    assert load_set(path).cases[0].tag is Tag.DYSTROPHIC
    path.write_text("id,text,tag\n1,Calcified node.,maybe\n", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        load_set(path)
    assert "node" not in str(caught.value)


def test_a_model_in_memory_scores_like_its_numbers() -> None:
    linear = fit(EXAMPLES, Settings(), 0)
    model = as_model(linear, 1.0, [0.0] * 3, 0.5)
    given = model.scores(frozenset({"hip", "mass"}), ())
    assert max(given, key=lambda name: given[name]) == "tumoral"
    assert sum(given.values()) == pytest.approx(1.0)
    assert json.loads(json.dumps(given)) == given
