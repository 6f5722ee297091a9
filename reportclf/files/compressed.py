"""Opening inputs: plain files, pipes, ``.gz`` and ``.zip``, also one inside the other.

Archives are streamed. A member that unpacks to far more than was packed would be a bomb and ends
with ``archive_limit``; a broken member costs itself, not its neighbours.
"""

from __future__ import annotations

import gzip
import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from reportclf.files.decode import ByteSource, Joined
from reportclf.files.detect import report_name, shown_name
from reportclf.files.item import Unreadable
from reportclf.files.source import HEAD, Source, read_up_to, spooled

MAX_RATIO = 300
"""Unpacked bytes allowed per packed byte; real reports stay below 50."""
FREE_BYTES = 64 << 20
"""Unpacked bytes that are allowed whatever the ratio."""
MAX_UNPACKED = 1 << 40
"""Unpacked bytes that no single member may exceed."""
MAX_DEPTH = 3
"""How deep archives may lie in one another."""

READ_ERRORS = (OSError, EOFError, zlib.error, zipfile.BadZipFile)
"""What reading on in a damaged file or archive may raise."""

_ZIP_ERRORS = (*READ_ERRORS, ValueError, OverflowError, RuntimeError, struct.error)
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(slots=True)
class Leaf:
    """A file that is no archive: its first bytes, and a stream of all its bytes."""

    label: str
    whole_id: str
    head: bytes = field(repr=False)
    stream: ByteSource = field(repr=False)
    handle: IO[bytes] | None = field(default=None, repr=False)
    copy: IO[bytes] | None = field(default=None, repr=False)

    def seekable(self) -> IO[bytes]:
        """Return the file as one that can seek, copied aside if need be."""
        if self.handle is None:
            self.handle = self.copy = spooled(self.stream)
        self.handle.seek(0)
        return self.handle

    def close(self) -> None:
        """Let go of the copy, if one was made."""
        if self.copy is not None:
            self.copy.close()


@dataclass(frozen=True, slots=True)
class Fault:
    """A file or member that cannot be opened, and the code of the row error it becomes."""

    label: str
    code: str


def open_leaves(source: Source) -> Iterator[Leaf | Fault]:
    """Yield the file, or the files packed in it; each is to be read before the next is asked for.

    Faults: ``unreadable``, ``damaged_file``, ``archive_limit``, ``encrypted``,
    ``unsupported_format``, ``binary`` (an office document).
    """
    if source.pipe is not None:
        yield from _leaves(source.pipe.open(), source.label, source.whole_id, MAX_DEPTH)
        return
    try:
        file = open(source.path, "rb", buffering=0)  # noqa: PTH123, SIM115 - closed below
    except OSError:
        yield Fault(source.label, "unreadable")
        return
    with file:
        yield from _leaves(file, source.label, source.whole_id, MAX_DEPTH)


def is_packed(head: bytes) -> bool:
    """Tell whether a file's first bytes are those of a gzip or zip archive."""
    return head.startswith((_GZIP, *_ZIP))


def _leaves(stream: ByteSource, label: str, whole_id: str, depth: int) -> Iterator[Leaf | Fault]:
    try:
        head = read_up_to(stream, HEAD)
        if is_packed(head) and depth == 0:
            raise Unreadable("archive_limit")
    except Unreadable as problem:
        yield Fault(label, problem.code)
        return
    except READ_ERRORS:
        yield Fault(label, "damaged_file")
        return
    if head.startswith(_GZIP):
        yield from _leaves(_gunzip(Joined(head, stream)), label, whole_id, depth - 1)
    elif head.startswith(_ZIP):
        yield from _members(head, stream, label, depth - 1)
    elif len(head) < HEAD:
        yield Leaf(label, whole_id, head, io.BytesIO(head), io.BytesIO(head))
    else:
        leaf = Leaf(label, whole_id, head, Joined(head, stream), _handle(stream))
        yield leaf
        leaf.close()


def _handle(stream: ByteSource) -> IO[bytes] | None:
    """Return the stream itself where it is a file that can seek."""
    if isinstance(stream, io.FileIO | tempfile.SpooledTemporaryFile) and stream.seekable():
        return stream
    return None


@contextmanager
def _seekable(head: bytes, stream: ByteSource) -> Iterator[IO[bytes]]:
    handle = _handle(stream)
    if handle is not None:
        yield handle
        return
    with spooled(Joined(head, stream)) as copy:
        yield copy


def _gunzip(stream: ByteSource) -> ByteSource:
    counter = _Counter(stream)
    unpacked = gzip.GzipFile(fileobj=counter, mode="rb")  # type: ignore[call-overload]
    return _Guarded(unpacked, counter)


def _members(head: bytes, stream: ByteSource, label: str, depth: int) -> Iterator[Leaf | Fault]:
    """Yield an archive's files in its order, without hidden ones and the Mac's resource forks."""
    try:
        with _seekable(head, stream) as file, zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            names = {member.filename for member in members}
            if "[Content_Types].xml" in names or "mimetype" in names:
                raise Unreadable("binary")  # an office document, not an archive of reports
            for member in members:
                if not _is_hidden(member.filename):
                    yield from _member(archive, member, label, depth)
    except Unreadable as problem:
        yield Fault(label, problem.code)
    except _ZIP_ERRORS:
        yield Fault(label, "damaged_file")


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, label: str, depth: int
) -> Iterator[Leaf | Fault]:
    label = f"{label}!{shown_name(member.filename)}"
    if member.flag_bits & 1:
        yield Fault(label, "encrypted")
        return
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        yield Fault(label, "unsupported_format")
        return
    try:
        with archive.open(member) as unpacked:
            guarded = _Guarded(unpacked, _Counter(None, member.compress_size))
            yield from _leaves(guarded, label, report_name(label), depth)
    except _ZIP_ERRORS:
        yield Fault(label, "damaged_file")


def _is_hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith(".") for part in parts) or parts[0] == "__MACOSX"


@dataclass(slots=True)
class _Counter:
    """Counts the packed bytes that were read."""

    stream: ByteSource | None
    count: int = 0

    def read(self, size: int = -1, /) -> bytes:
        data = b"" if self.stream is None else self.stream.read(size)
        self.count += len(data)
        return data


@dataclass(slots=True)
class _Guarded:
    """Refuses to unpack far more than was packed."""

    stream: ByteSource
    packed: _Counter
    count: int = 0

    def read(self, size: int = -1, /) -> bytes:
        data = self.stream.read(size)
        self.count += len(data)
        if self.count > min(MAX_UNPACKED, max(FREE_BYTES, MAX_RATIO * self.packed.count)):
            raise Unreadable("archive_limit")
        return data
