"""Bad input, bad options, bad files: one clear sentence, the right exit code, nothing left."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from reportclf import __version__
from reportclf.cli import _INPUT_FORMATS, _OUTPUT_FORMATS, cli
from reportclf.files import read as files_read
from reportclf.files.detect import FORMATS
from reportclf.files.write import OUTPUT_FORMATS
from reportclf.review.summary import MEANINGS

SHIPPED_MODEL = Path(__file__).parent.parent / "models" / "default"
SHIPPED_LEXICON = Path(files_read.__file__).parent.parent / "lexicon"


def check_spoken(done, code, *words):
    """One message for a human: the exit code, the words, no traceback."""
    assert done.exit_code == code, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


# -- what works --------------------------------------------------------------------------------


def test_results_on_stdout_and_the_summary_on_stderr(run_cli, loaded, write_csv):
    done = run_cli("tag", write_csv(5))
    check_spoken(done, 0, "read 5", "tagged 5")
    assert [json.loads(line)["report_id"] for line in done.stdout.splitlines()] == [
        f"r{number}" for number in range(5)
    ]


def test_standard_input_and_quiet(run_cli, loaded):
    done = run_cli("tag", "-", "--quiet", input="Calcified granuloma.")
    assert json.loads(done.stdout)["report_id"] == "stdin"
    assert done.stderr == ""


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_the_format_follows_the_ending(run_cli, loaded, write_csv, tmp_path, kind):
    out = tmp_path / f"out.{kind}"
    check_spoken(run_cli("tag", write_csv(3), "-o", out), 0)
    start = {"csv": b"report_id,", "parquet": b"PAR1", "jsonl": b'{"schema"'}[kind]
    assert out.read_bytes().startswith(start)


def test_keyed_hash(run_cli, loaded, write_csv, tmp_path):
    key = tmp_path / "key"
    key.write_text("short")
    check_spoken(run_cli("tag", write_csv(1), "--hash-key-file", key), 2, "fewer than 16 bytes")
    key.write_text("0123456789abcdef")
    done = run_cli("tag", write_csv(1), "--hash-key-file", key)
    assert len(json.loads(done.stdout)["meta"]["text_hmac"]) == 64


def test_a_report_of_five_megabytes(run_cli, loaded, tmp_path):
    path = tmp_path / "huge.txt"
    path.write_text("Calcified granuloma. " + "The lungs are clear. " * 237_000)
    done = run_cli("tag", path, "--errors", tmp_path / "errors.jsonl")
    assert done.exit_code in (0, 3)
    assert len(done.stdout.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_version(run_cli):
    done = run_cli("--version")
    assert done.stdout.splitlines() == [
        f"reportclf {__version__}",
        "Research use; not a medical device.",
    ]


# -- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "options", "code", "words"),
    [
        ("empty.txt", b"", (), 3, "empty_text: no text"),
        ("binary.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, (), 3, "binary: not text"),
        ("latin.txt", b"Verkalkung \xe4", ("--encoding", "utf-8"), 3, "encoding: the bytes"),
        ("t.csv", b"id,other\n1,x\n", (), 4, "name it with"),
        ("t.csv", b"id,text\n1,x\n", ("--text-column", "body"), 4, "no column named 'body'"),
        ("t.csv", b"id,text\n1,x\n", ("--id-column", "mrn"), 4, "no column named 'mrn'"),
        ("t.csv", b"id,text\n1,lungs clear\n1,calcified node\n", (), 3, "duplicate_id"),
        ("t.csv", b"id,text\n1,calcified\n2,a,b,c\n", (), 3, "malformed_row"),
        ("t.parquet", b"PAR1 and then nothing", (), 3, "damaged_file"),
    ],
)
def test_bad_input(run_cli, loaded, tmp_path, name, content, options, code, words):
    source = tmp_path / name
    source.write_bytes(content)
    out = tmp_path / "out.jsonl"
    check_spoken(run_cli("tag", source, "-o", out, *options), code, words)
    left = {path.name for path in tmp_path.iterdir()} - {name}
    assert left == ({"out.jsonl"} if code == 3 else set())


def test_a_missing_file(run_cli, tmp_path):
    out = tmp_path / "out.jsonl"
    check_spoken(run_cli("tag", tmp_path / "no.txt", "-o", out), 4, "no such file")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "options",
    [
        ("--format", "xml"),
        ("--input-format", "docx"),
        ("--encoding", "utf-99"),
        ("--delimiter", "ab"),
        ("--jobs", "0"),
        ("--chunk-size", "0"),
        ("--max-errors", "-1"),
        ("--risk-terms", "sometimes"),
        ("--nonsense",),
        ("--resume",),
        ("--details", "d.csv"),
        ("--format", "parquet"),
        ("-o", "nowhere/out.csv"),
    ],
    ids=" ".join,
)
def test_unknown_and_contradicting_options(run_cli, write_csv, tmp_path, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    source = write_csv(1)
    check_spoken(run_cli("tag", source, *options), 2, "Error: ")
    assert [path.name for path in tmp_path.iterdir()] == [source.name]


def test_too_many_errors(run_cli, loaded, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 1, "text": " "}\n')
    done = run_cli("tag", source, "-o", tmp_path / "out.jsonl", "--max-errors", 0)
    check_spoken(done, 3, "--max-errors allows 0; no output was written")
    assert not (tmp_path / "out.jsonl").exists()


# -- bad model, bad lexicon --------------------------------------------------------------------


def test_a_missing_model(run_cli, write_csv, tmp_path):
    done = run_cli("tag", write_csv(1), "-o", tmp_path / "out.csv", "--model", tmp_path / "none")
    check_spoken(done, 5, "model", "reinstall")
    assert [path.name for path in tmp_path.iterdir()] == ["reports.csv"]


@pytest.mark.parametrize("name", ["model.npz", "manifest.json"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_one_flipped_byte_of_the_model(run_cli, write_csv, tmp_path, name, jobs):
    if not SHIPPED_MODEL.is_dir():
        pytest.skip("no model has been trained yet")
    model = shutil.copytree(SHIPPED_MODEL, tmp_path / "model")
    raw = bytearray((model / name).read_bytes())
    raw[len(raw) // 2 if name == "model.npz" else 0] ^= 0x40
    (model / name).write_bytes(bytes(raw))
    source, out = write_csv(1), tmp_path / "out.csv"
    done = run_cli("tag", source, "-o", out, "--model", model, "--jobs", jobs)
    check_spoken(done, 5, "model")
    assert {path.name for path in tmp_path.iterdir()} == {"model", "reports.csv"}


@pytest.fixture
def broken_lexicon(tmp_path):
    folder = shutil.copytree(SHIPPED_LEXICON, tmp_path / "lexicon")
    with (folder / "rules.toml").open("a") as file:
        file.write('\n[[rule]]\nid = "nonsense"\nlayer = "fallback"\ncolour = "red"\n')
    return folder


def test_a_broken_lexicon(run_cli, write_csv, tmp_path, broken_lexicon):
    out = tmp_path / "out.csv"
    options = ("--lexicon", broken_lexicon, "--rules-only")
    check_spoken(run_cli("tag", write_csv(1), "-o", out, *options), 5, "rules.toml", "nonsense")
    assert not out.exists()
    done = run_cli("lexicon", "check", "--lexicon", broken_lexicon)
    check_spoken(done, 5, "rules.toml", "colour")


def test_an_error_of_the_program_is_told_without_its_message(run_cli, write_csv, monkeypatch):
    def fail(*_, **__):
        raise ValueError("QUETZALCANARY")

    monkeypatch.setattr("reportclf.batch.run.read_sources", fail)
    done = run_cli("tag", write_csv(1), "--rules-only")
    check_spoken(done, 1, "unexpected ValueError", "please report")
    assert "QUETZALCANARY" not in done.stderr


# -- explain and lexicon -----------------------------------------------------------------------


def test_explain_shows_text_findings_and_who_decided(run_cli, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("History: dialysis.\nFindings: Calcified granuloma in the right upper lobe.")
    done = run_cli("explain", path, "--rules-only", "--no-color")
    check_spoken(done, 0)
    for words in ("Calcified granuloma in the right upper lobe.", "dystrophic", "Risk terms"):
        assert words in done.stdout
    assert "\x1b[" not in done.stdout


def test_explain_from_standard_input_and_by_id(run_cli):
    table = "id,text\n7,Calcified node.\n8,Clear lungs \x1b[31m.\n"
    done = run_cli("explain", "-", "--rules-only", "--id", 8, input=table)
    check_spoken(done, 0)
    assert "Clear lungs" in done.stdout
    assert "Calcified node" not in done.stdout
    assert "\x1b[31m" not in done.stdout
    done = run_cli("explain", "-", "--rules-only", "--id", 9, input=table)
    check_spoken(done, 4, "--id")


def test_explain_colours_on_a_terminal(rules_pipeline):
    from reportclf.records import Report
    from reportclf.review.explain import console, show

    screen = console(color=True, file=io.StringIO())
    screen._force_terminal, screen._color_system = True, 1
    show(Report("1", "No calcified granuloma."), rules_pipeline, screen)
    assert "\x1b[" in screen.file.getvalue()


def test_lexicon_commands(run_cli):
    assert "no problem" in run_cli("lexicon", "check").stdout
    assert "dystrophic" in run_cli("lexicon", "show", "granuloma").stdout
    check_spoken(run_cli("lexicon", "show", "granulom"), 2, "granuloma")


# -- the command line against the library ------------------------------------------------------


def test_choices_are_those_of_the_library():
    assert _INPUT_FORMATS == FORMATS
    assert sorted(_OUTPUT_FORMATS) == sorted(OUTPUT_FORMATS)


def test_every_code_of_a_failed_row_has_a_meaning():
    told = {line.split("``")[1] for line in files_read.__doc__.splitlines() if line[:2] == "``"}
    assert told
    assert told <= set(MEANINGS)


def commands(group, path=()):
    for name, command in group.commands.items():
        yield (*path, name), command
        yield from commands(command, (*path, name)) if hasattr(command, "commands") else ()


@pytest.mark.parametrize(("path", "command"), list(commands(cli)), ids=lambda one: str(one))
def test_every_command_and_option_has_help(run_cli, path, command):
    assert command.help
    done = run_cli(*path, "--help")
    assert done.exit_code == 0
