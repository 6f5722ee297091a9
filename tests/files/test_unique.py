import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from reportclf.files.unique import IdSet, id_hash


@given(st.lists(st.text(max_size=3)))
def test_as_a_set(ids):
    table, plain = IdSet(4), set()
    for one in ids:
        assert table.add(one) == (one not in plain)
        plain.add(one)
    assert len(table) == len(plain)


def test_growing_keeps_everything():
    table = IdSet(8)
    assert all(table.add(f"r{n}") for n in range(20_000))
    assert not any(table.add(f"r{n}") for n in range(20_000))


def test_hash_is_the_same_in_every_process():
    code = "from reportclf.files.unique import id_hash; print(id_hash('ACC-1'))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(out.stdout) == id_hash("ACC-1")
