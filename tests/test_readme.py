"""The README runs: its Python blocks, its console blocks marked ``<!-- checked -->``, its tables.

``python tests/test_readme.py`` writes what the checked commands print today into the README.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest

from reportclf.cli import cli
from reportclf.files.tables import REPORT_COLUMNS, evidence_columns

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CONSOLE = re.compile(r"(?<=<!-- checked -->\n```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
_TOOK = re.compile(r"\bin \d+\.\d s\b")
NOTES = [
    (1, "CT chest. Calcified granuloma in the right upper lobe. No pleural calcification."),
    (2, "XR hand. Dialysis. Tram-track calcification of the digital arteries."),
    (3, "Chest radiograph: the lungs are clear."),
    (4, None),
]


def text() -> str:
    return README.read_text(encoding="utf-8")


def run(command: str, folder: Path) -> str:
    """Run a shell line where ``reportclf`` is this one and ``data`` the project's; return all it prints."""
    shim = folder / "bin" / "reportclf"
    if not shim.exists():
        shim.parent.mkdir()
        shim.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m reportclf.cli "$@"\n')
        shim.chmod(0o755)
        (folder / "data").symlink_to(ROOT / "data")
    surroundings = {
        **os.environ,
        "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=surroundings, timeout=120, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}: exit code {done.returncode}\n{done.stdout}"
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def played(block: str, folder: Path) -> str:
    """Return a console block with what its commands print now."""
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"{line}\n{run(line.removeprefix('$ '), folder)}" for line in commands)


def timeless(block: str) -> str:
    return _TOOK.sub("in N s", block)


def commands(group: click.Group, path: tuple[str, ...] = ()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = list(commands(cli))
IDS = [" ".join(path) for path, _ in COMMANDS]


@pytest.mark.parametrize("block", _PYTHON.findall(text()), ids=lambda block: block.split("\n")[0])
def test_python_blocks_run(block, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with sqlite3.connect("hospital.db") as db:
        db.execute("CREATE TABLE note (note_id INTEGER PRIMARY KEY, text TEXT)")
        db.executemany("INSERT INTO note VALUES (?, ?)", NOTES)
    db.close()
    code = compile(block, "README.md", "exec")
    exec(code, {"__name__": "readme"})
    if "calc_tag" in block:
        exec(code, {"__name__": "readme"})  # a second run replaces, and doubles nothing
        check_etl()


def check_etl() -> None:
    with sqlite3.connect("hospital.db") as db:
        tags = db.execute("SELECT note_id, tag, error FROM calc_tag ORDER BY note_id").fetchall()
        findings = db.execute(
            'SELECT note_id, label, status, start, "end" FROM calc_finding ORDER BY note_id, number'
        ).fetchall()
    db.close()
    assert tags == [
        (1, "dystrophic", None),
        (2, "metastatic", None),
        (3, "none", None),
        (4, "none", None),
    ]
    assert [row[:3] for row in findings] == [
        (1, "dystrophic", "present"),
        (1, "none", "absent"),
        (2, "metastatic", "present"),
    ]
    words = [dict(NOTES)[note][start:end] for note, _, _, start, end in findings]
    assert all("calcifi" in word.lower() for word in words)


def test_the_etl_example_is_short():
    block = next(block for block in _PYTHON.findall(text()) if "calc_tag" in block)
    assert len(block.splitlines()) <= 28


@pytest.mark.parametrize("block", _CONSOLE.findall(text()), ids=lambda block: block.split("\n")[0])
def test_checked_console_blocks_print_what_stands_there(block, tmp_path):
    assert timeless(played(block, tmp_path)) == timeless(block)


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=IDS)
def test_every_command_stands_in_the_readme_and_has_help(path, command):
    assert f"`reportclf {' '.join(path)}" in text()
    assert command.help
    assert command.get_short_help_str()


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=IDS)
def test_every_option_stands_in_the_readme(path, command):
    for option in command.params:
        if isinstance(option, click.Option):
            longest = max(option.opts, key=len)
            assert re.search(rf"{longest}\b", text()), f"{' '.join(path)} {longest}"


def test_every_key_of_a_result_is_documented(rules_pipeline):
    result = rules_pipeline.tag(
        "HISTORY: dialysis, phosphate 7.1 mg/dL.\nFINDINGS: No calcification of the hip."
    )

    def keys(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key
                yield from () if key in ("scores", "versions", "meta") else keys(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from keys(inner)

    found = set(keys(json.loads(json.dumps(result.to_dict()))))
    assert {"mentions", "lab", "evidence", "cue"} <= found
    section = text().partition("### The JSON of a result")[2].partition("\n## ")[0]
    assert not {key for key in found if f"`{key}`" not in section}


def test_every_column_is_documented():
    for name in (*REPORT_COLUMNS, *evidence_columns(True)):
        assert f"`{name}`" in text(), name


def test_every_exit_code_is_documented():
    told = re.findall(r"^\| (\d+) \|", text(), re.MULTILINE)
    assert told == ["0", "1", "2", "3", "4", "5", "130"]


@pytest.mark.parametrize(
    "page", ["README.md", "CHANGELOG.md", "data/README.md", "data/GUIDELINE.md"]
)
def test_links_lead_somewhere(page):
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_every_make_target_stands_in_the_readme():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE):
        assert re.search(rf"\bmake {target}\b", text()), target


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        README.write_text(
            _CONSOLE.sub(lambda found: played(found[0], Path(place)), text()), encoding="utf-8"
        )
