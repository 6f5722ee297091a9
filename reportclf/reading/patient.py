"""Age and sex of the patient and the kind of study, as far as the report tells."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass

# Begin with a digit, which is sought ten times as fast as the edge of a word.
_AGE = re.compile(
    r"(\d)(?<!\w\d)(?:"
    r"(\d{0,2})(?:[ -]?(?:year|yr|y)s?[ -]?(?:old|o)\b| ?(?:y/o|yo|y\.o\.|y)\b"
    r"| ?(?:(?:year|yr)s? )?(?:m|f|male|female|man|woman|boy|girl|lady|gentleman)\b(?! ?[/0-9]))"
    r"|\d?([ -](?:month|week|day)s?[ -]old)\b)"
)
_AGED = re.compile(
    r"(?:age(?<!\wage)d?:?|(?:man|woman|male|boy|girl|lady|gentleman|patient) of) (\d{1,3})\b(?! ?(?:mm|cm|kg|%))"
)
_CHILD = frozenset(
    [
        "neonate",
        "neonatal",
        "newborn",
        "infant",
        "toddler",
        "preterm",
        "premature",
        "child",
        "boy",
        "girl",
        "paediatric",
        "pediatric",
        "fetus",
        "foetus",
        "fetal",
        "foetal",
    ]
)
_ELDERLY = frozenset({"elderly", "octogenarian", "nonagenarian"})
_FEMALE = frozenset({"woman", "female", "girl", "mrs", "ms", "lady", "she", "her"})
_MALE = frozenset({"man", "male", "boy", "mr", "gentleman", "he", "his"})
_MAN = re.compile(r"\b(?:man|male|boy|mr|gentleman|he|his)\b(?! imaging)")
_STUDIES: dict[str, tuple[tuple[str, ...], frozenset[str], tuple[str, ...]]] = {
    "mammography": (("mammogra",), frozenset({"tomosynthesis", "birads", "mlo"}), ("bi rads",)),
    "bone-scan": (
        ("scintigra",),
        frozenset({"mdp", "hdp", "technetium", "tc99m", "99mtc", "medronate", "oxidronate"}),
        ("bone scan", "bone imaging", "tc 99m", "bone tracer"),
    ),
    "mr": (
        (),
        frozenset({"mri", "mr", "t1", "t1w", "t2", "t2w", "flair", "swi", "gadolinium"}),
        ("diffusion weighted",),
    ),
    "us": (
        ("sonogra", "echocardiogra"),
        frozenset({"ultrasound", "us", "uss", "echogenic", "doppler", "hypoechoic", "hyperechoic"}),
        (),
    ),
    "ct": (
        (),
        frozenset({"ct", "cta", "cect", "hrct", "hounsfield", "hu"}),
        ("computed tomography",),
    ),
    "radiograph": (
        ("radiograph",),
        frozenset({"xray", "xr", "cxr", "axr", "kub", "film", "view", "views", "ap", "pa", "lateral", "opg", "panoramic"}),
        ("x ray",),
    ),
}  # fmt: skip
"""Beginnings of words, words and phrases that tell the kind of study, most telling kind first."""
_BEGINNINGS = tuple(start for starts, _, _ in _STUDIES.values() for start in starts)
_HEAD_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Patient:
    """Age in years (None where the report does not tell), age group, sex, kind of study."""

    age: int | None
    age_group: str
    sex: str | None
    modality: str | None


def patient(copy: str, words: Set[str]) -> Patient:
    """Read age, sex and study from the canonical copy of a report and the set of its words."""
    age = _age(copy)
    return Patient(age, _age_group(age, words), _sex(copy, words), _modality(copy, words))


def _age(copy: str) -> int | None:
    told, aged = _AGE.search(copy), _AGED.search(copy)
    if aged is not None and (told is None or aged.start() < told.start()):
        return _years(aged.group(1))
    if told is None:
        return None
    return 0 if told.group(3) else _years(told.group(1) + told.group(2))


def _years(digits: str) -> int | None:
    years = int(digits)
    return years if years <= 115 else None


def _age_group(age: int | None, words: Set[str]) -> str:
    if age is not None:
        if age < 16:
            return "child"
        return "young" if age < 40 else "adult" if age < 65 else "elderly"
    if not _CHILD.isdisjoint(words):
        return "child"
    return "unknown" if _ELDERLY.isdisjoint(words) else "elderly"


def _sex(copy: str, words: Set[str]) -> str | None:
    female = not _FEMALE.isdisjoint(words) or "mammogra" in copy
    male = not _MALE.isdisjoint(words) and _MAN.search(copy) is not None
    if female == male:
        return None
    return "female" if female else "male"


_HEAD = 400


def _modality(copy: str, words: Set[str]) -> str | None:
    """The title or the first lines tell the study; only a text without one is read to its end."""
    head = copy[:_HEAD]
    return _study(head, frozenset(_HEAD_WORD.findall(head))) or _study(copy, words)


def _study(text: str, words: Set[str]) -> str | None:
    begun = [word for word in words if word.startswith(_BEGINNINGS)]
    for name, (starts, whole, phrases) in _STUDIES.items():
        if (
            not whole.isdisjoint(words)
            or any(word.startswith(starts) for word in begun)
            or any(phrase in text for phrase in phrases)
        ):
            return name
    return None
