"""Where a calcification lies: places told beside it, before it, or of something else."""

from __future__ import annotations

import pytest

from reportclf.pipeline import Pipeline

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
