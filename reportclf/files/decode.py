"""Bytes to text: the encoding ladder, and streams that are read in it.

The ladder is byte order mark, UTF-8 (strict), Windows-1252, Latin-1. Rows of a stream climb it
one by one, so that a single badly encoded row cannot change how its neighbours are read.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

from reportclf.errors import InputError
from reportclf.files.item import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF8_NAMES = ("utf-8", "utf-8-sig")
_MAGICS = (
    b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"\x7fELF", b"BZh", b"\xfd7zXZ",
    b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd", b"SQLite format 3\0", b"II*\0", b"MM\0*",
)  # fmt: skip
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\b\x1a\x1b\x1c"))
_NO_ENCODINGS = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape")
_MARK_OF_FAULT = "reportclf-fault"


class ByteSource(Protocol):
    """Anything with the ``read`` of a binary file."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most ``size`` bytes; none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Ladder:
    """Encodings tried in order on one record's bytes."""

    encodings: tuple[str, ...] = ("utf-8", "cp1252", "latin-1")
    label: str | None = None

    def decode(self, data: bytes) -> tuple[str, str]:
        """Return the text and the name of the encoding that fitted.

        Raises
        ------
        Unreadable
            Code ``encoding``; only a forced or marked encoding can fail.
        """
        for encoding in self.encodings:
            try:
                return data.decode(encoding), self.label or encoding
            except UnicodeError:
                continue
        raise Unreadable("encoding")

    def decode_latin(self, text: str) -> tuple[str, str]:
        """Decode a string that holds one byte per character."""
        if text.isascii():
            return text, self.label or self.encodings[0]
        return self.decode(text.encode("latin-1"))


@dataclass(slots=True)
class Joined:
    """A byte stream whose first bytes have been read ahead."""

    head: bytes
    rest: ByteSource

    def read(self, size: int = -1, /) -> bytes:
        """Return at most ``size`` bytes, those read ahead first."""
        if not self.head:
            return self.rest.read(size)
        if size < 0:
            data, self.head = self.head + self.rest.read(-1), b""
            return data
        data, self.head = self.head[:size], self.head[size:]
        return data


@dataclass(slots=True)
class _Utf8:
    """A byte stream in another encoding, read as UTF-8; faults become bytes no UTF-8 holds."""

    rest: ByteSource
    decoder: codecs.IncrementalDecoder
    ended: bool = False

    def read(self, size: int = -1, /) -> bytes:
        out = b""
        while not out and not self.ended:
            data = self.rest.read(size)
            self.ended = not data or size < 0
            out = self.decoder.decode(data, self.ended).encode("utf-8", "surrogatepass")
        return out


def _mark_fault(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error(_MARK_OF_FAULT, _mark_fault)


def known_encoding(name: str) -> str | None:
    """Return Python's name of an encoding that clinical text may come in, None for others."""
    try:
        codec = codecs.lookup(name)
        " ".encode(name)
    except (LookupError, ValueError):
        return None
    return None if codec.name in _NO_ENCODINGS or codec.incrementaldecoder is None else codec.name


def check_encoding(name: str) -> None:
    """Raise :class:`InputError` unless it is a :func:`known_encoding`."""
    if known_encoding(name) is None:
        known = "utf-8, cp1252, latin-1, utf-16"
        raise InputError(f"unknown encoding {name[:40]!r}; for example {known}")


def open_text(head: bytes, stream: ByteSource, forced: str | None) -> tuple[ByteSource, Ladder]:
    """Return a stream in an encoding that extends ASCII, and the ladder for its records.

    Parameters
    ----------
    head : bytes
        First bytes of the input, to look at.
    stream : ByteSource
        The whole input.
    forced : str, optional
        Encoding to insist on.

    Returns
    -------
    stream : ByteSource
    ladder : Ladder
    """
    mark, marked = _byte_order_mark(head)
    if marked == "utf-8":
        stream.read(len(mark))
    encoding = codecs.lookup(forced).name if forced else marked or _unmarked_utf16(head)
    if encoding in ("utf-16", "utf-32") and encoding != marked:
        encoding = _unmarked_utf16(head) or f"{encoding}-le"  # the codec would refuse to guess
    if encoding is None or (encoding == "utf-8" and not forced):
        return stream, Ladder()
    if encoding in _UTF8_NAMES:
        return stream, Ladder(("utf-8",))
    decoder = codecs.getincrementaldecoder(encoding)(errors=_MARK_OF_FAULT)
    return _Utf8(stream, decoder), Ladder(("utf-8",), label=encoding)


def decode_all(data: bytes, forced: str | None = None) -> tuple[str, str]:
    """Return the text of a whole file and the encoding used.

    Raises
    ------
    Unreadable
        Code ``encoding``.
    """
    stream, ladder = open_text(data, BytesIO(data), forced)
    return ladder.decode(stream.read())


def head_text(head: bytes, forced: str | None = None) -> str:
    """Return a file's first bytes as text for recognising its format, one byte a character.

    Multi-byte encodings are undone; others are left as Latin-1, since formats are told by ASCII.
    """
    stream, _ = open_text(head, BytesIO(head), forced)
    return stream.read().decode("latin-1")


def is_binary(head: bytes) -> bool:
    """Tell whether the first bytes of a file cannot be text.

    Known signatures, or more than a tenth of NUL or a twentieth of control characters; NUL
    padding at the end, as fixed-length exports leave it, does not count.
    """
    if _byte_order_mark(head)[1] or _unmarked_utf16(head):
        return False
    if head.startswith(_MAGICS) or head[128:132] == b"DICM" or head[257:262] == b"ustar":
        return True
    body = head.rstrip(b"\0") or head
    controls = len(body) - len(body.translate(None, _CONTROLS))
    return body.count(0) * 10 > len(body) or (controls - body.count(0)) * 20 > len(body)


def _byte_order_mark(head: bytes) -> tuple[bytes, str | None]:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return mark, encoding
    return b"", None


def _unmarked_utf16(head: bytes) -> str | None:
    """Recognise UTF-16 without a mark: Latin text has a NUL in every other byte."""
    sample = head[:2000]
    half = len(sample) // 2
    if half < 8:
        return None
    for encoding, nul, letter in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        if sample[nul::2].count(0) > 0.8 * half and not sample[letter::2].count(0):
            return encoding
    return None
