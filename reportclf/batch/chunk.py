"""A chunk of rows in, the bytes of its outputs back: all that a worker does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reportclf.batch.options import BatchOptions
from reportclf.batch.tally import Tally
from reportclf.files.item import Item
from reportclf.files.read import SET_ASIDE
from reportclf.files.tables import (
    REPORT_COLUMNS,
    evidence_columns,
    evidence_rows,
    report_row,
    with_snippets,
)
from reportclf.files.write import csv_bytes, jsonl_bytes
from reportclf.records import Report, Result

if TYPE_CHECKING:
    from hashlib import _Hash

    from reportclf.pipeline import Pipeline

_MAX_CHARS = 4_000_000

Parts = tuple[bytes, bytes, bytes]
"""What is added to the results, the details and the dead letters."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive rows, and the hash of all rows up to the last of them."""

    items: Sequence[Item] = field(repr=False)
    key: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """A chunk's outputs, ready to be appended, and its counts."""

    parts: Parts = field(repr=False)
    tally: Tally


def chunks(items: Iterable[Item], size: int, seen: _Hash) -> Iterator[Chunk]:
    """Yield the rows in chunks of a number, or fewer where reports are huge.

    Parameters
    ----------
    items : iterable of Report or RowError
    size : int
        Most rows of a chunk.
    seen : hash
        Updated with every row.
    """
    held: list[Item] = []
    chars = 0
    for item in items:
        add_row(seen, item)
        held.append(item)
        chars += len(item.text) if isinstance(item, Report) else 0
        if len(held) >= size or chars >= _MAX_CHARS:
            yield Chunk(held, seen.hexdigest())
            held, chars = [], 0
    if held:
        yield Chunk(held, seen.hexdigest())


def add_row(seen: _Hash, item: Item) -> None:
    """Add to a hash all that the answer to a row depends on."""
    if isinstance(item, Report):
        head: list[Any] = [item.report_id, item.meta, len(item.text)]
        seen.update(json.dumps(head, default=str).encode() + item.text.encode())
    else:
        row = [item.report_id, item.source, item.position, item.stage, item.code]
        seen.update(json.dumps(row).encode())


def tag_chunk(items: Sequence[Item], pipeline: Pipeline, options: BatchOptions) -> Tagged:
    """Tag rows and encode their outputs.

    Parameters
    ----------
    items : sequence of Report or RowError
    pipeline : Pipeline
    options : BatchOptions
        Its format, details, with_text and exclude_background count here.

    Returns
    -------
    Tagged
    """
    tally = Tally()
    rows = []
    for item, result in zip(items, pipeline.tag_many(items), strict=True):
        row = _row(item, result, options)
        tally.add(row["tag"], row["error"])
        rows.append(row)
    lost = [row for row in rows if row["error"] and row["error"] not in SET_ASIDE]
    letters = jsonl_bytes(dead_letter(row) for row in lost)
    return Tagged((_results(rows, options), _details(rows, options), letters), tally)


def heads(options: BatchOptions) -> Parts:
    """Return what the outputs begin with."""
    if options.format != "csv":
        return b"", b"", b""
    columns = evidence_columns(options.with_text)
    details = csv_bytes((), columns, header=True) if options.details is not None else b""
    return csv_bytes((), REPORT_COLUMNS, header=True), details, b""


def dead_letter(row: dict[str, Any]) -> dict[str, Any]:
    """Return what is told of a failed row: never its text, nor its identifier as it stands."""
    meta = row["meta"]
    return {
        "id_sha256": hashlib.sha256(row["report_id"].encode()).hexdigest()[:16],
        "source": meta.get("source"),
        "position": meta.get("position"),
        "stage": meta.get("stage"),
        "code": row["error"],
    }


def _row(item: Item, result: Result, options: BatchOptions) -> dict[str, Any]:
    if options.exclude_background:
        from reportclf.deciding.priority import without_background

        result = without_background(result)
    row = result.to_dict()
    if options.with_text and isinstance(item, Report):
        row = with_snippets(row, item.text)
    return row


def _results(rows: Sequence[dict[str, Any]], options: BatchOptions) -> bytes:
    """Return the report table; Parquet is made of the JSON Lines when all is done."""
    if options.format == "csv":
        return csv_bytes(map(report_row, rows), REPORT_COLUMNS)
    return jsonl_bytes(rows)


def _details(rows: Sequence[dict[str, Any]], options: BatchOptions) -> bytes:
    if options.details is None or options.format != "csv":
        return b""
    columns = evidence_columns(options.with_text)
    text = options.with_text
    return csv_bytes((one for row in rows for one in evidence_rows(row, with_text=text)), columns)
