"""Which HL7 reports of a run are replaced by a newer version of themselves.

Two reports with one order number are versions of one report, in the same file or in two. The
newest is the one with the latest time (OBR-22, otherwise the message's MSH-7); without times, or
with equal ones, the one that comes last. It alone is tagged. The messages are read twice for
this, but only their hashed order numbers are kept. Time zones are not looked at. An addendum
that is sent alone, without the report it adds to, replaces that report: senders are expected to
send the whole text again, as HL7 asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from reportclf.files.compressed import READ_ERRORS, Leaf, is_packed, open_leaves
from reportclf.files.decode import open_text
from reportclf.files.detect import SUFFIXES, detect_format
from reportclf.files.hl7 import scan_versions
from reportclf.files.item import ReadOptions, Unreadable
from reportclf.files.source import Source
from reportclf.files.unique import IdSet, id_hash

_Version = tuple[str, int, int, str]
_OTHER_FORMATS = ("csv", "jsonl", "parquet", "rtf", "html")
_OPENINGS = (b"MSH", b"FHS", b"BHS")


def replaced_versions(
    sources: Sequence[Source], options: ReadOptions
) -> Mapping[str, frozenset[int]]:
    """Return the positions of the reports that a newer version replaces, by source label.

    Parameters
    ----------
    sources : sequence of Source
        The whole run.
    options : ReadOptions

    Returns
    -------
    mapping of str to frozenset of int
    """
    if options.format not in (None, "hl7"):
        return {}
    candidates = [source for source in sources if _may_hold_hl7(source, options)]
    seen, repeated = IdSet(1 << 12), set()
    for _, _, key, _ in _versions(candidates, options):
        if not seen.add_hash(key):
            repeated.add(key)
    if not repeated:
        return {}
    return _losers(version for version in _versions(candidates, options) if version[2] in repeated)


def _losers(versions: Iterator[_Version]) -> Mapping[str, frozenset[int]]:
    newest: dict[int, _Version] = {}
    losers: dict[str, set[int]] = {}
    for version in versions:
        label, position, key, time = version
        best = newest.get(key)
        if best is not None and time and time < best[3]:
            losers.setdefault(label, set()).add(position)
            continue
        if best is not None:
            losers.setdefault(best[0], set()).add(best[1])
        newest[key] = version
    return {label: frozenset(positions) for label, positions in losers.items()}


def _may_hold_hl7(source: Source, options: ReadOptions) -> bool:
    """Look at the name, then at the first bytes; a pipe that qualifies is kept for re-reading."""
    if options.format is None and not source.given:
        suffix = SUFFIXES.get(PurePosixPath(source.label.lower()).suffix)
        if suffix in _OTHER_FORMATS:
            return False
    if source.pipe is not None:
        head = source.pipe.peek()
    else:
        try:
            with open(source.path, "rb", buffering=0) as file:  # noqa: PTH123 - once per file
                head = file.read(64)
        except OSError:
            return False
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"))
    likely = marked or is_packed(head) or head.lstrip(b"\x0b \r\n\t").startswith(_OPENINGS)
    if (likely or options.format == "hl7") and source.pipe is not None:
        source.pipe.keep()
    return likely or options.format == "hl7"


def _versions(sources: Sequence[Source], options: ReadOptions) -> Iterator[_Version]:
    for source in sources:
        for leaf in open_leaves(source):
            if isinstance(leaf, Leaf) and detect_format(leaf.head, leaf.label, options) == "hl7":
                yield from _leaf_versions(leaf, options)


def _leaf_versions(leaf: Leaf, options: ReadOptions) -> Iterator[_Version]:
    stream, ladder = open_text(leaf.head, leaf.stream, options.encoding)
    try:
        for position, report_id, time in scan_versions(stream, options, ladder):
            if report_id:
                yield leaf.label, position, id_hash(report_id), time
    except (*READ_ERRORS, Unreadable):
        return  # reported when the file is read
