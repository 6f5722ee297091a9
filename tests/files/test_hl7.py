import base64
import logging

import pytest
from file_helpers import codes, one, read, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from reportclf.files.decode import Ladder
from reportclf.files.hl7_escape import Separators, unescape

BACKSLASH = "\\"


def message(*segments, kind="ORU^R01", number="M1", charset="", time="20260102030405"):
    fields = ["MSH", "^~\\&", "RIS", "H", "EHR", "H", time, "", kind, number, "P", "2.5.1"]
    head = "|".join(fields) + ("|" * 6 + charset if charset else "")
    return "\r".join([head, "PID|1||P1", *segments]) + "\r"


def order(number="ACC1", placer="", status="F", time=""):
    return "|".join(
        ["OBR", "1", placer, number, "CT^CT chest"] + [""] * 17 + [time, "", "", status]
    )


def obx(value, kind="TX", code="CT&GDT^Body", status="F", number="1"):
    return f"OBX|{number}|{kind}|{code}||{value}||||||{status}"


def test_lines_in_order_with_blank_ones_and_repeats():
    items = read(message(order(), obx("FINDINGS:"), obx(""), obx("a~b"), obx("12", kind="NM")))
    item = one(items)
    assert item.text == "FINDINGS:\n\na\nb"
    assert item.report_id == "ACC1"
    assert item.meta | {"text_path": "OBX-5", "status": "F", "message_id": "M1"} == item.meta


@pytest.mark.parametrize("ending", ["\r", "\n", "\r\n"])
def test_any_line_break_ends_a_segment(ending):
    assert texts(read(message(order(), obx("a"), obx("b")).replace("\r", ending))) == {
        "ACC1": "a\nb"
    }


def test_batches_and_mllp_frames():
    first, second = message(order("A"), obx("a")), message(order("B"), obx("b"))
    framed = f"\x0b{first}\x1c\r\x0b{second}\x1c\r"
    batch = f"FHS|^~\\&\rBHS|^~\\&\r{first}{second}BTS|2\rFTS|1\r"
    assert texts(read(framed)) == texts(read(batch)) == {"A": "a", "B": "b"}


def test_one_report_for_each_order():
    data = message(order("A"), obx("a"), order("B"), obx("b"), order("B"), obx("c"))
    assert texts(read(data)) == {"A": "a", "B": "b\nc"}


def test_identifier_falls_back_to_placer_message_and_place():
    assert list(texts(read(message(order("", "PL9^X"), obx("a"))))) == ["PL9"]
    assert list(texts(read(message(order(""), obx("a"))))) == ["M1"]
    assert list(texts(read(message(order(""), obx("a"), number="")))) == ["stdin#1"]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (r"\F\\S\\T\\R\\E\ ", "|^&~" + BACKSLASH + " "),
        (r"\E\F\ ", BACKSLASH + r"F\ "),
        (r"a\.br\b\.sp2\c\.in+4\d", "a\nb\n\ncd"),
        (r"\H\bold\N\ text", "bold text"),
        (r"5\XC2B0\ tilt", "5° tilt"),
        (r"5\XB0\ tilt", "5° tilt"),
        (r"\Zlocal\ \C2842\ \M1B2842\ x", "   x"),
        (r"discs L4\L5 and L5\S1 and \\srv\share", r"discs L4\L5 and L5\S1 and \\srv\share"),
        (r"ends \F", r"ends \F"),
        ("no escape", "no escape"),
    ],
)
def test_escapes_are_resolved_once(written, read_as):
    assert unescape(written, Separators(), Ladder()) == read_as


def test_own_separators():
    data = message(order("A"), obx("a#b$F$")).replace("|", "!").replace("^~\\&", "^#$&")
    assert texts(read(data)) == {"A": "a\nb!"}


def test_raw_line_breaks_and_odd_lines_continue_the_segment():
    data = message(order(), obx("FINDINGS: none.\nMRI. later\nIMPRESSION: none."))
    assert one(read(data)).text == "FINDINGS: none.\nMRI. later\nIMPRESSION: none."


def test_impressions_and_addenda_named_by_suffix_get_headings():
    data = message(
        order(),
        obx("Clear lungs."),
        obx("Old granuloma.", code="CT&IMP"),
        obx("^Stable", kind="CE", code="CT&IMP"),
        obx("ADDENDUM: none", code="CT&ADT"),
    )
    assert (
        one(read(data)).text == "Clear lungs.\nIMPRESSION:\nOld granuloma.\nStable\nADDENDUM: none"
    )


def test_declared_character_sets():
    def send(charset, encoding):
        return one(read(message(order(), obx("Größe 5 µm"), charset=charset).encode(encoding)))

    assert send("UNICODE UTF-8", "utf-8").meta["encoding"] == "utf-8"
    assert send("8859/1", "latin-1").text == "Größe 5 µm"
    assert send("8859/15~ISO IR87", "iso8859-15").meta["encoding"] == "iso8859-15"
    assert send("ASCII", "cp1252").meta["encoding"] == "cp1252"
    assert send("KLINGON", "utf-8").text == "Größe 5 µm"
    assert send("UNICODE", "utf-8").text == "Größe 5 µm"


def test_encapsulated_documents():
    rtf = base64.b64encode(rb"{\rtf1 A \'e9\par B}").decode()
    plain = base64.b64encode("Größe".encode("cp1252")).decode()
    pdf = base64.b64encode(b"%PDF-1.4").decode()
    assert one(read(message(order(), obx(f"^TEXT^RTF^Base64^{rtf}", kind="ED")))).text == "A é\nB"
    item = one(read(message(order(), obx(f"^TEXT^plain^Base64^{plain}", kind="ED"))))
    assert (item.text, item.meta["text_path"], item.meta["encoding"]) == (
        "Größe",
        "OBX-5.5",
        "cp1252",
    )
    broken = message(order(), obx("^TEXT^RTF^Base64^!!!", kind="ED"))
    assert codes(read(broken)) == [(1, "malformed_attachment")]
    unread = message(order(), obx(f"^application^pdf^Base64^{pdf}", kind="ED"))
    assert codes(read(unread)) == [(1, "unsupported_attachment")]
    both = message(order(), obx("words"), obx(f"^application^pdf^Base64^{pdf}", kind="ED"))
    assert one(read(both)).text == "words"
    assert codes(read(message(order(), obx("http://x", kind="RP")))) == [(1, "remote_attachment")]


def test_void_and_corrected_observations():
    data = message(
        order(status="C"),
        obx("first", number="1"),
        obx("second", number="2"),
        obx("deleted", number="3", status="D"),
        obx("first, corrected", number="1", status="C"),
    )
    item = one(read(data))
    assert item.text == "second\nfirst, corrected"
    assert item.meta["status"] == "C"


def test_lines_without_numbers_of_their_own_are_all_kept():
    data = message(order(status="C"), obx("a", status="C"), obx("b", status="C"))
    assert one(read(data)).text == "a\nb"
    mixed = message(order(), obx("a"), obx("b"), obx("c", status="C"))
    assert one(read(mixed)).text == "a\nb\nc"


def test_corrected_report_replaces_the_older():
    old = message(order("A", status="P"), obx("draft"), time="20260101")
    new = message(order("A"), obx("final"), time="20260102")
    newest = message(order("A", status="C", time="202601030000"), obx("corrected"), time="2026")
    for run in (old + new + newest, newest + old + new):
        items = read(run)
        assert texts(items) == {"A": "corrected"}
        assert [code for _, code in codes(items)] == ["superseded"] * 2


def test_without_times_the_last_wins():
    data = message(order("A"), obx("1"), time="") + message(order("A"), obx("2"), time="")
    assert texts(read(data)) == {"A": "2"}


def test_cancelled_order_is_set_aside():
    assert codes(read(message(order(status="X"), obx("none")))) == [(1, "cancelled")]


def test_faults_cost_their_message():
    good = message(order("A"), obx("a"))
    no_order = message(obx("a"), number="M2")
    mdm = message("TXA|1", obx("b"), kind="MDM^T02")
    items = read(good + no_order + "MSH|\rOBR|1\r" + mdm + message("EVN|1", kind="ADT^A01"))
    assert texts(items) == {"A": "a"}
    assert codes(items) == [
        (2, "malformed_message"),
        (3, "malformed_message"),
        (4, "unsupported_format"),
    ]


def test_file_without_reports_and_torn_beginning_are_reported():
    assert codes(read(message("EVN|1", kind="ADT^A01"))) == [(1, "no_report")]
    torn = "OBX|1|TX|||lost\r" + message(order("A"), obx("a"))
    items = read(torn, format="hl7")
    assert (codes(items), texts(items)) == ([(1, "malformed_message")], {"A": "a"})


def test_overlong_message_costs_itself():
    data = message(order("A"), obx("x" * 2_000_000)) + message(order("B"), obx("b"))
    items = read(data, max_chars=1000)
    assert codes(items) == [(1, "too_long")]
    assert texts(items) == {"B": "b"}


line = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=30)


@settings(max_examples=60, deadline=None)
@given(st.lists(line, min_size=1, max_size=5))
def test_against_the_hl7_library(lines):
    hl7 = pytest.importorskip("hl7")
    escaped = []
    for text in lines:
        for letter, code in zip("\\|^&~", "EFSTR", strict=True):
            text = text.replace(letter, f"\x00{code}\x00")
        escaped.append(text.replace("\x00", BACKSLASH))
    data = message(order(), *(obx(text) for text in escaped))

    logging.disable(logging.CRITICAL)
    parsed = hl7.parse(data)
    oracle = [parsed.unescape(str(segment[5])) for segment in parsed.segments("OBX")]
    logging.disable(logging.NOTSET)
    items = read(data)

    if "".join(lines):
        assert one(items).text.removeprefix("\ufeff") == "\n".join(lines).removeprefix("\ufeff")
    if not any(BACKSLASH in text for text in lines):  # the oracle reads \E\R\ wrongly
        assert oracle == lines
