"""Output files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from reportclf.errors import OutputError
from reportclf.files.detect import shown_name


@contextmanager
def atomic_output(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes its name only when the block ends without an error.

    Until then it is ``NAME.tmp-PID`` in the same folder, which an error removes. An existing
    file keeps its permissions; a device or pipe, which cannot be replaced, is written directly.

    Parameters
    ----------
    path : path

    Yields
    ------
    binary file

    Raises
    ------
    OutputError
        If the file cannot be made, completed or put in its place.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        with output_errors(path):
            file = target.open("wb")
        with file:
            yield file
        return
    temporary = target.with_name(f"{target.name}.tmp-{os.getpid()}")
    with output_errors(path):
        file = temporary.open("wb")
    try:
        with file:
            yield file
            with output_errors(path):
                file.flush()
                os.fsync(file.fileno())
        with output_errors(path):
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o7777)
            temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            file.close()
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(target.parent)


@contextmanager
def output_errors(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn the system's errors within the block into :class:`OutputError`.

    A broken pipe goes through: the reader of our output has seen enough, and nothing is wrong.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as problem:
        reason = problem.strerror or "write error"
        raise OutputError(f"cannot write {shown_name(os.fspath(path))}: {reason}") from None


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system allows it."""
    with contextlib.suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
