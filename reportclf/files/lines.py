"""Lines of a byte stream, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

from reportclf.files.decode import ByteSource

CHUNK = 1 << 18
"""Bytes read at a time."""


def byte_lines(stream: ByteSource, limit: int) -> Iterator[bytes | None]:
    r"""Yield the lines of a stream without their ends, None for one longer than ``limit``.

    Lines end at ``\n``, ``\r\n`` or ``\r``. Memory stays below the limit plus one chunk.
    """
    for line in raw_lines(stream, limit):
        yield line if line is None else line.rstrip(b"\r\n")


def raw_lines(stream: ByteSource, limit: int) -> Iterator[bytes | None]:
    """Yield lines as :func:`byte_lines` does, with their ends."""
    held: list[bytes] = []
    size = 0
    for chunk in _whole_breaks(stream):
        lines = chunk.splitlines(keepends=True)
        last = len(lines) - 1
        for number, line in enumerate(lines):
            size += len(line)
            if size <= limit:
                held.append(line)
            if number == last and not line.endswith((b"\n", b"\r")):
                break
            yield b"".join(held) if size <= limit else None
            held.clear()
            size = 0
    if size:
        yield b"".join(held) if size <= limit else None


def _whole_breaks(stream: ByteSource) -> Iterator[bytes]:
    """Yield chunks that never part a carriage return from its line feed."""
    carry = b""
    while chunk := stream.read(CHUNK):
        chunk, carry = carry + chunk, b""
        if chunk.endswith(b"\r"):
            chunk, carry = chunk[:-1], b"\r"
        yield chunk
    if carry:
        yield carry
