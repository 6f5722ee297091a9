"""One row of output for every row of input, in order, however the work is cut up."""

from __future__ import annotations

import csv
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reportclf.batch import BatchOptions, tag_files
from reportclf.batch.chunk import chunks
from reportclf.errors import InputError, OutputError, TooManyErrors
from reportclf.files.read import read_sources
from reportclf.records import Report


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_row_has_one_result_in_order(loaded, write_csv, tmp_path):
    out = tmp_path / "out.jsonl"
    summary = tag_files([write_csv(50)], out)
    assert [row["report_id"] for row in lines(out)] == [f"r{number}" for number in range(50)]
    assert summary.tally.rows == 50
    assert summary.tally.tags.total() == 50


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(size=st.integers(1, 70))
def test_any_chunk_size_gives_the_same_rows(loaded, write_csv, tmp_path, size):
    source = write_csv(60)
    for name, options in (("jsonl", {}), ("csv", {"details": tmp_path / "details.csv"})):
        whole, cut = tmp_path / f"whole.{name}", tmp_path / f"cut.{name}"
        tag_files([source], whole, BatchOptions(format=name, chunk_size=1000, **options))
        tag_files([source], cut, BatchOptions(format=name, chunk_size=size, **options))
        assert whole.read_bytes() == cut.read_bytes()


def test_any_number_of_workers_gives_the_same_bytes(loaded, write_csv, tmp_path, monkeypatch):
    """And the input is read only a few chunks ahead of the output: memory is bounded."""
    source, taken, done = write_csv(300), [], []

    def counted(*arguments):
        for item in read_sources(*arguments):
            taken.append(item.report_id)
            yield item

    def progress(rows, chars):
        done.append(rows)
        assert len(taken) <= sum(done) + 17 * (2 + 2)

    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    tag_files([source], one, BatchOptions(rules_only=True))
    monkeypatch.setattr("reportclf.batch.run.read_sources", counted)
    options = BatchOptions(rules_only=True, jobs=2, chunk_size=17)
    tag_files([source], two, options, progress=progress)
    assert sum(done) == len(taken) == 300
    assert one.read_bytes() == two.read_bytes()


def test_any_order_of_files_gives_the_same_rows(loaded, tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"Calcified granuloma in lobe {name}.")
    paths = [tmp_path / f"{name}.txt" for name in "abc"]
    there, back = tmp_path / "there.jsonl", tmp_path / "back.jsonl"
    tag_files(paths, there)
    tag_files(paths[::-1], back)
    assert lines(there) == lines(back)[::-1]


def test_failed_rows_stay_in_place_and_become_dead_letters(loaded, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 1, "text": "calcified node"}\n{"id": 2\n{"id": 3, "text": " "}\n')
    out, errors = tmp_path / "out.jsonl", tmp_path / "errors.jsonl"
    summary = tag_files([source], out, BatchOptions(errors=errors))
    assert [row["error"] for row in lines(out)] == [None, "malformed_json", "empty_text"]
    letters = lines(errors)
    assert [(one["position"], one["stage"], one["code"]) for one in letters] == [
        (2, "parse", "malformed_json"),
        (3, "parse", "empty_text"),
    ]
    assert set(letters[0]) == {"id_sha256", "source", "position", "stage", "code"}
    assert summary.tally.failed.total() == 2


def test_a_clean_run_leaves_an_empty_dead_letter_file(loaded, write_csv, tmp_path):
    errors = tmp_path / "errors.jsonl"
    errors.write_text("stale\n")
    tag_files([write_csv(3)], tmp_path / "out.jsonl", BatchOptions(errors=errors))
    assert errors.read_text() == ""


def test_too_many_errors_end_the_run_and_leave_nothing(loaded, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 1, "text": " "}\n' * 5)
    out = tmp_path / "out.jsonl"
    with pytest.raises(TooManyErrors, match="--max-errors allows 2"):
        tag_files([source], out, BatchOptions(max_errors=2))
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_the_manifest_tells_what_the_run_was(loaded, write_csv, tmp_path):
    manifest = tmp_path / "manifest.json"
    tag_files([write_csv(5)], tmp_path / "out.jsonl", BatchOptions(manifest=manifest))
    told = json.loads(manifest.read_text())
    assert told["counts"]["rows"] == 5
    assert told["versions"] == loaded.versions
    assert told["options"]["chunk_size"] == 256
    assert told["seconds"] >= 0


def test_csv_and_parquet_hold_the_same_tables(loaded, write_csv, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    source = write_csv(20)
    for name in ("csv", "parquet"):
        options = BatchOptions(format=name, details=tmp_path / f"details.{name}", with_text=True)
        tag_files([source], tmp_path / f"out.{name}", options)
    for name in ("out", "details"):
        with (tmp_path / f"{name}.csv").open(newline="") as file:
            flat = list(csv.DictReader(file))
        table = parquet.read_table(tmp_path / f"{name}.parquet").to_pylist()
        assert [row["report_id"] for row in flat] == [row["report_id"] for row in table]
    assert not (tmp_path / "out.parquet.unfinished").exists()


def test_background_is_set_aside(loaded, tmp_path):
    source = tmp_path / "a.txt"
    source.write_text("Calcified granuloma in the right upper lobe.")
    with_it, without = tmp_path / "with.jsonl", tmp_path / "without.jsonl"
    tag_files([source], with_it)
    tag_files([source], without, BatchOptions(exclude_background=True))
    assert lines(with_it)[0]["tag"] == "dystrophic"
    [row] = lines(without)
    assert (row["tag"], row["findings"]) == ("none", [])
    assert "background_set_aside" in row["warnings"]


@pytest.mark.parametrize(
    ("out", "options", "words"),
    [
        (None, {"format": "parquet"}, "standard output"),
        (None, {"resume": True}, "only a run into a file"),
        ("o.jsonl", {"details": "d.csv"}, "hold the details already"),
        ("o.csv", {"format": "csv", "details": "o.csv"}, "file of its own"),
        ("nowhere/o.csv", {"format": "csv"}, "no folder"),
        ("o", {"format": "xml"}, "unknown output format"),
    ],
)
def test_contradicting_outputs_are_refused(
    loaded, write_csv, tmp_path, monkeypatch, out, options, words
):
    monkeypatch.chdir(tmp_path)
    source = write_csv(1)
    with pytest.raises(OutputError, match=words):
        tag_files([source], out, BatchOptions(**options))
    assert [path.name for path in tmp_path.iterdir()] == ["reports.csv"]


def test_a_missing_input_is_told_before_anything_is_made(loaded, tmp_path):
    with pytest.raises(InputError):
        tag_files([tmp_path / "nothing.csv"], tmp_path / "out.jsonl")
    assert not list(tmp_path.iterdir())


def test_two_runs_cannot_write_one_output(loaded, write_csv, tmp_path):
    pytest.importorskip("fcntl")
    from reportclf.batch.parts import PartFiles

    held = PartFiles(tmp_path / "out.jsonl", 1.0)
    with pytest.raises(OutputError, match="another run"):
        tag_files([write_csv(1)], tmp_path / "out.jsonl")
    held.discard()


def test_huge_reports_make_small_chunks():
    import hashlib

    reports = [Report(str(number), "x" * 3_000_000, {}) for number in range(4)]
    assert [len(chunk.items) for chunk in chunks(reports, 256, hashlib.sha256())] == [2, 2]
