"""Documents: a whole file, or base64 or hexadecimal data of some content type in a message."""

from __future__ import annotations

import base64
import binascii
import re

from reportclf.files.decode import decode_all, is_binary, known_encoding
from reportclf.files.html import html_to_text
from reportclf.files.item import Content, Unreadable, plain_content
from reportclf.files.rtf import looks_like_rtf, rtf_bytes_to_text

_SPACES = re.compile(r"\s+")
_NO_TEXT = re.compile(r"pdf|image|dicom|octet|msword|officedocument")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def attachment_content(data: str, transfer: str, content_type: str) -> Content:
    """Return an encapsulated document's plain text.

    Parameters
    ----------
    data : str
        As sent.
    transfer : str
        ``Base64``, ``Hex`` or anything else for text as it stands.
    content_type : str
        MIME type, or HL7's type and subtype.

    Returns
    -------
    Content

    Raises
    ------
    Unreadable
        Codes ``malformed_attachment``, ``unsupported_attachment``.
    """
    content_type = content_type.lower()
    if _NO_TEXT.search(content_type):
        raise Unreadable("unsupported_attachment")
    if transfer.strip().lower() not in ("base64", "hex"):
        return plain_content(data)
    content = _bytes(data, transfer.strip().lower())
    if is_binary(content):
        raise Unreadable("unsupported_attachment")
    return document_content(content, charset_of(content_type), html="html" in content_type)


def document_content(
    data: bytes, charset: str | None, *, forced: bool = False, html: bool = False
) -> Content:
    """Return the plain text of a document's bytes: RTF, HTML or plain.

    Parameters
    ----------
    data : bytes
    charset : str, optional
        Encoding the document is labelled with.
    forced : bool
        Whether to insist on ``charset``; labels are wrong more often than the ladder.
    html : bool
        Whether the document is labelled as HTML.

    Raises
    ------
    Unreadable
        Code ``encoding``.
    """
    if looks_like_rtf(data[:100].decode("latin-1")):
        return Content(rtf_bytes_to_text(data), "rtf")
    charset = charset or (_meta_charset(data) if html else None)
    try:
        text, encoding = decode_all(data, charset)
    except Unreadable:
        if forced:
            raise
        text, encoding = decode_all(data)
    if html:
        return Content(html_to_text(text), "html", encoding)
    return plain_content(text, encoding)


def charset_of(content_type: str) -> str | None:
    """Return the charset a content type names, where Python knows it."""
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    return known_encoding(found[1]) if found else None


def _meta_charset(data: bytes) -> str | None:
    """Return the charset of an HTML file's meta element; one that is readable is no UTF-16."""
    found = _META_CHARSET.search(data[:4096])
    name = known_encoding(found[1].decode("ascii")) if found else None
    return None if name and name.startswith(("utf-16", "utf-32")) else name


def _bytes(data: str, transfer: str) -> bytes:
    compact = _SPACES.sub("", data)
    try:
        if transfer == "hex":
            return bytes.fromhex(compact)
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (ValueError, binascii.Error):
        raise Unreadable("malformed_attachment") from None
