"""Delimited files (CSV, TSV and their kin), streamed row by row from bytes.

A broken row costs that row only. Records are cut by the standard library's parser in its strict
mode; what it refuses is tried once more with backslash escapes, as Spark and MySQL write them,
and otherwise reported as ``malformed_row``, after which reading goes on at the next line. Lines
that cannot be rows of their own right after a broken row are counted as part of it.
"""

from __future__ import annotations

import csv
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportclf.files.columns import Columns, choose_columns, compose_text
from reportclf.files.decode import ByteSource, Ladder
from reportclf.files.dialect import Dialect, sniff_dialect
from reportclf.files.item import Item, Origin, Unreadable
from reportclf.files.lines import raw_lines

Row = list[str]

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # the bound on a record is ours, below


def read_delimited(stream: ByteSource, head: str, origin: Origin, ladder: Ladder) -> Iterator[Item]:
    """Yield one item for every data row.

    Parameters
    ----------
    stream : ByteSource
        The file in an encoding that extends ASCII, without byte order mark.
    head : str
        The file's first bytes as Latin-1, to recognise the dialect.
    origin : Origin
    ladder : Ladder
        Encodings tried on each cell that is read.

    Yields
    ------
    Report or RowError
        ``malformed_row``, ``too_long``, ``encoding``, ``no_text_column`` and the codes of
        :meth:`Origin.report`.
    """
    dialect = sniff_dialect(head, origin.options)
    records = _Records(raw_lines(stream, origin.options.max_bytes), dialect, origin)
    header = records.header()
    if header is None:
        yield origin.fault(1, "empty_text" if not head.strip() else "malformed_row")
        return
    try:
        names = [ladder.decode_latin(cell)[0].strip().strip("\0") for cell in header]
        columns = choose_columns(names, origin.options)
    except Unreadable as problem:
        yield origin.fault(1, problem.code)
        return
    rows = _Rows(origin, ladder, columns, names)
    for position, row in enumerate(records.rows(len(header)), start=1):
        yield origin.fault(position, row) if isinstance(row, str) else rows.item(position, row)


class _Rows:
    """Makes items of rows: knows where the identifier and the text stand."""

    def __init__(
        self, origin: Origin, ladder: Ladder, columns: Columns, names: Sequence[str]
    ) -> None:
        self.origin, self.ladder, self.path = origin, ladder, columns.text_path
        self.id_at = None if columns.id_name is None else names.index(columns.id_name)
        self.text_at = [(heading, names.index(name)) for heading, name in columns.texts]

    def item(self, position: int, row: Row) -> Item:
        try:
            decode = self.ladder.decode_latin
            row_id = None if self.id_at is None else decode(row[self.id_at])[0]
            text, encoding = decode(self._text(row))
        except Unreadable as problem:
            return self.origin.fault(position, problem.code)
        return self.origin.report(position, row_id, text, encoding=encoding, text_path=self.path)

    def _text(self, row: Row) -> str:
        if len(self.text_at) == 1 and self.text_at[0][0] is None:
            return row[self.text_at[0][1]]
        return compose_text((heading, row[index]) for heading, index in self.text_at)


@dataclass(slots=True)
class _Lines:
    """Feeds the parser and remembers the lines of the record in progress, to go back on them."""

    source: Iterator[bytes | None]
    limit: int
    waiting: deque[str | None]
    taken: list[str]
    size: int = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._pull()
        if line is None:
            if self.taken:
                self.waiting.appendleft(None)  # the overlong line is a record of its own
            raise _Overlong
        self.taken.append(line)
        self.size += len(line)
        if self.size > self.limit:
            raise _Overlong
        return line

    def _pull(self) -> str | None:
        if self.waiting:
            return self.waiting.popleft()
        line = next(self.source)
        return None if line is None else line.decode("latin-1")

    def begin(self) -> None:
        self.taken.clear()
        self.size = 0

    def back_to(self, kept: int) -> None:
        """Give back all lines of the record but the first ``kept``."""
        self.waiting.extendleft(reversed(self.taken[kept:]))
        self.begin()


class _Overlong(Exception):  # noqa: N818 - private signal
    pass


class _Records:
    """The file's records, as rows of cells or as the code of what is wrong with them."""

    def __init__(self, lines: Iterator[bytes | None], dialect: Dialect, origin: Origin) -> None:
        self.lines = _Lines(lines, origin.options.max_bytes, deque(), [])
        self.reader = csv.reader(self.lines, strict=True, **dialect.as_csv())
        self.escaped = csv.reader(self.lines, strict=True, **dialect.as_csv(escaped=True))
        self.quoting = dialect.quoted
        self.to_skip = dialect.skipped_lines

    def header(self) -> Row | None:
        """Return the first record that is not blank; None where there is none."""
        try:
            for _ in range(self.to_skip):
                next(self.lines)
            while True:
                self.lines.begin()
                row = next(self.reader)
                if any(cell.strip() for cell in row):
                    return row
        except (StopIteration, csv.Error, _Overlong):
            return None

    def rows(self, width: int) -> Iterator[Row | str]:
        """Yield each record below the header that is not blank."""
        after_broken = False
        while True:
            self.lines.begin()
            try:
                row = next(self.reader)
            except StopIteration:
                return
            except (csv.Error, _Overlong) as problem:
                overlong = isinstance(problem, _Overlong)
                again = None if overlong else self._escaped_row(width)
                after_broken = again is None and bool(self.lines.taken)
                if again is None:
                    self.lines.back_to(1)
                yield again or ("too_long" if overlong else "malformed_row")
                continue
            if not row:
                continue
            if len(row) != width:
                fitted = self._fit(row, width)
                if fitted is None and after_broken and len(row) < width:
                    continue
                yield fitted or "malformed_row"
                continue
            after_broken = False
            yield row

    def _fit(self, row: Row, width: int) -> Row | None:
        if len(row) > width and not any(row[width:]):
            return row[:width]  # delimiters at the end of the line
        return self._escaped_row(width)

    def _escaped_row(self, width: int) -> Row | None:
        """Read the record again with backslash escapes; None, and nothing read, if it fails."""
        if not (self.quoting and any('\\"' in line for line in self.lines.taken)):
            return None
        lines = list(self.lines.taken)
        self.lines.back_to(0)
        try:
            row = next(self.escaped)
            if len(row) == width:
                return row
        except (StopIteration, csv.Error, _Overlong):
            pass
        self.lines.back_to(0)
        for _ in lines:
            next(self.lines)
        return None
