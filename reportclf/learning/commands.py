"""Commands of the learning side: ``corpus``, ``train``, ``evaluate``."""

from __future__ import annotations

from pathlib import Path

import click

_MODEL = Path("models/default")


@click.command()
@click.option("-o", "--out", type=click.Path(path_type=Path), default=_MODEL, show_default=True, help="Model folder to write.")
@click.option("--prior", default="referral", show_default=True, help="Deployment prior: referral, hospital, corpus, or tag=share,...")
@click.option("--seed", default=0, show_default=True, help="Seed of every random step.")
def train(out: Path, prior: str, seed: int) -> None:
    """Train the model on the corpus and write its folder."""
    from reportclf.learning.corpus import corpus_folder, digest, load_corpus
    from reportclf.learning.prior import load_prior
    from reportclf.learning.train import train as train_model
    from reportclf.learning.train import write
    from reportclf.pipeline import Pipeline

    chosen = load_prior(prior)
    path = corpus_folder() / "train.jsonl"
    reports = load_corpus(path)
    pipeline = Pipeline.load(rules_only=True)
    trained = train_model(reports, pipeline, chosen, seed, click.echo)
    data = {"corpus": {"file": "data/corpus/train.jsonl", "reports": len(reports), "sha256": digest([path])}}
    write(trained, out, pipeline, chosen, data, seed)
    click.echo(f"wrote {out}: {len(trained.linear.names)} features, {len(trained.linear.classes)} classes, threshold {trained.threshold:g}")
