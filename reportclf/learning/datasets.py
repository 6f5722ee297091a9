"""Every labelled set the project has, brought to one form: cases."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reportclf.errors import CorpusError
from reportclf.learning.corpus import LabelledReport, corpus_folder, load_corpus
from reportclf.records import CLASSES, Status, SubReason, Tag


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """A labelled span: ``head`` is what a match must touch, ``ref`` a concept or finding."""

    start: int
    end: int
    status: Status
    ref: str
    head: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled text.

    ``slices`` name the parts of the set it belongs to; ``affirmed`` whether some calcification other
    than a stone is affirmed; ``mentions`` and ``risks`` are None where they are not labelled.
    """

    case_id: str
    text: str = field(repr=False)
    tag: Tag
    slices: tuple[str, ...] = ()
    sub_reason: SubReason | None = None
    affirmed: bool | None = None
    mentions: tuple[GoldSpan, ...] | None = None
    risks: tuple[GoldSpan, ...] | None = None
    findings: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class DataSet:
    """A named set of cases and the hash of its file."""

    name: str
    cases: tuple[Case, ...]
    sha256: str


def project_sets() -> list[DataSet]:
    """Return everything the project has, in a fixed order; what is absent is left out."""
    root = corpus_folder().parent.parent
    shared = next(
        (one for one in (root.parent / "shared" / "data", Path("../shared/data")) if one.is_dir()),
        None,
    )
    sets = [load_set(root / "data" / "corpus" / "test.jsonl", "corpus_test")]
    sets.extend(
        load_set(path, "prevalence")
        for path in sorted((root / "data" / "prevalence").glob("*.jsonl"))[:1]
    )
    if shared is not None:
        sets.append(_load(shared / "worked_examples.jsonl", "worked_examples", worked_case))
        sets.append(_load(shared / "dev_real.jsonl", "dev_real", real_case))
        sets.append(
            _load(shared / "dev_cases.jsonl", "dev_cases_report", _retold("report_style", "report"))
        )
        sets.append(
            _load(shared / "dev_cases.jsonl", "dev_cases_masked", _retold("text_masked", "masked"))
        )
    return sets


def load_set(path: Path, name: str | None = None) -> DataSet:
    """Load a labelled file: the corpus schema, one of the development files, or columns id, text, tag.

    Raises
    ------
    CorpusError
        If the file has none of these forms.
    """
    name = name or path.stem
    known: dict[str, Callable[[Mapping[str, Any]], Case]] = {
        "dev_real": real_case,
        "worked_examples": worked_case,
        "dev_cases": _retold("report_style", "report"),
    }
    if path.stem in known:
        return _load(path, name, known[path.stem])
    rows = raw_rows(path)
    if rows and {"findings", "risk_terms", "batch"} <= set(rows[0]):
        return DataSet(name, tuple(corpus_case(one) for one in load_corpus(path)), _digest(path))
    return DataSet(
        name, tuple(plain_case(row, number) for number, row in enumerate(rows, 1)), _digest(path)
    )


def raw_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a labelled CSV or JSONL file.

    Raises
    ------
    CorpusError
        If the file cannot be read.
    """
    try:
        if path.suffix.lower() == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                return [dict(row) for row in csv.DictReader(file)]
        return [
            json.loads(line)
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.strip()
        ]
    except (OSError, UnicodeDecodeError, ValueError, csv.Error):
        raise CorpusError(f"labelled file {path} is not readable as UTF-8 CSV or JSONL") from None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _load(path: Path, name: str, adapt: Callable[[Mapping[str, Any]], Case]) -> DataSet:
    return DataSet(name, tuple(adapt(row) for row in raw_rows(path)), _digest(path))


# -- adapters ----------------------------------------------------------------------------------


def plain_case(row: Mapping[str, Any], number: int) -> Case:
    """Read a row that has a text and a tag (or label) only.

    Raises
    ------
    CorpusError
        If it has not.
    """
    low = {str(key).strip().lower(): value for key, value in row.items()}
    tag = str(low.get("tag") or low.get("label") or "").strip().lower()
    text = low.get("text") or low.get("report") or low.get("report_text")
    if not isinstance(text, str) or tag not in set(Tag):
        raise CorpusError(f"row {number}: needs a text and a tag, one of {', '.join(Tag)}")
    sub = str(low.get("sub_reason") or low.get("sub") or "").lower()
    return Case(
        str(low.get("id") or low.get("report_id") or number),
        text,
        Tag(tag),
        sub_reason=SubReason(sub) if sub in set(SubReason) else None,
        affirmed=tag != "none",
    )


def corpus_case(report: LabelledReport) -> Case:
    """Bring a corpus report to a case."""
    labels = {one.finding_id: one.label for one in report.findings}
    subs = {one.finding_id: one.sub_reason for one in report.findings}
    return Case(
        report.report_id,
        report.text,
        report.tag,
        (report.batch,),
        report.sub_reason,
        any(one.affirmed and subs[one.ref] is not SubReason.CALCULUS for one in report.mentions),
        tuple(
            GoldSpan(one.start, one.end, one.status, one.ref, (one.start, one.end))
            for one in report.mentions
        ),
        tuple(
            GoldSpan(one.start, one.end, one.status, one.ref, (one.start, one.end))
            for one in report.risks
        ),
        {name: label.value for name, label in labels.items()},
    )


def real_case(row: Mapping[str, Any]) -> Case:
    """Bring a row of ``dev_real.jsonl`` to a case."""
    tag = Tag(row["tag"].lower())
    slices = [row["kind"]]
    if row["sure"] >= 2:
        slices += ["sure", f"{row['kind']}_sure"]
    mentions = tuple(_gold(one, one["class"].lower(), "head") for one in row["mentions"])
    affirmed = any(
        (one.status is Status.PRESENT and one.ref != "none")
        or (one.status is Status.POSSIBLE and one.ref in {tag.value for tag in CLASSES})
        for one in mentions
    )
    risks = tuple(_gold(one, one["concept"], "span") for one in row["risk_terms"])
    sub = row["sub"] or None
    return Case(
        row["id"],
        row["text"],
        tag,
        tuple(slices),
        SubReason(sub) if sub else None,
        affirmed,
        mentions,
        risks,
    )


def _gold(one: Mapping[str, Any], ref: str, head: str) -> GoldSpan:
    (start, end), (first, last) = one["span"], one[head]
    return GoldSpan(start, end, Status(one["assertion"]), ref, (first, last))


def _retold(field_name: str, prefix: str) -> Callable[[Mapping[str, Any]], Case]:
    def adapt(row: Mapping[str, Any]) -> Case:
        tag = Tag(row[f"{prefix}_tag"].lower())
        part = "supported" if row[f"{prefix}_supported"] else "unsupported"
        return Case(row["id"], row[field_name], tag, (part,), affirmed=tag is not Tag.NONE)

    return adapt


def worked_case(row: Mapping[str, Any]) -> Case:
    """Bring a row of ``worked_examples.jsonl`` to a case."""
    tag = Tag(row["tag"].lower())
    mentions = tuple(_found(row["text"], row["mentions"]))
    affirmed = any(
        one.status is Status.PRESENT or (one.status is Status.POSSIBLE and tag in CLASSES)
        for one in mentions
    )
    return Case(
        row["id"],
        row["text"],
        tag,
        (),
        None,
        affirmed and tag is not Tag.NONE,
        mentions,
        tuple(_found(row["text"], row["risk_terms"])),
    )


def _found(text: str, items: Iterable[Mapping[str, Any]]) -> Iterable[GoldSpan]:
    """Place spans that are given by their words, each after the one before where it can."""
    last: dict[str, int] = {}
    for item in items:
        words = item["text"]
        start = text.find(words, last.get(words, 0))
        start = text.find(words) if start < 0 else start
        if start < 0:
            continue
        last[words] = start + len(words)
        yield GoldSpan(
            start, start + len(words), Status(item["assertion"]), "", (start, start + len(words))
        )
