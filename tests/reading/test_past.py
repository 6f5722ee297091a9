"""What is past: the cause that left a calcification, or the calcification itself."""

from __future__ import annotations

import pytest

from reportclf.pipeline import Pipeline

_STILL_THERE = [
    "Treated tuberculosis with calcified nodes.",
    "Previously treated abscess with rim calcification.",
    "Past pericarditis with calcified pericardium.",
    "Prior trauma with calcification of the ligament.",
    "Prior surgery, calcification in the scar.",
    "Resolved haematoma with residual calcification.",
    "Resolved abscess leaving a calcified rim.",
    "Status post radiotherapy with calcified nodes.",
    "s/p radiation, calcified nodes in the mediastinum.",
    "Injury in 1975, calcified muscle.",
    "Infarct of the left occipital lobe years ago, gyriform calcification there.",
    "Calcified mass first noticed ten years ago.",
    "Calcified mass, first seen in 2012.",
    "Calcified scar from surgery ten years ago.",
    "Calcification of the breast implant inserted in 1983.",
    "Formerly soft, the mass is now calcified.",
    "Prior calcification unchanged.",
]
_PAST = [
    "History of calcified gallstones.",
    "Past history of calcific tendinitis.",
    "Status post resection of a calcified meningioma.",
    "Previously resected calcified meningioma.",
    "Calcified node removed in 2010.",
    "He had a calcified haematoma drained in 2001.",
    "In 2009 a calcified nodule had been removed (hemithyroidectomy, nodule with coarse calcification).",
]


@pytest.mark.parametrize("text", _STILL_THERE)
def test_a_past_cause_leaves_a_present_calcification(text: str, rules_pipeline: Pipeline) -> None:
    assert rules_pipeline.read(text).lesions[0].mentions[0].status.value == "present"


@pytest.mark.parametrize("text", _PAST)
def test_a_past_calcification_is_past(text: str, rules_pipeline: Pipeline) -> None:
    lesions = rules_pipeline.read(text).lesions
    assert {mention.status.value for one in lesions for mention in one.mentions} == {"historical"}
