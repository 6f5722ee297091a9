"""Recognising what a file is: by its content first, then by its name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from reportclf.files.decode import head_text
from reportclf.files.dialect import is_delimited
from reportclf.files.html import looks_like_html
from reportclf.files.item import ReadOptions
from reportclf.files.rtf import looks_like_rtf

FORMATS = ("text", "csv", "tsv", "jsonl", "fhir", "hl7", "parquet", "rtf", "html")
"""Names of the input formats; ``csv`` reads any delimiter, ``jsonl`` any plain JSON."""

SUFFIXES = {
    ".txt": "text", ".text": "text", ".csv": "csv", ".tsv": "csv", ".tab": "csv", ".psv": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".hl7": "hl7", ".oru": "hl7",
    ".mllp": "hl7", ".parquet": "parquet", ".pq": "parquet", ".rtf": "rtf", ".html": "html",
    ".htm": "html", ".xhtml": "html",
}  # fmt: skip
"""Formats by the file name's ending, for content that does not tell."""

PACKED_SUFFIXES = (".gz", ".zip")

TABULAR = ("csv", "jsonl", "parquet")
"""Formats whose columns the user may name."""

_HL7 = re.compile(r"[\x0b\s]*(?:MSH|FHS|BHS)[^\w\s][^\w\s]{2,5}")
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[{\]])")
_RESOURCE = re.compile(r"\"resourceType\"\s*:\s*\"")
_XML = re.compile(r"\s*<\?xml\s")


def detect_format(head: bytes, name: str, options: ReadOptions) -> str:
    """Return the format of a file.

    Parameters
    ----------
    head : bytes
        Its first bytes, decompressed.
    name : str
        Its name, whose ending decides where the content does not.
    options : ReadOptions
        ``format`` overrides everything.

    Returns
    -------
    str
        A member of :data:`FORMATS`, or ``xml`` for XML of an unknown kind.
    """
    if options.format:
        return "csv" if options.format == "tsv" else options.format
    if head.startswith(b"PAR1"):
        return "parquet"
    text = head_text(head, options.encoding)
    suffix = SUFFIXES.get(PurePosixPath(name.lower()).suffix)
    if _HL7.match(text):
        return "hl7"
    if looks_like_rtf(text):
        return "rtf"
    if looks_like_html(text):
        return "html"
    if _XML.match(text):
        return "xml"
    if _JSON.match(text):
        return "fhir" if _RESOURCE.search(text) else "jsonl"
    if suffix in (None, "text") and is_delimited(text):
        return "csv"
    return suffix or "text"


def shown_name(name: str) -> str:
    """Return a file name that any output can carry: printable, without lone surrogates."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def report_name(label: str) -> str:
    """Return a file's name without the endings of known formats: the name of its one report."""
    while (suffix := PurePosixPath(label).suffix).lower() in (*SUFFIXES, *PACKED_SUFFIXES):
        label = label[: -len(suffix)]
    return label
