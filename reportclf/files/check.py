"""Checks of options and of tables' columns, made before a run starts."""

from __future__ import annotations

from reportclf.errors import InputError
from reportclf.files.columns import TEXT_NAMES, choose_columns
from reportclf.files.compressed import Leaf, is_packed, open_leaves
from reportclf.files.decode import Ladder, check_encoding, head_text
from reportclf.files.detect import FORMATS, TABULAR, detect_format
from reportclf.files.dialect import check_delimiter, header_names
from reportclf.files.item import ReadOptions, Unreadable
from reportclf.files.jsonl import head_objects
from reportclf.files.parquet import column_names, need_pyarrow
from reportclf.files.source import Source


def check_options(options: ReadOptions) -> None:
    """Raise :class:`InputError` for an option that cannot be obeyed."""
    if options.format is not None and options.format not in FORMATS:
        raise InputError(f"unknown format {options.format[:40]!r}; known are {', '.join(FORMATS)}")
    if options.encoding is not None:
        check_encoding(options.encoding)
    if options.delimiter is not None:
        check_delimiter(options.delimiter)
    if options.max_chars < 1:
        raise InputError("max_chars must be at least 1")


def check_columns(source: Source, options: ReadOptions) -> None:
    """Raise :class:`InputError` where a table lacks the columns that are to be read.

    A table found in a folder may be there for another reason: it is refused only if the user
    named a column, and is otherwise left to become a row error.
    """
    leaf = _first(source)
    if leaf is None:
        return
    form = detect_format(leaf.head, leaf.label, options)
    if form == "parquet":
        need_pyarrow()
    named = options.text_column or options.id_column
    if form not in TABULAR or not (source.given or named):
        return
    tables = _tables(leaf, form, options, source)
    problems = [_problem(names, options) for names in tables]
    if problems and all(problems):
        raise InputError(_message(source.label, problems[0], len(tables[0]), options))


def _first(source: Source) -> Leaf | None:
    """Return the file to look into: none in a zip archive, a packed pipe or a broken file."""
    if source.pipe is not None and is_packed(source.pipe.peek()):
        return None
    leaf = next(open_leaves(source), None)
    plain = isinstance(leaf, Leaf) and leaf.label == source.label and leaf.head.strip()
    return leaf if plain and isinstance(leaf, Leaf) else None


def _tables(leaf: Leaf, form: str, options: ReadOptions, source: Source) -> list[list[str]]:
    """Return the column names of the table, or of each JSON object at its beginning."""
    if form == "parquet":
        whole = leaf.handle is not None and source.pipe is None
        names = column_names(leaf.seekable()) if whole else None
        return [] if names is None else [names]
    head = head_text(leaf.head, options.encoding)
    if form == "jsonl":
        return [list(value) for value in head_objects(head)]
    cells = header_names(head, options)
    try:
        return [[Ladder().decode_latin(cell)[0] for cell in cells]] if cells else []
    except Unreadable:
        return []


def _problem(names: list[str], options: ReadOptions) -> str:
    try:
        choose_columns(names, options)
    except Unreadable as problem:
        return problem.code
    return ""


def _message(label: str, code: str, columns: int, options: ReadOptions) -> str:
    """Word the error. Column names are not shown: without a header they would be report text."""
    if code == "no_id_column":
        return f"{label}: no column named {options.id_column!r} among its {columns}"
    if options.text_column:
        return f"{label}: no column named {options.text_column!r} among its {columns}"
    usual = ", ".join(TEXT_NAMES[:5])
    return (
        f"{label}: none of its {columns} columns has a usual name for the report text ({usual}, "
        "findings, impression ...); name it with the option text_column"
    )
