"""Plain answers to what was asked, and what a report takes back in so many words."""

from __future__ import annotations

import pytest

from reportclf.pipeline import Pipeline
from reportclf.records import Tag

_ASKED = [
    ("Clinical question: is the pancreas calcified? Answer: yes, throughout the gland.", "present"),
    ("Clinical question: is the pancreas calcified? Answer: no.", "absent"),
    ("Is the mass calcified? Yes, at its rim.", "present"),
    ("Is the granuloma calcified? No, it is not.", "absent"),
    ("Calcified granuloma? Yes.", "present"),
    ("Calcified granuloma? No.", "absent"),
    ("You ask whether the supraspinatus tendon is calcified. It is, over 11 mm.", "present"),
    ("You ask whether the supraspinatus tendon is calcified. It is not.", "absent"),
    ("You ask if the granuloma is calcified: it is.", "present"),
    ("You ask if the granuloma is calcified: it is not.", "absent"),
    ("The question was whether the plaques are calcified; they are.", "present"),
    ("The question of calcified pleural plaques can be answered in the affirmative.", "present"),
    ("The question of calcified pleural plaques must be answered in the negative.", "absent"),
    ("Asked whether there is calcification in the granuloma: there is none.", "absent"),
    ("You ask whether the tendon is calcified. It is a difficult question.", "hypothetical"),
    ("Calcified granuloma? No previous films.", "hypothetical"),
    ("Calcified granuloma? There is no effusion.", "hypothetical"),
    ("Calcified granuloma? It is not a large lung.", "hypothetical"),
    ("Pericardial calcification was suspected on the film. CT bears out none of it.", "absent"),
]


@pytest.mark.parametrize(("text", "status"), _ASKED)
def test_a_plain_answer_is_of_what_was_asked(
    text: str, status: str, rules_pipeline: Pipeline
) -> None:
    lesions = rules_pipeline.read(text).lesions
    assert [lesion.status.value for lesion in lesions] == [status]


def test_what_was_asked_of_a_thing_is_answered_of_it(rules_pipeline: Pipeline) -> None:
    result = rules_pipeline.tag("You ask if the granuloma is calcified: it is.")
    assert result.tag is Tag.DYSTROPHIC


_TAKEN_BACK = [
    ("Calcified granuloma of the liver. This statement is withdrawn.", Tag.NONE),
    ("Calcified pleural plaques. That sentence was meant for the film read before and is withdrawn.", Tag.NONE),
    ("Earlier report: calcified hydatid cyst. The earlier report is wrong; there is no cyst.", Tag.NONE),
    ("Outside report: calcified plaque of the left carotid. CT today is normal. The outside report cannot be upheld.", Tag.NONE),
    ("Calcified granuloma of the liver. He is withdrawn.", Tag.DYSTROPHIC),
    ("Calcified granuloma of the liver. The previous impression of a metastasis was wrong.", Tag.DYSTROPHIC),
    ("Outside report: calcified aneurysm. We agree with the outside report.", Tag.DYSTROPHIC),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tag"), _TAKEN_BACK)
def test_a_statement_taken_back_is_no_finding(
    text: str, tag: Tag, rules_pipeline: Pipeline
) -> None:
    assert rules_pipeline.tag(text).tag is tag


def test_the_conclusion_takes_a_class_name_back(rules_pipeline: Pipeline) -> None:
    text = (
        "Large lobulated periarticular calcification, tumoral calcinosis.\n"
        "CONCLUSION: Heterotopic ossification. Not tumoral calcinosis."
    )
    assert rules_pipeline.tag(text).tag is Tag.OTHER


def test_an_addendum_without_a_colon_has_the_last_word(rules_pipeline: Pipeline) -> None:
    text = (
        "Calcified fascial planes, dystrophic calcification presumed.\n"
        "ADDENDUM. Phosphate 2.7 mmol/L. This is metastatic calcification."
    )
    assert rules_pipeline.tag(text).tag is Tag.METASTATIC


def test_stones_are_no_part_of_another_disease(rules_pipeline: Pipeline) -> None:
    result = rules_pipeline.tag("Kidney stones on the left and chondrocalcinosis of both knees.")
    assert result.tag is Tag.OTHER
    assert result.sub_reason == "crystal"


_THE_CONTRARY = [
    ("The left granuloma is not calcified; the right one is.", "present"),
    ("The left granuloma is not calcified, but the other is.", "present"),
    ("The left granuloma is not calcified; the right one is larger.", "absent"),
    ("The left granuloma is not calcified; the right one is not.", "absent"),
    ("A calcified granuloma was mentioned elsewhere but I cannot confirm it.", "absent"),
    ("A calcified granuloma was mentioned elsewhere and I can confirm it.", "present"),
]


@pytest.mark.parametrize(("text", "status"), _THE_CONTRARY)
def test_the_contrary_is_told_behind(text: str, status: str, rules_pipeline: Pipeline) -> None:
    lesions = rules_pipeline.read(text).lesions
    assert [lesion.status.value for lesion in lesions] == [status]
