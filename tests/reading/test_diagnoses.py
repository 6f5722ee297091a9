"""Sentences that tell what a lesion proved to be, and sentences that only sound like it."""

from __future__ import annotations

import pytest

from reportclf.pipeline import Pipeline

_MASS = "There is a mass with coarse calcification in the left flank."
_TELLING = [
    f"{_MASS} Histology: ganglioneuroma.",
    f"{_MASS} Biopsy showed a ganglioneuroma.",
    f"{_MASS} It was removed through the flank and proved to be a ganglioneuroma.",
    f"{_MASS} Clinicopathological review gave ganglioneuroma.",
    f"{_MASS} Laparotomy: ganglioneuroma with a calcified rim was found there.",
    f"{_MASS} The operation was a mass-ectomy for ganglioneuroma, which was found there.",
    *(
        f"{_MASS} {words}"
        for words in (
            "Features are those of a ganglioneuroma.",
            "Appearances are of ganglioneuroma.",
            "Ganglioneuroma is favoured.",
            "Ganglioneuroma is most likely.",
            "This can only be a ganglioneuroma.",
            "We think this is a ganglioneuroma.",
        )
    ),
]
_NOT_TELLING = [
    *(
        f"{_MASS} {words}"
        for words in (
            "Ganglioneuroma?",
            "Possibly a ganglioneuroma.",
            "Not typical of a ganglioneuroma.",
            "Ganglioneuroma must be excluded.",
        )
    ),
    f"{_MASS} An effusion lies below the ganglioneuroma of the other side seen earlier.",
    f"{_MASS} The infusion line ends beside the ganglioneuroma of the other side seen earlier.",
    f"{_MASS} He sustained for years a ganglioneuroma of the other side as seen earlier.",
]


def _diagnosed(text: str, pipeline: Pipeline) -> bool:
    return any("neoplasm" in one.names for one in pipeline.read(text).diagnoses)


@pytest.mark.parametrize("text", _TELLING)
def test_a_diagnosis_is_told(text: str, rules_pipeline: Pipeline) -> None:
    assert _diagnosed(text, rules_pipeline)


@pytest.mark.parametrize("text", _NOT_TELLING)
def test_what_only_sounds_like_it_tells_no_diagnosis(text: str, rules_pipeline: Pipeline) -> None:
    assert not _diagnosed(text, rules_pipeline)
