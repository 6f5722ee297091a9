"""The command line. At the top it imports click and the standard library only: help is instant.

To add a command: write it here, or in a module of its own and name it in ``_ELSEWHERE``.
"""

# ruff: noqa: D301 - click wants the backspace itself, not a backslash and a b
from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from reportclf._version import __version__

_ELSEWHERE = {
    "corpus": ("reportclf.learning.commands", "Check and describe labelled reports."),
    "train": ("reportclf.learning.commands", "Train the model on labelled reports."),
    "evaluate": ("reportclf.learning.commands", "Measure the tags against labelled reports."),
}
_EXIT_CODES = {
    "TooManyErrors": 3,
    "InputError": 4,
    "CorpusError": 4,
    "ModelError": 5,
    "LexiconError": 5,
}
_INTERRUPTED = 130
_INPUT_FORMATS = ("text", "csv", "tsv", "jsonl", "fhir", "hl7", "parquet", "rtf", "html")
_OUTPUT_FORMATS = ("jsonl", "csv", "parquet")

_COMPLETION = """\b
Shell completion, for bash (zsh and fish likewise):
  eval "$(_REPORTCLF_COMPLETE=bash_source reportclf)"

Research use; not a medical device."""


class Spoken(click.ClickException):
    """One sentence for the user, and the exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]


class Commands(click.Group):
    """A group that imports the commands of other rooms only to run them, and speaks for errors."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted({*super().list_commands(ctx), *_ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now if it lives elsewhere."""
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(_ELSEWHERE[cmd_name][0]), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List all commands without importing any."""
        own = {name: one.get_short_help_str() for name, one in self.commands.items()}
        other = {name: help for name, (_, help) in _ELSEWHERE.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted((own | other).items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whatever goes wrong becomes one sentence without report text."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None
        except KeyboardInterrupt:
            raise Spoken(_interrupted(ctx), _INTERRUPTED) from None
        except Exception as problem:
            raise _spoken(problem) from None


def _interrupted(ctx: click.Context) -> str:
    out = (ctx.obj or {}).get("out")
    if out is None:
        return "interrupted"
    return f"interrupted; run the same command with --resume to go on ({out}.unfinished keeps it)"


def _spoken(problem: Exception) -> Spoken:
    from reportclf.errors import ReportclfError

    if isinstance(problem, ReportclfError):
        return Spoken(str(problem), _EXIT_CODES.get(type(problem).__name__, 1))
    place = problem.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f" in {_place(place.tb_frame.f_code.co_filename)}"
    line = "" if place is None else f", line {place.tb_lineno}"
    # the message of a foreign error may quote a report: its name and place are all that is told
    return Spoken(f"unexpected {type(problem).__name__}{where}{line}; please report this", 1)


def _place(file: str) -> str:
    return "/".join(Path(file).parts[-2:])


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"reportclf {__version__}\nResearch use; not a medical device.")
        ctx.exit()


@click.group(
    cls=Commands,
    epilog=_COMPLETION,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
    help="Show the version and exit.",
)  # fmt: skip
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Tell why there is calcium in a radiology report.

    Finds the calcifications that a report affirms and the risk terms around them, and tags their
    cause: dystrophic, metastatic, tumoral, indeterminate, other or none.
    """
    ctx.obj = {}


def _known_encoding(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    import codecs

    try:
        if value is not None:
            codecs.lookup(value)
    except LookupError:
        raise click.BadParameter("unknown encoding; try utf-8, cp1252 or latin-1") from None
    return value


def _one_character(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    value = "\t" if value in ("\\t", "tab") else value
    if value is not None and (len(value) != 1 or value in '"\r\n\0'):
        raise click.BadParameter("must be one character, or tab")
    return value


def _key(_: click.Context, __: click.Parameter, value: str | None) -> bytes | None:
    if value is None:
        return None
    try:
        key = Path(value).read_bytes().strip()
    except OSError:
        raise click.BadParameter("cannot be read") from None
    if len(key) < 16:
        raise click.BadParameter("holds fewer than 16 bytes, too few for a key")
    return key


Decorator = Callable[[Callable[..., None]], Callable[..., None]]

_FILE = click.Path(dir_okay=False)
_FOLDER = click.Path()

reading_options = (
    click.option("--input-format", type=click.Choice(_INPUT_FORMATS), help="Detected by default."),
    click.option("--encoding", callback=_known_encoding, help="Detected by default."),
    click.option("--id-column", metavar="NAME", help="Column or JSON field of the identifier."),
    click.option(
        "--text-column", metavar="NAME",
        help="Column or JSON field of the text; several joined with +, as findings+impression.",
    ),
    click.option("--delimiter", callback=_one_character, help="Of delimited files."),
)  # fmt: skip
pipeline_options = (
    click.option("--model", type=_FOLDER, help="Model folder; the shipped one by default."),
    click.option("--lexicon", type=_FOLDER, help="Lexicon folder; the shipped one by default."),
    click.option("--rules-only", is_flag=True, help="Switch the model off."),
)


def _with(options: tuple[Decorator, ...]) -> Decorator:
    """Give a command a list of options, in their order."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@cli.command(short_help="Tag reports of files and folders.")
@click.argument("paths", nargs=-1, required=True)
@click.option("-o", "--out", type=_FILE, help="File of the results; standard output by default.")
@click.option(
    "--format", type=click.Choice(_OUTPUT_FORMATS),
    help="By the ending of OUT if it has one of these, otherwise jsonl.",
)  # fmt: skip
@_with(reading_options)
@click.option("--details", type=_FILE, help="Findings and risk terms as a second table.")
@click.option("--errors", type=_FILE, help="Dead letters: the rows that failed, and why.")
@click.option("--max-errors", type=click.IntRange(0), help="Failed rows to bear before stopping.")
@click.option("--manifest", type=_FILE, help="What the run was: versions, options, counts, times.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Workers.")
@click.option("--chunk-size", type=click.IntRange(1), default=256, show_default=True)
@click.option("--resume", is_flag=True, help="Go on from where a run into OUT was interrupted.")
@_with(pipeline_options)
@click.option(
    "--risk-terms", type=click.Choice(["with_mention", "always"]), default="with_mention",
    show_default=True, help="Seek risk terms where calcification is mentioned, or everywhere.",
)  # fmt: skip
@click.option(
    "--exclude-background", is_flag=True,
    help="Set background findings (atheroma, valves, old granulomas) aside and tag by the rest.",
)  # fmt: skip
@click.option("--with-text", is_flag=True, help="Quote the words found. They are patient data.")
@click.option(
    "--hash-key-file", "hash_key", type=_FILE, callback=_key,
    help="Adds the HMAC-SHA-256 of each text under the key in this file.",
)  # fmt: skip
@click.option("--quiet", is_flag=True, help="No progress, no summary.")
@click.pass_context
def tag(
    ctx: click.Context, /, paths: tuple[str, ...], out: str | None, quiet: bool, **rest: Any
) -> None:
    """Tag all reports of PATHS: files and folders, - for standard input.

    Reads text, CSV and TSV, JSON Lines, Parquet, HL7 v2, FHIR, RTF and HTML, also in .gz and
    .zip. Every row of input gives one row of output, in order. Results go to standard output or
    OUT, everything else to standard error.

    \b
    Example:
      reportclf tag exports/ -o tags.csv --errors failed.jsonl --jobs 4

    \b
    Exit codes:
      0  every row was tagged
      1  something unexpected, or the output cannot be written
      2  wrong use of the command line
      3  some rows failed; they are in the output with an error, and in --errors
      4  the input cannot be read
      5  the model or lexicon is missing or damaged
      130  interrupted; with -o, --resume goes on from there
    """
    from reportclf.review.run import run_tag

    ctx.obj["out"] = out
    ctx.exit(run_tag(paths, out, quiet=quiet, **rest))


@cli.command(short_help="Show a report with all that was found in it.")
@click.argument("file")
@click.option("--id", "report_id", metavar="ID", help="Only the report with this identifier.")
@_with(reading_options)
@_with(pipeline_options)
@click.option("--no-color", is_flag=True, help="Plain text, also on a terminal.")
@click.pass_context
def explain(ctx: click.Context, /, file: str, **rest: Any) -> None:
    """Show the reports of FILE (- for standard input) with all that was found in them.

    Findings, risk terms and cues are coloured; below stand each finding's class, who decided it
    and why. What is shown is patient data.

    \b
    Example:
      reportclf explain report.txt
    """
    from reportclf.review.run import run_explain

    ctx.exit(run_explain(file, **rest))


@cli.group()
def lexicon() -> None:
    """Check and show the clinical knowledge."""


@lexicon.command("check")
@click.option("--lexicon", "folder", type=_FOLDER, help="The shipped one by default.")
def lexicon_check(folder: str | None) -> None:
    """Check every file of the lexicon and list all problems.

    \b
    Example:
      reportclf lexicon check --lexicon my-lexicon/
    """
    from reportclf.review.lexicon import checked

    click.echo(checked(folder))


@lexicon.command("show")
@click.argument("concept")
@click.option("--lexicon", "folder", type=_FOLDER, help="The shipped one by default.")
def lexicon_show(concept: str, folder: str | None) -> None:
    """Show one concept: its phrases, what it supports, its codes and source.

    \b
    Example:
      reportclf lexicon show granuloma
    """
    from reportclf.review.lexicon import shown

    click.echo(shown(concept, folder))


def main() -> None:
    """Run the command line."""
    cli(prog_name="reportclf")


if __name__ == "__main__":
    main()
