"""Outputs under way: part files beside the output, and the journal of what in them will last.

``OUT.unfinished/`` holds the results, details and dead letters so far, and ``journal.jsonl``: first
the fingerprint of versions and options, then a line per checkpoint with the number of rows, the
hash of all of them, the sizes of the part files and the counts. The files reach the disk before
the journal speaks of them, and what is beyond the last checkpoint is cut off on resume, so
the bytes are those of an uninterrupted run.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportclf.batch.chunk import Parts
from reportclf.batch.tally import Tally
from reportclf.errors import OutputError
from reportclf.files.atomic import output_errors

_NAMES = ("results", "details", "errors")
_JOURNAL = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A place from which a run can go on."""

    rows: int
    key: str
    sizes: tuple[int, ...]
    tally: Tally


class PartFiles:
    """The part files of one output. One process at a time may hold them."""

    def __init__(self, out: str | os.PathLike[str], every: float) -> None:
        self.out = Path(os.path.realpath(out))
        self.folder = self.out.with_name(f"{self.out.name}.unfinished")
        self._every = every
        self._files: list[io.FileIO] = []
        self._sizes = [0, 0, 0]
        self._last = time.monotonic()
        with output_errors(out):
            self.folder.mkdir(exist_ok=True)
            self._journal = io.FileIO(self.folder / _JOURNAL, "a+")
        self._lock()

    def _lock(self) -> None:
        """Keep a second run away from the same output; the system lets go if we are killed."""
        try:
            import fcntl
        except ImportError:  # not on this system
            return
        try:
            fcntl.flock(self._journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._journal.close()
            raise OutputError(f"another run is writing {self.out}; wait for it to end") from None

    # -- where it stands -----------------------------------------------------------------------

    def checkpoints(self, fingerprint: str) -> list[Checkpoint]:
        """Return the checkpoints of an interrupted run that was made by the same pipeline."""
        self._journal.seek(0)
        lines = self._journal.read().splitlines()
        if not lines or _parsed(lines[0]).get("fingerprint") != fingerprint:
            return []
        held = [_size(self.folder / name) for name in _NAMES]
        marks = [mark for mark in map(_checkpoint, lines[1:]) if mark is not None]
        return [
            mark
            for mark in marks
            if all(size <= there for size, there in zip(mark.sizes, held, strict=True))
        ]

    def start(self, fingerprint: str, heads: Parts) -> None:
        """Begin with empty files."""
        with output_errors(self.out):
            self._journal.truncate(0)
            self._open("wb", (0, 0, 0))
            self._note({"fingerprint": fingerprint})
        self.write(heads)

    def go_on(self, fingerprint: str, kept: Sequence[Checkpoint]) -> None:
        """Go on behind the last of the checkpoints; whatever lies beyond it is cut off."""
        with output_errors(self.out):
            self._open("r+b", kept[-1].sizes)
            journal = self.folder / _JOURNAL
            lines = [_line({"fingerprint": fingerprint}), *map(_checkpoint_line, kept)]
            if journal.read_bytes() != b"".join(lines):
                self._journal.truncate(0)
                self._journal.write(b"".join(lines))
                os.fsync(self._journal.fileno())

    def _open(self, mode: str, sizes: Sequence[int]) -> None:
        for name, size in zip(_NAMES, sizes, strict=True):
            file = io.FileIO(self.folder / name, mode)
            self._files.append(file)
            file.truncate(size)
            file.seek(size)
        self._sizes = list(sizes)

    # -- writing -------------------------------------------------------------------------------

    def write(self, parts: Parts) -> None:
        """Append to the files."""
        with output_errors(self.out):
            for number, (file, part) in enumerate(zip(self._files, parts, strict=True)):
                _write_all(file, part)
                self._sizes[number] += len(part)

    def mark(self, key: str, tally: Tally) -> Checkpoint:
        """Return where the files stand now."""
        return Checkpoint(tally.rows, key, tuple(self._sizes), tally.copy())

    def tick(self, mark: Checkpoint) -> None:
        """Make a checkpoint if the last one is long enough ago."""
        if time.monotonic() - self._last >= self._every:
            self.checkpoint(mark)

    def checkpoint(self, mark: Checkpoint) -> None:
        """Make what was written last, then say so in the journal."""
        with output_errors(self.out):
            for file in self._files:
                os.fsync(file.fileno())
            self._note(_plain_checkpoint(mark))
        self._last = time.monotonic()

    def _note(self, value: dict[str, Any]) -> None:
        _write_all(self._journal, _line(value))
        os.fsync(self._journal.fileno())

    def results(self) -> Iterator[bytes]:
        """Yield the lines of the results."""
        with (self.folder / _NAMES[0]).open("rb") as file:
            yield from file

    # -- the end -------------------------------------------------------------------------------

    def publish(self, targets: Sequence[str | os.PathLike[str] | None]) -> None:
        """Give the finished files their names, the results last, and clear away the rest."""
        for file in self._files:
            with output_errors(self.out):
                os.fsync(file.fileno())
        for name, target in reversed(list(zip(_NAMES, targets, strict=True))):
            if target is not None:
                with output_errors(target):
                    _move(self.folder / name, Path(os.path.realpath(target)))
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of the files; what is not published stays for a resumed run."""
        for file in (*self._files, self._journal):
            with contextlib.suppress(OSError):
                file.close()

    def discard(self) -> None:
        """Clear away everything."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _write_all(file: io.FileIO, part: bytes) -> None:
    view = memoryview(part)
    while view:
        view = view[file.write(view) :]


def _move(part: Path, target: Path) -> None:
    """Put a file in its place at one blow, from another file system too."""
    if target.exists():
        part.chmod(target.stat().st_mode & 0o7777)
    try:
        part.replace(target)
    except OSError:
        near = target.with_name(f"{target.name}.tmp-{os.getpid()}")
        shutil.copyfile(part, near)
        near.replace(target)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:  # torn by the interruption
        return {}
    return value if isinstance(value, dict) else {}


def _plain_checkpoint(mark: Checkpoint) -> dict[str, Any]:
    return {"key": mark.key, "sizes": list(mark.sizes), **mark.tally.plain()}


def _checkpoint_line(mark: Checkpoint) -> bytes:
    return _line(_plain_checkpoint(mark))


def _checkpoint(line: bytes) -> Checkpoint | None:
    value = _parsed(line)
    try:
        counts = (Counter(value[name]) for name in ("tags", "failed", "set_aside"))
        tally = Tally(value["rows"], *counts)
        return Checkpoint(value["rows"], value["key"], tuple(value["sizes"]), tally)
    except (KeyError, TypeError):
        return None
