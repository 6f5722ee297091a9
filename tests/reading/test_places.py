"""Where a calcification lies: places told beside it, before it, or of something else."""

from __future__ import annotations

import pytest

from reportclf.pipeline import Pipeline
from reportclf.records import Tag

_PLACED = [
    ("The pancreas is thin. Scattered calcifications in the head.", "pancreas"),
    ("Skull film after a fall. Scattered calcifications in the head.", "head-region"),
    ("Papilla of the left eye raised: calcification in the disc.", "orbit|eye"),
    ("Lumbar spine: calcification in the disc.", "disc"),
    ("The gallbladder is contracted. Its wall is calcified.", "gallbladder"),
    (
        "The mass lies along the right side of the ascending aorta. It is fat with rim calcification.",
        "",
    ),
    ("Calcification of the myocardium and severe stenosis of the mitral valve.", "myocardium"),
    ("Abdominal film: a calcified ring below the left diaphragm.", "abdomen"),
    ("A lump with a calcification on its inner face.", ""),
    ("Breast cancer; calcified aorta.", "aorta"),
    ("Calcification not within the mass but in the aortic wall.", "aorta|aortic-wall"),
    ("Pools of blue-grey matter with calcification.", ""),
]


@pytest.mark.parametrize(("text", "place"), _PLACED, ids=[text for text, _ in _PLACED])
def test_a_calcification_lies_where_the_report_says(
    text: str, place: str, rules_pipeline: Pipeline
) -> None:
    first = next(lesion for lesion in rules_pipeline.read(text).lesions)
    allowed = set(place.split("|")) - {""}
    assert set(first.sites) <= allowed
    assert bool(first.sites) is bool(allowed)


_BYSTANDERS = [
    ("Breast cancer; calcified aorta.", False),
    ("Meningioma; calcified carotid siphons.", False),
    ("The calcium lies outside the meningioma, in the carotid siphon.", False),
    ("The calcium lies within the meningioma.", True),
    ("Meningioma; it is calcified.", True),
]


@pytest.mark.parametrize(("text", "is_tumour"), _BYSTANDERS, ids=[text for text, _ in _BYSTANDERS])
def test_a_tumour_of_another_place_is_a_bystander(
    text: str, is_tumour: bool, rules_pipeline: Pipeline
) -> None:
    result = rules_pipeline.tag(text)
    assert (result.tag is Tag.OTHER) is is_tumour


_WALLS = [
    "There are stones in the gallbladder. Its wall is calcified.",
    "Stones in the gallbladder; its wall is calcified too.",
    "Kidney stones; the renal cyst has a calcified wall.",
]


@pytest.mark.parametrize("text", _WALLS)
def test_a_wall_is_no_stone(text: str, rules_pipeline: Pipeline) -> None:
    assert rules_pipeline.tag(text).tag is Tag.DYSTROPHIC
