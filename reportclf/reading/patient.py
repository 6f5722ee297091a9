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
    r"\bin (?:his|her|their) (?:early |mid |late )?(?:(?P<word>twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)|(?P<digit>[2-9])0 ?'?s|(?P<nth>third|fourth|fifth|sixth|seventh|eighth|ninth) decade)\b"
)
"""An age told by its decade: "a woman in her thirties"."""
_SLASHED = re.compile(
    r"(?<![\w/.])(?:[mf] ?/ ?(?P<behind>\d{1,3})|(?P<before>\d{1,3}) ?/ ?[mf])\b(?![/.]\d)"
)
_JOINED = re.compile(r"[\n:.] ?[mf] ?(\d{1,2})(?= ?[,.;:]| [a-z])")
"""An age beside the sex, as request lines do: "M/66", "66/F", "F34"."""
_IS_OF_AGE = re.compile(r"\b(?:pt|patient|s?he) (?:is|was) (\d{1,2})(?= ?(?:[,.;)]|years))")
"""An age said of the patient: "Pt is 34."."""
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


_AGE_WORDS = frozenset({"age", "age ", "aged", "aged "})
_NUMBER_WORDS = frozenset(
    form for word in (*_UNITS, *_TEENS, *_TENS) for form in (word, f"{word} ")
)


def _age(text: str, words: frozenset[str], people: People) -> int | None:
    told = _AGE.search(text) or _YEARS.search(text, 0, _REQUEST)
    aged = None
    if not (_AGE_WORDS.isdisjoint(words) and people.persons.isdisjoint(words)):
        aged = _aged(people.persons).search(text)
    if aged is not None and (told is None or aged.start() < told.start()):
        return 0 if aged["young"] else _years(aged.group(1))
    if told is None:
        other = _told_otherwise(text, words)
        if other is not None:
            return other
        newborn = not _BIRTH_WORDS.isdisjoint(words) and _BORN.search(text) is not None
        return 0 if newborn or not people.infant.isdisjoint(words) else None
    parts = told.groupdict()
    return 0 if parts.get("young") else _years(parts["first"] + parts["rest"])


def _told_otherwise(text: str, words: frozenset[str]) -> int | None:
    """Return an age that is told beside the sex, of "him", in words or by its decade.

    Each search waits for a sign that costs nothing: most reports tell no age so.
    """
    head = text[:_REQUEST]
    digits = None
    if "/" in head and (slashed := _SLASHED.search(head)) is not None:
        digits = slashed["behind"] or slashed["before"]
    elif (joined := _JOINED.search(f"\n{head}")) is not None:
        digits = joined[1]
    elif ("t is " in text or "t was " in text or "he is " in text or "he was " in text) and (
        said := _IS_OF_AGE.search(text)
    ) is not None:
        digits = said[1]
    if digits is not None:
        return _years(digits)
    if not _NUMBER_WORDS.isdisjoint(words):
        spelled = _SPELLED.search(text)
        if spelled is not None:
            return _spelled_years(spelled)
    if "in his " in text or "in her " in text or "in their " in text:
        decade = _DECADE.search(text)
        if decade is not None:
            return _middle_of(decade)
    return None


def _middle_of(decade: re.Match[str]) -> int:
    if decade["nth"]:
        tens = _NTH.index(decade["nth"]) + 2
    else:
        tens = int(decade["digit"]) if decade["digit"] else _DECADES.index(decade["word"]) + 2
    return 10 * tens + 5


_NTH = ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def _spelled_years(spelled: re.Match[str]) -> int:
    small = spelled["small"] or spelled["aged"]
    if small is not None:
        return (*_UNITS, *_TEENS).index(small) + 1
    unit = spelled["unit"]
    return 10 * (_TENS.index(spelled["tens"]) + 2) + (_UNITS.index(unit) + 1 if unit else 0)


_DECADES = (
    "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties",
)  # fmt: skip


@cache
def _aged(persons: frozenset[str]) -> re.Pattern[str]:
    """Return the pattern of an age told of a person: "aged 64", "a student of 22"."""
    return re.compile(
        rf"(?:age(?<!\wage)d?:?|(?:{_either(persons)}) of|(?:{_either(persons)}),(?= \d\d? ?[,.;)])) "
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
