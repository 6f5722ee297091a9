"""Laboratory values that stand further behind their names, courses, and values since cured."""

from __future__ import annotations

import pytest

from reportclf.pipeline import Pipeline

_HIGH = [
    "Calcified deposits of both forearms; PTH last week 480 pg/mL.",
    "The PTH has turned out to be raised at 310 pg/mL.",
    "Despite binders the phosphate stays at 2.4 mmol/L.",
    "Calcium has climbed from 2.4 in March to 2.9 mmol/L now.",
    "Calcium | 2.95 mmol/L.",
    "Calcium .... 2.95 mmol/L",
    "Addendum: calcium now reported as 3.2 mmol/L.",
    "Her calcium this morning was 3.0 mmol/L.",
    "Calcium on the day of the scan 3.02 mmol/L",
    "Calcium 14/5/2023 3.1 mmol/L",
    "Calcium, corrected for albumin, 3.05 mmol/L.",
    "Calcium corrected for albumin is 3.05 mmol/L.",
    "calcium: H 3.0 mmol/L",
    "eGFR is only 9 ml/min",
    "She is hypercalcaemic.",
    "Ca 2.41 in April, 2.58 in July, now 2.87 mmol/l.",
    "PTH, at 38 pg/mL ten years ago, has climbed to 412.",
    "Dialysis? Yes, since the age of 33.",
    "Awaiting a kidney transplant, on haemodialysis.",
]
_NORMAL = [
    "Calcium has fallen from 2.9 in March to 2.3 mmol/L now.",
    "Calcium fell from 3.1 mmol/L to 2.4 mmol/L after rehydration.",
    "Urinary calcium is high, serum calcium 2.38 mmol/L.",
    "The target for phosphate is below 1.8 mmol/L.",
    "Calcium should be kept under 2.6 mmol/L.",
    "If calcium exceeds 2.8 mmol/L, stop the drug.",
    "Calcium was 2.9 mmol/L in March and has been normal since the parathyroidectomy.",
    "Calcium, 3.1 at the time, is normal again.",
    "Calcium normal, potassium 4.1 mmol/L.",
    "Calcium 3.21 mmol/l on admission in January, 2.70 in March, 2.35 since May, phosphate normal.",
    "Calcium 3.1 mmol/L in 2015, 2.4 mmol/L today.",
    "Dialysis? No.",
    "Calcium and lactate were drawn, lactate 3.1 mmol/L.",
    "If the PTH turns out to be raised, that would be the reason.",
    "She is not hypercalcaemic.",
    "Kidneys and minerals are normal.",
]


def _mineral(text: str, pipeline: Pipeline) -> bool:
    reading = pipeline.read(f"FINDINGS: Nephrocalcinosis.\nCLINICAL: {text}")
    assert len(reading.lesions) >= 1
    return any(risk.affirmed and "mineral-cue" in risk.names for risk in reading.risks)


@pytest.mark.parametrize("text", _HIGH)
def test_a_disturbance_is_read(text: str, rules_pipeline: Pipeline) -> None:
    assert _mineral(text, rules_pipeline)


@pytest.mark.parametrize("text", _NORMAL)
def test_no_disturbance_is_read(text: str, rules_pipeline: Pipeline) -> None:
    assert not _mineral(text, rules_pipeline)
