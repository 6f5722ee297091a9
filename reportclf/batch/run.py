"""One batch run, from paths to outputs."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any

from reportclf.batch.chunk import Chunk, Parts, chunks, heads
from reportclf.batch.options import BatchOptions, check_outputs
from reportclf.batch.parts import PartFiles
from reportclf.batch.resume import unchanged
from reportclf.batch.tally import Summary, Tally
from reportclf.batch.workers import Here, Workers, tagger
from reportclf.errors import TooManyErrors
from reportclf.files.atomic import atomic_output, output_errors
from reportclf.files.item import Item, ReadOptions
from reportclf.files.plan import plan_inputs
from reportclf.files.read import read_sources
from reportclf.files.write import open_writer
from reportclf.records import Report

Progress = Callable[[int, int], None]
"""Told the number of rows and of characters that a chunk had."""

_BATCH = 1000


def tag_files(
    paths: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str] | None = None,
    options: BatchOptions | None = None,
    reading: ReadOptions | None = None,
    *,
    stdin: IO[bytes] | None = None,
    stdout: IO[bytes] | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Tag all reports of files and folders.

    Every row of input gives one row of output, in the order of the input, whatever the number of
    workers and the size of chunks. Into a file, the outputs appear only when all is done; until
    then they are in ``OUT.unfinished/``, from which an interrupted run can be resumed.

    Parameters
    ----------
    paths : sequence of path
        Files and folders; ``-`` is standard input.
    out : path, optional
        File of the results; standard output when None.
    options : BatchOptions, optional
    reading : ReadOptions, optional
    stdin, stdout : binary file, optional
        Stand in for those of the process.
    progress : callable, optional
        Told ``(rows, characters)`` for every chunk done.

    Returns
    -------
    Summary

    Raises
    ------
    InputError, OutputError, ModelError, LexiconError
        Before any work, for what makes the run pointless; OutputError also where the disk is full.
    TooManyErrors
        If more rows fail than ``options.max_errors``.
    KeyboardInterrupt
        Passed on, once what is done has been made to last.
    """
    options, reading = options or BatchOptions(), reading or ReadOptions()
    began = datetime.now(UTC)
    check_outputs(out, options)
    sources = plan_inputs(paths, reading, stdin)
    items = read_sources(sources, reading)
    with tagger(options) as who:
        if out is None or _is_device(out):
            tally, kept = _stream(items, who, options, out, stdout, progress), 0
        else:
            tally, kept = _into_file(items, who, options, out, progress)
    seconds = (datetime.now(UTC) - began).total_seconds()
    summary = Summary(tally, kept, seconds, who.versions)
    if options.manifest is not None:
        _write_manifest(options.manifest, paths, options, summary, began)
    return summary


def _is_device(out: str | os.PathLike[str]) -> bool:
    return os.path.exists(out) and not os.path.isfile(out)  # noqa: PTH110, PTH113


# -- to a stream -------------------------------------------------------------------------------


def _stream(
    items: Iterator[Item],
    who: Here | Workers,
    options: BatchOptions,
    out: str | os.PathLike[str] | None,
    stdout: IO[bytes] | None,
    progress: Progress | None,
) -> Tally:
    """Write results as they come; they cannot be taken back, so they cannot be resumed."""
    with ExitStack() as stack:
        results = stdout or sys.stdout.buffer
        if out is not None:
            results = stack.enter_context(Path(out).open("wb"))
        files = [results, *(_side_file(stack, path) for path in (options.details, options.errors))]

        def write(parts: Parts) -> None:
            for file, part in zip(files, parts, strict=True):
                if file is not None and part:
                    with output_errors(out or "standard output"):
                        file.write(part)

        write(heads(options))
        tally = Tally()
        source = chunks(items, options.chunk_size, hashlib.sha256())
        done = stack.enter_context(closing(who.tagged(source)))
        for chunk, tagged in done:
            write(tagged.parts)
            _count(tally, tagged.tally, chunk, options, progress)
        with output_errors(out or "standard output"):
            results.flush()
    return tally


def _side_file(stack: ExitStack, path: str | os.PathLike[str] | None) -> IO[bytes] | None:
    return None if path is None else stack.enter_context(atomic_output(path))


def _count(
    tally: Tally, more: Tally, chunk: Chunk, options: BatchOptions, progress: Progress | None
) -> None:
    tally.update(more)
    if progress is not None:
        chars = sum(len(item.text) for item in chunk.items if isinstance(item, Report))
        progress(len(chunk.items), chars)
    failed = tally.failed.total()
    if options.max_errors is not None and failed > options.max_errors:
        raise TooManyErrors(
            f"{failed} of the first {tally.rows} rows failed, --max-errors allows "
            f"{options.max_errors}; no output was written"
        )


# -- into a file -------------------------------------------------------------------------------


def _into_file(
    items: Iterator[Item],
    who: Here | Workers,
    options: BatchOptions,
    out: str | os.PathLike[str],
    progress: Progress | None,
) -> tuple[Tally, int]:
    parts = PartFiles(out, options.checkpoint_seconds)
    try:
        tally, kept = _fill(parts, items, who, options, progress)
        _publish(parts, out, options)
    except TooManyErrors:
        parts.discard()
        raise
    finally:
        parts.close()
    return tally, kept


def _fill(
    parts: PartFiles,
    items: Iterator[Item],
    who: Here | Workers,
    options: BatchOptions,
    progress: Progress | None,
) -> tuple[Tally, int]:
    """Bring the part files to the end of the input."""
    fingerprint = options.fingerprint(who.versions)
    marks = parts.checkpoints(fingerprint) if options.resume else []
    held, pending, seen = unchanged(items, marks)
    tally = Tally()
    if held:
        tally.update(held[-1].tally)
        parts.go_on(fingerprint, held)
    else:
        parts.start(fingerprint, heads(options))
    kept = tally.rows
    if progress is not None and kept:
        progress(kept, 0)
    mark = parts.mark(seen.hexdigest(), tally)
    source = chunks(chain(pending, items), options.chunk_size, seen)
    try:
        with closing(who.tagged(source)) as done:
            for chunk, tagged in done:
                parts.write(tagged.parts)
                _count(tally, tagged.tally, chunk, options, progress)
                mark = parts.mark(chunk.key, tally)  # in one piece: we may be interrupted anywhere
                parts.tick(mark)
    except KeyboardInterrupt:
        parts.checkpoint(mark)
        raise
    return tally, kept


def _publish(parts: PartFiles, out: str | os.PathLike[str], options: BatchOptions) -> None:
    if options.format != "parquet":
        parts.publish((out, options.details, options.errors))
        return
    with open_writer(
        out, format="parquet", evidence=options.details, with_text=options.with_text
    ) as write:
        batch: list[dict[str, Any]] = []
        for line in parts.results():
            batch.append(json.loads(line))
            if len(batch) == _BATCH:
                write(batch)
                batch = []
        write(batch)
    parts.publish((None, None, options.errors))


def _write_manifest(
    path: str | os.PathLike[str],
    paths: Sequence[str | os.PathLike[str]],
    options: BatchOptions,
    summary: Summary,
    began: datetime,
) -> None:
    """Tell what the run was. Times stand here and nowhere else."""
    rows = summary.tally.rows - summary.kept
    manifest = {
        "schema": "1",
        "versions": dict(summary.versions),
        "python": sys.version.split()[0],
        "inputs": [os.fspath(one) for one in paths],
        "options": options.plain(),
        "counts": summary.tally.plain(),
        "kept_from_interrupted_run": summary.kept,
        "began": began.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(summary.seconds, 3),
        "reports_per_second": round(rows / summary.seconds, 1) if summary.seconds else None,
    }
    with atomic_output(path) as file, output_errors(path):
        file.write(json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n")
