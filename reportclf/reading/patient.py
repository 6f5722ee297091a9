"""Age and sex of the patient and the kind of study, as far as the report tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from reportclf.reading.phrases import Page

# Begin with a digit, which is sought ten times as fast as the edge of a word.
_AGE = re.compile(
    r"(?P<first>\d)(?<!\w\d)(?:"
    r"(?P<rest>\d{0,2})(?:[ -]?(?:year|yr|y)s?[ -]?(?:old|o)\b| ?(?:y/o|yo|y\.o\.|y)\b"
    r"| ?(?:(?:year|yr)s? )?(?:m|f|male|female|man|woman|boy|girl|lady|gentleman)\b(?! ?[/0-9]))"
    r"|\d?(?P<young>[ -](?:month|week|day)s?[ -]old)\b)"
)
_PERSONS = (
    "man", "woman", "male", "boy", "girl", "lady", "gentleman", "patient", "student", "teacher", "farmer", "worker",
    "driver", "nurse", "housewife", "pensioner", "child",
)  # fmt: skip
_AGED = re.compile(
    rf"(?:age(?<!\wage)d?:?|(?:{'|'.join(_PERSONS)}) of) (\d{{1,3}})\b(?! ?(?:mm|cm|kg|%))"
)


def _written(*words: str) -> frozenset[str]:
    """Return words as tokens write them: with a blank behind them, or without."""
    return frozenset(form for word in words for form in (word, f"{word} "))


_YEARS = re.compile(
    r"(?<![\w.,/-])(?<!for )(?<!past )(?<!last )(?<!over )(?<!after )(?P<first>\d)(?P<rest>\d?) ?(?:years?|yrs?)(?= ?[.,;:)]| male| female| old)"
)
"""An age told without "old", as request lines do: "15 years."."""
_REQUEST = 200
_CHILD = _written(
    "neonate", "neonatal", "newborn", "infant", "toddler", "preterm", "premature", "child", "boy", "girl",
    "paediatric", "pediatric", "fetus", "foetus", "fetal", "foetal",
)  # fmt: skip
_ELDERLY = _written("elderly", "octogenarian", "nonagenarian")
_FEMALE = _written("woman", "female", "girl", "mrs", "ms", "lady", "she", "her")
_MALE = _written("man", "male", "boy", "mr", "gentleman", "he", "his")
_OF_AGE = _written("age", "aged", "female", *_PERSONS)
_MAN = re.compile(r"\b(?:man|male|boy|mr|gentleman|he|his)\b(?! imaging)")


class Study(NamedTuple):
    """What tells a kind of study: beginnings of words, words as tokens write them, phrases."""

    beginnings: tuple[str, ...]
    words: frozenset[str]
    phrases: tuple[str, ...]


_STUDIES = {
    "mammography": Study(
        ("mammogra",), _written("tomosynthesis", "birads", "mlo"), ("bi rads",)
    ),
    "bone-scan": Study(
        ("scintigra",),
        _written("mdp", "hdp", "technetium", "tc99m", "99mtc", "medronate", "oxidronate"),
        ("bone scan", "bone imaging", "tc 99m", "bone tracer"),
    ),
    "mr": Study(
        (),
        _written("mri", "mr", "t1", "t1w", "t2", "t2w", "flair", "swi", "gadolinium"),
        ("diffusion weighted",),
    ),
    "us": Study(
        ("sonogra", "echocardiogra"),
        _written(
            "ultrasound", "us", "uss", "echogenic", "doppler", "hypoechoic", "hyperechoic"
        ),
        (),
    ),
    "ct": Study(
        (),
        _written("ct", "cta", "cect", "hrct", "hounsfield", "hu"),
        ("computed tomography",),
    ),
    "radiograph": Study(
        ("radiograph",),
        _written(
            "xray", "xr", "cxr", "axr", "kub", "film", "view", "views", "ap", "pa", "lateral", "opg",
            "panoramic",
        ),
        ("x ray",),
    ),
}  # fmt: skip
"""The most telling kind first."""


@dataclass(frozen=True, slots=True)
class Patient:
    """Age in years (None where the report does not tell), age group, sex, kind of study."""

    age: int | None
    age_group: str
    sex: str | None
    modality: str | None


def patient(page: Page) -> Patient:
    """Read age, sex and study from the words of a report."""
    words = frozenset(page.tokens)
    age = _age(page.text, words)
    return Patient(age, _age_group(age, words), _sex(page.text, words), _modality(page, words))


_SOME_CHILD = 3


def limit_age(who: Patient) -> int | None:
    """Return the age that limits of lab values go by; a child of untold age is taken as three."""
    return _SOME_CHILD if who.age is None and who.age_group == "child" else who.age


def _age(text: str, words: frozenset[str]) -> int | None:
    told = _AGE.search(text) or _YEARS.search(text, 0, _REQUEST)
    aged = None if _OF_AGE.isdisjoint(words) else _AGED.search(text)
    if aged is not None and (told is None or aged.start() < told.start()):
        return _years(aged.group(1))
    if told is None:
        return None
    parts = told.groupdict()
    return 0 if parts.get("young") else _years(parts["first"] + parts["rest"])


def _years(digits: str) -> int | None:
    years = int(digits)
    return years if years <= 115 else None


def _age_group(age: int | None, words: frozenset[str]) -> str:
    if age is not None:
        if age < 16:
            return "child"
        return "young" if age < 40 else "adult" if age < 65 else "elderly"
    if not _CHILD.isdisjoint(words):
        return "child"
    return "unknown" if _ELDERLY.isdisjoint(words) else "elderly"


def _sex(text: str, words: frozenset[str]) -> str | None:
    female = not _FEMALE.isdisjoint(words) or "mammogra" in text
    male = not _MALE.isdisjoint(words) and _MAN.search(text) is not None
    if female == male:
        return None
    return "female" if female else "male"


_HEAD = 400


def _modality(page: Page, words: frozenset[str]) -> str | None:
    """The title or the first lines tell the study; only a text without one is read to its end."""
    head = frozenset(page.tokens[: page.token_from(_HEAD)])
    return _study(page.text[:_HEAD], head) or _study(page.text, words)


def _study(text: str, words: frozenset[str]) -> str | None:
    for name, study in _STUDIES.items():
        if (
            not study.words.isdisjoint(words)
            or any(begun in text and _begins(begun, words) for begun in study.beginnings)
            or any(phrase in text for phrase in study.phrases)
        ):
            return name
    return None


def _begins(beginning: str, words: frozenset[str]) -> bool:
    return any(word.startswith(beginning) for word in words)
