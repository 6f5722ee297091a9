"""``python -m reportclf.bench``: measure everything in one run and write ``bench/RESULTS.md``."""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from reportclf import __version__
from reportclf.bench.compose import compose
from reportclf.bench.contestants import Contestant, contestants, load

MIXES = {"15 % calcification": 0.15, "36 % calcification": 0.36, "all calcification": 1.0}
LENGTHS = {400: 1500, 1800: 450}
_PEER = "negspacy"
_BASE = "spaCy tokenizer alone"
_OURS = "reportclf"

Rates = dict[str, dict[tuple[int, str], float]]

_MEMORY = """
import resource
from collections import deque
from reportclf.bench.compose import compose
from reportclf.bench.contestants import load
ours, _ = load()
deque(ours.tag_many(text for seed in range({rounds}) for text in compose(500, 1800, 0.36, seed)), 0)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench/RESULTS.md"))
    parser.add_argument("--peer", help="python of an environment with negspacy")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the reports to use")
    arguments = parser.parse_args()
    cells = {
        (length, mix): compose(max(20, int(count * arguments.scale)), length, share)
        for length, count in LENGTHS.items()
        for mix, share in MIXES.items()
    }
    rates = _rates(contestants(), cells, arguments.rounds)
    peer = _peer_rates(arguments.peer, cells)
    if peer:
        rates[_PEER] = peer
    lines = [*_heading(), *_table(rates, cells), "", *_facts(), ""]
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


def _rates(
    runners: Mapping[str, Contestant],
    cells: Mapping[tuple[int, str], list[str]],
    rounds: int,
) -> Rates:
    """Return reports per second: medians over rounds in which everybody has a turn."""
    seconds: dict[tuple[str, tuple[int, str]], list[float]] = {}
    for number in range(rounds + 1):
        for cell, texts in cells.items():
            for name, run in runners.items():
                took = _seconds(run, texts)
                if number:  # the first round is to warm up
                    seconds.setdefault((name, cell), []).append(took)
    rates: Rates = {name: {} for name in runners}
    for (name, cell), values in seconds.items():
        rates[name][cell] = len(cells[cell]) / statistics.median(values)
    return rates


def _seconds(run: Contestant, texts: Sequence[str]) -> float:
    gc.collect()
    began = time.perf_counter()
    run(texts)
    return time.perf_counter() - began


def _peer_rates(
    python: str | None, cells: Mapping[tuple[int, str], list[str]]
) -> dict[tuple[int, str], float]:
    """Measure negspacy in its own environment, if there is one."""
    if python is None or not Path(python).exists():
        print("negspacy: skipped, no bench environment", file=sys.stderr)
        return {}
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(list(cells.values()), file)
        file.flush()
        script = Path(__file__).with_name("peer_negspacy.py")
        done = subprocess.run([python, script, file.name], capture_output=True, text=True)
    if done.returncode:
        print("negspacy: skipped, it cannot be run there", file=sys.stderr)
        return {}
    seconds = json.loads(done.stdout)
    return {
        cell: len(texts) / took for (cell, texts), took in zip(cells.items(), seconds, strict=True)
    }


def _heading() -> list[str]:
    _, modelled = load()
    model = "with its model" if modelled else "by rules only: no model fits the lexicon"
    cores = os.cpu_count()
    return [
        f"reportclf {__version__} ({model}), Python {platform.python_version()}, one core of {cores}, "
        f"{platform.machine()}. Authored text; reports per second, medians; in brackets the "
        "speed relative to the bare spaCy tokenizer.",
        "",
    ]


def _table(rates: Rates, cells: Mapping[tuple[int, str], list[str]]) -> list[str]:
    names = [f"{length} chars, {mix}" for length, mix in cells]
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for name, row in rates.items():
        shown = [f"{row[cell]:,.0f} ({row[cell] / rates[_BASE][cell]:.2f})" for cell in cells]
        lines.append(f"| {name} | " + " | ".join(shown) + " |")
    for name in (_PEER,):
        if name in rates:
            ours = [f"{rates[_OURS][cell] / rates[name][cell]:.1f} x" for cell in cells]
            lines.append(f"| reportclf / {name} | " + " | ".join(ours) + " |")
    return lines


def _facts() -> list[str]:
    short = _latencies(compose(600, 400, 1.0, seed=3))
    mixed = _latencies(compose(600, 400, 0.36, seed=3))
    return [
        "| | |",
        "|---|---|",
        f"| one short report with calcification, p50 / p99 | {_pair(short)} |",
        f"| one short report of the 36 % mix, p50 / p99 | {_pair(mixed)} |",
        f"| cold start: `reportclf tag` on one file | {_cold():.2f} s |",
        f"| `reportclf --help` | {_help():.2f} s |",
        f"| peak memory, 500 / 10,000 CT-length reports | {_peak(1):.0f} / {_peak(20):.0f} MB |",
    ]


def _latencies(texts: Sequence[str]) -> list[float]:
    ours, _ = load()
    times = []
    for text in [*texts[:100], *texts]:
        began = time.perf_counter()
        ours.tag(text)
        times.append(time.perf_counter() - began)
    return sorted(times[100:])


def _pair(times: Sequence[float]) -> str:
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    return f"{1000 * p50:.2f} / {1000 * p99:.2f} ms"


def _cold() -> float:
    options = [] if load()[1] else ["--rules-only"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.txt"
        path.write_text(compose(1, 1800, 1.0)[0], encoding="utf-8")
        return _median_time("-m", "reportclf.cli", "tag", str(path), *options)


def _help() -> float:
    return _median_time("-m", "reportclf.cli", "--help")


def _median_time(*command: str) -> float:
    times = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, *command], capture_output=True, check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def _peak(rounds: int) -> float:
    code = _MEMORY.format(rounds=rounds)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


if __name__ == "__main__":
    main()
