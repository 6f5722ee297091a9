"""What is to be read: a file, or a stream that can be had once only."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from typing import IO

from reportclf.files.decode import ByteSource, Joined

HEAD = 1 << 16
"""Bytes looked at to recognise a format."""

_IN_MEMORY = 32 << 20


@dataclass(slots=True)
class Pipe:
    """Standard input or a named pipe. What was looked at is kept; all of it if asked to."""

    stream: ByteSource
    owned: IO[bytes] | None = None
    head: bytes | None = None
    copy: IO[bytes] | None = None

    def peek(self) -> bytes:
        """Return the first bytes without using them up."""
        if self.head is None:
            self.head = read_up_to(self.stream, HEAD)
        return self.head

    def keep(self) -> None:
        """Copy all of it aside (in memory, then in an unnamed file), to be read repeatedly."""
        if self.copy is None:
            self.copy = spooled(self.open())

    def open(self) -> ByteSource:
        """Return the stream from its beginning; once only, unless it was kept."""
        if self.copy is not None:
            self.copy.seek(0)
            return self.copy
        return Joined(self.peek(), self.stream)

    def close(self) -> None:
        """Let go of the copy, and of the stream if it was opened for this."""
        if self.copy is not None:
            self.copy.close()
        if self.owned is not None:
            self.owned.close()


@dataclass(frozen=True, slots=True)
class Source:
    """One input file of a plan.

    Attributes
    ----------
    path : str
        Path to open.
    label : str
        Name for results and errors: relative to the folder given, unique in the plan.
    whole_id : str
        Identifier of the report if the file holds just one.
    given : bool
        Whether the user named the file itself rather than its folder.
    pipe : Pipe, optional
        The stream, where there is no file to open again.
    """

    path: str
    label: str
    whole_id: str = ""
    given: bool = True
    pipe: Pipe | None = field(default=None, repr=False, compare=False)


def read_up_to(stream: ByteSource, size: int) -> bytes:
    """Return the next ``size`` bytes; fewer only at the end."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def spooled(stream: ByteSource) -> IO[bytes]:
    """Return a copy that can seek: in memory, beyond 32 MB in an unnamed temporary file."""
    copy: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    shutil.copyfileobj(stream, copy, 1 << 20)
    copy.seek(0)
    return copy
