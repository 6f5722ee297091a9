"""Ages as reports write them."""

from __future__ import annotations

import pytest

from reportclf.pipeline import Pipeline

_AGES = [
    ("Woman, 39, car crash a month before.", 39),
    ("61M, ex-smoker.", 61),
    ("A man of 47 blamed a root filling.", 47),
    ("34 yo F.", 34),
    ("F34 on dialysis.", 34),
    ("66/F, cough.", 66),
    ("M/66, cough.", 66),
    ("Pt is 34.", 34),
    ("Haemodialysis patient, 52, vomiting.", 52),
    ("A thirty-four-year-old woman.", 34),
    ("Boy aged eight.", 8),
    ("An eight-year-old.", 8),
    ("A woman in her thirties.", 35),
    ("A man in his 60s.", 65),
    ("3-month-old infant.", 0),
    ("A mass of 61 mm.", None),
    ("Series 3/66, image 12.", None),
    ("The patient, 2 mm nodule.", None),
]


@pytest.mark.parametrize(("text", "age"), _AGES)
def test_age(text: str, age: int | None, rules_pipeline: Pipeline) -> None:
    assert rules_pipeline.read(f"{text} Calcified granuloma of the lung.").patient.age == age
