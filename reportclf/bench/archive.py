"""``python -m reportclf.bench.archive``: tag an archive from one CSV file, with one worker and with two.

Writes ``bench/ARCHIVE.md``: time, reports per second, and the memory of all processes together
(proportional set size, so that shared pages count once) in each tenth of the run. Linux only.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reportclf.bench.compose import compose

_DISTINCT = 20_000
_PAUSE = 0.5
_TENTHS = 10


@dataclass(frozen=True, slots=True)
class Run:
    """One run: workers, seconds, rows written, and (seconds, megabytes) samples of its memory."""

    jobs: int
    seconds: float
    rows: int
    samples: tuple[tuple[float, float], ...]

    def peaks(self) -> list[float]:
        """Return the highest memory in each tenth of the run, in MB; the start-up is left out."""
        begun = self.samples[0][0] + min(5.0, self.seconds / 20)
        kept = [(at, size) for at, size in self.samples if at >= begun]
        last = kept[-1][0]
        tenths: list[list[float]] = [[] for _ in range(_TENTHS)]
        for at, size in kept:
            tenths[min(_TENTHS - 1, int(_TENTHS * (at - begun) / (last - begun)))].append(size)
        return [max(tenth) for tenth in tenths]


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--length", type=int, default=400)
    parser.add_argument("--share", type=float, default=0.15)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--out", type=Path, default=Path("bench/ARCHIVE.md"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.csv"
        _write(archive, arguments.rows, arguments.length, arguments.share)
        size = archive.stat().st_size / 1e6
        runs = [_run(archive, jobs, Path(folder)) for jobs in arguments.jobs]
    lines = [
        f"One CSV file of {arguments.rows:,} reports of about {arguments.length} characters, "
        f"{arguments.share:.0%} with calcification ({_DISTINCT:,} distinct texts, {size:,.0f} MB), through "
        "`reportclf tag --format csv`. Memory of all processes together.",
        "",
        *_table(runs),
        "",
    ]
    arguments.out.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


def _write(path: Path, rows: int, length: int, share: float) -> None:
    texts = compose(min(rows, _DISTINCT), length, share)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["report_id", "report_text"])
        table.writerows((f"r{number}", texts[number % len(texts)]) for number in range(rows))


def _run(archive: Path, jobs: int, folder: Path) -> Run:
    out = folder / f"out{jobs}.csv"
    command = [sys.executable, "-m", "reportclf.cli", "tag", str(archive), "-o", str(out)]
    began = time.perf_counter()
    process = subprocess.Popen([*command, "--format", "csv", "--jobs", str(jobs), "--quiet"])
    samples = []
    while process.poll() is None:
        samples.append((time.perf_counter() - began, sum(map(_megabytes, _family(process.pid)))))
        time.sleep(_PAUSE)
    seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"the run with {jobs} workers ended with exit status {process.returncode}")
    with out.open(encoding="utf-8", newline="") as file:
        rows = sum(1 for _ in csv.reader(file)) - 1
    out.unlink()
    return Run(jobs, seconds, rows, tuple(samples))


def _family(root: int) -> Iterator[int]:
    """Yield a process and all that descend from it."""
    yield root
    try:
        children = Path(f"/proc/{root}/task/{root}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it ended a moment ago
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def _table(runs: list[Run]) -> Iterator[str]:
    yield "| workers | rows out | seconds | reports/s | against one worker | peak MB | peak of the first tenth, of the last | last / first |"
    yield "|---|---|---|---|---|---|---|---|"
    for run in runs:
        peaks = run.peaks()
        rate = run.rows / run.seconds
        base = runs[0].rows / runs[0].seconds
        yield (
            f"| {run.jobs} | {run.rows:,} | {run.seconds:,.0f} | {rate:,.0f} | {rate / base:.2f} x "
            f"| {max(size for _, size in run.samples):,.0f} | {peaks[0]:,.0f}, {peaks[-1]:,.0f} "
            f"| {peaks[-1] / peaks[0]:.2f} |"
        )


if __name__ == "__main__":
    main()
