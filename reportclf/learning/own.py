"""Train on a hospital's own reports, from one label a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from reportclf.errors import CorpusError
from reportclf.learning.corpus import corpus_folder, digest, load_corpus
from reportclf.learning.datasets import Case, DataSet, load_set
from reportclf.learning.evaluate import Run, compare, run
from reportclf.learning.fit import Settings
from reportclf.learning.lesions import SeenReport, see, see_tagged
from reportclf.learning.metrics import tag_figures
from reportclf.learning.prior import Prior
from reportclf.learning.sources import source_file
from reportclf.learning.systems import System, as_model, load_system, whole, with_model
from reportclf.learning.train import Say, Trained, finish, write
from reportclf.learning.validate import held_out
from reportclf.pipeline import Pipeline
from reportclf.records import Tag

_HELD_OUT = 5
_FEWEST = 20
_SETTINGS = Settings(c=1.0, word_scale=1.0, balance=0.5, lesions="unnamed")


def train_on_own(
    path: Path, out: Path, prior: Prior, seed: int, with_corpus: bool, say: Say
) -> tuple[float, float]:
    """Train, compare with the shipped model on a held-out fifth, train on everything, write.

    Parameters
    ----------
    path : Path
        CSV or JSONL with text and tag.
    out : Path
        Model folder to write.
    prior : Prior
        Deployment prior.
    seed : int
        Seed of the split and the fits.
    with_corpus : bool
        Learn from the project's corpus as well.
    say : callable
        Told of each step and of the comparison.

    Returns
    -------
    tuple of float
        Held-out macro-F1 before and after.

    Raises
    ------
    CorpusError
        If there are fewer than 20 reports or nothing to learn from.
    """
    data = load_set(path)
    if len(data.cases) < _FEWEST:
        raise CorpusError(
            f"{path.name} holds {len(data.cases)} labelled reports; at least {_FEWEST} are needed"
        )
    pipeline = with_model(None)
    base = (
        see(load_corpus(corpus_folder() / "train.jsonl"), pipeline, local=True)
        if with_corpus
        else []
    )
    kept, aside = split(data.cases, seed)
    trial = _trained([*base, *_see_own(kept, pipeline)], prior, seed)
    model = as_model(trial.linear, trial.temperature, trial.shift, trial.threshold, local=True)
    figures = _compared(
        DataSet("held out", tuple(aside), ""), load_system(None)[0], whole(with_model(model)), say
    )
    final = _trained([*base, *_see_own(data.cases, pipeline)], prior, seed)
    sources: dict[str, object] = {
        "own": {
            "file": path.name,
            "reports": len(data.cases),
            "sha256": digest([path]),
        }
    }
    if with_corpus:
        sources["corpus"] = source_file(corpus_folder() / "train.jsonl", len(base))
    write(final, out, pipeline, prior, sources, seed, local=True)
    say(
        f"wrote {out}, trained on all {len(data.cases)} reports; use it with: reportclf tag --model {out}"
    )
    return figures


def split(cases: Sequence[Case], seed: int) -> tuple[list[Case], list[Case]]:
    """Put a fifth of each tag aside; a tag with fewer than five reports stays in training."""
    by_tag: dict[Tag, list[Case]] = defaultdict(list)
    for case in cases:
        by_tag[case.tag].append(case)
    shuffle = np.random.default_rng(seed)
    kept: list[Case] = []
    aside: list[Case] = []
    for tag in sorted(by_tag):
        group = by_tag[tag]
        order = shuffle.permutation(len(group))
        cut = len(group) // _HELD_OUT
        aside.extend(group[number] for number in sorted(order[:cut]))
        kept.extend(group[number] for number in sorted(order[cut:]))
    return kept, aside


def _see_own(cases: Sequence[Case], pipeline: Pipeline) -> list[SeenReport]:
    """Read a hospital's reports; folds stand in for author batches."""
    groups = [f"own{number % 5}" for number in range(len(cases))]
    return see_tagged(cases, groups, pipeline, local=True)


def _trained(seen: Sequence[SeenReport], prior: Prior, seed: int) -> Trained:
    try:
        held = held_out(seen, _SETTINGS, seed)
        return finish(seen, _SETTINGS, held, prior, seed, local=True)
    except (ValueError, IndexError):
        raise CorpusError(
            "too few labelled lesions of two classes to learn from; add reports or use --with-default-corpus"
        ) from None


def _compared(aside: DataSet, before: System, after: System, say: Say) -> tuple[float, float]:
    first, second = run(aside, before), run(aside, after)
    truth = [case.tag for case in aside.cases]
    say(f"held out: {len(truth)} reports, a fifth of each tag")
    scores = []
    for name, one in (("before (shipped model)", first), ("after (your model)", second)):
        figures = tag_figures(truth, [out.tag for out in one.outcomes])
        scores.append(float(figures["macro_f1"]))
        say(f"{name}: accuracy {figures['accuracy']:.3f}, macro-F1 {figures['macro_f1']:.3f}")
        for tag, row in figures["classes"].items():
            say(
                f"  {tag}: precision {row['precision']:.3f}, recall {row['recall']:.3f}, F1 {row['f1']:.3f} ({row['truth']} reports)"
            )
    difference = compare(Run(aside, second.outcomes), Run(aside, first.outcomes))
    low, high = difference["accuracy_interval"]
    say(
        f"after less before: accuracy {difference['accuracy_difference']:+.3f} (95 % {low:+.3f} to {high:+.3f})"
    )
    return scores[0], scores[1]
