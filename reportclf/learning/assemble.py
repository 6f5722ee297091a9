"""Assemble ``data/corpus`` from the batches of its writers: fixed order, fixed split by batch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reportclf.errors import CorpusError
from reportclf.learning.corpus import row_problems

TEST_BATCHES = ("b10", "b11", "b12")
"""Written by readers of the guideline who saw neither lexicon nor code; used for no choice."""


def assemble(batches: Sequence[Path], folder: Path) -> dict[str, int]:
    """Write ``train.jsonl``, ``test.jsonl`` and ``splits.json``.

    Parameters
    ----------
    batches : sequence of Path
        One JSONL file a batch, named after it.
    folder : Path
        Where the corpus goes.

    Returns
    -------
    dict
        Reports in each batch.

    Raises
    ------
    CorpusError
        If a row has not the promised form; lists every problem.
    """
    rows: list[dict[str, Any]] = []
    for path in sorted(batches):
        rows.extend(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    problems = [f"{row.get('id')}: {problem}" for row in rows for problem in row_problems(row)]
    if problems:
        raise CorpusError(f"{len(problems)} problems in the batches:\n" + "\n".join(problems))
    rows.sort(key=lambda row: str(row["id"]))
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["batch"]] = counts.get(row["batch"], 0) + 1
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("train", "test"):
        chosen = [row for row in rows if (row["batch"] in TEST_BATCHES) == (name == "test")]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in chosen)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8", newline="\n")
    (folder / "splits.json").write_text(_splits(counts), encoding="utf-8", newline="\n")
    return counts


def _splits(counts: dict[str, int]) -> str:
    split = {
        "by": "author batch; cross-validation groups are the batches of train, and the first guideline row",
        "train": {name: count for name, count in counts.items() if name not in TEST_BATCHES},
        "test": {name: count for name, count in counts.items() if name in TEST_BATCHES},
    }
    return json.dumps(split, indent=2) + "\n"
