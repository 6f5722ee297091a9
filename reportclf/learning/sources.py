"""What the shipped model learns from: the corpus, and the blind set once it has been measured on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportclf.learning.corpus import corpus_folder, digest, load_corpus
from reportclf.learning.datasets import Case, corpus_case, plain_case, raw_rows
from reportclf.learning.lesions import SeenReport, see, see_tagged
from reportclf.pipeline import Pipeline

_UNTAUGHT = frozenset({"case", "table"})
"""Cases written to lie on either side of what suffices teach how their writer hesitates: held-out
lesions of other writers were decided worse with them (data/corpus/README.md). Tables of plain sentences
have next to no words: two development texts more were wrong with them."""
_WRITER = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Sources:
    """Training reports as read, the same as cases, and their files for the manifest."""

    seen: tuple[SeenReport, ...]
    cases: tuple[Case, ...]
    files: Mapping[str, Mapping[str, Any]]


def sources(pipeline: Pipeline) -> Sources:
    """Read everything that the shipped model learns from.

    Parameters
    ----------
    pipeline : Pipeline
        A pipeline with the model off.

    Returns
    -------
    Sources
        The corpus has a label for each finding. The blind set has one for each report, which goes
        to a lesion where it can only be that lesion's.

    Raises
    ------
    CorpusError
        If a file is missing or damaged.
    """
    corpus = corpus_folder() / "train.jsonl"
    blind = corpus_folder().parent / "blind" / "reports.jsonl"
    reports = load_corpus(corpus)
    rows = [row for row in raw_rows(blind) if row["kind"] not in _UNTAUGHT]
    cases = [plain_case(row, number) for number, row in enumerate(rows)]
    return Sources(
        (
            *see(reports, pipeline),
            *see_tagged(cases, [_writer(row) for row in rows], pipeline),
        ),
        (*map(corpus_case, reports), *cases),
        {"corpus": source_file(corpus, len(reports)), "blind": source_file(blind, len(rows))},
    )


def _writer(row: Mapping[str, Any]) -> str:
    """Return who wrote a text of the blind set: round and the letters that the id begins with."""
    letters = _WRITER.match(str(row["id"]))
    return f"blind-{row['round']}-{letters.group() if letters else ''}"


def source_file(path: Path, reports: int) -> dict[str, Any]:
    """Return what the manifest tells of a file of the project that was learnt from."""
    name = f"data/{path.parent.name}/{path.name}"
    return {"file": name, "reports": reports, "sha256": digest([path])}
