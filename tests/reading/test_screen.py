"""The screen may answer early; it may never answer otherwise than a full reading."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from authored_reports import REPORTS
from case_helpers import JUDGES, case_files, cases_of

from reportclf.pipeline import Pipeline
from reportclf.reading.read import read

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
FIELDS = ("text", "report_style", "text_masked", "report")


def case_texts() -> list[str]:
    return [case.text for kind in JUDGES for path in case_files(kind) for case in cases_of(path)]


def sample_texts() -> list[str]:
    folder = ROOT / "data" / "samples"
    return [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.txt"))]


def rows_of(path: Path) -> list[str]:
    if not path.is_file():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [row[field] for row in rows for field in FIELDS if isinstance(row.get(field), str)]


def example_texts(pipeline: Pipeline) -> list[str]:
    return [text for rule in pipeline.lexicon.rules for text in (*rule.yes, *rule.no)]


def phrase_texts(pipeline: Pipeline) -> list[str]:
    """Every wording of every mention alone, with plural, other capitals and a misspelling."""
    found = []
    for concept in pipeline.lexicon.concepts.values():
        if concept.is_mention:
            for phrase in concept.phrases:
                found += [f"There is {phrase}.", f"{phrase.upper()}S", f"{phrase.title()} noted"]
                found += [phrase.replace(" ", "\n"), phrase.replace("-", "\u2011")]
            for phrase in (*concept.exact, *concept.ambiguous):
                found.append(f"{phrase} is seen. {' '.join(concept.needs)}.")
    return found


SOURCES = {
    "cases": lambda pipeline: case_texts(),
    "authored": lambda pipeline: list(REPORTS.values()),
    "rules": example_texts,
    "phrases": phrase_texts,
    "samples": lambda pipeline: sample_texts(),
    "corpus": lambda pipeline: [
        text
        for path in sorted((ROOT / "data" / "corpus").glob("*.jsonl"))
        for text in rows_of(path)
    ],
    "dev": lambda pipeline: [
        text for path in sorted(SHARED.glob("*.jsonl")) for text in rows_of(path)
    ],
}


# Wordings that the screen once held back by mistake.
WRAPPED_OR_BRITISH = ("calci\nfied", "uraemic small vessel disease", "uraemic gangrene")


@pytest.mark.parametrize("words", WRAPPED_OR_BRITISH)
def test_wrapped_and_british_words_pass(words: str, rules_pipeline: Pipeline) -> None:
    assert rules_pipeline._screen(f"There is {words}.")


@pytest.mark.parametrize("source", SOURCES)
def test_the_screen_changes_nothing(source: str, rules_pipeline: Pipeline) -> None:
    texts = SOURCES[source](rules_pipeline)
    if not texts:
        pytest.skip(f"no {source} texts are here")
    held_back = [text for text in dict.fromkeys(texts) if not rules_pipeline._screen(text)]
    wrong = [
        text
        for text in held_back
        if read(text, rules_pipeline.lexicon, rules_pipeline._index).lesions
    ]
    assert wrong == []


def test_the_screen_holds_something_back(rules_pipeline: Pipeline) -> None:
    plain = (
        "CHEST RADIOGRAPH. The lungs are clear. Heart size is normal. No effusion.",
        "MR KNEE. Tear of the medial meniscus. Small effusion.",
        "CT HEAD. No haemorrhage. Fracture of the left orbital floor.",
        "XR FOOT. Fracture of the base of the fifth metatarsal.",
    )
    assert [rules_pipeline._screen(text) for text in plain] == [False] * len(plain)


def test_a_screened_report_says_that_nobody_looked(rules_pipeline: Pipeline) -> None:
    text = "CHEST RADIOGRAPH. Haemodialysis. The lungs are clear."
    quick = rules_pipeline.tag(text)
    assert (quick.tag, quick.sub_reason, quick.risk_terms) == ("none", "no_mention", None)
    whole = Pipeline(rules_pipeline.lexicon, None, risk_terms="always").tag(text)
    assert (whole.tag, whole.sub_reason) == ("none", "no_mention")
    assert [one.concept for one in whole.risk_terms or ()] == ["dialysis"]
