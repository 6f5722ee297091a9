"""What a batch run is asked for, checked as a whole before it starts."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from reportclf.errors import OutputError

Path = str | os.PathLike[str]

_SHAPES_OUTPUT = ("format", "with_text", "exclude_background", "risk_terms")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOptions:
    """How to tag files; every field may stay as it is.

    Attributes
    ----------
    format : str
        ``jsonl``, ``csv`` or ``parquet``.
    details : path, optional
        File of the second table (findings and risk terms, long), for CSV and Parquet.
    errors : path, optional
        File of dead letters as JSON Lines: which rows failed, where and why. Never holds text.
    manifest : path, optional
        File that tells what the run was: versions, options, counts, times.
    max_errors : int, optional
        Failed rows to bear; one more ends the run.
    jobs : int
        Worker processes; 1 works in this process.
    chunk_size : int
        Rows handed to a worker at once.
    resume : bool
        Go on from where an interrupted run to the same output stopped.
    with_text : bool
        Quote the words of findings and risk terms in the output.
    exclude_background : bool
        Set background findings aside and tag each report by the rest.
    model, lexicon, rules_only, risk_terms
        See :meth:`reportclf.pipeline.Pipeline.load`.
    checkpoint_seconds : float
        How often what is done is made to last.
    """

    format: str = "jsonl"
    details: Path | None = None
    errors: Path | None = None
    manifest: Path | None = None
    max_errors: int | None = None
    jobs: int = 1
    chunk_size: int = 256
    resume: bool = False
    with_text: bool = False
    exclude_background: bool = False
    model: Path | None = None
    lexicon: Path | None = None
    rules_only: bool = False
    risk_terms: Literal["with_mention", "always"] = "with_mention"
    checkpoint_seconds: float = 1.0

    def plain(self) -> dict[str, Any]:
        """Return the options as JSON values."""
        return {
            name: os.fspath(value) if isinstance(value, os.PathLike) else value
            for name, value in asdict(self).items()
        }

    def fingerprint(self, versions: Mapping[str, str]) -> str:
        """Return a digest of all that the output depends on beside the input.

        Parameters
        ----------
        versions : mapping
            :attr:`reportclf.pipeline.Pipeline.versions`.
        """
        shape = {name: getattr(self, name) for name in _SHAPES_OUTPUT}
        known = [dict(versions), shape, self.details is not None]
        return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


def check_outputs(out: Path | None, options: BatchOptions) -> None:
    """Raise :class:`OutputError` for outputs that contradict each other."""
    if options.format not in ("jsonl", "csv", "parquet"):
        raise OutputError(
            f"unknown output format {options.format[:40]!r}; known are jsonl, csv, parquet"
        )
    if options.details is not None and options.format == "jsonl":
        raise OutputError("JSON Lines hold the details already: drop --details, or use csv")
    if out is None and options.format == "parquet":
        raise OutputError("Parquet cannot go to standard output: name a file with -o")
    if out is None and options.resume:
        raise OutputError("only a run into a file can be resumed: name it with -o")
    named = (out, options.details, options.errors, options.manifest)
    given = [os.path.realpath(path) for path in named if path is not None]
    if len(set(given)) < len(given):
        raise OutputError("each output needs a file of its own")
    for path in given:
        _check_place(path)


def _check_place(path: str) -> None:
    folder = os.path.dirname(path)  # noqa: PTH120 - a plain string stays one
    if os.path.isdir(path):  # noqa: PTH112
        raise OutputError(f"cannot write {path}: it is a folder")
    if not os.path.isdir(folder):  # noqa: PTH112
        raise OutputError(f"cannot write {path}: there is no folder {folder}")
    if not os.access(folder, os.W_OK) and not os.access(path, os.W_OK):
        raise OutputError(f"cannot write {path}: no permission")
