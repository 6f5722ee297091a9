"""What stands in which section, where reports leave headings out."""

from __future__ import annotations

import pytest

from reportclf.pipeline import Pipeline
from reportclf.records import Status

UNHEADED = (
    "CT HEAD WITHOUT CONTRAST. Indication: fall. No haemorrhage, mass effect or infarct. Ventricles normal. "
    "Calcification of the pineal gland. IMPRESSION: No acute abnormality."
)
SHORT_HISTORY = "CT HEAD. History: fall. Pineal calcification. IMPRESSION: No acute abnormality."
HEADED = (
    "HISTORY: Fall. Was seen last year. Pineal calcification. Dizzy since. "
    "FINDINGS: No haemorrhage, mass effect or infarct. Ventricles and sulci are normal for the age of the patient. "
    "IMPRESSION: No acute abnormality."
)
LABORATORY = (
    "A girl was seen with a lump of the hip, which had grown for a year. Laboratory: phosphate 2.4 mmol/L, CRP 4 mg/L. "
    "Radiography showed a lobulated calcified mass beside the greater trochanter."
)


def status_of(text: str, pipeline: Pipeline) -> Status:
    (finding,) = pipeline.tag(text).findings
    return finding.mentions[0].assertion.status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param(UNHEADED, Status.PRESENT, id="findings behind the indication"),
        pytest.param(SHORT_HISTORY, Status.HISTORICAL, id="a history of two sentences"),
        pytest.param(HEADED, Status.HISTORICAL, id="findings under their own heading"),
        pytest.param(LABORATORY, Status.PRESENT, id="a label within a case text"),
    ],
)
def test_a_preamble_ends_where_the_findings_begin(
    text: str, status: Status, rules_pipeline: Pipeline
) -> None:
    assert status_of(text, rules_pipeline) is status
