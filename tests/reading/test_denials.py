"""Where a denial ends, and what it leaves out."""

from __future__ import annotations

import pytest

from reportclf.pipeline import Pipeline
from reportclf.records import affirms

_TOLD = [
    ("No acute abnormality, calcified aorta.", "present"),
    ("No pneumothorax, no effusion, calcified pleural plaque.", "present"),
    ("No focal consolidation, heart size normal, calcified aortic arch.", "present"),
    ("Gallbladder without stones, wall calcified.", "present"),
    ("No significant stenosis from calcified plaque.", "present"),
    ("No significant calcification of the aorta other than at the arch.", "present"),
    ("Hardly any calcification except in the aortic arch.", "present"),
    ("Not a metastasis but a calcified granuloma.", "present"),
    ("No consolidation, effusion, calcified plaque or pneumothorax.", "absent"),
    ("Enlarged nodes, without necrosis, haemorrhage, fat, or calcification.", "absent"),
    ("No stones, no wall thickening, calcification or gas.", "absent"),
    ("Carotid region free of masses, stylohyoid complex not calcified.", "absent"),
    ("Nine solid liver lesions, none calcified.", "absent"),
    ("Granuloma, not calcified.", "absent"),
    ("Hardly any calcification.", "absent"),
    ("Not one of the nodules is calcified.", "absent"),
    ("There was failure to demonstrate calcification.", "absent"),
    ("Calcification fails to be seen.", "absent"),
    ("No node is calcified.", "absent"),
    ("No lymph nodes were enlarged or calcified.", "absent"),
    ("No mediastinal node is enlarged, calcified or necrotic.", "absent"),
    ("No acute disease is seen and the node is calcified.", "present"),
    ("No effusion; the pleura is calcified.", "present"),
    ("No effusion the bony thorax is intact carotid artery calcification.", "present"),
    ("Subcutaneous calcification, cause not apparent.", "present"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "status"), _TOLD, ids=[text for text, _ in _TOLD])
def test_a_denial_ends_where_it_should(text: str, status: str, rules_pipeline: Pipeline) -> None:
    mentions = [one for lesion in rules_pipeline.read(text).lesions for one in lesion.mentions]
    assert [mention.status.value for mention in mentions] == [status]


_NO_CAUSE = ["unrelated to", "not related to", "independent of", "not explained by"]


@pytest.mark.parametrize("words", _NO_CAUSE)
def test_a_cause_that_is_denied_is_none(words: str, rules_pipeline: Pipeline) -> None:
    read = rules_pipeline.read(f"Calcification of the gastric wall {words} hyperparathyroidism.")
    assert not [risk for risk in read.risks if affirms(risk.status, risk.level)]


_PAIRS = [("former", "meningioma"), ("latter", "granuloma")]


@pytest.mark.parametrize(("word", "thing"), _PAIRS)
def test_former_and_latter(word: str, thing: str, rules_pipeline: Pipeline) -> None:
    text = (
        f"There is a meningioma on the left and a granuloma on the right. The {word} is calcified."
    )
    assert [name for name, _ in rules_pipeline.read(text).lesions[0].entities] == [thing]
