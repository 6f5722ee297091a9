import csv
import io

import pytest
from file_helpers import codes, one, read, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from reportclf.errors import InputError
from reportclf.records import Report


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_dialect_is_recognised(delimiter):
    rows = delimiter.join(["note_id", "ward", "note_text"]) + "\n"
    rows += delimiter.join(["7", "A", f'"a, b; c\td|e {delimiter} ""q"""']) + "\r\n"
    assert texts(read(rows)) == {"7": f'a, b; c\td|e {delimiter} "q"'}


def test_excel_hint_and_byte_order_mark():
    assert texts(read("\ufeffsep=;\r\nid;text\r\n1;Kalk\r\n")) == {"1": "Kalk"}


def test_quoted_newlines_blank_lines_and_positions():
    items = read('id,text\n\n1,"FINDINGS:\r\nnone"\n\n2,x\n')
    assert texts(items) == {"1": "FINDINGS:\nnone", "2": "x"}
    assert [item.meta["position"] for item in items] == [1, 2]


def test_huge_field():
    text = "calcification " * 40_000
    assert texts(read(f'id,text\n1,"{text}"\n')) == {"1": text}


@pytest.mark.parametrize(
    ("header", "path"),
    [
        ("Accession Number,Report Text", "Report Text"),
        ("ROW_ID,SUBJECT_ID,TEXT", "TEXT"),
        ("id,report,text", "text"),
        ("study_id,Findings,Impression", "Findings+Impression"),
        ("id,impression", "impression"),
    ],
)
def test_usual_names(header, path):
    cells = ",".join(["a"] * len(header.split(",")))
    item = one(read(f"{header}\n{cells}\n"))
    assert item.meta["text_path"] == path
    assert item.report_id == "a"


def test_section_columns_become_sections():
    rows = "id,impression,indication,findings\n1,Old granuloma.,Cough,FINDINGS: A nodule.\n2,x,,\n"
    got = texts(read(rows))
    assert got["1"] == "INDICATION:\nCough\n\nFINDINGS: A nodule.\n\nIMPRESSION:\nOld granuloma."
    assert got["2"] == "IMPRESSION:\nx"


def test_named_columns_delimiter_and_missing_id():
    rows = "nr~body text\n5~a\n~b\n"
    items = read(rows, id_column="NR", text_column="body text", delimiter="~", format="csv")
    assert texts(items) == {"5": "a", "stdin#2": "b"}
    joined = read("a,b,c\n1,x,y\n", text_column="b+c", id_column="a", format="csv")
    assert texts(joined) == {"1": "B:\nx\n\nC:\ny"}


@pytest.mark.parametrize(
    "options",
    [
        {"text_column": "nope"},
        {"id_column": "nope"},
        {"text_column": "text+nope"},
        {"delimiter": "two"},
        {"delimiter": "\n"},
        {"format": "docx"},
        {"max_chars": 0},
    ],
)
def test_hopeless_options_are_refused_before_reading(options):
    with pytest.raises(InputError):
        read("id,text\n1,a\n", **options)


def test_table_without_text_column_is_refused_without_showing_it():
    with pytest.raises(InputError) as caught:
        read("1,Calcified secret\n2,Other\n", format="csv")
    assert "secret" not in str(caught.value)


def test_ragged_and_broken_rows_cost_themselves():
    rows = 'id,text\n1,a,b\n2\n3,ok\n4,"an "odd" quote"\n5,fine\n6,trailing,\n'
    items = read(rows)
    assert codes(items) == [(1, "malformed_row"), (2, "malformed_row"), (4, "malformed_row")]
    assert texts(items) == {"3": "ok", "5": "fine", "6": "trailing"}


def test_lost_closing_quote_swallows_no_neighbour():
    rows = 'id,text\n1,"lost\n2,plain\n3,"good"\n4,last\n'
    assert texts(read(rows)) == {"2": "plain", "3": "good", "4": "last"}
    assert codes(read(rows)) == [(1, "malformed_row")]


def test_broken_record_of_several_lines_counts_once():
    rows = 'id,text\n1,"a "b" c\nsecond line\nthird"\n2,good\n'
    items = read(rows)
    assert texts(items) == {"2": "good"}
    assert codes(items) == [(1, "malformed_row")]


def test_unclosed_quote_at_the_end():
    assert codes(read('id,text\n1,good\n2,"lost')) == [(2, "malformed_row")]


def test_backslash_escapes_as_spark_writes_them():
    rows = 'id,text\n1,"plain ""x"""\n2,"a \\"b\\" c"\n3,"5\\", calcified"\n4,z\n'
    got = texts(read(rows))
    assert got == {"1": 'plain "x"', "2": 'a "b" c', "3": '5", calcified', "4": "z"}


def test_file_that_never_quotes():
    rows = 'id\ttext\n1\t"Calcified" nodule\n2\tno 3" x\n3\t"Old" film\n4\ty\n'
    assert texts(read(rows))["1"] == '"Calcified" nodule'


def test_overlong_row_costs_itself():
    rows = "id,text\n1,a\n2," + "x" * 2_000_000 + "\n3,b\n"
    items = read(rows, max_chars=1000)
    assert codes(items) == [(2, "too_long")]
    assert texts(items) == {"1": "a", "3": "b"}


def test_lines_of_mixed_encodings():
    items = read(b"id,text\n1,caf\xc3\xa9\n2,caf\xe9\n3,\x81\xe9\n")
    assert texts(items) == {"1": "café", "2": "café", "3": "\x81é"}
    assert [item.meta["encoding"] for item in items] == ["utf-8", "cp1252", "latin-1"]


def test_text_in_the_identifier_column_is_not_shown():
    items = read("id,text\n" + "nodule " * 60 + ",x\n")
    assert codes(items) == [(1, "bad_id")]
    assert "nodule" not in repr(items)


def test_rtf_and_html_cells():
    rows = "id,text\n1,{\\rtf1 A\\par B}\n2,<p>A &amp; B</p>\n3,<3 mm\n"
    items = read(rows)
    assert texts(items) == {"1": "A\nB", "2": "A & B", "3": "<3 mm"}
    assert [item.meta.get("body") for item in items] == ["rtf", "html", None]


def test_header_only_is_an_empty_table():
    assert read("id,text\n") == []


cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=60)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(cell, cell), max_size=8),
    dialect=st.sampled_from([",", ";", "\t", "|"]),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_is_written_is_read(rows, dialect, ending):
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=dialect, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerow(["report_id", "extra", "report_text"])
    for number, (extra, text) in enumerate(rows):
        writer.writerow([f"r{number}", extra, text])

    items = read(buffer.getvalue(), format="csv")

    assert len(items) == len(rows)
    for number, (item, (_, text)) in enumerate(zip(items, rows, strict=True)):
        clean = text.replace("\r\n", "\n").replace("\r", "\n")
        assert item.report_id == f"r{number}"
        if isinstance(item, Report):
            assert item.text == clean or "body" in item.meta
        else:
            assert item.code == "empty_text"
            assert not clean.strip()
