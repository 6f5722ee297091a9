"""``python -m reportclf.bench.negation``: negation of given spans, ours and negspacy's, on the blind sentences.

Prints precision, recall and F1 of "absent" against everything else, for each set of
``data/blind/sentences.jsonl``. Needs a clone; with ``--peer PYTHON`` an environment with negspacy.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reportclf.learning.metrics import f1
from reportclf.pipeline import Pipeline

_SENTENCES = Path(__file__).parents[2] / "data" / "blind" / "sentences.jsonl"
_PEER = """
import importlib, json, spacy, sys
importlib.import_module("negspacy.negation")
nlp = spacy.blank("en")
split = nlp.add_pipe("sentencizer")
deny = nlp.add_pipe("negex", config={"ent_types": ["SPAN"]})
said = []
for row in json.load(open(sys.argv[1], encoding="utf-8")):
    doc = split(nlp.make_doc(row["text"]))
    doc.ents = [doc.char_span(row["start"], row["end"], label="SPAN", alignment_mode="expand")]
    said.append(any(span._.negex for span in deny(doc).ents))
print(json.dumps(said))
"""


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", help="python of an environment with negspacy")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in _SENTENCES.read_text(encoding="utf-8").splitlines()]
    systems = {"reportclf": ours(rows)}
    if arguments.peer:
        systems["negspacy"] = _peer(rows, arguments.peer)
    print("| set | spans | absent |", " | ".join(f"{name}: P, R, F1" for name in systems), "|")
    print("|---|---|---|" + "---|" * len(systems))
    for number in sorted({row["set"] for row in rows}):
        chosen = [place for place, row in enumerate(rows) if row["set"] == number]
        truth = [rows[place]["status"] == "absent" for place in chosen]
        scores = [figures(truth, [said[place] for place in chosen]) for said in systems.values()]
        shown = " | ".join(
            ", ".join(f"{score[name]:.3f}" for name in ("precision", "recall", "f1"))
            for score in scores
        )
        print(f"| {number} | {len(chosen)} | {sum(truth)} | {shown} |")


def ours(rows: Sequence[dict[str, Any]]) -> list[bool]:
    """Return whether each span is judged absent."""
    pipeline = Pipeline.load(rules_only=True)
    return [
        pipeline.assert_spans(row["text"], [(row["start"], row["end"])])[0].status.value == "absent"
        for row in rows
    ]


def figures(truth: Sequence[bool], said: Sequence[bool]) -> dict[str, float]:
    """Return precision, recall and F1, and their counts."""
    right = sum(one and other for one, other in zip(truth, said, strict=True))
    return f1(right, sum(truth), sum(said))


def _peer(rows: Sequence[dict[str, Any]], python: str) -> list[bool]:
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(rows, file)
        file.flush()
        done = subprocess.run(
            [python, "-c", _PEER, file.name], capture_output=True, text=True, check=True
        )
    said: list[bool] = json.loads(done.stdout)
    return said


if __name__ == "__main__":
    main()
