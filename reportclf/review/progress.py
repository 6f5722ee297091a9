"""Progress on a terminal, silence everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

Progress = Callable[[int, int], None]

_UNKNOWN_SIZE = (".gz", ".zip", ".parquet", ".pq")


@contextmanager
def progress_bar(paths: Sequence[str], quiet: bool) -> Iterator[Progress | None]:
    """Show rows done, rate and remaining time on standard error while the block runs.

    Parameters
    ----------
    paths : sequence of str
        The input, whose size tells how much remains.
    quiet : bool
        Show nothing; so does a standard error that is no terminal.

    Yields
    ------
    callable or None
        To be told the rows and characters of each chunk.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("tagging"), BarColumn(), TextColumn("{task.fields[rows]:,} reports"),
        TextColumn("{task.fields[rate]:,.0f}/s"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=_bytes_of(paths), rows=0, rate=0.0)
        done = 0

        def progress(rows: int, chars: int) -> None:
            nonlocal done
            done += rows
            rate = done / (bar.tasks[0].elapsed or 1.0)
            bar.update(task, advance=chars, rows=done, rate=rate)

        yield progress


def _bytes_of(paths: Sequence[str]) -> int | None:
    """Return the size of the input, about the number of its characters; None where unknown."""
    total = 0
    for name in paths:
        path = Path(name)
        files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
        if name == "-" or any(file.suffix.lower() in _UNKNOWN_SIZE for file in files):
            return None
        total += sum(file.stat().st_size for file in files)
    return total or None
