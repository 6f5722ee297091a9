"""Age and sex of the patient and the kind of study, as far as the report tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from reportclf.lexicon.entries import Lexicon, People, Study
from reportclf.reading.one_of import one_of
from reportclf.reading.phrases import Page

# Begin with a digit, which is sought ten times as fast as the edge of a word.
_AGE = re.compile(
    r"(?P<first>\d)(?<!\w\d)(?:"
    r"(?P<rest>\d{0,2})(?:[ -]?(?:year|yr|y)s?[ -]?(?:old|o)\b| ?(?:y/o|yo|y\.o\.|y)\b"
    r"| ?(?:(?:year|yr)s? )?(?:m|f|male|female|man|woman|boy|girl|lady|gentleman)\b(?! ?[/0-9]))"
    r"|\d?(?P<young>[ -](?:month|week|day)s?[ -]old)\b)"
)
_YEARS = re.compile(
    r"(?<![\w.,/-])(?<!for )(?<!past )(?<!last )(?<!over )(?<!after )(?P<first>\d)(?P<rest>\d?) ?(?:years?|yrs?)(?= ?[.,;:)]| male| female| old)"
)
"""An age told without "old", as request lines do: "15 years."."""
_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SPELLED = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[ -](?P<unit>{'|'.join(_UNITS)}))?|(?P<small>{'|'.join((*_UNITS, *_TEENS))}))[ -]years?[ -]old\b"
    rf"|\baged (?P<aged>{'|'.join((*_UNITS, *_TEENS))})\b"
)
"""An age written out: "a thirty-four-year-old woman", "a boy aged eight"."""
_DECADE = re.compile(
    r"\bin (?:his|her|their) (?:early |mid |late )?(?:(?P<word>twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)|(?P<digit>[2-9])0 ?'?s)\b"
)
"""An age told by its decade: "a woman in her thirties"."""
_SLASHED = re.compile(
    r"(?<![\w/.])(?:[mf] ?/ ?(?P<behind>\d{1,3})|(?P<before>\d{1,3}) ?/ ?[mf])\b(?![/.]\d)|(?:^|[\n:.] ?)[mf] ?(?P<joined>\d{1,2})(?= ?[,.;:]| [a-z])"
)
"""An age beside the sex, as request lines do: "M/66", "66/F", "F34"."""
_REQUEST = 200
_BORN = re.compile(
    r"born (?:at|in) (?:the )?\d\d ?(?:\+|/40|w|completed|th)|days? of life|corrected age|weeks pma\b|ex ?-?\d\d ?(?:\+ ?\d|wk|weeks)|\bnicu\b|weigh(?:ing|ed) \d{3,4} ?g\b"
)
"""What is told of the first year of life only, where no age is told."""
_BIRTH_WORDS = frozenset(
    form
    for word in ("born", "life", "corrected", "pma", "ex", "nicu", "weighing", "weighed")
    for form in (word, f"{word} ")
)
"""One of these stands in all of it: a look-up spares most reports the search."""


@dataclass(frozen=True, slots=True)
class Patient:
    """Age in years (None where the report does not tell), age group, sex, kind of study."""

    age: int | None
    age_group: str
    sex: str | None
    modality: str | None


def patient(page: Page, lexicon: Lexicon) -> Patient:
    """Read age, sex and study from the words of a report."""
    words = frozenset(page.tokens)
    people = lexicon.people
    age = _age(page.text, words, people)
    return Patient(
        age,
        _age_group(age, words, people),
        _sex(page.text, words, people),
        _modality(page, words, lexicon.studies),
    )


_SOME_CHILD = 3


def limit_age(who: Patient) -> int | None:
    """Return the age that limits of lab values go by; a child of untold age is taken as three."""
    return _SOME_CHILD if who.age is None and who.age_group == "child" else who.age


_AGE_WORDS = frozenset(
    form for word in ("age", "aged", "pt", "he", "she") for form in (word, f"{word} ")
)


def _age(text: str, words: frozenset[str], people: People) -> int | None:
    told = _AGE.search(text) or _YEARS.search(text, 0, _REQUEST)
    aged = None
    if not (_AGE_WORDS.isdisjoint(words) and people.persons.isdisjoint(words)):
        aged = _aged(people.persons).search(text)
    if aged is not None and (told is None or aged.start() < told.start()):
        return 0 if aged["young"] else _years(aged.group(1))
    if told is None:
        other = _told_otherwise(text)
        if other is not None:
            return other
        newborn = not _BIRTH_WORDS.isdisjoint(words) and _BORN.search(text) is not None
        return 0 if newborn or not people.infant.isdisjoint(words) else None
    parts = told.groupdict()
    return 0 if parts.get("young") else _years(parts["first"] + parts["rest"])


def _told_otherwise(text: str) -> int | None:
    """Return an age that is told beside the sex, in words or by its decade."""
    slashed = _SLASHED.search(text, 0, _REQUEST)
    if slashed is not None:
        return _years(next(digits for digits in slashed.groups() if digits))
    spelled = _SPELLED.search(text) if " old" in text or "aged " in text else None
    if spelled is not None:
        if spelled["tens"]:
            unit = spelled["unit"]
            tens = 10 * (_TENS.index(spelled["tens"]) + 2)
            return tens + (_UNITS.index(unit) + 1 if unit else 0)
        return (*_UNITS, *_TEENS).index(spelled["small"] or spelled["aged"]) + 1
    decade = _DECADE.search(text)
    if decade is None:
        return None
    word = decade["word"]
    tens = int(decade["digit"]) if word is None else _DECADES.index(word) + 2
    return 10 * tens + 5


_DECADES = (
    "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties",
)  # fmt: skip


@cache
def _aged(persons: frozenset[str]) -> re.Pattern[str]:
    """Return the pattern of an age told of a person: "aged 64", "a student of 22"."""
    return re.compile(
        rf"(?:age(?<!\wage)d?:?|(?:{_either(persons)}) of|(?:{_either(persons)}),(?= \d\d? ?[,.;)])|\b(?:pt|patient|he|she) (?:is|was)(?= \d\d? ?(?:[,.;)]|years))) "
        r"(\d{1,3})\b(?! ?(?:mm|cm|kg|%))(?P<young> ?(?:day|week|month|wk)s?\b)?"
    )


def _either(words: frozenset[str]) -> str:
    return one_of(word.strip() for word in words)


def _years(digits: str) -> int | None:
    years = int(digits)
    return years if years <= 115 else None


def _age_group(age: int | None, words: frozenset[str], people: People) -> str:
    if age is not None:
        if age < 16:
            return "child"
        return "young" if age < 40 else "adult" if age < 65 else "elderly"
    if not people.child.isdisjoint(words):
        return "child"
    return "unknown" if people.elderly.isdisjoint(words) else "elderly"


def _sex(text: str, words: frozenset[str], people: People) -> str | None:
    female = not people.female.isdisjoint(words) or "mammogra" in text
    male = not people.male.isdisjoint(words) and _man(people.male).search(text) is not None
    if female == male:
        return None
    return "female" if female else "male"


@cache
def _man(words: frozenset[str]) -> re.Pattern[str]:
    """Return the pattern of a word for a man that is no word of the study: "male imaging"."""
    return re.compile(rf"\b(?:{_either(words)})\b(?! imaging)")


_HEAD = 400


def _modality(page: Page, words: frozenset[str], studies: Sequence[Study]) -> str | None:
    """The title or the first lines tell the study; only a text without one is read to its end."""
    head = frozenset(page.tokens[: page.token_from(_HEAD)])
    told = _study(page.text[:_HEAD], head, studies)
    if told is None and page.token_from(_HEAD) < len(page.tokens):
        # far down a text a mammogram is one of many examinations
        studies = [study for study in studies if study.id != "mammography" or "breast" in page.text]
    return told or _study(page.text, words, studies)


def _study(text: str, words: frozenset[str], studies: Sequence[Study]) -> str | None:
    for study in studies:
        if (
            not study.words.isdisjoint(words)
            or any(begun in text and _begins(begun, words) for begun in study.beginnings)
            or any(phrase in text for phrase in study.phrases)
        ):
            return study.id
    return None


def _begins(beginning: str, words: frozenset[str]) -> bool:
    return any(word.startswith(beginning) for word in words)
