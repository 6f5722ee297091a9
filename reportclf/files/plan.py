"""From the paths a user gives to the list of files to read, checked before work starts."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO

from reportclf.errors import InputError
from reportclf.files.check import check_columns, check_options
from reportclf.files.detect import PACKED_SUFFIXES, SUFFIXES, TABULAR, report_name, shown_name
from reportclf.files.item import ReadOptions
from reportclf.files.source import Pipe, Source

STDIN = "-"

_MAYBE_TABULAR = (*(end for end, form in SUFFIXES.items() if form in TABULAR), *PACKED_SUFFIXES)


def plan_inputs(
    paths: Sequence[str | os.PathLike[str]],
    options: ReadOptions | None = None,
    stdin: IO[bytes] | None = None,
) -> list[Source]:
    """Return the files to read, in the order given, folders recursive and sorted.

    Hidden files and folders and Spark's ``_SUCCESS`` are passed over, linked folders are not
    entered. Everything that would make the whole run pointless is found here.

    Parameters
    ----------
    paths : sequence of path
        Files and folders; ``-`` is standard input.
    options : ReadOptions, optional
    stdin : binary file, optional
        Stands in for the process's standard input.

    Returns
    -------
    list of Source

    Raises
    ------
    InputError
        Nothing to read, a missing or unreadable path, an unknown format or encoding, a bad
        delimiter, a named column that a table lacks, a table without a recognisable text column,
        Parquet without pyarrow.
    """
    options = options or ReadOptions()
    check_options(options)
    if not paths:
        raise InputError("no input: name at least one file or folder, or - for standard input")
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    names = [os.fspath(path) for path in paths]
    if names.count(STDIN) > 1:
        raise InputError("standard input (-) can be read once only")
    sources = _unique([source for name in names for source in _expand(name, stdin)])
    if not sources:
        raise InputError("no input: there is no file in the folders given")
    for source in sources:
        if source.given or PurePosixPath(source.label).suffix.lower() in _MAYBE_TABULAR:
            check_columns(source, options)
    return sources


def _expand(name: str, stdin: IO[bytes] | None) -> Iterator[Source]:
    if name == STDIN:
        yield Source(STDIN, "stdin", pipe=Pipe(stdin or sys.stdin.buffer))
        return
    path = Path(name)
    try:
        path.stat()
        if path.is_dir():
            files = [Source(file, _label(file, name), given=False) for file in _walk(name)]
            yield from files
            return
        if not os.access(name, os.R_OK):
            raise PermissionError
        yield Source(name, shown_name(path.name), pipe=_pipe(path))
    except FileNotFoundError:
        raise InputError(f"no such file or folder: {shown_name(name)}") from None
    except PermissionError:
        raise InputError(f"no permission to read: {shown_name(name)}") from None
    except (OSError, ValueError):
        raise InputError(f"cannot open: {shown_name(name)}") from None


def _pipe(path: Path) -> Pipe | None:
    """Open what is no regular file at once: a pipe can be opened only once."""
    if path.is_file():
        return None
    file = path.open("rb")
    return Pipe(file, owned=file)


def _walk(folder: str) -> Iterator[str]:
    """Yield the files below a folder, sorted name by name."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.name.startswith(".") or entry.name == "_SUCCESS":
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path)
        elif entry.is_file():
            yield entry.path


def _label(file: str, folder: str) -> str:
    return shown_name(os.path.relpath(file, folder).replace(os.sep, "/"))


def _unique(sources: list[Source]) -> list[Source]:
    """Give every source a label of its own, and an identifier: the label without its ending.

    A label or identifier that two sources would share becomes the whole path in both, so that
    neither depends on the order of the paths.
    """
    labels = Counter(source.label for source in sources)
    sources = [
        source if labels[source.label] == 1 else replace(source, label=shown_name(source.path))
        for source in sources
    ]
    stems = [report_name(source.label) for source in sources]
    count = Counter(stems)
    return [
        replace(source, whole_id=stem if count[stem] == 1 else source.label)
        for source, stem in zip(sources, stems, strict=True)
    ]
