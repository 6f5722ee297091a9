"""Doubts: what another study answers, what else it may be, and what a report asks but does not know."""

from __future__ import annotations

import pytest

from reportclf.pipeline import Pipeline
from reportclf.records import Status, Tag, affirms

_ANSWERED = [
    ("Signal void could be calcification, but CT shows none.", "absent"),
    ("Suspected calcification on ultrasound was not confirmed by CT.", "absent"),
    ("Question of calcification on the radiograph; not seen on CT.", "absent"),
    ("Calcification was suspected; CT excluded it.", "absent"),
    ("The chest film raised the question of a calcified node, which CT answers in the negative.", "absent"),
    ("MRI suggested calcification. On CT there is none.", "absent"),
    ("MRI suggested calcification. None is present on CT.", "absent"),
    ("Calcification suspected at MRI but absent at CT.", "absent"),
    ("Calcification could not be verified.", "absent"),
    ("The calcification reported elsewhere cannot be reproduced.", "absent"),
    ("Calcified granuloma suspected on the radiograph; CT confirms it.", "present"),
    ("Calcified granuloma suspected, and confirmed on CT.", "present"),
    ("A calcification suspected on ultrasound is confirmed by CT.", "present"),
    ("Calcified granuloma not seen on the radiograph but seen on CT.", "present"),
    ("No calcified granuloma on the radiograph, but CT shows one.", "present"),
    ("The calcified granuloma could not be seen on MRI, CT shows it.", "present"),
    ("Calcified granuloma of the lung, not visible on MRI.", "present"),
    ("Calcification was not visible on MRI.", "absent"),
    ("Diffuse parenchymal calcification, not present on the study at diagnosis.", "present"),
    ("Calcification of the kidneys not present at diagnosis.", "present"),
    ("Calcifications were not apparent initially but are now obvious.", "present"),
    ("Lesion with coarse calcification and shadow, internal texture not visible behind it.", "present"),
    ("SWI: punctate foci, calcification or microhaemorrhage.", "possible"),
    ("Hyperdense focus: haemorrhage and/or calcification.", "possible"),
    ("A clip or a calcification projects over the liver.", "possible"),
    ("Calcification cannot be distinguished from contrast.", "possible"),
    ("No calcification or haemorrhage.", "absent"),
    ("No haemorrhage or calcification.", "absent"),
    ("Coarse or rim calcification in the mass.", "present"),
    ("Calcifications and haemorrhage in the mass.", "present"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "status"), _ANSWERED, ids=[text for text, _ in _ANSWERED])
def test_a_doubt_is_answered_or_stays(text: str, status: str, rules_pipeline: Pipeline) -> None:
    lesion = rules_pipeline.read(text).lesions[0]
    assert lesion.mentions[0].status.value == status


_SOMETHING_ELSE = [
    "The white specks described as calcification of the soft tissues are plaster.",
    "It was read as a calcified tendon deposit; it is a sharp-edged splinter of glass.",
    "The calcifications suspected on the scout are contrast in the colon.",
    "Previously described calcification is in fact a staple line.",
    "The calcification queried on ultrasound corresponds to air.",
    "An echogenic focus interpreted as calcification was gas.",
]


@pytest.mark.parametrize("text", _SOMETHING_ELSE)
def test_what_is_something_else_is_no_calcium(text: str, rules_pipeline: Pipeline) -> None:
    assert rules_pipeline.tag(text).tag is Tag.NONE


_LEFT_OPEN = [
    "Calcified lesion of the lung: hamartoma or granuloma.",
    "Calcified mass in the heart; thrombus or tumour.",
    "Calcified lesion in the thigh: haematoma or tumoral calcinosis.",
    "Calcified mass near the hip. DDx: tumoral calcinosis, synovial sarcoma, myositis ossificans.",
    "Periarticular calcification; differential: gout tophus, tumoral calcinosis, CPPD.",
]


@pytest.mark.parametrize("text", _LEFT_OPEN)
def test_names_joined_by_or_decide_nothing(text: str, rules_pipeline: Pipeline) -> None:
    assert rules_pipeline.tag(text).tag is Tag.INDETERMINATE


_ASKED = [
    "Correlate for renal failure.",
    "Correlate with history of trauma, renal failure or previous injection.",
    "Correlate clinically for renal failure and connective tissue disease.",
    "Clinical correlation regarding renal failure and scleroderma.",
    "Causes include renal failure, scleroderma, trauma.",
    "Such findings occur in renal failure and dermatomyositis.",
    "This pattern has been described in renal failure.",
    "The usual cause is renal failure.",
    "Hyperparathyroidism is one possibility.",
    "Any history of renal failure or trauma?",
    "Please state whether the patient has renal failure.",
    "It is not known if the patient is on dialysis.",
    "Unless the patient has renal failure, a cause is not evident.",
    "Often due to hyperparathyroidism.",
    "Commonly seen in dialysis patients.",
    "In the right setting (dialysis, hyperparathyroidism) the diagnosis would be another.",
    "Renal failure is not mentioned on the request.",
    "Dermatomyositis, venous stasis and renal failure can cause this.",
    "Consider renal failure, hyperparathyroidism, sarcoidosis.",
    "Hyperparathyroidism and sarcoidosis are possible causes.",
    "Amyloidosis or hyperparathyroidism less likely.",
]


@pytest.mark.parametrize("text", _ASKED)
def test_what_is_only_asked_or_told_in_general_is_no_risk(
    text: str, rules_pipeline: Pipeline
) -> None:
    read = rules_pipeline.read(f"Subcutaneous calcification. {text}")
    assert read.risks
    assert not [
        risk for risk in read.risks if affirms(risk.status, risk.level) and risk.strength != "weak"
    ]


_KNOWN = [
    "Correlates with the known renal failure.",
    "Correlating with end-stage renal failure.",
    "In keeping with known dialysis.",
    "Without any known trauma, but renal failure is known.",
]


@pytest.mark.parametrize("text", _KNOWN)
def test_what_is_known_stays_a_risk(text: str, rules_pipeline: Pipeline) -> None:
    read = rules_pipeline.read(f"Subcutaneous calcification. {text}")
    assert any(risk.status is Status.PRESENT for risk in read.risks)
