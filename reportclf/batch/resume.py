"""Finding out how much of an interrupted run still holds for today's input."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from reportclf.batch.chunk import add_row
from reportclf.batch.parts import Checkpoint
from reportclf.files.item import Item

if TYPE_CHECKING:
    from hashlib import _Hash


def unchanged(
    items: Iterator[Item], marks: Sequence[Checkpoint]
) -> tuple[list[Checkpoint], list[Item], _Hash]:
    """Read past the rows that are done, as far as they are the same as then.

    Parameters
    ----------
    items : iterator of Report or RowError
        The whole input; read past what still holds.
    marks : sequence of Checkpoint
        Of the interrupted run.

    Returns
    -------
    kept : list of Checkpoint
        Those whose rows are unchanged.
    pending : list of Report or RowError
        Rows read here that come after the last of them, and are still to be done.
    seen : hash
        Of the rows that are kept.
    """
    kept: list[Checkpoint] = []
    seen = hashlib.sha256()
    for mark in marks:
        ahead, rows = seen.copy(), []
        for item in islice(items, mark.rows - (kept[-1].rows if kept else 0)):
            add_row(ahead, item)
            rows.append(item)
        if ahead.hexdigest() != mark.key:
            return kept, rows, seen
        kept.append(mark)
        seen = ahead
    return kept, [], seen
