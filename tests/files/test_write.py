import csv
import io
import json
import os
import stat
from pathlib import Path

import pytest
from file_helpers import CANARY
from hypothesis import given
from hypothesis import strategies as st

from reportclf.errors import OutputError
from reportclf.files.tables import (
    EVIDENCE_COLUMNS,
    REPORT_COLUMNS,
    evidence_rows,
    report_row,
    with_snippets,
)
from reportclf.files.write import csv_bytes, open_writer
from reportclf.records import (
    Assertion,
    Cue,
    DecidedBy,
    Finding,
    LabValue,
    Level,
    Mention,
    Priority,
    Result,
    RiskTerm,
    Span,
    Status,
    SubReason,
    Tag,
)

TEXT = "ESRD, Ca 11.2 mg/dL. No CKD before.\nCalcified   granuloma in the left lung."
PRESENT = Assertion(Status.PRESENT)
ABSENT = Assertion(Status.ABSENT, cues=(Cue("no", Span(21, 23)),))


def result(report_id="r1", **more):
    mention = Mention(Span(36, 57), "granuloma", "calcification", "findings", 2, PRESENT)
    again = Mention(Span(36, 45), "calcified", "calcification", "findings", 2, PRESENT)
    finding = Finding(
        (mention, again),
        "lung",
        "left",
        ("nodular",),
        "granuloma",
        PRESENT,
        Tag.DYSTROPHIC,
        priority=Priority.BACKGROUND,
        decided_by=DecidedBy.RULE,
        rule_id="granuloma",
        confidence=0.9,
        candidates=(Tag.DYSTROPHIC,),
        because="A granuloma is damaged tissue.",
    )
    lab = LabValue(Span(6, 19), "calcium", 11.2, "mg/dL", "high")
    terms = (
        RiskTerm(Span(0, 4), "esrd", PRESENT, "strong", ("metastatic",)),
        RiskTerm(
            Span(6, 19), "calcium-high", Assertion(Status.POSSIBLE, Level.LIKELY), "weak", lab=lab
        ),
        RiskTerm(Span(24, 27), "ckd", ABSENT, "strong"),
    )
    fields = {
        "tag": Tag.DYSTROPHIC,
        "tags": (Tag.DYSTROPHIC, Tag.METASTATIC),
        "priority": Priority.BACKGROUND,
        "confidence": 0.9,
        "decided_by": DecidedBy.RULE,
        "findings": (finding,),
        "risk_terms": terms,
        "warnings": ("not_english",),
        "versions": {"reportclf": "0.1.0", "lexicon": "abc"},
        "meta": {"source": "a.csv", "position": 3, "encoding": "utf-8", "text_path": "text"},
    }
    return Result(report_id, **(fields | more)).to_dict()


def screened(report_id="r2"):
    return Result(report_id, Tag.NONE, sub_reason=SubReason.NO_MENTION).to_dict()


def failed(report_id="r3"):
    return Result(report_id, None, error="malformed_row", meta={"source": "x"}).to_dict()


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text(), newline="")))


def test_report_row():
    row = report_row(result())
    assert row.keys() == REPORT_COLUMNS.keys()
    assert row["tags"] == ["dystrophic", "metastatic"]
    assert row["risk_terms"] == ["esrd", "calcium-high"]
    assert (row["n_findings"], row["n_risk_terms"], row["sites"]) == (1, 3, ["lung"])
    assert (row["source"], row["position"], row["format"]) == ("a.csv", 3, None)


def test_not_looked_for_is_not_none_found():
    assert report_row(screened())["n_risk_terms"] is None
    assert report_row(screened())["risk_terms"] is None
    assert report_row(result(risk_terms=()))["n_risk_terms"] == 0


def test_evidence_rows():
    finding, esrd, calcium, ckd = evidence_rows(result())
    assert finding.keys() == EVIDENCE_COLUMNS.keys() == ckd.keys()
    assert (finding["kind"], finding["number"], finding["label"]) == ("finding", 1, "dystrophic")
    assert (finding["start"], finding["end"]) == (36, 57)
    assert finding["spans"] == ["36-57", "36-45"]
    assert finding["concepts"] == ["granuloma", "calcified"]
    assert (esrd["kind"], esrd["concepts"], esrd["supports"]) == (
        "risk_term",
        ["esrd"],
        ["metastatic"],
    )
    assert (calcium["analyte"], calcium["value"], calcium["abnormal"]) == ("calcium", 11.2, "high")
    assert (ckd["status"], ckd["cues"], ckd["number"]) == ("absent", ["no"], 3)


def test_snippets_are_added_to_a_copy_only():
    plain = result()
    quoted = with_snippets(plain, TEXT)
    assert quoted["findings"][0]["mentions"][0]["text"] == "Calcified   granuloma"
    assert "Calcified granuloma in" in quoted["findings"][0]["mentions"][0]["snippet"]
    assert quoted["risk_terms"][0]["text"] == "ESRD"
    assert plain == result()
    assert with_snippets(screened(), TEXT)["risk_terms"] is None
    row = evidence_rows(quoted, with_text=True)[0]
    assert (row["text"], len(row["snippet"]) <= 250) == ("Calcified   granuloma", True)
    assert "text" not in evidence_rows(quoted)[0]


def test_jsonl_chunk_by_chunk(tmp_path):
    out = tmp_path / "out.jsonl"
    with open_writer(out) as write:
        write([result(), screened()])
        write([])
        write([failed("größer")])
        assert not out.exists()
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert lines == [result(), screened(), failed("größer")]
    assert list(tmp_path.iterdir()) == [out]


def test_csv_in_two_tables(tmp_path):
    out, evidence = tmp_path / "out.csv", tmp_path / "evidence.csv"
    with open_writer(out, format="csv", evidence=evidence, with_text=True) as write:
        write([with_snippets(result(), TEXT)])
        write([screened(), failed()])
    reports, details = rows_of(out), rows_of(evidence)
    assert [row["report_id"] for row in reports] == ["r1", "r2", "r3"]
    assert reports[0]["tags"] == "dystrophic|metastatic"
    assert reports[0]["versions"] == "reportclf=0.1.0|lexicon=abc"
    assert reports[1]["n_risk_terms"] == ""
    assert (reports[2]["tag"], reports[2]["error"]) == ("", "malformed_row")
    assert [row["kind"] for row in details] == ["finding"] + ["risk_term"] * 3
    assert details[1]["text"] == "ESRD"


def test_header_stands_even_without_results(tmp_path):
    with open_writer(tmp_path / "out.csv", format="csv"):
        pass
    assert (tmp_path / "out.csv").read_text() == ",".join(REPORT_COLUMNS) + "\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_spreadsheets_get_no_formula(start):
    row = dict.fromkeys(REPORT_COLUMNS) | {"report_id": start + "1+1", "confidence": -0.5}
    cells = next(csv.reader(io.StringIO(csv_bytes([row], REPORT_COLUMNS).decode(), newline="")))
    assert cells[0] == "'" + start + "1+1"
    assert "-0.5" in cells


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2))
def test_csv_cells_come_back(values):
    columns = {f"c{n}": "text" for n in range(len(values))}
    row = dict(zip(columns, values, strict=True))
    data = csv_bytes([row], columns, header=True).decode()
    _, cells = csv.reader(io.StringIO(data, newline=""))
    starts = ("=", "+", "-", "@", "\t", "\r", "\n")
    assert cells == [f"'{value}" if value.startswith(starts) else value for value in values]


def test_parquet_keeps_its_schema(tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    for name, chunk in (
        ("full", [result(), screened(), failed()]),
        ("null", [failed()]),
        ("no", []),
    ):
        out, evidence = tmp_path / f"{name}.parquet", tmp_path / f"{name}-evidence.parquet"
        with open_writer(out, format="parquet", evidence=evidence) as write:
            write(chunk)
    full, details = (
        pq.read_table(tmp_path / "full.parquet"),
        pq.read_table(tmp_path / "full-evidence.parquet"),
    )
    assert full.schema == pq.read_schema(tmp_path / "null.parquet")
    assert full.schema == pq.read_schema(tmp_path / "no.parquet")
    assert details.schema == pq.read_schema(tmp_path / "no-evidence.parquet")
    first, second, third = full.to_pylist()
    assert first["tags"] == ["dystrophic", "metastatic"]
    assert dict(first["versions"]) == {"reportclf": "0.1.0", "lexicon": "abc"}
    assert (second["risk_terms"], third["error"]) == (None, "malformed_row")
    assert [row["value"] for row in details.to_pylist()] == [None, None, 11.2, None]


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_standard_output(form):
    out = io.BytesIO()
    with open_writer("-", format=form, stdout=out) as write:
        write([result()])
    assert not out.closed
    assert len(out.getvalue()) > 100


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_failure_leaves_nothing_behind(tmp_path, form):
    out = tmp_path / f"out.{form}"
    out.write_text("yesterday's")

    def run():
        with open_writer(out, format=form, evidence=tmp_path / "evidence") as write:
            write([result()])
            raise KeyError("stop")

    with pytest.raises(KeyError):
        run()
    assert out.read_text() == "yesterday's"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_full_disk_is_one_clear_error():
    with (
        pytest.raises(OutputError, match="cannot write /dev/full: No space left"),
        open_writer("/dev/full") as write,
    ):
        write([result()] * 1000)


def test_devices_are_written_not_replaced():
    with open_writer(os.devnull) as write:
        write([result()])
    assert Path(os.devnull).is_char_device()


def test_permissions_and_links_are_kept(tmp_path):
    real, link = tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    real.write_text("")
    real.chmod(0o600)
    link.symlink_to(real)
    with open_writer(link) as write:
        write([result()])
    assert link.is_symlink()
    assert json.loads(real.read_text()) == result()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("target", "options"),
    [
        ("out.xlsx", {"format": "xlsx"}),
        ("missing/out.jsonl", {}),
        (".", {}),
        ("out.jsonl", {"evidence": "e.jsonl"}),
        ("out.csv", {"format": "csv", "evidence": "./out.csv"}),
        ("out.csv", {"format": "csv", "evidence": "-"}),
    ],
)
def test_hopeless_outputs_are_refused(tmp_path, monkeypatch, target, options):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError), open_writer(target, **options):
        pass
    assert list(tmp_path.iterdir()) == []


def test_broken_pipe_goes_through():
    class Closed(io.BytesIO):
        def write(self, data):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError), open_writer(stdout=Closed()) as write:
        write([result()])


def test_no_output_quotes_the_report_unasked(tmp_path):
    text = TEXT.replace("Calcified   granuloma", f"{CANARY}  granuloma"[:21])
    quoted = with_snippets(result(), text)
    with open_writer(tmp_path / "a.csv", format="csv", evidence=tmp_path / "b.csv") as write:
        write([quoted])
    assert not any(CANARY in path.read_text() for path in tmp_path.iterdir())
