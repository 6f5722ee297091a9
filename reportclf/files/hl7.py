"""HL7 v2 result messages (ORU): one report for every OBR.

Reads plain files, batches (FHS/BHS) and MLLP frames. Segments may end in any line break; a line
that opens no segment continues the one before. Text is taken from OBX-5 of types TX, FT and ST
in the order sent, and where there is none from an encapsulated document (ED). Observations
marked deleted, wrong or not to be had are left out.

A report sent again under the same order number is a newer version of it: see
:mod:`reportclf.files.versions` for how the newest is told. The others become row errors with the
code ``superseded``. A cancelled order becomes ``cancelled``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from reportclf.files.attachment import attachment_content
from reportclf.files.decode import ByteSource, Ladder, byte_lines, known_encoding
from reportclf.files.hl7_escape import Separators, read_separators, unescape
from reportclf.files.item import Content, Item, Origin, Unreadable

_SEGMENT = re.compile(rb"[A-Z][A-Z0-9]{2}")
_BATCH = (b"FHS", b"BHS", b"BTS", b"FTS")
_MESSAGE_TYPES = """
    ACK ADT BAR DFT MCF MFK MFN OMG OMI OML OMP ORM ORR OSR PPR QBP QCN QRY RAS RDE RDS REF RSP
    SIU SRM SRR VXU
"""
_OTHER_MESSAGES = frozenset(_MESSAGE_TYPES.split())
_TEXT_TYPES = ("TX", "FT", "ST", "")
_CODED_TYPES = ("CE", "CF", "CWE")
_VOID = ("D", "W", "X")
_CHARSETS = {"GB 18030-2000": "gb18030", "BIG-5": "big5"}
_HEADINGS = {
    "GDT": "FINDINGS", "IMP": "IMPRESSION", "REC": "RECOMMENDATION", "ADT": "ADDENDUM"
}  # fmt: skip


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
        for group in _groups(segments, ladder, bool(origin.options.encoding)):
            position += 1
            if position in old:
                raw_id = None if isinstance(group, str) else group.report_id
                yield origin.fault(position, "superseded", raw_id)
            elif isinstance(group, str):
                yield origin.fault(position, group)
            else:
                yield _item(position, group, origin)
    if position == 0:
        yield origin.fault(1, "no_report")


def scan_versions(stream: ByteSource, limit: int) -> Iterator[tuple[int, str, str]]:
    """Yield position, order number and time of every report, reading no text."""
    position = 0
    for segments in messages(stream, limit):
        for group in _groups(segments, Ladder(("latin-1",)), forced=True):
            position += 1
            if not isinstance(group, str):
                yield position, group.report_id, group.time


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


@dataclass(slots=True)
class _Group:
    """One OBR with its observations, as split fields."""

    separators: Separators
    ladder: Ladder
    encoding: str
    message_id: str
    report_id: str = ""
    time: str = ""
    status: str = ""
    observations: list[list[str]] = field(default_factory=list)


def _groups(segments: list[bytes] | None, ladder: Ladder, forced: bool) -> Iterator[_Group | str]:
    """Yield the message's reports, or the code of what is wrong with it."""
    if segments is None:
        yield "too_long"
        return
    try:
        header = segments[0].decode("latin-1")
        if not header.startswith("MSH"):
            raise Unreadable("malformed_message")
        separators = read_separators(header)
        kind = _get(header.split(separators.field), 8).split(separators.component)[0].strip()
        if kind == "MDM":
            raise Unreadable("unsupported_format")
        if kind in _OTHER_MESSAGES:
            return
        yield from _reports(segments, separators, ladder, forced)
    except Unreadable as problem:
        yield problem.code


def _reports(
    segments: list[bytes], separators: Separators, ladder: Ladder, forced: bool
) -> Iterator[_Group]:
    """Yield a group for every OBR; OBRs with one order number are one report in parts."""
    header = segments[0].decode("latin-1").split(separators.field)
    if not forced and ladder.label is None:
        ladder = _declared(_get(header, 17).split(separators.repeat)[0], ladder)
    text, encoding = ladder.decode(b"\r".join(segments).replace(b"\r\n", b"\n"))
    rows = [segment.split(separators.field) for segment in text.split("\r")]
    orders = sum(row[0] == "OBR" for row in rows)
    if not orders:
        raise Unreadable("malformed_message")
    group = _Group(separators, ladder, encoding, _get(rows[0], 9).strip())
    opened = False
    for row in rows:
        if row[0] == "OBR":
            number = _order_number(row, orders, group)
            if opened and number != group.report_id:
                yield group
                group = replace(group, observations=[])
            opened = True
            group.report_id = number
            group.time = _time(_get(row, 22)) or _time(_get(rows[0], 6))
            group.status = _get(row, 25).strip()
        elif row[0] == "OBX":
            group.observations.append(row)
    yield group


def _declared(charset: str, ladder: Ladder) -> Ladder:
    """Return the ladder with the declared character set in front, where Python knows it."""
    name = charset.strip().upper()
    name = _CHARSETS.get(name, re.sub(r"^UNICODE[ ]", "", name).replace("8859/", "iso8859-"))
    known = known_encoding(name)
    if known is None or known.startswith(("utf-16", "utf-32")):
        return ladder  # a stream in UTF-16 would have been recognised; the label is wrong
    return Ladder((known, *ladder.encodings), ladder.label)


def _order_number(order: list[str], orders: int, group: _Group) -> str:
    """Return the filler's order number, the placer's, or the message's id."""
    for candidate in (_get(order, 3), _get(order, 2)):
        number = candidate.split(group.separators.component)[0].strip()
        if number:
            return unescape(number, group.separators, group.ladder)
    several = group.message_id and orders > 1
    return f"{group.message_id}.{_get(order, 1)}" if several else group.message_id


def _time(stamp: str) -> str:
    """Return a time stamp as 14 digits, to compare; the zone is not looked at."""
    digits = re.match(r"\s*(\d{4,14})", stamp)
    return digits[1].ljust(14, "0") if digits else ""


def _get(fields: list[str], index: int) -> str:
    return fields[index] if index < len(fields) else ""


def _item(position: int, group: _Group, origin: Origin) -> Item:
    if group.status == "X":
        return origin.fault(position, "cancelled", group.report_id)
    try:
        text, path = _text(_current(group.observations), group)
    except Unreadable as problem:
        return origin.fault(position, problem.code, group.report_id)
    more = {"status": group.status, "message_id": group.message_id}
    more = {name: value for name, value in more.items() if value}
    return origin.report(
        position, group.report_id, text, encoding=group.encoding, text_path=path, **more
    )


def _current(observations: list[list[str]]) -> list[list[str]]:
    """Leave out void observations, and those a correction in the same message replaces."""
    kept: list[list[str]] = []
    for row in observations:
        status = _get(row, 11).strip()
        if status == "C" and _get(row, 1).strip():
            same = [_get(row, number) for number in (1, 3, 4)]
            kept = [old for old in kept if [_get(old, number) for number in (1, 3, 4)] != same]
        if status not in _VOID:
            kept.append(row)
    return kept


def _text(observations: list[list[str]], group: _Group) -> tuple[str | Content, str]:
    lines: list[str] = []
    section = ""
    for row in observations:
        heading = _heading(_get(row, 3), group.separators)
        value = _value(row, heading, group)
        if value is None:
            continue
        own = value[0].lstrip().upper().startswith(heading)
        first = heading == "FINDINGS" and not lines  # the body's head may hold other sections
        if heading != section and not own and not first:
            lines.append(f"{heading}:")
        section = heading
        lines.extend(value)
    if any(line.strip() for line in lines):
        return "\n".join(lines), "OBX-5"
    documents = [row for row in observations if _get(row, 2).strip() == "ED"]
    if documents:
        return _document(documents, group), "OBX-5.5"
    if any(_get(row, 2).strip() == "RP" for row in observations):
        raise Unreadable("remote_attachment")
    return "", "OBX-5"


def _heading(identifier: str, separators: Separators) -> str:
    """Return the section that the suffix of OBX-3 names, as in ``71020&IMP``."""
    parts = identifier.split(separators.component)[0].split(separators.subcomponent)
    return _HEADINGS.get(parts[1].strip(), "") if len(parts) > 1 else ""


def _value(row: list[str], heading: str, group: _Group) -> list[str] | None:
    """Return the lines of a textual observation, or the wording of a coded impression."""
    kind = _get(row, 2).strip()
    if kind in _TEXT_TYPES:
        repeats = _get(row, 5).split(group.separators.repeat)
    elif kind in _CODED_TYPES and heading:
        codes = [code.split(group.separators.component) for code in
                 _get(row, 5).split(group.separators.repeat)]  # fmt: skip
        repeats = [_get(code, 8) or _get(code, 1) for code in codes]
    else:
        return None
    return [unescape(repeat, group.separators, group.ladder) for repeat in repeats]


def _document(documents: list[list[str]], group: _Group) -> Content:
    """Return the text of the encapsulated documents that can be read, one below the other."""
    contents: list[Content] = []
    code = "unsupported_attachment"
    for row in documents:
        parts = _get(row, 5).split(group.separators.component)
        kind = f"{_get(parts, 1)}/{_get(parts, 2)}"
        data = unescape(_get(parts, 4), group.separators, group.ladder)
        try:
            contents.append(attachment_content(data, _get(parts, 3), kind))
        except Unreadable as problem:
            code = problem.code
    if not contents:
        raise Unreadable(code)
    return replace(contents[0], text="\n".join(content.text for content in contents))
