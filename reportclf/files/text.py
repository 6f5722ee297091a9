"""Files that hold one report each: plain text, RTF, HTML."""

from __future__ import annotations

from collections.abc import Iterator

from reportclf.files.attachment import document_content
from reportclf.files.decode import ByteSource, is_binary
from reportclf.files.item import Item, Origin, Unreadable


def read_text(stream: ByteSource, origin: Origin) -> Iterator[Item]:
    """Yield the one report of a text, RTF or HTML file; the file's name is its identifier.

    Parameters
    ----------
    stream : ByteSource
        The file as it is.
    origin : Origin
        Its ``format`` is ``text``, ``rtf`` or ``html``.

    Yields
    ------
    Report or RowError
        ``binary``, ``encoding``, ``too_long`` and the codes of :meth:`Origin.report`.
    """
    options = origin.options
    data = _read_bounded(stream, options.max_bytes + 1)
    try:
        if len(data) > options.max_bytes:
            raise Unreadable("too_long")
        if origin.format != "rtf" and is_binary(data[:65536]):
            raise Unreadable("binary")
        forced = options.encoding is not None
        content = document_content(
            data, options.encoding, forced=forced, html=origin.format == "html"
        )
    except Unreadable as problem:
        yield origin.fault(1, problem.code, origin.whole_id)
        return
    encoding = content.encoding or "ascii"  # RTF is ASCII whatever its text is
    yield origin.report(1, origin.whole_id, content, encoding=encoding, text_path="file")


def _read_bounded(stream: ByteSource, limit: int) -> bytes:
    parts: list[bytes] = []
    while limit > 0 and (part := stream.read(limit)):
        parts.append(part)
        limit -= len(part)
    return b"".join(parts)
