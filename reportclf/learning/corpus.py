"""The labelled corpus: frozen records and a strict loader.

One JSON object a line; ``data/corpus/README.md`` tells every field. The loader lists every problem
at once, by report id and field, and never quotes a report.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from reportclf.errors import CorpusError
from reportclf.records import CLASSES, Level, Priority, Status, SubReason, Tag, affirms

AGES = ("child", "adult", "elderly")
_KEYS = frozenset(
    {
        "id", "text", "tag", "tags", "sub_reason", "modality", "region", "style", "age", "batch", "rows",
        "findings", "mentions", "risk_terms",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LabelledFinding:
    """One lesion as labelled: its class and where it lies."""

    finding_id: str
    label: Tag
    sub_reason: SubReason | None
    priority: Priority | None
    site: str


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """A labelled mention (``ref`` is its finding) or risk term (``ref`` is its guideline row)."""

    start: int
    end: int
    status: Status
    level: Level | None
    ref: str

    @property
    def affirmed(self) -> bool:
        """Present, or possible at the likely level."""
        return affirms(self.status, self.level)


@dataclass(frozen=True, slots=True)
class LabelledReport:
    """A report with everything that was labelled in it."""

    report_id: str
    text: str = field(repr=False)
    tag: Tag
    tags: tuple[Tag, ...]
    sub_reason: SubReason | None
    modality: str
    region: str
    style: str
    age: str
    batch: str
    rows: tuple[str, ...]
    findings: tuple[LabelledFinding, ...]
    mentions: tuple[LabelledSpan, ...]
    risks: tuple[LabelledSpan, ...]


def corpus_folder() -> Path:
    """Return ``data/corpus`` of the clone the package runs from.

    Raises
    ------
    CorpusError
        If there is none: the corpus is not part of the wheel.
    """
    folder = Path(__file__).parent.parent.parent / "data" / "corpus"
    if not folder.is_dir():
        raise CorpusError(
            f"the corpus folder {folder} is missing; run from a clone of the project or name the files"
        )
    return folder


def load_corpus(*paths: Path) -> tuple[LabelledReport, ...]:
    """Load labelled reports.

    Parameters
    ----------
    *paths : Path
        JSONL files in the corpus schema.

    Returns
    -------
    tuple of LabelledReport
        In the order of the files.

    Raises
    ------
    CorpusError
        If anything is wrong; the message lists every problem.
    """
    problems: list[str] = []
    reports: list[LabelledReport] = []
    for path in paths:
        for number, row in enumerate(_rows(path, problems), 1):
            found = row_problems(row)
            name = row.get("id") if isinstance(row.get("id"), str) else f"line {number}"
            problems.extend(f"{path.name} {name}: {problem}" for problem in found)
            if not found:
                reports.append(_report(row))
    seen: set[str] = set()
    for report in reports:
        if report.report_id in seen:
            problems.append(f"{report.report_id}: the id is used twice")
        seen.add(report.report_id)
    if problems:
        raise CorpusError(f"{len(problems)} problems in the corpus:\n" + "\n".join(problems))
    return tuple(reports)


def digest(paths: Iterable[Path]) -> str:
    """Return one SHA-256 over the named files, in order."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def row_problems(row: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with one raw row; an empty list if nothing is."""
    if set(row) != _KEYS:
        wrong = ", ".join(sorted(set(row) ^ _KEYS))
        return [f"missing or unknown fields: {wrong}"]
    problems = [
        f"{name} must be text"
        for name in ("id", "text", "modality", "region", "style", "batch")
        if not isinstance(row[name], str)
    ]
    if row["age"] not in AGES:
        problems.append("age must be one of " + ", ".join(AGES))
    if problems:
        return problems
    problems.extend(_label_problems(row))
    problems.extend(_span_problems(row))
    return problems


# -- one row -----------------------------------------------------------------------------------


def _rows(path: Path, problems: list[str]) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        problems.append(f"{path}: cannot be read as UTF-8 text")
        return []
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if isinstance(row, dict):
            rows.append(row)
        else:
            problems.append(f"{path.name} line {number}: not a JSON object")
    return rows


def _known(kind: type[StrEnum], value: object) -> bool:
    return isinstance(value, str) and value in set(kind)


def _label_problems(row: Mapping[str, Any]) -> list[str]:
    problems = []
    if not _known(Tag, row["tag"]) or not all(_known(Tag, tag) for tag in row["tags"]):
        problems.append("unknown tag")
    elif row["tag"] in CLASSES and list(row["tags"][:1]) != [row["tag"]]:
        problems.append("tags must start with the tag")
    needs_sub = row["tag"] in (Tag.OTHER, Tag.NONE)
    if needs_sub != _known(SubReason, row["sub_reason"]):
        problems.append("sub_reason belongs to the tags other and none, and only there")
    for finding in row["findings"]:
        if not _known(Tag, finding["label"]):
            problems.append(f"finding {finding['id']}: unknown label")
        elif (finding["label"] in CLASSES) != _known(Priority, finding["priority"]):
            problems.append(f"finding {finding['id']}: priority belongs to the three classes only")
    return problems


def _span_problems(row: Mapping[str, Any]) -> list[str]:
    problems = []
    ids = {finding["id"] for finding in row["findings"]}
    for kind, key in (("mentions", "finding"), ("risk_terms", "row")):
        for number, span in enumerate(row[kind]):
            start, end = span["start"], span["end"]
            if not 0 <= start < end <= len(row["text"]) or row["text"][start:end] != span["text"]:
                problems.append(f"{kind}[{number}]: offsets do not give the words")
            if not _known(Status, span["status"]) or (span["status"] == "possible") != _known(
                Level, span["level"]
            ):
                problems.append(f"{kind}[{number}]: unknown status or level")
            if key == "finding" and span[key] not in ids:
                problems.append(f"{kind}[{number}]: no such finding")
    used = {span["finding"] for span in row["mentions"]}
    problems.extend(f"finding {one} has no mention" for one in sorted(ids - used))
    return problems


def _report(row: Mapping[str, Any]) -> LabelledReport:
    return LabelledReport(
        report_id=row["id"],
        text=row["text"],
        tag=Tag(row["tag"]),
        tags=tuple(Tag(tag) for tag in row["tags"]),
        sub_reason=SubReason(row["sub_reason"]) if row["sub_reason"] else None,
        modality=row["modality"],
        region=row["region"],
        style=row["style"],
        age=row["age"],
        batch=row["batch"],
        rows=tuple(row["rows"]),
        findings=tuple(_finding(one) for one in row["findings"]),
        mentions=_spans(row["mentions"], "finding"),
        risks=_spans(row["risk_terms"], "row"),
    )


def _finding(row: Mapping[str, Any]) -> LabelledFinding:
    return LabelledFinding(
        row["id"],
        Tag(row["label"]),
        SubReason(row["sub_reason"]) if row["sub_reason"] else None,
        Priority(row["priority"]) if row["priority"] else None,
        row["site"],
    )


def _spans(rows: Sequence[Mapping[str, Any]], ref: str) -> tuple[LabelledSpan, ...]:
    return tuple(
        LabelledSpan(
            row["start"],
            row["end"],
            Status(row["status"]),
            Level(row["level"]) if row["level"] else None,
            row[ref],
        )
        for row in rows
    )
