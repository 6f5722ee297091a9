"""Laboratory values: number, unit and comparison with the limits, both unit systems."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from reportclf.lexicon.entries import Analyte, Unit

_NUMBER = r"\d{1,5}(?:[.,]\d{1,3})?"
_COMPARATOR = r"(?P<comparator><=|>=|<|>|\u2264|\u2265|less than|below|under|greater than|above|over|more than|up to|at least)?"
_VALUE = re.compile(
    r"^[\s,|:]*(?:\.{2,}\s*)?(?:\((?!\d)[^()\d]{0,25}\)\s*)?(?:(?:tested|checked|measured|drawn|taken)\b[^,.;\d]{0,40},\s*)?"
    r"(?:(?:level|levels|value|values|concentration|result|today|was|is|were|at|of|to|measured|remains|has|been|now|currently|"
    r"elevated|raised|high|low|normal|about|approximately|approx|around|serum|product|intact|total|adjusted|corrected|latest|last|"
    r"recent|peak|risen|fallen|rose|reached|increased|dropped|fell|stayed|persistently|and|then|preop|on (?:admission|arrival|presentation|referral)|reported|up|down|a|markedly|mildly|severely|slightly|within|presentation|diagnosis|arrival|referral|admission|time|the|normal|limits|stands|came|back|climbed|found|be|estimated|"
    r"h|hh|only|just|consistently|stays|peaked|turned|out|yesterday|still|this morning|last (?:week|month|year))\b[\s:=|]*)*"
    r"[\s:=,~|-]*" + _COMPARATOR + r"\s*[~(]?\s*"
    rf"(?P<number>{_NUMBER})(?![\d/]|\.\d)",
    re.IGNORECASE,
)
_FURTHER = re.compile(
    rf"(?<![\d/.,-])\b(?P<from>from\s+)?{_COMPARATOR}\s*(?P<number>{_NUMBER})(?![\d/]|\.\d)",
    re.IGNORECASE,
)
"""A number further behind the name, which counts with a unit of the analyte only."""
_BETWEEN = re.compile(
    r"[,:(]|\b(?:and|or|but|target|aim(?:ed|ing)?|goal|should|must|keep|kept|if|when|unless|until|limits?|range|reference|dose|supplement\w*|"
    r"tablets?|daily|glucose|sugar|urea|bun|sodium|na|potassium|k|magnesium|mg|bicarbonate|lactate|bilirubin|urate|uric|lipids?|cholesterol|"
    r"ha?emoglobin|hb|iron|ferritin|albumin|protein|alp|urine|urinary|mother's|maternal)\b",
    re.IGNORECASE,
)
"""What must not stand between a name and a number further behind it: another substance, an aim."""
_CORRECTED = re.compile(
    r"\s*,?\s*(?:\((?:corrected|adjusted)[^()\d]{0,25}\)|(?:(?:corrected|adjusted) )?for (?:serum )?(?:albumin|protein))\s*,?",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"^\s*[(\[,;]?\s*(?:(?:H|L|high|low|HH|LL|\*|N|nl|normal|ref|reference|range|rr|ri|nr|interval|lab|laboratory|limits?|NICU|neonatal|local|adult|our)\b[\s.:,=;-]*)*"
    rf"(?P<low>{_NUMBER})\s*(?:-|\u2013|\u2014|to|\u2212)\s*(?P<high>{_NUMBER})"
)
_LIMIT = re.compile(
    r"^\s*[(\[,;]\s*(?:(?:N|normal|ref|reference|range|rr|upper|limit|of|ULN|lab)\b[\s.:,=;]*)*(?P<sign><=|>=|<|>|\u2264|\u2265|up to)\s*"
    rf"(?P<limit>{_NUMBER})",
    re.IGNORECASE,
)
_FLAG = re.compile(
    r"^\s*[(\[]?\s*(?P<flag>H{1,2}|L{1,2}|high|low|elevated|raised|normal|within normal limits|WNL)\b\s*[)\]]?",
    re.IGNORECASE,
)
_NORMAL = re.compile(
    r"\s*(?:[(\[]\s*(?:normal|within normal limits|WNL|N)\b(?![^)\]]*\d)|,? normal for )",
    re.IGNORECASE,
)
"""The report's own word for a value, where it gives no range: "6.1 mg/dL (normal for age)"."""
_OWN_FLAG = re.compile(
    r"\s*(?:[(\[]\s*(?P<told>(?i:HH?|high|elevated|raised|LL?|low|reduced))\s*[)\]]|(?P<mark>HH?|LL?)(?=[\s,;.]|$))"
)
"""The report's own mark for a value out of range, where it gives no range: "1.42 mmol/L (high)", "1.42 H"."""
_WINDOW = 64


class Measured(NamedTuple):
    """A value read behind an analyte's name; ``end`` is where its words end in the report.

    ``abnormal`` is high, low, normal or None; ``cue`` is high or low where the value lies beyond
    the limit that makes it a risk.
    """

    end: int
    value: float
    unit: str | None
    abnormal: str | None
    cue: str | None


def measure(
    text: str, end: int, analyte: Analyte, age: int | None = None, until: int | None = None
) -> Measured | None:
    """Read the value that follows an analyte's name.

    Parameters
    ----------
    text : str
        The report.
    end : int
        Where the name ends.
    analyte : Analyte
        Its units and limits.
    age : int, optional
        The patient's age in years: growing children have limits of their own.
    until : int, optional
        Where the name of the next value stands, whose numbers are not this one's.

    Returns
    -------
    Measured or None
        None where no number follows (a requested test is no result).
    """
    window = text[end : end + _WINDOW + 40]
    stop = _clause_end(window)
    match = _VALUE.match(window[:stop]) or _further(
        window[: stop if until is None else min(stop, until - end)], analyte
    )
    if match is None:
        return None
    value = _number(match.group("number"))
    position = match.end()
    unit, position = _unit(window, position, analyte, value)
    if unit is None:
        return None
    last = until - end if until is not None else stop
    value, position, later = _latest(window, value, position, unit, analyte, min(stop, last))
    unit = _for_age(unit, age)
    comparator = "" if later else (match.group("comparator") or "").lower()
    rest = window[position:]
    if _NORMAL.match(rest):
        return Measured(end + position, value, unit.unit, "normal", None)
    limits = _limits(rest)
    marked = _marked(rest) if limits is None and _has_usual_limits(unit) else None
    if marked is not None:
        return Measured(end + position, value, unit.unit, marked, marked)
    return Measured(
        end + position,
        value,
        unit.unit,
        _against(value, comparator, *(limits or (unit.low, unit.high))) or _flag(rest),
        _cue(value, comparator, unit, limits),
    )


def _further(window: str, analyte: Analyte) -> re.Match[str] | None:
    """Return a number that has a unit of the analyte: "phosphate has been well above 2 mmol/L".

    Of a course ("from 2.4 mmol/L to 2.9 mmol/L") it is the later one.
    """
    corrected = _CORRECTED.match(window)
    begin = corrected.end() if corrected else 0
    for match in _FURTHER.finditer(window, begin):
        if _BETWEEN.search(window, begin, match.start()):
            return None
        if match.group("from"):
            continue
        unit, _ = _written_unit(window, match.end(), analyte)
        if unit is not None:
            value = _number(match.group("number"))
            return match if unit.plausible[0] <= value <= 10 * unit.plausible[1] else None
    return None


_COURSE = re.compile(
    rf"(?:\s*(?:in|on|at|since|by|last|a|one|two|three|five|ten|years?|months?|weeks?)\b[^,.;()\d]{{0,24}}(?:\d{{4}}\b)?)?,\s*"
    r"(?:(?:and|then|but|later|now|today|currently|at present|has|have|had|since|meanwhile|down|up|back|(?:climbed|risen|fallen|dropped|gone up|come down|gone|increased|decreased) to)\b\s*)*"
    rf"(?P<number>{_NUMBER})(?![\d/]|\.\d)(?!\s*(?:(?:years|months|weeks|days|mm|cm)\b|%))",
    re.IGNORECASE,
)
"""The next value of a course: "2.41 in April, 2.58 in July, now 2.87"."""
_LONGEST_COURSE = 6
_ADJUSTED = re.compile(
    r"\s*[,(]?\s*(?:(?:which|this|or|is|and)\s+){0,2}(?:(?:albumin|protein)[- ])?(?:correct(?:s|ed)|adjust(?:s|ed))(?: (?:calcium|value))?"
    r"(?: for (?:(?:the|her|his|serum) ){0,2}(?:albumin|protein)(?: of \d{1,2}(?:\.\d)?(?: g/d?L)?)?)?(?:\s+(?:to|at|of|is|was|about))?[\s:=,]*"
    rf"(?P<number>{_NUMBER})(?![\d/]|\.\d)(?!\s*(?:g/d?L|%))",
    re.IGNORECASE,
)
"""The value for a usual protein, which counts before the measured one: "2.46, which corrects to 2.79 mmol/L"."""


def _latest(
    window: str, value: float, position: int, unit: Unit, analyte: Analyte, stop: int
) -> tuple[float, int, bool]:
    """Return the last value of a course, where it ends, and whether there was more than one."""
    later = False
    for _ in range(_LONGEST_COURSE):
        match = _ADJUSTED.match(window, position, stop) or _COURSE.match(window, position, stop)
        if match is None:
            break
        number = _number(match.group("number"))
        written, behind = _written_unit(window, match.end(), analyte)
        if written not in (None, unit) or not unit.plausible[0] <= number <= unit.plausible[1]:
            break
        value, position, later = number, behind, True
    return value, position, later


def _for_age(unit: Unit, age: int | None) -> Unit:
    """Return the unit with the limit of the patient's age."""
    if age is None:
        return unit
    return next(
        (replace(unit, high=limit) for years, limit in unit.children if age < years),
        unit,
    )


def _clause_end(window: str) -> int:
    match = re.search(r"\n\s*\n|[;?!]|\.(?=\s+[A-Z])|\.$", window)
    return match.start() if match else len(window)


def _number(written: str) -> float:
    if "," in written:
        head, _, tail = written.partition(",")
        written = head + tail if len(tail) == 3 else f"{head}.{tail}"
    return float(written)


def _unit(window: str, position: int, analyte: Analyte, value: float) -> tuple[Unit | None, int]:
    """Return the unit written behind a number, or the first in which a bare number is plausible."""
    written, behind = _written_unit(window, position, analyte)
    if written is not None:
        return written, behind
    rest = window[position:]
    if re.match(
        r"\s?(?:mm|cm|x\s?\d|years?|yrs?|%|months?|hu\b|days?|weeks?|iu\b|i\.u\.|units?\b|drops\b|(?:mg|mcg|ug|g)\b(?!\s?/)|tablets?\b|capsules?\b)",
        rest,
        re.IGNORECASE,
    ):
        return None, position
    for unit in analyte.units:
        if unit.plausible[0] <= value <= unit.plausible[1]:
            return unit, position
    return None, position


def _written_unit(window: str, position: int, analyte: Analyte) -> tuple[Unit | None, int]:
    """Return the analyte's unit that stands behind a number, and where it ends."""
    rest = window[position:]
    lead = len(rest) - len(rest.lstrip(" \n("))
    low = " ".join(rest[lead : lead + 16].lower().split())
    best: tuple[Unit, str] | None = None
    for unit in analyte.units:
        for spelling in unit.spellings:
            form = spelling.lower()
            after = low[len(form) : len(form) + 1]
            if (
                low.startswith(form)
                and not after.isalpha()
                and (best is None or len(form) > len(best[1]))
            ):
                best = (unit, form)
    if best is None:
        return None, position
    return best[0], position + lead + _written_length(rest[lead:], len(best[1]))


def _written_length(rest: str, length: int) -> int:
    """Return how many characters a unit of folded length takes up as written."""
    return len(rest[:length].rstrip()) if "\n" not in rest[:length] else length


def _limits(rest: str) -> tuple[float | None, float | None] | None:
    match = _RANGE.match(rest)
    if match is not None:
        return _number(match.group("low")), _number(match.group("high"))
    match = _LIMIT.match(rest)
    if match is None:
        return None
    limit = _number(match.group("limit"))
    return (limit, None) if match.group("sign") in (">", ">=", "\u2265") else (None, limit)


def _marked(rest: str) -> str | None:
    match = _OWN_FLAG.match(rest)
    if match is None:
        return None
    mark = (match.group("told") or match.group("mark")).lower()
    return "low" if mark.startswith("l") or mark == "reduced" else "high"


def _has_usual_limits(unit: Unit) -> bool:
    """Whether what is out of range is a risk at once: some values must lie far out."""
    return unit.cue_high in (None, unit.high) and unit.cue_low in (None, unit.low)


def _flag(rest: str) -> str | None:
    match = _FLAG.match(rest)
    if match is None:
        return None
    flag = match.group("flag").lower()
    if flag.startswith(("h", "e", "r")):
        return "high"
    return "low" if flag.startswith("l") else "normal"


def _against(value: float, comparator: str, low: float | None, high: float | None) -> str | None:
    if low is None and high is None:
        return None
    if comparator in _BELOW:
        if low is not None and value <= low:
            return "low"
        return "normal" if high is not None and value <= high else None
    if comparator in _ABOVE:
        if high is not None and value >= high:
            return "high"
        return "normal" if high is None and low is not None and value >= low else None
    if high is not None and value > high:
        return "high"
    if low is not None and value < low:
        return "low"
    return "normal"


_BELOW = frozenset({"<", "<=", "\u2264", "less than", "below", "under", "up to"})
_ABOVE = frozenset({">", ">=", "\u2265", "greater than", "above", "over", "more than", "at least"})


def _cue(
    value: float,
    comparator: str,
    unit: Unit,
    limits: tuple[float | None, float | None] | None,
) -> str | None:
    """Return the side on which a value is a risk: the report's own range wins over ours."""
    if limits is not None and _has_usual_limits(unit):
        side = _against(value, comparator, *limits)
        return side if side in ("high", "low") else None
    high = unit.cue_high if unit.cue_high is not None else unit.high
    low = unit.cue_low if unit.cue_low is not None else unit.low
    if unit.cue_high is not None and unit.cue_low is None:
        low = None
    if unit.cue_low is not None and unit.cue_high is None:
        high = None
    side = _against(value, comparator, low, high)
    return side if side in ("high", "low") else None


def supported(analyte: Analyte, side: str | None) -> tuple[str, ...]:
    """Return the risk concepts that a value on one side of its limits asserts."""
    table: Mapping[str | None, tuple[str, ...]] = {"high": analyte.high, "low": analyte.low}
    return table.get(side, ())
