"""The few lines that tell a human what a run did. Counts and codes, never text."""

from __future__ import annotations

import os
from collections.abc import Mapping

from reportclf.batch import Summary

MEANINGS = {
    "empty_text": "no text, or only white space",
    "binary": "not text: PDF, image or office document",
    "encoding": "the bytes do not fit the encoding given",
    "too_long": "longer than the limit",
    "bad_id": "the identifier is no identifier",
    "duplicate_id": "an earlier row has the same identifier",
    "malformed_row": "a wrong number of cells, or broken quotes",
    "malformed_json": "a line that is no JSON object",
    "malformed_message": "an HL7 message without MSH or OBR",
    "malformed_resource": "a FHIR entry that is no resource",
    "malformed_attachment": "an attachment that cannot be decoded",
    "unsupported_attachment": "an attachment that holds no text",
    "remote_attachment": "a text behind a URL; inline it first",
    "missing_text": "a JSON object without the text field",
    "missing_id": "a JSON object without the identifier field",
    "not_text": "a text field that holds something else",
    "no_text_column": "no text column is recognised; name it with --text-column",
    "no_id_column": "the identifier column is missing",
    "no_report": "a file with no report in it",
    "superseded": "replaced by a newer version",
    "cancelled": "cancelled, or entered in error",
    "unsupported_format": "a format that is not read",
    "needs_pyarrow": "Parquet, and pyarrow is not installed: pip install 'reportclf[parquet]'",
    "damaged_file": "the file breaks off or is corrupt from there on",
    "archive_limit": "an archive that unpacks to far too much",
    "encrypted": "a member of a zip archive that wants a password",
    "unreadable": "a file that vanished or may not be read",
    "worker_died": "the worker died of it, for want of memory perhaps",
}
"""What the codes of failed rows mean; those of reading are :mod:`reportclf.files.read`'s."""

_ORDER = ("tumoral", "metastatic", "dystrophic", "indeterminate", "other", "none")


def summary_lines(
    summary: Summary, out: str | None, errors: str | os.PathLike[str] | None
) -> list[str]:
    """Return the summary of a run, line by line.

    Parameters
    ----------
    summary : Summary
    out : str or None
        File of the results.
    errors : path or None
        File of the dead letters.
    """
    tally = summary.tally
    lines = [f"read {tally.rows:,} in {summary.seconds:.1f} s{_kept(summary)}"]
    tags = [f"{tag} {tally.tags[tag]:,}" for tag in _ORDER if tally.tags[tag]]
    if tags:
        lines.append(f"tagged {tally.tags.total():,}: {', '.join(tags)}")
    if tally.set_aside:
        lines += [f"set aside {tally.set_aside.total():,}:", *_codes(tally.set_aside)]
    if tally.failed:
        where = f" (listed in {os.fspath(errors)})" if errors else " (--errors FILE lists them)"
        lines += [f"failed {tally.failed.total():,}{where}:", *_codes(tally.failed)]
    if out is not None:
        lines.append(f"written to {out}")
    return lines


def _kept(summary: Summary) -> str:
    return f", {summary.kept:,} of them done before the interruption" if summary.kept else ""


def _codes(counts: Mapping[str, int]) -> list[str]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [f"  {number:,} {code}{_meaning(code)}" for code, number in ordered]


def _meaning(code: str) -> str:
    if code.startswith("tag:"):
        return ": an error of this program; please report it"
    return f": {MEANINGS[code]}" if code in MEANINGS else ""
