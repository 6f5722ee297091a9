import builtins
import zipfile

import pytest
from file_helpers import codes, one, read, texts

from reportclf.errors import InputError
from reportclf.files.read import read_reports

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def write(path, columns, **options):
    pq.write_table(pa.table(columns), path, **options)
    return path


def test_columns_types_and_nulls(tmp_path):
    path = write(
        tmp_path / "notes.parquet",
        {
            "note_id": pa.array([1, 2, 3, None], pa.int64()),
            "note_text": pa.array(["a\r\nb", None, "c", "d"], pa.large_string()),
            "extra": pa.array([{"x": 1}] * 4),
        },
    )
    items = list(read_reports([path]))
    assert texts(items) == {"1": "a\nb", "3": "c", "notes.parquet#4": "d"}
    assert codes(items) == [(2, "empty_text")]
    assert items[0].meta["text_path"] == "note_text"


def test_sections_dictionaries_bytes_and_odd_ids(tmp_path):
    path = write(
        tmp_path / "x.bin",
        {
            "id": pa.array([b"k1", b"k2"]),
            "findings": pa.array(["a", "b"]).dictionary_encode(),
            "impression": pa.array(["Größe".encode("cp1252"), b"y"]),
        },
    )
    assert texts(read_reports([path])) == {
        "k1": "FINDINGS:\na\n\nIMPRESSION:\nGröße",
        "k2": "FINDINGS:\nb\n\nIMPRESSION:\ny",
    }


def test_text_that_is_no_text(tmp_path):
    path = write(tmp_path / "x.parquet", {"id": ["a"], "text": [[1, 2]]})
    assert codes(read_reports([path])) == [(1, "not_text")]


def test_strings_that_are_not_utf8_climb_the_ladder(tmp_path):
    raw = pa.array([b"good", "Größe".encode("cp1252")], pa.binary())
    column = pa.StringArray.from_buffers(2, raw.buffers()[1], raw.buffers()[2])
    path = write(tmp_path / "x.parquet", {"id": ["a", "b"], "text": column})
    assert texts(read_reports([path])) == {"a": "good", "b": "Größe"}


def test_damaged_row_group_costs_its_rows(tmp_path):
    numbers = [f"r{n}" for n in range(3000)]
    values = [f"text number {n * 7919}" for n in range(3000)]
    path = write(
        tmp_path / "x.parquet",
        {"id": numbers, "text": values},
        row_group_size=1000,
        compression="gzip",
        use_dictionary=False,
    )
    group = pq.ParquetFile(path).metadata.row_group(1).column(1)
    data = bytearray(path.read_bytes())
    start = group.data_page_offset + 60
    data[start : start + 400] = b"\xff" * 400
    path.write_bytes(bytes(data))

    items = list(read_reports([path]))

    assert len(items) == 3000
    assert [item.report_id for item in items[:1000]] == numbers[:1000]
    assert [item.report_id for item in items[2000:]] == numbers[2000:]
    assert {code for _, code in codes(items)} == {"damaged_file"}
    assert [position for position, _ in codes(items)] == list(range(1001, 2001))


def test_torn_file_is_one_row_error(tmp_path):
    path = write(tmp_path / "x.parquet", {"id": ["a"], "text": ["b"]})
    path.write_bytes(path.read_bytes()[:-20])
    assert codes(read_reports([path])) == [(1, "damaged_file")]


def test_columns_are_checked_before_work(tmp_path):
    path = write(tmp_path / "x.parquet", {"id": ["a"], "words": ["b"]})
    with pytest.raises(InputError, match="text_column"):
        read_reports([path])
    with pytest.raises(InputError, match="nope"):
        read_reports([path], text_column="nope")
    assert texts(read_reports([path], text_column="words")) == {"a": "b"}


def test_standard_input_and_archives(tmp_path):
    path = write(tmp_path / "x.parquet", {"id": ["a"], "text": ["b"]})
    assert texts(read(path.read_bytes())) == {"a": "b"}
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.write(path, "x.parquet")
    assert one(read_reports([tmp_path / "x.zip"])).meta["source"] == "x.zip!x.parquet"


def test_missing_pyarrow_is_named_with_its_remedy(tmp_path, monkeypatch):
    path = write(tmp_path / "x.parquet", {"id": ["a"], "text": ["b"]})
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.write(path, "x.parquet")
    real = builtins.__import__

    def refuse(name, *args, **more):
        if name.startswith("pyarrow"):
            raise ImportError
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(InputError, match=r"pip install 'reportclf\[parquet\]'"):
        read_reports([path])
    assert codes(read_reports([tmp_path / "x.zip"])) == [(1, "needs_pyarrow")]
