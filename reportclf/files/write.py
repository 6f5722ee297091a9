"""Writing results, chunk by chunk: JSON Lines, CSV or Parquet.

JSON Lines hold whole results. CSV and Parquet hold two tables, see
:mod:`reportclf.files.tables`: the reports, and on request their evidence. Report text is written
only where ``with_text`` asks for it.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO, Any

from reportclf.errors import OutputError
from reportclf.files.atomic import atomic_output, output_errors
from reportclf.files.parquet import TableWriter
from reportclf.files.tables import (
    REPORT_COLUMNS,
    ResultDict,
    evidence_columns,
    evidence_rows,
    report_row,
)

OUTPUT_FORMATS = ("jsonl", "csv", "parquet")

Path = str | os.PathLike[str]
WriteResults = Callable[[Sequence[ResultDict]], None]
"""Writes a chunk of results; what they quote must have been put in by ``with_snippets``."""

_WriteRows = Callable[[list[dict[str, Any]]], None]

_NEEDS_QUOTES = re.compile(r'[",\r\n]')
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@contextmanager
def open_writer(
    target: Path | None = None,
    *,
    format: str = "jsonl",
    evidence: Path | None = None,
    with_text: bool = False,
    stdout: IO[bytes] | None = None,
) -> Iterator[WriteResults]:
    """Open outputs and return the function that writes a chunk of results to them.

    Parameters
    ----------
    target : path, optional
        File of the results; None or ``-`` is standard output. A file appears only when the
        block ends without an error, the evidence first.
    format : str
        One of :data:`OUTPUT_FORMATS`.
    evidence : path, optional
        File of the second table, for CSV and Parquet.
    with_text : bool
        Whether the evidence table gets the text columns, filled where the results were passed
        through :func:`~reportclf.files.tables.with_snippets`.
    stdout : binary file, optional
        Stands in for the process's standard output.

    Yields
    ------
    callable
        ``write(results)`` for a sequence of ``Result.to_dict()``.

    Raises
    ------
    OutputError
        For an unknown format, an evidence file beside JSON Lines or in the same place, and
        whatever the system refuses.

    Examples
    --------
    >>> with open_writer("results.jsonl") as write:  # doctest: +SKIP
    ...     for chunk in chunks:
    ...         write(chunk)
    """
    _check(target, format, evidence)
    with ExitStack() as stack:
        files = stack.enter_context(_output(target, stdout))
        second = None if evidence is None else stack.enter_context(atomic_output(evidence))
        name = target or "standard output"
        if format == "jsonl":
            yield _jsonl_writer(files, name)
            return
        open_table = _csv_writer if format == "csv" else _parquet_writer
        reports = stack.enter_context(open_table(files, REPORT_COLUMNS, name))
        if second is None or evidence is None:
            yield lambda results: reports([report_row(result) for result in results])
            return
        columns = evidence_columns(with_text)
        details = stack.enter_context(open_table(second, columns, evidence))

        def write(results: Sequence[ResultDict]) -> None:
            reports([report_row(result) for result in results])
            details(
                [row for result in results for row in evidence_rows(result, with_text=with_text)]
            )

        yield write


def jsonl_bytes(results: Iterable[ResultDict]) -> bytes:
    """Return results as JSON Lines in UTF-8."""
    return "".join(
        json.dumps(result, ensure_ascii=False, allow_nan=False) + "\n" for result in results
    ).encode()


def csv_bytes(
    rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], *, header: bool = False
) -> bytes:
    r"""Return rows as CSV in UTF-8, safe to open in a spreadsheet.

    Lists are joined with ``|``, pairs are written ``name=value``. A text that a spreadsheet would
    run as a formula (it begins with ``= + - @``, a tab or a line break) gets a leading
    apostrophe.

    Parameters
    ----------
    rows : iterable of mapping
    columns : mapping of str to str
        Names and kinds, from :mod:`reportclf.files.tables`.
    header : bool
        Whether the columns' names come first.

    Returns
    -------
    bytes
    """
    lines = [",".join(map(_quoted, columns))] if header else []
    lines += [",".join(_quoted(_cell(row[name])) for name in columns) for row in rows]
    return "".join(f"{line}\n" for line in lines).encode()


def _check(target: Path | None, format: str, evidence: Path | None) -> None:
    if format not in OUTPUT_FORMATS:
        known = ", ".join(OUTPUT_FORMATS)
        raise OutputError(f"unknown output format {format[:40]!r}; known are {known}")
    if evidence is None:
        return
    if format == "jsonl":
        raise OutputError("JSON Lines hold the evidence already: give no evidence file, or use csv")
    if os.fspath(evidence) == "-":
        raise OutputError("the evidence goes to a file, not to standard output")
    if target is not None and os.path.realpath(target) == os.path.realpath(evidence):
        raise OutputError("the results and their evidence need two files")


@contextmanager
def _output(target: Path | None, stdout: IO[bytes] | None) -> Iterator[IO[bytes]]:
    if target is None or os.fspath(target) == "-":
        file = stdout or sys.stdout.buffer
        yield file
        with output_errors("standard output"):
            file.flush()
    else:
        with atomic_output(target) as file:
            yield file


def _jsonl_writer(file: IO[bytes], name: Path) -> WriteResults:
    def write(results: Sequence[ResultDict]) -> None:
        with output_errors(name):
            file.write(jsonl_bytes(results))

    return write


@contextmanager
def _csv_writer(file: IO[bytes], columns: Mapping[str, str], name: Path) -> Iterator[_WriteRows]:
    def write(rows: list[dict[str, Any]]) -> None:
        with output_errors(name):
            file.write(csv_bytes(rows, columns))

    with output_errors(name):
        file.write(csv_bytes((), columns, header=True))
    yield write


@contextmanager
def _parquet_writer(
    file: IO[bytes], columns: Mapping[str, str], name: Path
) -> Iterator[_WriteRows]:
    table = TableWriter(file, columns)

    def write(rows: list[dict[str, Any]]) -> None:
        with output_errors(name):
            table.write(rows)

    try:
        yield write
    except BaseException:
        table.abandon()
        raise
    with output_errors(name):
        table.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        value = "|".join(f"{name}={item}" for name, item in value.items())
    elif isinstance(value, list | tuple):
        value = "|".join(value)
    if not isinstance(value, str):
        return str(value)
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def _quoted(cell: str) -> str:
    """Quote a cell if need be; the csv module forgets lone carriage returns before Python 3.13."""
    if _NEEDS_QUOTES.search(cell):
        return '"' + cell.replace('"', '""') + '"'
    return cell
