"""JSON Lines, and JSON files that hold one array or one object after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from reportclf.files.columns import Columns, choose_columns, compose_text
from reportclf.files.decode import ByteSource, Ladder
from reportclf.files.item import Item, Origin, ReadOptions, Unreadable
from reportclf.files.json_scan import json_elements
from reportclf.files.lines import byte_lines


def read_jsonl(stream: ByteSource, head: str, origin: Origin, ladder: Ladder) -> Iterator[Item]:
    """Yield one item for every JSON object of a file.

    Parameters
    ----------
    stream : ByteSource
        The file in an encoding that extends ASCII, without byte order mark.
    head : str
        The file's first bytes as Latin-1, to tell lines from a document.
    origin : Origin
    ladder : Ladder
        Encodings tried on each object.

    Yields
    ------
    Report or RowError
        ``malformed_json``, ``missing_text``, ``not_text``, ``too_long``, ``encoding`` and the
        codes of :meth:`Origin.report`.
    """
    for position, value, encoding in json_values(stream, head, origin, ladder):
        if isinstance(value, Unreadable):
            yield origin.fault(position, value.code)
        elif not isinstance(value, dict):
            yield origin.fault(position, "malformed_json")
        else:
            yield _item(position, value, encoding, origin)


def json_values(
    stream: ByteSource, head: str, origin: Origin, ladder: Ladder
) -> Iterator[tuple[int, Any, str]]:
    """Yield position, value and encoding of every JSON value; a fault stands as the value.

    The position is the line's number where each line is a value, and otherwise the element's.
    """
    limit = origin.options.max_bytes
    pieces = byte_lines(stream, limit) if is_lines(head) else json_elements(stream, limit)
    for position, piece in enumerate(pieces, start=1):
        if piece is None:
            yield position, Unreadable("too_long"), ""
        elif not piece.strip(b" \t\0"):
            continue
        else:
            try:
                text, encoding = ladder.decode(piece)
                yield position, parse_json(text), encoding
            except Unreadable as problem:
                yield position, problem, ""


def parse_json(text: str) -> Any:
    """Return the value of a JSON text; control characters inside strings are let through.

    Raises
    ------
    Unreadable
        Code ``malformed_json``; raised from None, since the cause holds the text.
    """
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        raise Unreadable("malformed_json") from None


def is_lines(head: str) -> bool:
    """Tell whether a file's beginning is one JSON value a line rather than one document."""
    lines = [line.strip() for line in head.lstrip().split("\n")]
    if lines[0].startswith("["):
        return False
    if not lines[0].startswith("{") or _is_object(lines[0]):
        return True
    objects = [line for line in lines if line.startswith("{") and line.endswith("}")]
    return sum(map(_is_object, objects)) >= 2


def head_objects(head: str) -> list[dict[str, Any]]:
    """Return the JSON objects that lie wholly in a file's beginning, to look at their fields."""
    if is_lines(head):
        pieces = [line.encode("latin-1") for line in head.split("\n")]
    else:
        stream = _Once(head.encode("latin-1"))
        pieces = [piece for piece in json_elements(stream, len(head) + 1) if piece]
    values = []
    for piece in pieces:
        try:
            values.append(parse_json(piece.decode("utf-8", "replace")))
        except Unreadable:
            continue
    return [value for value in values if isinstance(value, dict)]


def _is_object(line: str) -> bool:
    try:
        return isinstance(parse_json(line), dict)
    except Unreadable:
        return False


def _item(position: int, value: dict[str, Any], encoding: str, origin: Origin) -> Item:
    filled = [name for name, cell in value.items() if cell not in (None, "")]
    try:
        columns = _choose(filled, list(value), origin.options)
    except Unreadable as problem:
        code = "missing_text" if problem.code == "no_text_column" else "missing_id"
        return origin.fault(position, code)
    row_id = None if columns.id_name is None else value[columns.id_name]
    text = _text(value, columns)
    if text is None:
        return origin.fault(position, "not_text", row_id)
    return origin.report(position, row_id, text, encoding=encoding, text_path=columns.text_path)


def _choose(filled: list[str], names: list[str], options: ReadOptions) -> Columns:
    """Choose among the fields with content: objects often carry every field, most of them null."""
    try:
        return choose_columns(filled, options)
    except Unreadable:
        return choose_columns(names, options)


def _text(value: dict[str, Any], columns: Columns) -> str | None:
    cells = []
    for heading, name in columns.texts:
        cell = "" if value[name] is None else value[name]
        if not isinstance(cell, str):
            return None
        cells.append((heading, cell))
    return compose_text(cells)


class _Once:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, size: int = -1, /) -> bytes:
        data, self.data = self.data, b""
        return data
