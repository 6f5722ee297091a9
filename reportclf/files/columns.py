"""Which columns of a table, or fields of a JSON object, hold the identifier and the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reportclf.files.item import ReadOptions, Unreadable

TEXT_NAMES = (
    "report_text", "text", "note_text", "report", "body", "narrative", "report_body", "full_text",
    "fulltext", "reporttext", "notetext", "result_text", "report_content", "note", "content",
    "report_style", "text_masked",
)  # fmt: skip
"""Usual names of a text column, the likeliest first; compared in lower case, words joined by _."""

ID_NAMES = (
    "report_id", "note_id", "id", "accession_number", "accession", "accession_no", "study_id",
    "exam_id", "reportid", "noteid", "accessionnumber", "document_id", "uid", "row_id",
)  # fmt: skip
"""Usual names of an identifier column, the likeliest first."""

SECTION_NAMES = (
    ("HISTORY", ("history", "clinical_history", "clinical_information", "clinical_info")),
    ("INDICATION", ("indication", "indications", "reason_for_exam", "reason_for_study")),
    ("TECHNIQUE", ("technique",)),
    ("COMPARISON", ("comparison", "comparisons")),
    ("FINDINGS", ("findings", "finding")),
    ("IMPRESSION", ("impression", "impressions", "conclusion", "conclusions", "opinion")),
    ("ADDENDUM", ("addendum", "addenda")),
)
"""Columns that hold one section each, in the order a report has them, with their headings."""

_Choice = tuple[str | None, tuple[tuple[str | None, str], ...]]
_BODY_SECTIONS = ("FINDINGS", "IMPRESSION")


@dataclass(frozen=True, slots=True)
class Columns:
    """The chosen columns: an identifier, and text columns with the heading each gets.

    A heading is None where one column holds the whole report.
    """

    id_name: str | None
    texts: tuple[tuple[str | None, str], ...]

    @property
    def text_path(self) -> str:
        """The text columns' names, joined with ``+``."""
        return "+".join(name for _, name in self.texts)


def choose_columns(names: Sequence[str], options: ReadOptions) -> Columns:
    """Return the columns to read, named by the options or recognised by their usual names.

    Parameters
    ----------
    names : sequence of str
        The table's column names or the JSON object's keys.
    options : ReadOptions

    Returns
    -------
    Columns

    Raises
    ------
    Unreadable
        Codes ``no_text_column``, ``no_id_column`` (only where one was named).
    """
    id_name, texts = _choice(tuple(names), options.id_column, options.text_column)
    if options.id_column and id_name is None:
        raise Unreadable("no_id_column")
    if not texts:
        raise Unreadable("no_text_column")
    return Columns(id_name, texts)


@lru_cache(maxsize=256)  # JSON rows are asked about one by one
def _choice(names: tuple[str, ...], wanted_id: str | None, wanted_text: str | None) -> _Choice:
    id_name = _named(names, wanted_id) if wanted_id else _usual(names, ID_NAMES)
    return id_name, _named_texts(names, wanted_text) if wanted_text else _texts(names)


def compose_text(cells: Iterable[tuple[str | None, str]]) -> str:
    """Return one text from a report's cells: section cells get their heading on a line above.

    A cell that opens with its own heading keeps it; an empty cell is left out.
    """
    parts = []
    for heading, cell in cells:
        if heading is None:
            parts.append(cell)
        elif cell.strip():
            own = cell.lstrip()[: len(heading)].upper() == heading
            parts.append(cell if own else f"{heading}:\n{cell}")
    return "\n\n".join(parts)


def looks_like_header(names: Sequence[str]) -> bool:
    """Tell whether a line's cells are surely a header: usual names for identifier and text."""
    plain = all(len(name) <= 64 and "\n" not in name for name in names)
    return plain and _usual(names, ID_NAMES) is not None and bool(_texts(names))


def _texts(names: Sequence[str]) -> tuple[tuple[str | None, str], ...]:
    whole = _usual(names, TEXT_NAMES)
    if whole is not None:
        return ((None, whole),)
    sections = [(heading, _usual(names, usual)) for heading, usual in SECTION_NAMES]
    found = tuple((heading, name) for heading, name in sections if name is not None)
    return found if any(heading in _BODY_SECTIONS for heading, _ in found) else ()


def _named_texts(names: Sequence[str], wanted: str) -> tuple[tuple[str | None, str], ...]:
    whole = _named(names, wanted)
    if whole is not None:
        return ((None, whole),)
    parts = [_named(names, part) for part in wanted.split("+")]
    return tuple((_heading(name), name) for name in parts if name) if all(parts) else ()


def _heading(name: str) -> str:
    plain = _plain(name)
    for heading, usual in SECTION_NAMES:
        if plain in usual:
            return heading
    return plain.replace("_", " ").upper()


def _named(names: Sequence[str], wanted: str) -> str | None:
    if wanted in names:
        return wanted
    plain = _plain(wanted)
    return next((name for name in names if _plain(name) == plain), None)


def _usual(names: Sequence[str], usual: Sequence[str]) -> str | None:
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(_plain(name), name)
    return next((by_plain[name] for name in usual if name in by_plain), None)


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-z]+", "_", name.strip().lower()).strip("_")
