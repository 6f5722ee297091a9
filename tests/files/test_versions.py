import gzip

from file_helpers import codes, texts
from test_hl7 import message, obx, order

from reportclf.files.item import ReadOptions
from reportclf.files.plan import plan_inputs
from reportclf.files.read import read_reports
from reportclf.files.versions import replaced_versions


def sent(number, text, time):
    return message(order(number), obx(text), time=time)


def test_newest_wins_across_files_in_any_order(tmp_path):
    (tmp_path / "monday.hl7").write_text(sent("A", "old", "20260101") + sent("B", "b", "20260101"))
    (tmp_path / "tuesday.hl7.gz").write_bytes(gzip.compress(sent("A", "new", "20260102").encode()))
    (tmp_path / "wednesday").write_text(sent("A", "newest", "20260103"))
    paths = sorted(tmp_path.iterdir())
    for given in ([tmp_path], paths, paths[::-1]):
        items = list(read_reports(given))
        assert texts(items) == {"A": "newest", "B": "b"}
        assert [code for _, code in codes(items)] == ["superseded"] * 2


def test_message_files_named_as_text_count_too(tmp_path):
    (tmp_path / "1.txt").write_text(sent("A", "old", "20260101"))
    (tmp_path / "2.txt").write_text(sent("A", "new", "20260102"))
    assert texts(read_reports([tmp_path])) == {"A": "new"}


def test_nothing_is_looked_for_where_no_messages_are(tmp_path):
    (tmp_path / "a.csv").write_text("id,text\n1,a\n")
    (tmp_path / "b.hl7").write_text(sent("A", "a", "2026"))
    sources = plan_inputs([tmp_path])
    assert replaced_versions(sources, ReadOptions()) == {}
    assert replaced_versions(sources, ReadOptions(format="text")) == {}


def test_cancellation_takes_the_report_back(tmp_path):
    cancelled = message(order("A", status="X"), obx(""), time="20260109")
    (tmp_path / "a.hl7").write_text(sent("A", "text", "20260101") + cancelled)
    assert codes(read_reports([tmp_path])) == [(1, "superseded"), (2, "cancelled")]


def test_positions_agree_when_a_message_cannot_be_decoded(tmp_path):
    bad = message(order("X"), obx("é"), order("Y"), obx("y")).encode("cp1252")
    good = sent("A", "old", "20260101") + sent("A", "new", "20260102")
    (tmp_path / "a.hl7").write_bytes(bad + good.encode())
    items = list(read_reports([tmp_path], encoding="utf-8"))
    assert codes(items) == [(1, "encoding"), (2, "superseded")]
    assert texts(items) == {"A": "new"}
