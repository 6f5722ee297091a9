"""Score the marked-up assertion cases of ``tests/cases``, a phenomenon a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reportclf.learning.corpus import corpus_folder
from reportclf.learning.metrics import f1, ratio
from reportclf.pipeline import Pipeline

_MARK = re.compile(r"\[([^\[\]|]+)\|(present|likely|weak|absent|historical|hypothetical|family)\]")


def parse_case(line: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the plain text of a marked line and its spans with their status or hedge level."""
    line = line.removeprefix("!").replace("\\n", "\n")
    text, last, spans = "", 0, []
    for mark in _MARK.finditer(line):
        text += line[last : mark.start()]
        spans.append((len(text), len(text) + len(mark.group(1)), mark.group(2)))
        text += mark.group(1)
        last = mark.end()
    return text + line[last:], spans


def case_lines(path: Path) -> Iterable[tuple[int, str]]:
    """Yield line numbers and cases of a file; comments and blank lines are left out."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            yield number, line


def assertion_figures(pipeline: Pipeline) -> dict[str, Any]:
    """Return right and total by phenomenon, and the F1 of negation; empty without the test files."""
    folder = corpus_folder().parent.parent / "tests" / "cases" / "assertion"
    pairs: list[tuple[str, str]] = []
    phenomena: dict[str, Any] = {}
    for path in sorted(folder.glob("*.txt")):
        right, total, missed = 0, 0, []
        for number, line in case_lines(path):
            text, spans = parse_case(line)
            said = (
                pipeline.assert_spans(text, [(start, end) for start, end, _ in spans])
                if spans
                else []
            )
            for (_, _, gold), one in zip(spans, said, strict=True):
                given = one.level.value if one.level else one.status.value
                pairs.append((gold, given))
                total += 1
                right += gold == given
                if gold != given:
                    missed.append(number)
        phenomena[path.stem] = {"right": right, "total": total, "missed_lines": missed}
    if not pairs:
        return {}
    denied = sum(gold == given == "absent" for gold, given in pairs)
    return {
        "n": len(pairs),
        "accuracy": ratio(sum(gold == given for gold, given in pairs), len(pairs)),
        "negation": f1(
            denied,
            sum(one == "absent" for one, _ in pairs),
            sum(one == "absent" for _, one in pairs),
        ),
        "phenomena": phenomena,
    }
