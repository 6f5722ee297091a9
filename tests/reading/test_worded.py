"""Laboratory values told in words or marked by the report: which are raised, and which are denied."""

from __future__ import annotations

import pytest

from reportclf.pipeline import Pipeline
from reportclf.records import Status

_RAISED = {"C": "hypercalcaemia", "P": "hyperphosphataemia", "H": "parathyroid"}

_TOLD = [
    ("Serum calcium was elevated.", "C"),
    ("Serum calcium and phosphate levels were elevated.", "CP"),
    ("Calcium, phosphate and PTH were high.", "CPH"),
    ("Serum calcium, phosphorus and parathyroid hormone levels were all increased.", "CPH"),
    ("Calcium and phosphate were normal, PTH raised.", "H"),
    ("Elevated PTH with normal calcium.", "H"),
    ("Elevated serum calcium and parathyroid hormone levels.", "CH"),
    ("Blood tests showed high levels of calcium and parathyroid hormone.", "CH"),
    ("Laboratory studies were notable for elevated parathyroid hormone and phosphorus.", "HP"),
    ("She had a raised calcium and a low phosphate.", "C"),
    ("Calcium was raised; phosphate was not.", "C"),
    ("Calcium was raised but phosphate was not raised.", "C"),
    ("Serum phosphate was increased while calcium was normal.", "P"),
    ("Calcium was at the upper end of normal and PTH twice the upper limit.", "H"),
    ("PTH was three times the upper limit of normal.", "H"),
    ("Serum calcium exceeded the normal range.", "C"),
    ("His calcium had risen.", "C"),
    ("Serum calcium and phosphorus were not raised.", ""),
    ("Phosphorus was not raised.", ""),
    ("Neither calcium nor phosphate was raised.", ""),
    ("There was no elevation of calcium.", ""),
    ("Elevated calcium and phosphate were not found.", ""),
    ("Calcium high normal.", ""),
    ("Phosphate at the upper limit of normal.", ""),
    ("Raised inflammatory markers; calcium normal.", ""),
    ("Creatinine raised; calcium, phosphate and PTH within the reference range.", ""),
    ("Alkaline phosphatase raised, calcium and phosphate normal.", ""),
    ("Phosphate 1.42 mmol/L (high).", "P"),
    ("Phosphate 1.42 mmol/L.", ""),
    ("Calcium 2.58 H.", "C"),
    ("Calcium 2.7 mmol/L (normal for this laboratory).", ""),
    ("PTH 70 pg/mL (low).", ""),
    ("Calcium 2.4 mmol/L, low back pain.", ""),
    ("Urinary calcium was high.", ""),
    ("The calcium/creatinine ratio was high.", ""),
]


@pytest.mark.parametrize(("text", "raised"), _TOLD, ids=[text for text, _ in _TOLD])
def test_what_is_raised_is_told_apart_from_what_is_not(
    text: str, raised: str, rules_pipeline: Pipeline
) -> None:
    present = {
        name
        for risk in rules_pipeline.read(text).risks
        if risk.status is Status.PRESENT
        for name in risk.names
    }
    assert {letter for letter, name in _RAISED.items() if name in present} == set(raised)
