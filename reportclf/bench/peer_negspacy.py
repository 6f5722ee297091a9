"""Run by the bench-only environment: negspacy on the reports of a JSON file, seconds to stdout."""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any


def main() -> None:
    """Time spaCy's entity ruler with negspacy's negation on each list of reports."""
    import spacy

    import_module("negspacy.negation")  # makes its factory known

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    ruler: Any = nlp.add_pipe("entity_ruler")
    words = ("calcification", "calcifications", "calcified", "calcific", "calcium", "granuloma")
    ruler.add_patterns([{"label": "CALC", "pattern": [{"LOWER": word}]} for word in words])
    nlp.add_pipe("negex", config={"ent_types": ["CALC"]})
    cells = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    for texts in cells:  # fills the tokenizer's cache, as for the bare tokenizer
        for text in texts:
            nlp.tokenizer(text.replace("\n", " "))
    print(json.dumps([_median([_seconds(nlp, texts) for _ in range(3)]) for texts in cells]))


def _seconds(nlp: Any, texts: list[str]) -> float:
    began = time.perf_counter()
    for text in texts:
        nlp(text)
    return time.perf_counter() - began


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    main()
