import gzip
import io
import zipfile

import pytest
from file_helpers import codes, one, read, texts

from reportclf.files import compressed
from reportclf.files.read import read_reports

TABLE = b"id,text\n1,a\n2,b\n"


def zipped(members, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_gzip_of_anything_also_in_parts():
    assert texts(read(gzip.compress(TABLE))) == {"1": "a", "2": "b"}
    assert texts(read(gzip.compress(TABLE[:13]) + gzip.compress(TABLE[13:]))) == texts(read(TABLE))


def test_zip_of_many_formats():
    data = zipped(
        {
            "table.csv": TABLE,
            "notes/ct 1.txt": "Calcified node.",
            "deep.zip": zipped({"x.jsonl.gz": gzip.compress(b'{"id":"j","text":"c"}\n')}),
            "letter.rtf": r"{\rtf1 old granuloma}",
            ".hidden": "x",
            "__MACOSX/._table.csv": "x",
            "empty.txt": "",
        }
    )
    items = read(data)
    assert texts(items) == {
        "1": "a",
        "2": "b",
        "stdin!notes/ct 1": "Calcified node.",
        "j": "c",
        "stdin!letter": "old granuloma",
    }
    assert [item.source for item in items if hasattr(item, "code")] == ["stdin!empty.txt"]
    assert items[2].meta["source"] == "stdin!notes/ct 1.txt"


def test_truncated_gzip_keeps_the_rows_before_the_break():
    rows = b"id,text\n" + b"".join(b"%d,text %d\n" % (n, n * n) for n in range(50_000))
    packed = gzip.compress(rows)
    items = read(packed[: len(packed) // 2])
    assert len(texts(items)) > 1000
    assert codes(items)[-1][1] in ("damaged_file", "malformed_row")
    assert ("damaged_file" in [code for _, code in codes(items)]) is True


def test_damaged_member_costs_itself():
    data = bytearray(zipped({"a.txt": "first " * 50, "b.txt": "second"}, zipfile.ZIP_STORED))
    data[40] ^= 0xFF
    items = read(bytes(data))
    assert texts(items) == {"stdin!b": "second"}
    assert [code for _, code in codes(items)] == ["damaged_file"]


def test_broken_archives_are_row_errors():
    assert codes(read(b"\x1f\x8b\x08 no gzip at all")) == [(1, "damaged_file")]
    assert codes(read(b"PK\x03\x04 no zip at all")) == [(1, "damaged_file")]


def test_encrypted_member(tmp_path):
    data = bytearray(zipped({"a.txt": "x"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    assert codes(read(bytes(data))) == [(1, "encrypted")]


def test_office_documents_are_binary():
    data = zipped({"[Content_Types].xml": "<x/>", "word/document.xml": "<w/>"})
    assert codes(read(data)) == [(1, "binary")]


def test_bombs_are_refused(monkeypatch):
    monkeypatch.setattr(compressed, "FREE_BYTES", 1 << 20)
    bomb = gzip.compress(b"id,text\n" + b"0" * (8 << 20))
    assert codes(read(bomb)) == [(1, "archive_limit")]
    items = read(zipped({"bomb.txt": b"0" * (8 << 20), "good.txt": "fine"}))
    assert texts(items) == {"stdin!good": "fine"}
    assert [code for _, code in codes(items)] == ["archive_limit"]


def test_archives_in_archives_have_an_end():
    data = b"text"
    for _ in range(6):
        data = gzip.compress(data)
    assert codes(read(data)) == [(1, "archive_limit")]


def test_unusual_compression_is_named():
    data = zipped({"a.txt": "x" * 100}, zipfile.ZIP_BZIP2)
    assert codes(read(data)) == [(1, "unsupported_format")]


@pytest.mark.parametrize("name", ["big.csv", "big.csv.gz", "big.zip"])
def test_files_beyond_the_first_look(tmp_path, name):
    rows = b"id,text\n" + b"".join(b"%d,%s\n" % (n, b"calcium " * 20) for n in range(3000))
    packed = {"big.csv": rows, "big.csv.gz": gzip.compress(rows), "big.zip": zipped({"t": rows})}
    (tmp_path / name).write_bytes(packed[name])
    items = list(read_reports([tmp_path / name]))
    assert len(texts(items)) == 3000


def test_small_gzipped_text_file_is_named_after_the_report(tmp_path):
    (tmp_path / "ct-7.txt.gz").write_bytes(gzip.compress(b"Calcified."))
    assert one(read_reports([tmp_path])).report_id == "ct-7"
