r"""HL7 v2 escape sequences, resolved in one pass.

One pass, because chained replacement would read ``\E\F\`` twice. Backslashes that open no
sequence known here are kept: careless senders write ``L4\L5`` unescaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from reportclf.files.decode import Ladder
from reportclf.files.item import Unreadable


@dataclass(frozen=True, slots=True)
class Separators:
    """The delimiters a message declares in MSH-1 and MSH-2."""

    field: str = "|"
    component: str = "^"
    repeat: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"


def read_separators(header: str) -> Separators:
    """Return the separators of a message.

    Parameters
    ----------
    header : str
        The MSH segment.

    Raises
    ------
    Unreadable
        Code ``malformed_message``.
    """
    if len(header) < 8 or header[3].isalnum() or header[3].isspace():
        raise Unreadable("malformed_message")
    field = header[3]
    encoding = header[4:].split(field, 1)[0]
    return Separators(
        field,
        encoding[0:1] or "^",
        encoding[1:2] or "~",
        encoding[2:3] or "\\",
        encoding[3:4] or "&",
    )


def unescape(text: str, separators: Separators, ladder: Ladder) -> str:
    r"""Return a field's text with its escape sequences resolved.

    ``\F\ \S\ \T\ \R\ \E\`` become the separators, ``\.br\`` and its kin line breaks, ``\Xhh..\``
    characters; highlighting, character set switches and local sequences are dropped.

    Parameters
    ----------
    text : str
        Field, component or subcomponent, already split.
    separators : Separators
    ladder : Ladder
        Decodes the bytes of hexadecimal sequences.

    Returns
    -------
    str
    """
    if separators.escape not in text:
        return text
    plain = {
        "F": separators.field,
        "S": separators.component,
        "T": separators.subcomponent,
        "R": separators.repeat,
        "E": separators.escape,
    }

    def replacement(match: re.Match[str]) -> str:
        code = match[1]
        if code in plain:
            return plain[code]
        if code.startswith("."):
            return _formatting(code)
        return _hexadecimal(code[1:], ladder) if code.startswith("X") else ""

    return _pattern(separators.escape).sub(replacement, text)


@lru_cache(maxsize=16)
def _pattern(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    codes = (
        r"[EFSTRHNP]|X(?:[0-9A-Fa-f]{2})+|C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{4}(?:[0-9A-Fa-f]{2})?"
        r"|Z[0-9A-Za-z.]{0,20}|\.(?:br|fi|nf|ce|(?:sp|sk|in|ti)[ ]?[+-]?\d{0,3})"
    )
    return re.compile(f"{mark}({codes}){mark}")


def _formatting(code: str) -> str:
    count = int(re.sub(r"\D", "", code) or "1")
    if code.startswith(".sk"):
        return " " * count
    if code.startswith(".sp"):
        return "\n" * count
    return "\n" if code in (".br", ".ce") else ""


def _hexadecimal(digits: str, ladder: Ladder) -> str:
    try:
        return ladder.decode(bytes.fromhex(digits))[0]
    except Unreadable:
        return "\ufffd"
