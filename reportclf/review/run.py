"""What the commands do: options in, library called, a human told. They decide nothing."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from reportclf.batch import BatchOptions, tag_files
from reportclf.batch.options import check_outputs
from reportclf.errors import InputError, OutputError
from reportclf.files.item import ReadOptions
from reportclf.files.read import read_reports
from reportclf.records import Report, RowError
from reportclf.review.progress import progress_bar
from reportclf.review.summary import MEANINGS, summary_lines

_READING = ("encoding", "id_column", "text_column", "delimiter")
_PARTLY_FAILED = 3


def run_tag(
    paths: tuple[str, ...],
    out: str | None,
    *,
    quiet: bool,
    format: str | None,
    input_format: str | None,
    hash_key: bytes | None,
    **rest: Any,
) -> int:
    """Tag files as the command line asks and return the exit code."""
    how = {name: rest.pop(name) for name in _READING}
    reading = ReadOptions(format=input_format, hash_key=hash_key, **how)
    options = BatchOptions(format=format or _format_of(out), **rest)
    try:
        check_outputs(out, options)
    except OutputError as problem:
        raise click.UsageError(str(problem)) from None
    with _terminated_like_interrupted(), progress_bar(paths, quiet) as progress:
        summary = tag_files(paths, out, options, reading, progress=progress)
    if not quiet:
        click.echo("\n".join(summary_lines(summary, out, options.errors)), err=True)
    return _PARTLY_FAILED if summary.tally.failed else 0


def _format_of(out: str | None) -> str:
    ending = Path(out).suffix.lower().removeprefix(".") if out else ""
    return ending if ending in ("csv", "parquet") else "jsonl"


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: in good order."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def run_explain(
    file: str,
    *,
    report_id: str | None,
    input_format: str | None,
    model: str | None,
    lexicon: str | None,
    rules_only: bool,
    no_color: bool,
    **how: Any,
) -> int:
    """Show the reports of a file and return the exit code."""
    from reportclf.pipeline import Pipeline
    from reportclf.review.explain import console, show

    items = read_reports([file], format=input_format, **how)
    pipeline = Pipeline.load(model, lexicon=lexicon, rules_only=rules_only)
    screen = console(color=not (no_color or "NO_COLOR" in os.environ), file=sys.stdout)
    shown, failed = 0, 0
    for item in items:
        if report_id is not None and item.report_id != report_id:
            continue
        if isinstance(item, Report):
            shown += 1
            show(item, pipeline, screen)
        else:
            failed += 1
            click.echo(_sentence(item), err=True)
    if report_id is not None and not shown + failed:
        raise InputError("no report in the file has the identifier given with --id")
    return _PARTLY_FAILED if failed else 0


def _sentence(row: RowError) -> str:
    meaning = MEANINGS.get(row.code, row.code)
    return f"{row.source}, record {row.position}: cannot be read: {meaning}"
