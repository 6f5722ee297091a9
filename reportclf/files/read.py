"""Reading reports from any mixture of files: the one door of this package for input.

Everything is streamed: memory holds one record at a time. A record that cannot be read is an
item of the stream, a :class:`~reportclf.records.RowError` with one of these codes:

=========================  =======================================================================
code                       meaning
=========================  =======================================================================
``empty_text``             no text, or only white space
``binary``                 not text at all: PDF, image, office document
``encoding``               the bytes do not fit the encoding that was insisted on
``too_long``               text or record beyond ``max_chars``
``bad_id``                 the identifier is no identifier (many lines, very long)
``duplicate_id``           an earlier row has the same identifier
``malformed_row``          a delimited row with a wrong number of cells or broken quotes
``malformed_json``         a line or element that is no JSON object
``malformed_message``      an HL7 message without readable MSH or without OBR
``malformed_resource``     a FHIR entry that is no resource
``malformed_attachment``   base64 or hexadecimal data that cannot be decoded
``unsupported_attachment`` an attachment that holds no text, such as PDF
``remote_attachment``      a FHIR or HL7 text that stands behind a URL; it is never fetched
``missing_text``           a JSON object without the text field
``missing_id``             a JSON object without the named identifier field
``not_text``               a text field that holds something else
``no_text_column``         a table in which no text column is recognised
``no_id_column``           a table without the named identifier column
``no_report``              an HL7 or FHIR file with no report in it
``superseded``             replaced by a newer version in the same run, or marked so
``cancelled``              the order was cancelled, or the report entered in error
``unsupported_format``     XML of an unknown kind, HL7 MDM, an unusual compression
``needs_pyarrow``          Parquet inside an archive, and pyarrow is not installed
``damaged_file``           the file or archive breaks off or is corrupt from here on
``archive_limit``          unpacks to far too much, or lies too deep
``encrypted``              a member of a zip archive that wants a password
``unreadable``             the file vanished or may not be read
=========================  =======================================================================
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import IO

from reportclf.errors import InputError
from reportclf.files.compressed import READ_ERRORS, Fault, Leaf, open_leaves
from reportclf.files.decode import head_text, open_text
from reportclf.files.delimited import read_delimited
from reportclf.files.detect import detect_format
from reportclf.files.fhir import read_fhir
from reportclf.files.hl7 import read_hl7
from reportclf.files.item import Item, Origin, ReadOptions, Unreadable
from reportclf.files.jsonl import read_jsonl
from reportclf.files.parquet import read_parquet
from reportclf.files.plan import plan_inputs
from reportclf.files.source import Source
from reportclf.files.text import read_text
from reportclf.files.unique import IdSet
from reportclf.files.versions import replaced_versions
from reportclf.records import Report, RowError

SET_ASIDE = frozenset({"superseded", "cancelled"})
"""Codes of reports that are not tagged on purpose: somebody withdrew them, nothing failed."""

_BLANK = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"


def read_reports(
    paths: Sequence[str | os.PathLike[str]],
    *,
    format: str | None = None,
    encoding: str | None = None,
    id_column: str | None = None,
    text_column: str | None = None,
    delimiter: str | None = None,
    max_chars: int = 5_000_000,
    hash_key: bytes | None = None,
    stdin: IO[bytes] | None = None,
) -> Iterator[Item]:
    r"""Return one item for every input row: a report, or the error that kept it from being read.

    Parameters
    ----------
    paths : sequence of path
        Files and folders, read in this order, folders recursively and sorted; ``-`` is standard
        input.
    format, encoding, id_column, text_column, delimiter, max_chars, hash_key
        See :class:`~reportclf.files.item.ReadOptions`; all but the last two are found out when
        not given.
    stdin : binary file, optional
        Stands in for the process's standard input.

    Returns
    -------
    iterator of Report or RowError
        Reports carry ``source``, ``position``, ``encoding``, ``format`` and ``text_path`` in
        ``meta``, and what the format adds: ``body`` (rtf, html), ``status``, ``message_id``,
        ``resource``, ``category``, ``text_hmac``.

    Raises
    ------
    InputError
        At once, before anything is read, for what would make the whole run pointless; see
        :func:`~reportclf.files.plan.plan_inputs`.

    Examples
    --------
    >>> import io
    >>> table = io.BytesIO(b"id,text\n7,Calcified granuloma.\n")
    >>> [report] = read_reports(["-"], stdin=table)
    >>> report.report_id, report.text, report.meta["text_path"]
    ('7', 'Calcified granuloma.', 'text')
    """
    options = ReadOptions(format, encoding, id_column, text_column, delimiter, max_chars, hash_key)
    return read_sources(plan_inputs(paths, options, stdin), options)


def read_sources(sources: Sequence[Source], options: ReadOptions | None = None) -> Iterator[Item]:
    """Yield one item for every row of planned sources; never raises for what it reads.

    Parameters
    ----------
    sources : sequence of Source
        From :func:`~reportclf.files.plan.plan_inputs`.
    options : ReadOptions, optional
        The same as for the plan.

    Yields
    ------
    Report or RowError
    """
    options = options or ReadOptions()
    replaced = replaced_versions(sources, options)
    seen = IdSet()
    for source in sources:
        for item in _source_items(source, options, replaced):
            if isinstance(item, Report) and not seen.add(item.report_id):
                yield _duplicate(item)
            else:
                yield item


def _duplicate(report: Report) -> RowError:
    meta = report.meta
    return RowError(report.report_id, meta["source"], meta["position"], "read", "duplicate_id")


def _source_items(
    source: Source, options: ReadOptions, replaced: Mapping[str, Collection[int]]
) -> Iterator[Item]:
    for leaf in open_leaves(source):
        if isinstance(leaf, Fault):
            yield Origin(leaf.label, "", options).fault(1, leaf.code, stage="read")
        else:
            yield from _leaf_items(leaf, options, replaced.get(leaf.label, ()))
    if source.pipe is not None:
        source.pipe.close()


def _leaf_items(leaf: Leaf, options: ReadOptions, old: Collection[int]) -> Iterator[Item]:
    form = detect_format(leaf.head, leaf.label, options)
    origin = Origin(leaf.label, form, options, leaf.whole_id)
    if not leaf.head.strip(_BLANK):
        yield origin.fault(1, "empty_text", leaf.whole_id)
        return
    position = 0
    try:
        for item in _format_items(leaf, origin, old):
            position = item.position if isinstance(item, RowError) else item.meta["position"]
            yield item
    except Unreadable as problem:
        yield origin.fault(position + 1, problem.code)
    except READ_ERRORS:
        yield origin.fault(position + 1, "damaged_file")
    except InputError:  # a plan looks for Parquet in archives in vain
        yield origin.fault(position + 1, "needs_pyarrow")


def _format_items(leaf: Leaf, origin: Origin, old: Collection[int]) -> Iterator[Item]:
    form, forced = origin.format, origin.options.encoding
    if form == "xml":
        return iter([origin.fault(1, "unsupported_format", leaf.whole_id)])
    if form == "parquet":
        return read_parquet(leaf.seekable(), origin)
    if form in ("text", "rtf", "html"):
        return read_text(leaf.stream, origin)
    head = head_text(leaf.head, forced)
    stream, ladder = open_text(leaf.head, leaf.stream, forced)
    if form == "hl7":
        return read_hl7(stream, origin, ladder, old)
    reader = {"csv": read_delimited, "jsonl": read_jsonl, "fhir": read_fhir}[form]
    return reader(stream, head, origin, ladder)
