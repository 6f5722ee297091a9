"""Cutting a large JSON document into its elements without holding it in memory.

Elements are the items of an array that is the whole document, the items of an object's
``entry`` array (a FHIR Bundle), or else the document's top-level values. They are cut by brackets
and strings alone, so that one malformed element does not spoil those after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reportclf.files.decode import ByteSource
from reportclf.files.lines import CHUNK

_TOKEN = re.compile(rb'["{}\[\]]')
_STRING_REST = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+("?)', re.DOTALL)
_BLANK = b" \t\r\n,\0"


def json_elements(stream: ByteSource, limit: int) -> Iterator[bytes | None]:
    """Yield each element's bytes, None for one longer than ``limit``.

    Text that is no element (a number among objects, the torn end of a document) is yielded as
    it stands, for the parser to refuse.

    Parameters
    ----------
    stream : ByteSource
        The document in an encoding that extends ASCII.
    limit : int
        Longest element, in bytes.
    """
    scan = _Scan(stream, limit)
    while (token := scan.next_token()) is not None:
        yield from scan.take(token)
    yield from scan.end()


class _Scan:
    """Where the scan stands: bracket depth, and the depth at which elements begin."""

    def __init__(self, stream: ByteSource, limit: int) -> None:
        self.stream, self.limit = stream, limit
        self.buffer = b""
        self.at = 0  # where the search goes on
        self.mark = 0  # where the text not yet disposed of begins
        self.depth = 0
        self.base: int | None = 0  # None: in the rest of a Bundle, which holds no elements
        self.key = b""
        self.overlong = False
        self.ended = False
        self.in_string = False
        self.string_from = 0

    def next_token(self) -> bytes | None:
        """Return the next bracket, or a whole string (empty where part of it is gone)."""
        while True:
            if self.in_string:
                text = self._string()
                if text is not None:
                    return text
            elif found := _TOKEN.search(self.buffer, self.at):
                self.at = found.end()
                if found[0] != b'"':
                    return found[0]
                self.in_string, self.string_from = True, found.start()
                continue
            else:
                self.at = len(self.buffer)
            if not self._refill():
                return None

    def _string(self) -> bytes | None:
        found = _STRING_REST.match(self.buffer, self.at)
        self.at = found.end() if found else self.at
        if not (found and found[1]):
            return None
        self.in_string = False
        return self.buffer[self.string_from : self.at] if self.string_from >= 0 else b'""'

    def take(self, token: bytes) -> Iterator[bytes | None]:
        """Follow one token; yields what it completes."""
        if token in (b"{", b"["):
            yield from self._open(token)
        elif token in (b"}", b"]"):
            yield from self._close()
        elif self.depth == 1:
            self.key = token  # the last string before a bracket is the key of what it opens

    def end(self) -> Iterator[bytes | None]:
        """Yield the torn rest of the document, if any."""
        rest = self.buffer[self.mark :]
        if self.depth > 0 or rest.strip(_BLANK):
            yield None if self.overlong else (rest.strip(_BLANK) or b"{")

    def _open(self, token: bytes) -> Iterator[bytes | None]:
        if self.depth == self.base:
            yield from self._loose(self.at - 1)
        bundle = self.depth == 1 and self.base == 0 and self.key == b'"entry"' and token == b"["
        if bundle:
            self._elements_at(2)
        elif self.depth == 0 and token == b"[" and self.base == 0:
            self._elements_at(1)
        self.depth += 1

    def _elements_at(self, depth: int) -> None:
        self.base, self.mark, self.overlong = depth, self.at, False

    def _close(self) -> Iterator[bytes | None]:
        if self.depth == self.base:
            yield from self._loose(self.at - 1)
        self.depth = max(0, self.depth - 1)
        if self.base is not None and self.depth == self.base:
            piece = self.buffer[self.mark : self.at]
            yield None if self.overlong or len(piece) > self.limit else piece
            self.mark, self.overlong = self.at, False
        elif self.base is None or self.depth < self.base:
            self.base = 0 if self.depth == 0 else None
            self.mark = self.at

    def _loose(self, stop: int) -> Iterator[bytes]:
        for piece in self.buffer[self.mark : stop].split(b","):
            if piece.strip(_BLANK):
                yield piece.strip(_BLANK)
        self.mark, self.overlong = stop, False

    def _refill(self) -> bool:
        """Read on; what nobody needs any more is let go, an overlong element too."""
        if self.ended:
            return False
        if self.at - self.mark > self.limit or self.base is None:
            self.overlong = self.base is not None
            self.mark = self.at
        kept = self.buffer[self.mark :]
        data = self.stream.read(max(CHUNK, len(kept)))  # doubling keeps long elements linear
        self.ended = not data
        self.buffer = kept + data
        self.at -= self.mark
        self.string_from = max(-1, self.string_from - self.mark)
        self.mark = 0
        return bool(data)
