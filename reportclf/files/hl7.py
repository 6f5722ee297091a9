"""HL7 v2 result messages (ORU): one report for every OBR.

Reads plain files, batches (FHS/BHS) and MLLP frames. Segments may end in any line break; a line
that opens no segment continues the one before. How the text is put together stands in
:mod:`reportclf.files.hl7_text`.

A report sent again under the same order number is a newer version of it: see
:mod:`reportclf.files.versions` for how the newest is told. The others become row errors with the
code ``superseded``. A cancelled order becomes ``cancelled``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from reportclf.files.decode import ByteSource, Ladder, known_encoding
from reportclf.files.hl7_escape import Separators, read_separators, unescape
from reportclf.files.hl7_text import Order, get, order_text
from reportclf.files.item import Item, Origin, ReadOptions, Unreadable
from reportclf.files.lines import byte_lines

_SEGMENT = re.compile(rb"[A-Z][A-Z0-9]{2}")
_BATCH = (b"FHS", b"BHS", b"BTS", b"FTS")
_MESSAGE_TYPES = """
    ACK ADT BAR DFT MCF MFK MFN OMG OMI OML OMP ORM ORR OSR PPR QBP QCN QRY RAS RDE RDS REF RSP
    SIU SRM SRR VXU
"""
_OTHER_MESSAGES = frozenset(_MESSAGE_TYPES.split())
_CHARSETS = {"GB 18030-2000": "gb18030", "BIG-5": "big5"}


def read_hl7(
    stream: ByteSource, origin: Origin, ladder: Ladder, old: Collection[int] = ()
) -> Iterator[Item]:
    """Yield one item for every report of a file.

    Parameters
    ----------
    stream : ByteSource
        The file in an encoding that extends ASCII, without byte order mark.
    origin : Origin
    ladder : Ladder
        Encodings tried where the message declares none in MSH-18.
    old : collection of int
        Positions of reports that a newer version replaces.

    Yields
    ------
    Report or RowError
        ``malformed_message``, ``unsupported_format`` (MDM), ``superseded``, ``cancelled``,
        ``remote_attachment``, ``unsupported_attachment``, ``malformed_attachment``,
        ``too_long``, ``no_report`` and the codes of :meth:`Origin.report`. Positions count
        reports.
    """
    position = 0
    for segments in messages(stream, origin.options.max_bytes):
        for order in _orders(segments, ladder, bool(origin.options.encoding)):
            position += 1
            if position in old:
                raw_id = None if isinstance(order, str) else order.report_id
                yield origin.fault(position, "superseded", raw_id)
            elif isinstance(order, str):
                yield origin.fault(position, order)
            else:
                yield _item(position, order, origin)
    if position == 0:
        yield origin.fault(1, "no_report")


def scan_versions(
    stream: ByteSource, options: ReadOptions, ladder: Ladder
) -> Iterator[tuple[int, str, str]]:
    """Yield position, order number and time of every report, putting no text together."""
    position = 0
    for segments in messages(stream, options.max_bytes):
        for order in _orders(segments, ladder, bool(options.encoding)):
            position += 1
            if not isinstance(order, str):
                yield position, order.report_id, order.time


def messages(stream: ByteSource, limit: int) -> Iterator[list[bytes] | None]:
    """Yield each message as its segments, None for one longer than ``limit`` bytes.

    A line that continues the segment before it stands apart and begins with a line feed. Lines
    ahead of the first MSH make a message of their own, since something was lost there.
    """
    segments: list[bytes] = []
    size = 0
    separator = b"|"
    for line in byte_lines(stream, limit):
        line = None if line is None else line.strip(b"\x0b\x1c\0")
        if line is not None and (not line or line.startswith(_BATCH)):
            continue
        if line is not None and line.startswith(b"MSH"):
            if size:
                yield segments if size <= limit else None
            segments, size, separator = [], 0, line[3:4]
        size += limit + 1 if line is None else len(line) + 1
        if line is None or size > limit:
            segments = []
        elif segments and not (_SEGMENT.match(line) and line[3:4] == separator):
            segments.append(b"\n" + line)  # joined to its segment later, once
        else:
            segments.append(line)
    if size:
        yield segments if size <= limit else None


def _orders(segments: list[bytes] | None, ladder: Ladder, forced: bool) -> Iterator[Order | str]:
    """Yield the message's reports, or the code of what is wrong with it."""
    if segments is None:
        yield "too_long"
        return
    try:
        header = segments[0].decode("latin-1")
        if not header.startswith("MSH"):
            raise Unreadable("malformed_message")
        separators = read_separators(header)
        kind = get(header.split(separators.field), 8).split(separators.component)[0].strip()
        if kind == "MDM":
            raise Unreadable("unsupported_format")
        if kind in _OTHER_MESSAGES:
            return
        yield from _reports(segments, separators, ladder, forced)
    except Unreadable as problem:
        yield problem.code


def _reports(
    segments: list[bytes], separators: Separators, ladder: Ladder, forced: bool
) -> Iterator[Order]:
    """Yield an order for every OBR; OBRs with one order number are one report in parts."""
    header = segments[0].decode("latin-1").split(separators.field)
    if not forced and ladder.label is None:
        ladder = _declared(get(header, 17).split(separators.repeat)[0], ladder)
    text, encoding = ladder.decode(b"\r".join(segments).replace(b"\r\n", b"\n"))
    rows = [segment.split(separators.field) for segment in text.split("\r")]
    requests = [row for row in rows if row[0] == "OBR"]
    if not requests:
        raise Unreadable("malformed_message")
    header = rows[0]
    blank = Order(separators, ladder, encoding, get(header, 9).strip())
    order = _opened(blank, requests[0], header, len(requests))
    for row in rows:
        if row[0] == "OBR":
            opened = _opened(blank, row, header, len(requests))
            if opened.report_id != order.report_id:
                yield order
                order = opened
        elif row[0] == "OBX":
            order.observations.append(row)
    yield order


def _opened(blank: Order, request: list[str], header: list[str], requests: int) -> Order:
    """Return the order that an OBR opens, still without observations."""
    return replace(
        blank,
        report_id=_order_number(request, requests, blank),
        time=_time(get(request, 22)) or _time(get(header, 6)),
        status=get(request, 25).strip(),
        observations=[],
    )


def _declared(charset: str, ladder: Ladder) -> Ladder:
    """Return the ladder with the declared character set in front, where Python knows it."""
    name = charset.strip().upper()
    name = _CHARSETS.get(name, re.sub(r"^UNICODE[ ]", "", name).replace("8859/", "iso8859-"))
    known = known_encoding(name)
    if known is None or known.startswith(("utf-16", "utf-32")):
        return ladder  # a stream in UTF-16 would have been recognised; the label is wrong
    return Ladder((known, *ladder.encodings), ladder.label)


def _order_number(request: list[str], requests: int, order: Order) -> str:
    """Return the filler's order number, the placer's, or the message's id."""
    for candidate in (get(request, 3), get(request, 2)):
        number = candidate.split(order.separators.component)[0].strip()
        if number:
            return unescape(number, order.separators, order.ladder)
    several = order.message_id and requests > 1
    return f"{order.message_id}.{get(request, 1)}" if several else order.message_id


def _time(stamp: str) -> str:
    """Return a time stamp as 14 digits, to compare; the zone is not looked at."""
    digits = re.match(r"\s*(\d{4,14})", stamp)
    return digits[1].ljust(14, "0") if digits else ""


def _item(position: int, order: Order, origin: Origin) -> Item:
    if order.status == "X":
        return origin.fault(position, "cancelled", order.report_id)
    try:
        text, path = order_text(order)
    except Unreadable as problem:
        return origin.fault(position, problem.code, order.report_id)
    return origin.report(
        position,
        order.report_id,
        text,
        encoding=order.encoding,
        text_path=path,
        status=order.status,
        message_id=order.message_id,
    )
