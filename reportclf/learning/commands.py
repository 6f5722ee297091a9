"""Commands of the learning side: ``corpus``, ``train``, ``evaluate``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reportclf.learning.datasets import Case, DataSet
    from reportclf.learning.prior import Prior

_MODEL = Path("models/default")
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def corpus() -> None:
    """Check and assemble labelled reports."""


@corpus.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(path: Path | None, as_json: bool) -> None:
    """Check the corpus (or one file): form, coverage, variety, giveaways, overlap.

    Exits with 1 if the corpus breaks a promise.
    """
    from reportclf.learning.check import check_corpus, summary
    from reportclf.learning.corpus import corpus_folder, load_corpus

    where = corpus_folder() if path is None else path
    paths = [where] if where.is_file() else [where / "train.jsonl", where / "test.jsonl"]
    found = check_corpus(load_corpus(*paths), whole=where.is_dir())
    click.echo(json.dumps(found, indent=1) if as_json else summary(found))
    if found["violations"]:
        raise click.exceptions.Exit(1)


@corpus.command()
@click.argument("batches", type=_FILE, nargs=-1, required=True)
@click.option(
    "-o",
    "--out",
    type=_FOLDER,
    default=Path("data/corpus"),
    show_default=True,
    help="Corpus folder.",
)
def assemble(batches: tuple[Path, ...], out: Path) -> None:
    """Assemble the corpus from the batch files of its writers."""
    from reportclf.learning.assemble import assemble as put_together

    counts = put_together(batches, out)
    click.echo(f"wrote {out}: {sum(counts.values())} reports in {len(counts)} batches")


@click.command()
@click.option("-o", "--out", type=_FOLDER, help="Model folder to write  [default: models/default]")
@click.option(
    "--data", type=_FILE, help="Your own labelled reports, CSV or JSONL: text and tag (and id)."
)
@click.option(
    "--with-default-corpus",
    is_flag=True,
    help="With --data: learn from the project's corpus as well.",
)
@click.option(
    "--prior",
    default="referral",
    show_default=True,
    help="referral, hospital, corpus, or tag=share,...",
)
@click.option("--seed", default=0, show_default=True, help="Seed of every random step.")
def train(
    out: Path | None, data: Path | None, with_default_corpus: bool, prior: str, seed: int
) -> None:
    """Train the model: on the project's corpus, or on your own labelled reports with --data.

    Your reports need one label each; a fifth of them is held out, and the figures before and after are printed.
    """
    from reportclf.learning.prior import load_prior

    chosen = load_prior(prior)
    if data is None:
        _train_default(out or _MODEL, chosen, seed)
        return
    if out is None:
        raise click.UsageError("name the model folder to write with -o")
    from reportclf.learning.own import train_on_own

    train_on_own(data, out, chosen, seed, with_default_corpus, click.echo)


def _train_default(out: Path, prior: Prior, seed: int) -> None:
    from reportclf.learning.sources import sources
    from reportclf.learning.train import train as train_model
    from reportclf.learning.train import write
    from reportclf.pipeline import Pipeline

    pipeline = Pipeline.load(rules_only=True)
    known = sources(pipeline)
    trained = train_model(known.seen, prior, seed, click.echo)
    write(trained, out, pipeline, prior, known.files, seed)
    click.echo(
        f"wrote {out}: {len(trained.linear.names)} features, {len(trained.linear.classes)} classes, "
        f"threshold {trained.threshold:g}"
    )


@click.command()
@click.argument("data", type=_FILE, nargs=-1)
@click.option(
    "--model", help="Model folder, rules-only or model-only  [default: the shipped model]"
)
@click.option(
    "--against", help="Other system to compare with: a model folder, rules-only or model-only."
)
@click.option(
    "--ablations",
    "with_ablations",
    is_flag=True,
    help="Train and measure the variants as well (minutes).",
)
@click.option("--out", type=_FOLDER, help="Folder for evaluation.json, evaluation.md and plots.")
@click.option(
    "--card", type=_FOLDER, help="Model folder whose CARD.md to rewrite from this evaluation."
)
@click.option(
    "--show-text", is_flag=True, help="Print the text of the misses. It may be confidential."
)
def evaluate(
    data: tuple[Path, ...],
    model: str | None,
    against: str | None,
    with_ablations: bool,
    out: Path | None,
    card: Path | None,
    show_text: bool,
) -> None:
    """Measure a system on labelled texts; without DATA, on every set of the project."""
    from reportclf.learning.bars import bar_rows
    from reportclf.learning.datasets import load_set, project_sets
    from reportclf.learning.evaluate import evaluation
    from reportclf.learning.markdown import report
    from reportclf.learning.systems import load_system

    sets = [load_set(path) for path in data] or project_sets()
    system, pipeline = load_system(model)
    other = load_system(against)[0] if against else None
    figures = evaluation(sets, system, pipeline, other, _track)
    if with_ablations:
        from reportclf.learning.ablations import ablations
        from reportclf.learning.sources import sources
        from reportclf.learning.systems import with_model

        figures["ablations"] = ablations(
            sources(with_model(None)),
            sets,
            pipeline,
            say=lambda text: click.echo(text, err=True),
        )
    if not data:
        figures["bars"] = bar_rows(figures)
    shown = report(figures)
    click.echo(shown)
    if show_text:
        _show_misses(sets, figures)
    if out is not None:
        _write(figures, shown, out)
    if card is not None:
        from reportclf.learning.card import write_card

        click.echo(f"wrote {write_card(figures, card)}")


def _track(cases: Sequence[Case], name: str) -> Iterable[Case]:
    from rich.console import Console
    from rich.progress import track

    return track(cases, description=name, transient=True, console=Console(stderr=True))


def _show_misses(sets: Iterable[DataSet], figures: Mapping[str, Any]) -> None:
    for data in sets:
        missed = {row["id"]: row for row in figures["sets"][data.name]["misses"]}
        for case in data.cases:
            if case.case_id in missed:
                row = missed[case.case_id]
                click.echo(
                    f"\n{data.name} {case.case_id}: {row['truth']} -> {row['given']} ({row['decided_by']})\n{case.text}"
                )


def _write(figures: Mapping[str, Any], shown: str, out: Path) -> None:
    from reportclf.learning.plots import plots

    out.mkdir(parents=True, exist_ok=True)
    (out / "evaluation.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (out / "evaluation.md").write_text(shown, encoding="utf-8")
    for name, picture in plots(figures).items():
        (out / name).write_text(picture, encoding="utf-8")
    click.echo(f"wrote {out}")
