"""What is measured against what: each contestant is a function that goes through all reports."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from reportclf.bench.compose import compose
from reportclf.errors import ModelError

if TYPE_CHECKING:
    from reportclf.pipeline import Pipeline

Contestant = Callable[[Sequence[str]], Any]


def load(**how: Any) -> tuple[Pipeline, bool]:
    """Return the pipeline and whether it has its model; without one it works by rules only."""
    from reportclf.pipeline import Pipeline

    try:
        return Pipeline.load(**how), True
    except ModelError:
        return Pipeline.load(**how, rules_only=True), False


def contestants() -> dict[str, Contestant]:
    """Return all that run in this environment, ours first."""
    return {
        "reportclf": _pipeline("with_mention"),
        'reportclf, risk_terms="always"': _pipeline("always"),
        "spaCy tokenizer alone": _tokenizer(),
        "substring scan": _scan,
        "TF-IDF + logistic regression": _linear(),
    }


def _pipeline(risk_terms: str) -> Contestant:
    ours, _ = load(risk_terms=risk_terms)
    return lambda texts: deque(ours.tag_many(texts), maxlen=0)


def _tokenizer() -> Contestant:
    """Return spaCy's tokenizer at its best: with its cache of words full.

    English treats a line break as a special case, and after one the tokenizer caches no new word
    of the text; in its memory zone it caches none at all. So it is filled with flattened text.
    """
    import spacy

    nlp = spacy.blank("en")
    for share in (0.0, 1.0):
        for text in compose(500, 1800, share):
            nlp.tokenizer(text.replace("\n", " "))
    return lambda texts: deque(map(nlp.tokenizer, texts), maxlen=0)


def _scan(texts: Sequence[str]) -> int:
    return sum("calcif" in text.lower() for text in texts)


def _linear() -> Contestant:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    texts = compose(600, 900, 0.5, seed=11)
    labels = ["calcif" in text.lower() for text in texts]
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=200))
    model.fit(texts, labels)
    return lambda texts: model.predict_proba(texts)
