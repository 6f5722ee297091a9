"""Help and version are instant: they import click and the standard library only."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

HEAVY = ("spacy", "sklearn", "numpy", "scipy", "joblib", "rich", "pyarrow", "thinc")
ROOMS = ("reportclf.pipeline", "reportclf.batch", "reportclf.files", "reportclf.learning")

PROBE = """
import sys
from reportclf.cli import main
sys.argv = ["reportclf", *{arguments!r}]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("MODULES", *sorted(sys.modules))
"""


def modules_after(*arguments):
    code = PROBE.format(arguments=arguments)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.rpartition("MODULES")[2].split()


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["tag", "--help"], ["explain", "--help"]], ids=" ".join
)
def test_help_imports_nothing_heavy(arguments):
    modules = modules_after(*arguments)
    assert not [name for name in (*HEAVY, *ROOMS) if name in modules]


def test_importing_the_package_imports_nothing():
    code = "import sys, reportclf; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not [name for name in (*HEAVY, *ROOMS, "click") if name in done.stdout.split()]


def fastest(*command, times=7):
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run([sys.executable, *command], capture_output=True, check=True)
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def test_help_and_version_are_instant():
    bare = fastest("-c", "pass")
    for option in ("--help", "--version"):
        assert fastest("-m", "reportclf.cli", option) - bare < 0.15
