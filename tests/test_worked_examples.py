"""The worked examples of the guideline, and one result for every development row."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from reportclf.pipeline import Pipeline
from reportclf.records import Report

DATA = Path(__file__).parents[2] / "shared" / "data"
LEAST_RIGHT = 34
LEAST_MENTIONS = 0.95


def rows(name: str) -> list[dict]:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"the project's shared folder with {name} is not here")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


@pytest.mark.parametrize("system", ["rules_pipeline", "pipeline"])
def test_worked_examples(system: str, request: pytest.FixtureRequest) -> None:
    tagger: Pipeline = request.getfixturevalue(system)
    examples = rows("worked_examples.jsonl")
    misses = []
    for row in examples:
        result = tagger.tag(row["text"])
        if result.tag is None or result.tag.value != row["tag"].lower():
            misses.append(
                f"{row['id']}: {result.tag}, not {row['tag'].lower()}\n    {row['text']}\n"
                f"    {row['why']}"
            )
    told = "\n".join([f"{len(examples) - len(misses)} of {len(examples)} right; misses:", *misses])
    print(told)
    assert len(examples) - len(misses) >= LEAST_RIGHT, told


def test_worked_examples_mentions_and_risk_terms_have_the_right_assertion(
    rules_pipeline: Pipeline,
) -> None:
    """Nearly all of the annotated mentions are found with their assertion."""
    wanted = right = 0
    misses = []
    for row in rows("worked_examples.jsonl"):
        text = row["text"]
        found = [one for finding in rules_pipeline.tag(text).findings for one in finding.mentions]
        for mention in row["mentions"]:
            wanted += 1
            places = [one.span() for one in re.finditer(re.escape(mention["text"]), text)]
            states = [
                one.assertion.status.value
                for one in found
                if any(one.span.start < end and start < one.span.end for start, end in places)
            ]
            if mention["assertion"] in states:
                right += 1
            else:
                misses.append(f"{row['id']}: {mention['text']!r} {mention['assertion']}: {states}")
    assert right >= LEAST_MENTIONS * wanted, "\n".join([f"{right} of {wanted}", *misses])


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("dev_real.jsonl", "text"),
        ("dev_cases.jsonl", "report_style"),
        ("dev_cases.jsonl", "text_masked"),
    ],
)
def test_every_development_row_has_one_result(
    name: str, field: str, rules_pipeline: Pipeline
) -> None:
    reports = [
        Report(str(row.get("id", number)), row[field]) for number, row in enumerate(rows(name))
    ]
    results = list(rules_pipeline.tag_many(reports))
    assert [one.report_id for one in results] == [one.report_id for one in reports]
    assert [one.report_id for one in results if one.error or one.tag is None] == []
