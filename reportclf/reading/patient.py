"""Age and sex of the patient and the kind of study, as far as the report tells."""

from __future__ import annotations

import re
from dataclasses import dataclass

_AGE = re.compile(
    r"\b(\d{1,3})[ -]?(?:year|yr|y)s?[ -]?(?:old|o)\b|\b(\d{1,3}) ?(?:y/o|yo|y\.o\.|y)\b|\bage[d]?:? (\d{1,3})\b"
    r"|\b(\d{1,3}) ?(?:m|f|male|female|man|woman)\b(?! ?[/0-9])|\b(\d{1,2})[ -](?:month|week|day)s?[ -]old\b"
)
_CHILD = re.compile(
    r"\b(?:neonate|neonatal|newborn|infant|toddler|preterm|premature|child|boy|girl|paediatric|pediatric|fetus|foetus|fetal|foetal)\b"
)
_ELDERLY = re.compile(r"\b(?:elderly|octogenarian|nonagenarian)\b")
_FEMALE = re.compile(r"\b(?:woman|female|girl|mrs|ms|lady|she|her|mammogra\w+)\b")
_MALE = re.compile(r"\b(?:man|male|boy|mr|gentleman|he|his)\b(?! imaging)")
_MODALITIES = (
    ("mammography", re.compile(r"\b(?:mammogra\w+|tomosynthesis|bi ?rads|birads|mlo)\b")),
    (
        "bone-scan",
        re.compile(
            r"\b(?:bone scan|scintigra\w+|bone imaging|mdp|hdp|technetium|tc ?99m|99mtc|medronate|oxidronate|bone tracer)\b"
        ),
    ),
    ("mr", re.compile(r"\b(?:mri|mr|t1w?|t2w?|flair|swi|gadolinium|diffusion weighted)\b")),
    (
        "us",
        re.compile(
            r"\b(?:ultrasound|sonogra\w+|us|uss|echogenic|doppler|hypoechoic|hyperechoic|echocardiogra\w+)\b"
        ),
    ),
    ("ct", re.compile(r"\b(?:ct|cta|cect|hrct|computed tomography|hounsfield|hu)\b")),
    (
        "radiograph",
        re.compile(
            r"\b(?:x ?ray|xr|radiograph\w*|cxr|axr|kub|plain film|film|views?|ap|pa|lateral|opg|panoramic)\b"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Patient:
    """Age in years (None where the report does not tell), age group, sex, kind of study."""

    age: int | None
    age_group: str
    sex: str | None
    modality: str | None


def patient(copy: str) -> Patient:
    """Read age, sex and study from the canonical copy of a report."""
    age = _age(copy)
    return Patient(age, _age_group(age, copy), _sex(copy), _modality(copy))


def _age(copy: str) -> int | None:
    match = _AGE.search(copy)
    if match is None:
        return None
    if match.group(5) is not None:
        return 0
    years = int(next(group for group in match.groups()[:4] if group is not None))
    return years if years <= 115 else None


def _age_group(age: int | None, copy: str) -> str:
    if age is not None:
        if age < 16:
            return "child"
        return "young" if age < 40 else "adult" if age < 65 else "elderly"
    if _CHILD.search(copy):
        return "child"
    return "elderly" if _ELDERLY.search(copy) else "unknown"


def _sex(copy: str) -> str | None:
    female, male = _FEMALE.search(copy), _MALE.search(copy)
    if bool(female) == bool(male):
        return None
    return "female" if female else "male"


_HEAD = 400


def _modality(copy: str) -> str | None:
    """The title or the first lines tell the study; only a text without one is read to its end."""
    for end in (_HEAD, len(copy)):
        for name, pattern in _MODALITIES:
            if pattern.search(copy, 0, end):
                return name
    return None
