import io
import os

import pytest
from file_helpers import codes, one, read, texts

from reportclf.errors import InputError
from reportclf.files.item import ReadOptions
from reportclf.files.plan import plan_inputs
from reportclf.files.read import read_reports, read_sources
from reportclf.records import Report


@pytest.fixture
def folder(tmp_path):
    for name, text in {
        "b.txt": "second",
        "a.txt": "first",
        "sub/c.txt": "third",
        "sub/d.csv": "id,text\nx,fourth\n",
        ".hidden.txt": "no",
        ".git/e.txt": "no",
        "_SUCCESS": "",
    }.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "in"


def test_folders_are_read_deep_sorted_and_without_hidden_files(folder):
    assert texts(read_reports([folder])) == {
        "a": "first",
        "b": "second",
        "sub/c": "third",
        "x": "fourth",
    }


def test_metadata_says_where_the_text_came_from(folder):
    report = list(read_reports([folder]))[-1]
    assert dict(report.meta) == {
        "source": "sub/d.csv",
        "position": 1,
        "encoding": "utf-8",
        "format": "csv",
        "text_path": "text",
    }


def test_names_that_clash_become_paths(tmp_path):
    for name in ("one/r.txt", "two/r.txt", "two/s.txt", "two/s.rtf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    forth = list(read_reports([tmp_path / "one", tmp_path / "two"]))
    back = list(read_reports([tmp_path / "two", tmp_path / "one"]))
    assert len({item.report_id for item in forth}) == 4
    assert texts(forth) == texts(back)


def test_a_lone_path_will_do(folder):
    assert texts(read_reports(str(folder / "a.txt"))) == {"a": "first"}


def test_order_is_as_given(folder):
    items = list(read_reports([folder / "b.txt", folder / "sub", folder / "a.txt"]))
    assert [item.text for item in items] == ["second", "third", "fourth", "first"]


def test_duplicate_identifiers_keep_the_first_across_files(tmp_path):
    (tmp_path / "1.csv").write_text("id,text\n1,a\n1,b\n2,c\n")
    (tmp_path / "2.csv").write_text("id,text\n2,d\n3,e\n")
    items = list(read_reports([tmp_path]))
    assert texts(items) == {"1": "a", "2": "c", "3": "e"}
    assert [
        (item.source, item.report_id, item.code) for item in items if hasattr(item, "code")
    ] == [
        ("1.csv", "1", "duplicate_id"),
        ("2.csv", "2", "duplicate_id"),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_text"),
        (b" \r\n\t\n", "empty_text"),
        (b"\xef\xbb\xbf", "empty_text"),
        (b"x" * 2000, "too_long"),
        (b"<?xml version='1.0'?><ClinicalDocument/>", "unsupported_format"),
    ],
)
def test_hopeless_files_are_one_row_error_each(data, code):
    assert codes(read(data, max_chars=1000)) == [(1, code)]


def test_five_megabytes_are_too_long_and_less_is_not():
    assert codes(read(b"a " * 2_621_440)) == [(1, "too_long")]
    assert len(one(read(b"a " * 2_000_000)).text) == 4_000_000


@pytest.mark.parametrize("paths", [[], ["missing.txt"], ["-", "-"], ["bad\0name"]])
def test_hopeless_paths_are_refused_at_once(paths):
    with pytest.raises(InputError):
        read_reports(paths, stdin=io.BytesIO(b"x"))


def test_empty_folder_is_refused(tmp_path):
    with pytest.raises(InputError):
        read_reports([tmp_path])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_file_without_permission_is_refused(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(InputError, match="permission"):
        read_reports([path])


def test_refused_permission_is_worded(tmp_path, monkeypatch):
    (tmp_path / "x.txt").write_text("x")
    monkeypatch.setattr(os, "access", lambda *args, **more: False)
    with pytest.raises(InputError, match="no permission"):
        read_reports([tmp_path / "x.txt"])


def test_file_that_vanishes_is_a_row_error(tmp_path):
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path in paths:
        path.write_text("x")
    sources = plan_inputs(paths)
    paths[0].unlink()
    items = list(read_sources(sources))
    assert codes(items) == [(1, "unreadable")]
    assert texts(items) == {"b": "x"}


def test_named_columns_are_checked_in_folders_too(folder):
    with pytest.raises(InputError, match=r"sub/d\.csv"):
        read_reports([folder], text_column="nope")


def test_table_that_came_along_in_a_folder_is_a_row_error(folder):
    (folder / "wards.csv").write_text("ward,beds\n1,2\n")
    items = list(read_reports([folder]))
    assert codes(items) == [(1, "no_text_column")]
    assert len(texts(items)) == 4
    with pytest.raises(InputError):
        read_reports([folder / "wards.csv"])


def test_format_overrides_content():
    assert one(read(b'{"id":1}', format="text")).text == '{"id":1}'
    assert one(read(b"id,text\n1,a\n", format="text")).text == "id,text\n1,a\n"
    assert texts(read(b"id\ttext\n1\ta\n", format="tsv")) == {"1": "a"}


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.txt", "plain words", "text"),
        ("a", "id,text\n1,a", "csv"),
        ("a.txt", "report_id|report_text\n1|a", "csv"),
        ("a.txt", "HISTORY, findings, impression: none", "text"),
        ("a.dat", '{"id":1,"text":"a"}', "jsonl"),
        ("a.txt", "[**2101-1-1**] CHEST", "text"),
        ("a.txt", "MSH|^~\\&|\rOBR|1||2\rOBX|1|TX|||a\r", "hl7"),
        ("a.txt", "MSH of the lung", "text"),
        ("a.csv", "nr;text\n1;a", "csv"),
        ("a.json", '{"resourceType":"DiagnosticReport","conclusion":"a"}', "fhir"),
        ("a.txt", "<html><body>a</body></html>", "html"),
        ("a.html", "no tags here", "html"),
        ("a.txt", "{\\rtf1 a}", "rtf"),
        ("a.txt", "{curly} start", "text"),
    ],
)
def test_formats_are_told_by_content_then_by_name(tmp_path, name, data, form):
    (tmp_path / name).write_text(data)
    assert one(read_reports([tmp_path / name])).meta["format"] == form


def test_wide_text_is_recognised_too(tmp_path):
    (tmp_path / "a.dat").write_bytes('{"id":1,"text":"Größe"}\n'.encode("utf-16"))
    assert one(read_reports([tmp_path])).text == "Größe"


def test_pipe_is_read_once(tmp_path):
    read_end, write_end = os.pipe()
    os.write(write_end, b"id,text\n1,a\n")
    os.close(write_end)
    try:
        items = list(read_reports([f"/dev/fd/{read_end}"]))
    finally:
        os.close(read_end)
    assert texts(items) == {"1": "a"}


def test_reading_is_lazy():
    class Endless(io.RawIOBase):
        count = 0

        def read(self, size=-1, /):
            self.count += 1
            return b"id,text\n" if self.count == 1 else b"%d,some text\n" % self.count

    items = read_reports(["-"], stdin=Endless())
    assert [next(items).report_id for _ in range(3)] == ["2", "3", "4"]


def test_keyed_hash_only_when_asked():
    plain, hashed = one(read(b"x")), one(read(b"x", hash_key=b"k"))
    other = one(read(b"x", hash_key=b"l"))
    assert "text_hmac" not in plain.meta
    assert hashed.meta["text_hmac"] != other.meta["text_hmac"]
    assert "b'k'" not in repr(ReadOptions(hash_key=b"k"))


def test_strange_file_names_become_printable_labels(tmp_path):
    (tmp_path / "a\nb.txt").write_text("x")
    item = one(read_reports([tmp_path]))
    assert isinstance(item, Report)
    assert item.meta["source"] == "a?b.txt"
