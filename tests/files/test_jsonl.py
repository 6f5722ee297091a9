import io
import json

import pytest
from file_helpers import codes, one, read, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from reportclf.errors import InputError
from reportclf.files.json_scan import json_elements


def test_lines_with_faults_between():
    lines = [
        '{"id": 1, "text": "a"}',
        '{"id": 2, "text": "broken}',
        "",
        "[1]",
        '{"id": 3, "txt": "b"}',
        '{"id": 4, "text": ["b"]}',
        '{"id": 5, "text": null}',
        '{"text": "e"}',
    ]
    items = read("\n".join(lines))
    assert texts(items) == {"1": "a", "stdin#8": "e"}
    assert codes(items) == [
        (2, "malformed_json"),
        (4, "malformed_json"),
        (5, "missing_text"),
        (6, "not_text"),
        (7, "empty_text"),
    ]


@pytest.mark.parametrize("indent", [None, 2])
def test_array_and_concatenated_objects(indent):
    rows = [{"id": n, "text": f'x "{n}" [{{' + "\\"} for n in range(4)]
    expected = {str(row["id"]): row["text"] for row in rows}
    assert texts(read(json.dumps(rows, indent=indent))) == expected
    assert texts(read("\n".join(json.dumps(row, indent=4) for row in rows))) == expected


def test_malformed_element_costs_itself():
    items = read('[{"id":1,"text":"a"},\n{"id":2,,"text":"b"},\n 7, "s", {"id":3,"text":"c"}]')
    assert texts(items) == {"1": "a", "3": "c"}
    assert [code for _, code in codes(items)] == ["malformed_json"] * 3


@pytest.mark.parametrize("torn", ['[{"id":1,"text":"a"},', '[{"id":1,"text":"a"},{"id":2,"te'])
def test_torn_array_is_reported(torn):
    items = read(torn)
    assert texts(items) == {"1": "a"}
    assert [code for _, code in codes(items)] == ["malformed_json"]


def test_first_line_broken_does_not_spoil_the_rest():
    rows = '{"id":1,"text":"a\n{"id":2,"text":"b"}\n{"id":3,"text":"c"}\n'
    assert texts(read(rows, format="jsonl")) == {"2": "b", "3": "c"}


def test_fields_that_are_null_give_way():
    rows = '{"id":1,"report_text":null,"findings":"","impression":"b"}\n'
    assert one(read(rows)).meta["text_path"] == "impression"


def test_named_fields():
    rows = '{"id":9,"nr":"k","memo":"a","text":"no"}\n{"id":8,"memo":"b"}\n'
    items = read(rows, text_column="memo", id_column="nr")
    assert texts(items) == {"k": "a"}
    assert codes(items) == [(2, "missing_id")]
    with pytest.raises(InputError):
        read(rows, text_column="nope")


@pytest.mark.parametrize(
    "line",
    ['{"id":1,"text":' + "[" * 100_000, '{"id":' + "9" * 5000 + ',"text":"a"}'],
)
def test_hostile_json_is_a_row_error(line):
    assert len(codes(read(line + "\n", format="jsonl"))) == 1


def test_overlong_line():
    rows = '{"id":1,"text":"a"}\n{"id":2,"text":"' + "x" * 1_200_000 + '"}\n{"id":3,"text":"c"}'
    items = read(rows, max_chars=10_000)
    assert codes(items) == [(2, "too_long")]
    assert texts(items) == {"1": "a", "3": "c"}


def test_identifiers_of_every_kind():
    rows = '{"id":12,"text":"a"}\n{"id":12.0,"text":"b"}\n{"id":true,"text":"c"}\n'
    items = read(rows + '{"id":{"a":1},"text":"d"}\n{"id":" x ","text":"e"}\n{"id":NaN,"text":"f"}')
    assert texts(items) == {"12": "a", "x": "e", "stdin#6": "f"}
    assert [code for _, code in codes(items)] == ["duplicate_id", "bad_id", "bad_id"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=50), max_size=6),
    st.booleans(),
)
def test_whatever_is_written_is_read(written, escape):
    rows = [{"id": f"r{n}", "n": n, "text": f"t {text}"} for n, text in enumerate(written)]
    data = "\n".join(json.dumps(row, ensure_ascii=escape) for row in rows)
    array = json.dumps(rows, ensure_ascii=escape, indent=1)
    cleaned = {
        row["id"]: row["text"].replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
        for row in rows
    }
    if rows:
        assert texts(read(data, format="jsonl")) == cleaned
        assert texts(read(array)) == cleaned


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=120), st.integers(1, 7))
def test_scan_ends_and_loses_no_element(data, size):
    class Dribble(io.BytesIO):
        def read(self, _size=-1, /):
            return super().read(size)

    whole = list(json_elements(io.BytesIO(data), 1000))
    assert list(json_elements(Dribble(data), 1000)) == whole
    if data.strip(b" \t\r\n,\0") not in (b"", b"[]"):
        assert whole


def test_overlong_element_is_none():
    data = b'[{"a":1},{"b":"' + b"x" * 900_000 + b'"},{"c":2}]'
    assert list(json_elements(io.BytesIO(data), 1000)) == [b'{"a":1}', None, b'{"c":2}']
