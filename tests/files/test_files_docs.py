import doctest
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reportclf.files import read


@pytest.mark.parametrize("name", ["html", "rtf", "read"])
def test_examples(name):
    module = importlib.import_module(f"reportclf.files.{name}")
    tried = doctest.testmod(module)
    assert tried.attempted
    assert not tried.failed


def test_exactly_the_codes_in_use_are_documented():
    folder = Path(read.__file__).parent
    source = "".join(path.read_text() for path in folder.glob("*.py"))
    used = re.findall(r'(?:Unreadable|fault|Fault)\((?:[^()"]|\([^()]*\))*"([a-z_]+)"', source)
    used += re.findall(r'code = "(\w+)"|else "(malformed_row|missing_id)"', source)
    flat = {code for one in used for code in ([one] if isinstance(one, str) else one) if code}
    documented = set(re.findall(r"^``(\w+)``", read.__doc__, re.MULTILINE))
    assert flat - documented == {"read"}  # the stage of faults in opening
    assert {code for code in documented if f'"{code}"' not in source} == set()


def test_reading_imports_nothing_heavy():
    code = (
        "import sys, reportclf.files.read, reportclf.files.write;"
        "print([n for n in ('pyarrow', 'numpy', 'spacy', 'sklearn') if n in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
