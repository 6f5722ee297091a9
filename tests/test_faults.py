"""Whatever ends a run, the next one goes on from there, and the bytes are the same."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from reportclf.batch import BatchOptions, tag_files
from reportclf.batch import workers as workers_module
from reportclf.batch.chunk import tag_chunk
from reportclf.errors import OutputError
from reportclf.records import Report

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

OFTEN = 0.02


@pytest.fixture
def whole(loaded, write_csv, tmp_path):
    """Input, and the output of a run that nothing disturbed."""
    source, out = write_csv(1500), tmp_path / "whole.jsonl"
    tag_files([source], out)
    return source, out.read_bytes()


def child(source, out, before=lambda: None, **options):
    """Start the run in a process of its own, which has the pipeline loaded already."""
    pid = os.fork()
    if pid:
        return pid
    try:
        before()
        tag_files([source], out, BatchOptions(checkpoint_seconds=OFTEN, resume=True, **options))
        os._exit(0)
    except OutputError:
        os._exit(7)
    except KeyboardInterrupt:
        os._exit(130)
    except BaseException:
        os._exit(1)


def wait_until_under_way(out):
    """Wait for a run's first checkpoints: a moment by its own progress, however fast the machine."""
    journal = out.with_name(f"{out.name}.unfinished") / "journal.jsonl"
    latest = time.monotonic() + 30
    while not (journal.exists() and journal.read_bytes().count(b"\n") >= 3):
        assert time.monotonic() < latest, "no checkpoint was written"
        time.sleep(OFTEN / 10)


def ended(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_killed_at_ten_random_moments(loaded, write_csv, tmp_path, kind):
    source = write_csv(1500)
    tables = {"details": tmp_path / "d.csv"} if kind == "csv" else {}
    tables["errors"] = tmp_path / "e.jsonl"
    clean = tmp_path / "clean"
    began = time.perf_counter()
    tag_files([source], clean, BatchOptions(format=kind, **tables))
    seconds = time.perf_counter() - began
    expected = [clean.read_bytes(), *(path.read_bytes() for path in tables.values())]
    for path in tables.values():
        path.unlink()
    chance, out, kills = random.Random(4), tmp_path / "out", 0
    while kills < 10:
        pid = child(source, out, format=kind, chunk_size=chance.choice([16, 64]), **tables)
        time.sleep(chance.uniform(0.0, seconds / 6))
        os.kill(pid, signal.SIGKILL)
        kills += 1
        if ended(pid) == 0:  # it was faster than we
            break
        assert not out.exists()
    summary = tag_files([source], out, BatchOptions(format=kind, resume=True, **tables))
    assert [out.read_bytes(), *(path.read_bytes() for path in tables.values())] == expected
    assert summary.kept > 0
    assert not out.with_name("out.unfinished").exists()


@pytest.mark.parametrize("number", [signal.SIGINT])
def test_interrupted_in_good_order(whole, tmp_path, number):
    source, expected = whole
    out = tmp_path / "out"
    handler = signal.default_int_handler
    pid = child(source, out, lambda: signal.signal(signal.SIGINT, handler), chunk_size=16)
    wait_until_under_way(out)
    os.kill(pid, number)
    assert ended(pid) == 130
    assert not out.exists()
    assert tag_files([source], out, BatchOptions(resume=True)).kept > 0
    assert out.read_bytes() == expected


def test_a_full_disk(whole, tmp_path):
    source, expected = whole
    out, limit = tmp_path / "out", len(expected) // 2

    def fill():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    assert ended(child(source, out, fill, chunk_size=16)) == 7
    assert not out.exists()
    assert tag_files([source], out, BatchOptions(resume=True)).kept > 0
    assert out.read_bytes() == expected


def test_a_torn_journal_and_a_lost_part(whole, tmp_path):
    source, expected = whole
    out = tmp_path / "out"
    pid = child(source, out, chunk_size=16)
    wait_until_under_way(out)
    os.kill(pid, signal.SIGKILL)
    ended(pid)
    folder = tmp_path / "out.unfinished"
    journal = (folder / "journal.jsonl").read_bytes()
    (folder / "journal.jsonl").write_bytes(journal[:-10])
    tag_files([source], out, BatchOptions(resume=True))
    assert out.read_bytes() == expected
    out.unlink()
    folder.mkdir()
    (folder / "journal.jsonl").write_bytes(journal)
    assert tag_files([source], out, BatchOptions(resume=True)).kept == 0
    assert out.read_bytes() == expected


def test_input_or_options_that_changed_are_done_anew(loaded, whole, tmp_path, write_csv):
    source, _ = whole
    out = tmp_path / "out"
    pid = child(source, out, chunk_size=16)
    wait_until_under_way(out)
    os.kill(pid, signal.SIGKILL)
    ended(pid)
    rows = source.read_text().splitlines()
    position = next(number for number, row in enumerate(rows) if row.startswith("r40,"))
    rows[position] = rows[position].replace("r40", "other40")
    source.write_text("\n".join(rows) + "\n")
    summary = tag_files([source], out, BatchOptions(resume=True, exclude_background=False))
    assert summary.kept <= 40
    assert [json.loads(line)["report_id"] for line in out.read_text().splitlines()][40] == "other40"
    pid = child(source, out, chunk_size=16)
    wait_until_under_way(out)
    os.kill(pid, signal.SIGKILL)
    ended(pid)
    again = tag_files([source], out, BatchOptions(resume=True, risk_terms="always"))
    assert again.kept == 0


def worker_pids(parent="self"):
    """The worker processes of a process (Linux only)."""
    found = []
    for task in Path(f"/proc/{parent}/task").iterdir():
        for pid in (task / "children").read_text().split():
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            if b"popen_loky" in command and b"resource_tracker" not in command:
                found.append(int(pid))
    return found


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")
def test_a_worker_killed_by_the_system(whole, tmp_path):
    source, expected = whole
    out, killed = tmp_path / "out", []

    def kill_one(rows, chars):
        if not killed:
            killed.append(worker_pids()[0])
            os.kill(killed[0], signal.SIGKILL)

    options = BatchOptions(rules_only=True, jobs=2, chunk_size=32)
    summary = tag_files([source], out, options, progress=kill_one)
    assert killed
    assert out.read_bytes() == expected
    assert not summary.tally.failed


class DeadlyPool:
    """Stands in for the worker processes; one report kills any worker that takes it."""

    def __init__(self, pipeline):
        self.pipeline, self.broken, self._processes = pipeline, False, {}

    def submit(self, work, items, options=None):
        future = Future()
        if options is None:
            future.set_result(self.pipeline.versions)
            return future
        self.broken = self.broken or any(
            isinstance(item, Report) and item.report_id == "r33" for item in items
        )
        if self.broken:
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result(tag_chunk(items, self.pipeline, options))
        return future

    def shutdown(self, **_):
        pass


def test_a_report_that_kills_its_worker_becomes_a_dead_letter(
    loaded, write_csv, tmp_path, monkeypatch
):
    monkeypatch.setattr(workers_module, "_pool", lambda jobs: DeadlyPool(loaded))
    source, out = write_csv(100), tmp_path / "out"
    summary = tag_files([source], out, BatchOptions(jobs=2, chunk_size=10))
    assert dict(summary.tally.failed) == {"worker_died": 1}
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["report_id"] for row in rows] == [f"r{number}" for number in range(100)]
    assert [row["report_id"] for row in rows if row["error"]] == ["r33"]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")
def test_the_command_line_killed_with_its_workers(whole, tmp_path):
    source, expected = whole
    out = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "reportclf.cli", "tag", str(source), "-o", str(out)]
    command += ["--rules-only", "--quiet", "--jobs", "2", "--chunk-size", "16", "--resume"]
    run = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    part = tmp_path / "out.jsonl.unfinished" / "results"
    until = time.monotonic() + 20
    while time.monotonic() < until and not (part.exists() and part.stat().st_size):
        time.sleep(0.02)
    workers = worker_pids(run.pid)
    run.kill()
    run.wait()
    assert not out.exists()
    until = time.monotonic() + 10
    while time.monotonic() < until and any(Path(f"/proc/{pid}").exists() for pid in workers):
        time.sleep(0.05)
    assert len(workers) == 2
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)
    tag_files([source], out, BatchOptions(resume=True))
    assert out.read_bytes() == expected


def test_sigterm_on_the_command_line(whole, tmp_path):
    source, expected = whole
    out = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "reportclf.cli", "tag", str(source), "-o", str(out)]
    command += ["--rules-only", "--quiet", "--chunk-size", "16"]
    run = subprocess.Popen(command, stderr=subprocess.PIPE)
    part = tmp_path / "out.jsonl.unfinished" / "results"
    until = time.monotonic() + 20
    while time.monotonic() < until and not (part.exists() and part.stat().st_size):
        time.sleep(0.005)
    run.send_signal(signal.SIGTERM)
    _, said = run.communicate()
    assert run.returncode == 130
    assert b"--resume" in said
    assert b"Traceback" not in said
    assert not out.exists()
    tag_files([source], out, BatchOptions(resume=True))
    assert out.read_bytes() == expected
