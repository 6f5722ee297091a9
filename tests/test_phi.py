"""Report text goes nowhere but to outputs that were asked to carry it."""

from __future__ import annotations

import logging

import pytest

from reportclf.batch.chunk import Chunk, Tagged
from reportclf.batch.tally import Tally
from reportclf.pipeline import Pipeline
from reportclf.records import Report

CANARY = "QUETZALCANARY"

BAD_TABLE = f"""id,text
1,Calcified granuloma {CANARY}.
2,No calcification. {CANARY}
2,Calcified {CANARY} twice
3,too,many,{CANARY}
4,
"{CANARY} is no identifier
but a text",calcified node
"""
BAD_LINES = f"""{{"id": 1, "text": "Calcified mass {CANARY}"}}
{{"id": 2, "text": "{CANARY}
{{"id": 3, "text": ["{CANARY}"]}}
[{{"{CANARY}": 1}}]
"""
BAD_MESSAGE = (
    f"MSH|^~\\&|A|B|C|D|2020||ORU^R01|1|P|2.5\rOBX|1|TX|x||{CANARY} \\Zxx\\ \\C2842\\\r"
    f"MSH|^~\\&|A|B|C|D|2020||ORU^R01|2|P|2.5\rOBR|1|7|7\rOBX|1|TX|x||Calcified {CANARY} \\Zq\\\r"
)
BAD_BUNDLE = (
    '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"DiagnosticReport","id":"1",'
    f'"presentedForm":[{{"contentType":"text/plain","data":"{CANARY}"}}],"conclusion":"{CANARY}"}}}}]}}'
)


@pytest.fixture
def inputs(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.csv").write_text(BAD_TABLE)
    (folder / "b.jsonl").write_text(BAD_LINES)
    (folder / "c.hl7").write_text(BAD_MESSAGE, newline="")
    (folder / "d.json").write_text(BAD_BUNDLE)
    (folder / "e.txt").write_text(f"CT. Calcified lymph node in Mr {CANARY}.")
    (folder / "f.txt").write_bytes(CANARY.encode() + bytes(range(256)))
    return folder


def failing(monkeypatch):
    def tag(self, report):
        raise ValueError(f"cannot tag {report.text}")

    monkeypatch.setattr(Pipeline, "tag", tag)


@pytest.mark.parametrize("fails", [False, True], ids=["tagged", "failing"])
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_the_canary_is_nowhere(run_cli, loaded, inputs, tmp_path, monkeypatch, caplog, fails, kind):
    caplog.set_level(logging.DEBUG)
    if fails:
        failing(monkeypatch)
    made = {name: tmp_path / f"{name}.{kind}" for name in ("out", "errors", "manifest", "details")}
    options = [f"--{name}={path}" for name, path in made.items() if name != "details"]
    options += [f"--details={made['details']}"] if kind == "csv" else []
    done = run_cli("tag", inputs, *options)
    assert done.exit_code == 3
    for name, path in made.items():
        if kind == "csv" or name != "details":
            assert CANARY not in path.read_text(), name
    assert made["errors"].read_text()
    assert CANARY not in done.stderr + done.stdout + caplog.text


def test_the_canary_is_where_it_was_asked_for(run_cli, loaded, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(f"CT. Calcified lymph node {CANARY}.")
    assert CANARY in run_cli("tag", path, "--with-text").stdout
    assert CANARY not in run_cli("tag", path).stdout


def test_a_manifest_and_messages_of_wrong_use_hold_no_text(run_cli, tmp_path):
    table = tmp_path / "a.csv"
    table.write_text(f"{CANARY} one,{CANARY} two\nx,y\n")
    done = run_cli("tag", table, "--rules-only")
    assert done.exit_code == 4
    assert CANARY not in done.stderr
    done = run_cli("explain", table, "--text-column", "report", "--rules-only")
    assert done.exit_code == 4
    assert CANARY not in done.stderr


def test_no_repr_shows_text(loaded):
    report = Report("1", f"Calcified granuloma {CANARY}.", {"source": "a"})
    result = loaded.tag(report)
    chunk = Chunk([report], "key")
    tagged = Tagged((CANARY.encode(), b"", b""), Tally())
    for thing in (report, result, chunk, tagged, loaded.read(report.text).lesions):
        assert CANARY not in repr(thing)
