"""Parquet files, read by the batch and written by the row group.

Needs pyarrow: ``pip install 'reportclf[parquet]'``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import IO, Any

from reportclf.errors import InputError
from reportclf.files.columns import Columns, choose_columns, compose_text
from reportclf.files.decode import Ladder, decode_all
from reportclf.files.item import Item, Origin, Unreadable

_BATCH_ROWS = 512
_GROUP_ROWS = 20_000


def need_pyarrow() -> Any:
    """Return the module ``pyarrow.parquet``.

    Raises
    ------
    InputError
        With the remedy, where pyarrow is not installed.
    """
    try:
        import pyarrow.parquet
    except ImportError:
        raise InputError(
            "Parquet needs pyarrow, which is not installed: pip install 'reportclf[parquet]'"
        ) from None
    return pyarrow.parquet


def read_parquet(file: IO[bytes], origin: Origin) -> Iterator[Item]:
    """Yield one item for every row.

    Parameters
    ----------
    file : binary file
        Seekable.
    origin : Origin

    Yields
    ------
    Report or RowError
        ``damaged_file`` (for each row of a part that cannot be read), ``no_text_column``,
        ``no_id_column``, ``not_text``, ``encoding`` and the codes of :meth:`Origin.report`.
    """
    parquet = need_pyarrow()
    try:
        table = parquet.ParquetFile(file)
        columns = choose_columns(table.schema_arrow.names, origin.options)
    except Unreadable as problem:
        yield origin.fault(1, problem.code)
        return
    except Exception:  # whatever pyarrow says of broken metadata may quote them
        yield origin.fault(1, "damaged_file")
        return
    position = 0
    for group in range(table.num_row_groups):
        done = position
        position += table.metadata.row_group(group).num_rows
        for row in _rows(table, group, columns):
            done += 1
            yield _item(done, row, columns, origin)
        for lost in range(done + 1, position + 1):
            yield origin.fault(lost, "damaged_file")


def column_names(file: IO[bytes]) -> list[str] | None:
    """Return the names of a Parquet file's columns, None where it cannot be read."""
    parquet = need_pyarrow()
    try:
        return list(parquet.ParquetFile(file).schema_arrow.names)
    except Exception:
        return None


def _rows(table: Any, group: int, columns: Columns) -> Iterator[dict[str, Any]]:
    """Yield the rows of a row group, as far as it can be read."""
    names = [name for _, name in columns.texts]
    if columns.id_name is not None:
        names.append(columns.id_name)
    batches = table.iter_batches(_BATCH_ROWS, row_groups=[group], columns=names, use_threads=False)
    while True:
        try:
            batch = next(batches)
        except StopIteration:
            return
        except Exception:  # damaged pages raise OSError, ArrowInvalid and more
            return
        yield from _plain_rows(batch)


def _plain_rows(batch: Any) -> list[dict[str, Any]]:
    try:
        return list(batch.to_pylist())
    except UnicodeDecodeError:  # strings that are not UTF-8: hand on their bytes
        columns = [_as_bytes(column) for column in batch.columns]
        names = batch.schema.names
        return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _as_bytes(column: Any) -> list[Any]:
    import pyarrow as pa

    is_string = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    return list((column.cast(pa.large_binary()) if is_string else column).to_pylist())


def _item(position: int, row: dict[str, Any], columns: Columns, origin: Origin) -> Item:
    row_id = None if columns.id_name is None else _id_value(row[columns.id_name])
    encoding = "utf-8"
    cells = []
    for heading, name in columns.texts:
        cell = "" if row[name] is None else row[name]
        if isinstance(cell, bytes):
            try:
                cell, encoding = decode_all(cell, origin.options.encoding)
            except Unreadable as problem:
                return origin.fault(position, problem.code, row_id)
        if not isinstance(cell, str):
            return origin.fault(position, "not_text", row_id)
        cells.append((heading, cell))
    text = compose_text(cells)
    return origin.report(position, row_id, text, encoding=encoding, text_path=columns.text_path)


def _id_value(value: Any) -> Any:
    """Return an identifier that may be bytes, a decimal or a UUID as text."""
    if isinstance(value, bytes):
        return Ladder().decode(value)[0]
    if value is None or isinstance(value, str | int | float | list | dict):
        return value
    return str(value)


class TableWriter:
    """Writes rows of plain values as Parquet with a fixed schema.

    The schema is fixed because a chunk whose values are all null would otherwise change it. Rows
    wait until there are enough for a row group worth having.
    """

    def __init__(self, file: IO[bytes], columns: Mapping[str, str]) -> None:
        """Begin a table of the given columns (names and kinds) in an open file."""
        parquet = need_pyarrow()
        self._schema = _schema(columns)
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def write(self, rows: list[dict[str, Any]]) -> None:
        """Add rows, each a value for every column."""
        self._rows.extend(rows)
        if len(self._rows) >= _GROUP_ROWS:
            self._flush()

    def close(self) -> None:
        """Write what waits and the table's end."""
        self._flush()
        self._writer.close()

    def abandon(self) -> None:
        """Let go of the file without completing the table."""
        self._rows.clear()
        with contextlib.suppress(Exception):
            self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._rows:
            rows = [{name: _plain(value) for name, value in row.items()} for row in self._rows]
            self._writer.write_table(pa.Table.from_pylist(rows, schema=self._schema))
            self._rows.clear()


def _plain(value: Any) -> Any:
    return list(value.items()) if isinstance(value, Mapping) else value


def _schema(columns: Mapping[str, str]) -> Any:
    import pyarrow as pa

    kinds = {
        "text": pa.string(),
        "count": pa.int64(),
        "number": pa.float64(),
        "list": pa.list_(pa.string()),
        "pairs": pa.map_(pa.string(), pa.string()),
    }
    return pa.schema([pa.field(name, kinds[kind]) for name, kind in columns.items()])
