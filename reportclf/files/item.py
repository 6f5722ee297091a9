"""What every reader yields: a report or a row error, and the origin both are made by.

All text enters the product through :meth:`Origin.report`, so the clean-up that fixes what
offsets mean happens in one place, once.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Any

from reportclf.files.html import html_to_text, looks_like_html
from reportclf.files.rtf import looks_like_rtf, rtf_to_text
from reportclf.records import Report, RowError

Item = Report | RowError
"""One row of input: what was read, or why it was not."""

_MAX_ID_CHARS = 256
_SURROGATES = re.compile("[\ud800-\udfff]")


class Unreadable(Exception):  # noqa: N818 - caught in the readers, never shown to a user
    """A part of the input that cannot be read. Carries a row error's code and nothing else."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How inputs are to be read; every field may stay as it is.

    Attributes
    ----------
    format : str, optional
        One of :data:`reportclf.files.detect.FORMATS`; detected by content when None.
    encoding : str, optional
        Encoding to insist on; the ladder of :mod:`reportclf.files.decode` when None.
    id_column, text_column : str, optional
        Column or JSON field names; usual names are looked for when None. A text column may be
        several joined with ``+``, as in ``findings+impression``.
    delimiter : str, optional
        Column delimiter of delimited files; detected when None.
    max_chars : int
        Longest text accepted, in characters.
    hash_key : bytes, optional
        When given, ``meta["text_hmac"]`` holds the text's SHA-256 under this key.
    """

    format: str | None = None
    encoding: str | None = None
    id_column: str | None = None
    text_column: str | None = None
    delimiter: str | None = None
    max_chars: int = 5_000_000
    hash_key: bytes | None = field(default=None, repr=False)

    @property
    def max_bytes(self) -> int:
        """Upper bound of the bytes one record may need: JSON spells a character in six."""
        return 8 * self.max_chars + 1_000_000


@dataclass(frozen=True, slots=True)
class Content:
    """A decoded body: plain text, the form it had (plain, rtf, html), its encoding if known."""

    text: str = field(repr=False)
    body: str = "plain"
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """One input file or archive member; makes the items that are read from it."""

    source: str
    format: str
    options: ReadOptions
    whole_id: str = ""

    def report(
        self,
        position: int,
        raw_id: object,
        text: str | Content,
        *,
        encoding: str,
        text_path: str,
        **more: Any,
    ) -> Item:
        """Return the report, or the row error that says why there is none.

        Parameters
        ----------
        position : int
            1-based row, line or message number in the source.
        raw_id : object
            Identifier as read; a blank one is replaced by ``source#position``.
        text : str or Content
            Text as decoded, in which RTF and HTML are recognised and converted; or a body that
            has been through that.
        encoding, text_path : str
            Encoding used and the part of the record the text came from, for the metadata.
        **more
            Further metadata; what is empty, or too long to be a code, is left out.

        Returns
        -------
        Report or RowError
        """
        if raw_id != self.whole_id and not is_id(raw_id):
            return self.fault(position, "bad_id")
        if isinstance(text, str) and len(text) > self.options.max_bytes:
            return self.fault(position, "too_long", raw_id)  # ahead of costly conversions
        content = plain_content(text) if isinstance(text, str) else text
        cleaned = clean_text(content.text)
        if not cleaned.strip():
            return self.fault(position, "empty_text", raw_id)
        if len(cleaned) > self.options.max_chars:
            return self.fault(position, "too_long", raw_id)
        meta = self._meta(position, content.encoding or encoding, text_path)
        meta |= {name: value for name, value in more.items() if value and is_id(value)}
        if content.body != "plain":
            meta["body"] = content.body
        if self.options.hash_key is not None:
            meta["text_hmac"] = keyed_hash(self.options.hash_key, cleaned)
        return Report(self.row_id(position, raw_id), cleaned, meta)

    def fault(
        self, position: int, code: str, raw_id: object = None, stage: str | None = None
    ) -> RowError:
        """Return the row error for one record."""
        known = raw_id == self.whole_id or is_id(raw_id)
        row_id = self.row_id(position, raw_id if known else None)
        return RowError(row_id, self.source, position, stage or _STAGES.get(code, "parse"), code)

    def row_id(self, position: int, raw_id: object) -> str:
        """Return the identifier, generated from the place where the source gives none."""
        return _id_text(raw_id) or f"{self.source}#{position}"

    def _meta(self, position: int, encoding: str, text_path: str) -> dict[str, Any]:
        return {
            "source": self.source,
            "position": position,
            "encoding": encoding,
            "format": self.format,
            "text_path": text_path if text_path.isprintable() else "column",
        }


_STAGES = {
    "encoding": "decode",
    "binary": "decode",
    "damaged_file": "read",
    "archive_limit": "read",
    "encrypted": "read",
    "unreadable": "read",
    "duplicate_id": "read",
}


def is_id(value: object) -> bool:
    """Tell whether a value can serve as an identifier; a missing one can be replaced.

    A long or many-lined value is report text in the wrong column, and an identifier is shown in
    logs and error files.
    """
    if value is None or isinstance(value, int | float):
        return not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    text = _id_text(value)
    return len(text) <= _MAX_ID_CHARS and text.isprintable()


def _id_text(value: object) -> str:
    if value is None or value != value:  # a missing number arrives as NaN
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a column of integers with a gap in it arrives as floats
    return str(value).strip(" \t\r\n\0")


def plain_content(text: str, encoding: str | None = None) -> Content:
    """Return the plain text of a body that may be RTF or HTML, told by how it opens."""
    if looks_like_rtf(text):
        return Content(rtf_to_text(text), "rtf", encoding)
    if looks_like_html(text):
        return Content(html_to_text(text), "html", encoding)
    return Content(text, "plain", encoding)


def clean_text(text: str) -> str:
    r"""Return the text that offsets refer to.

    Drops NUL characters and a leading byte order mark, turns ``\r\n`` and ``\r`` into ``\n``,
    and replaces lone surrogates, which no output encoding can carry.
    """
    if "\0" in text:
        text = text.replace("\0", "")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii() and _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.removeprefix("\ufeff")


def keyed_hash(key: bytes, text: str) -> str:
    """Return the text's HMAC-SHA-256, in hexadecimal."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
