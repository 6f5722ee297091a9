"""Recognising the dialect of a delimited file: delimiter, quoting, Excel's ``sep=`` line."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Any

from reportclf.errors import InputError
from reportclf.files.columns import choose_columns, looks_like_header
from reportclf.files.item import ReadOptions, Unreadable

DELIMITERS = ",;\t|"
DELIMITER_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "\\t": "\t"}
_SEP_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited file is written."""

    delimiter: str
    quoted: bool = True
    skipped_lines: int = 0

    def as_csv(self, *, escaped: bool = False) -> dict[str, Any]:
        """Return the arguments of :func:`csv.reader`."""
        if not self.quoted:
            return {"delimiter": self.delimiter, "quoting": csv.QUOTE_NONE}
        if escaped:
            return {"delimiter": self.delimiter, "escapechar": "\\", "doublequote": False}
        return {"delimiter": self.delimiter}


def check_delimiter(delimiter: str) -> str:
    """Return the delimiter as one character.

    Raises
    ------
    InputError
        If it is neither one character nor one of :data:`DELIMITER_NAMES`.
    """
    one = DELIMITER_NAMES.get(delimiter.lower(), delimiter)
    if len(one) == 1 and one not in '\r\n"\0' and one.isascii():
        return one
    names = ", ".join(name for name in DELIMITER_NAMES if name.isalpha())
    raise InputError(f"the delimiter must be one character or one of: {names}")


def sniff_dialect(head: str, options: ReadOptions) -> Dialect:
    """Return the dialect that reads the first lines of a file best.

    The delimiter is the one under which the header holds the columns looked for; among equals
    the one that makes most columns. Quotes count as quotes unless reading them so breaks rows
    that are sound without.

    Parameters
    ----------
    head : str
        The file's beginning; a last, cut line does no harm.
    options : ReadOptions

    Returns
    -------
    Dialect
    """
    skipped = 0
    hint = _SEP_LINE.match(head)
    if hint:
        skipped, head = 1, head[hint.end() :]
    if options.delimiter:
        delimiter = check_delimiter(options.delimiter)
    elif hint:
        delimiter = hint[1]
    else:
        delimiter = max(DELIMITERS, key=lambda one: _header_score(head, one, options))
    return Dialect(delimiter, _quoted(head, delimiter), skipped)


def is_delimited(head: str) -> bool:
    """Tell whether a text surely is a delimited file: its header names identifier and text."""
    head = _SEP_LINE.sub("", head, count=1)
    return any(looks_like_header(_header(head, one)) for one in DELIMITERS)


def header_names(head: str, options: ReadOptions) -> list[str]:
    """Return the cells of a delimited file's header, still as Latin-1; none if it has no header."""
    dialect = sniff_dialect(head, options)
    return _header(_SEP_LINE.sub("", head, count=1), dialect.delimiter)


def _header(head: str, delimiter: str) -> list[str]:
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    try:
        return next((row for row in reader if any(row)), [])
    except csv.Error:
        return []


def _header_score(head: str, delimiter: str, options: ReadOptions) -> tuple[int, int]:
    names = _header(head, delimiter)
    try:
        columns = choose_columns(names, options)
    except Unreadable:
        return 0, len(names)
    return (2 if columns.id_name else 1), len(names)


def _quoted(head: str, delimiter: str) -> bool:
    """Tell whether quotes are quotes, or letters of a file that never quotes.

    They are letters if every row is sound when they are read so, and most cells that begin with
    a quote do not end with one.
    """
    lines = list(io.StringIO(head, newline=""))  # str.splitlines would also part at \x85
    if len(head) > 1000:
        lines = lines[:-1]
    if '"' not in head or _faults(lines, Dialect(delimiter)) == 0:
        return True
    cells = [cell for line in lines for cell in line.rstrip("\r\n").split(delimiter)]
    opened = [cell for cell in cells if cell.startswith('"')]
    closed = sum(len(cell) > 1 and cell.endswith('"') for cell in opened)
    return _faults(lines, Dialect(delimiter, quoted=False)) > 0 or 2 * closed >= len(opened)


def _faults(lines: list[str], dialect: Dialect) -> int:
    """Count the rows that break or differ from the header in length."""
    faults, width = 0, None
    reader = csv.reader(iter(lines), strict=True, **dialect.as_csv())
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return faults
        except csv.Error as problem:
            faults += "unexpected end" not in str(problem)  # the head may end within a record
            continue
        if row:
            width = width or len(row)
            faults += len(row) != width
