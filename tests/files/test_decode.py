import codecs
import io

import pytest
from file_helpers import codes, one, read
from hypothesis import given
from hypothesis import strategies as st

from reportclf.errors import InputError
from reportclf.files.decode import check_encoding, decode_all, is_binary
from reportclf.files.item import Unreadable
from reportclf.files.lines import byte_lines

SAMPLE = "Größe 4 mm, naïve – “dense” calcification"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (SAMPLE.encode(), "utf-8"),
        (SAMPLE.encode("utf-8-sig"), "utf-8"),
        (SAMPLE.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + SAMPLE.encode("utf-16-be"), "utf-16"),
        (SAMPLE.encode("utf-32"), "utf-32"),
        (SAMPLE.encode("utf-16-le"), "utf-16-le"),
        (SAMPLE.encode("utf-16-be"), "utf-16-be"),
        (SAMPLE.encode("cp1252"), "cp1252"),
    ],
)
def test_ladder_reads_and_names_each_encoding(data, encoding):
    text, used = decode_all(data)
    assert text.removeprefix("\ufeff") == SAMPLE
    assert used == encoding


def test_latin1_is_the_last_resort():
    assert decode_all(b"5\xb0 tilt \x81") == ("5° tilt \x81", "latin-1")


def test_forced_encoding_is_insisted_on():
    assert one(read("Kalk: Größe".encode("cp1252"), encoding="cp1252")).text == "Kalk: Größe"
    assert codes(read("Größe".encode("cp1252"), encoding="utf-8")) == [(1, "encoding")]
    assert codes(read(b"abc", encoding="utf-16")) == [(1, "encoding")]


@pytest.mark.parametrize("name", ["klingon", "rot13", "base64", "\0", ""])
def test_unknown_encoding_is_refused_at_once(name):
    with pytest.raises(InputError):
        check_encoding(name or " ")


def test_bad_row_costs_itself_under_a_forced_encoding():
    rows = b"id,text\n1,caf\xc3\xa9\n2,caf\xe9\n3,plain\n"
    assert codes(read(rows, encoding="utf-8")) == [(2, "encoding")]


def test_utf16_table_with_a_broken_unit_costs_one_row():
    good = "id,text\n1,Kalk größer\n2,".encode("utf-16-le")
    data = codecs.BOM_UTF16_LE + good + b"\x00\xd8" + "\n3,fine\n".encode("utf-16-le")
    items = read(data)
    assert codes(items) == [(2, "encoding")]
    assert [item.text for item in items if hasattr(item, "text")] == ["Kalk größer", "fine"]
    assert items[0].meta["encoding"] == "utf-16"


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7 text", bytes(range(256)) * 4, b"\x89PNG\r\n" + b"abc" * 50, b"ab\0\0\0\0c" * 30],
)
def test_binary_is_told(data):
    assert is_binary(data)
    assert codes(read(data)) == [(1, "binary")]


@pytest.mark.parametrize("data", [b"Calcified.\0\0\0\0\0\0", SAMPLE.encode("utf-16"), b"a\fb\n"])
def test_padded_and_wide_text_is_not_binary(data):
    assert not is_binary(data)


def test_newlines_nul_mark_and_surrogates_are_settled_once():
    item = one(read(b"\xef\xbb\xbfone\r\ntwo\rthree\0\n\xed\xa0\x80"))
    assert item.text.startswith("one\ntwo\nthree\n")
    row = one(read(b'{"id":1,"text":"a\\ud800b\\u0000c\\r\\nd \\ud83e\\udd84"}\n'))
    assert row.text == "a\ufffdbc\nd 🦄"
    row.text.encode("utf-8")


@given(st.binary(max_size=400), st.integers(1, 9))
def test_lines_are_those_of_splitlines_whatever_the_chunks(data, size):
    class Dribble(io.BytesIO):
        def read(self, _size=-1, /):
            return super().read(size)

    assert list(byte_lines(Dribble(data), 1000)) == data.splitlines()


def test_overlong_line_is_none_and_the_next_is_whole():
    assert list(byte_lines(io.BytesIO(b"ab\n" + b"x" * 50 + b"\ncd"), 10)) == [b"ab", None, b"cd"]


def test_decode_errors_hold_no_text():
    with pytest.raises(Unreadable) as caught:
        decode_all(b"secret \xff", "utf-8")
    assert caught.value.__cause__ is None
    assert "secret" not in repr(caught.value)
