import time

import pytest
from file_helpers import one, read
from hypothesis import given, settings
from hypothesis import strategies as st

from reportclf.files.html import html_to_text, looks_like_html


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>A</p><p>B<br>C<br/>D</p>", "A\nB\nC\nD"),
        ("<div>A <b>bold</b>\n and\t more</div>", "A bold and more"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("&lt;3&nbsp;mm &#176; &amp;amp; &eacute;", "<3\xa0mm ° &amp; é"),
        ("<table><tr><td>Ca</td><td>11.2</td></tr><tr><td>P</td></tr></table>", "Ca\t11.2\nP"),
        ("<head><title>Name</title><style>p{}</style></head><body>x</body>", "x"),
        ("a<script>if (1<2) {'</p>'}</script>b<style>q</style>c", "abc"),
        ("<pre>a\n  b\n\n\n\nc</pre>d", "a\n  b\n\nc\nd"),
        ("a<!-- gone <p> -->b<![CDATA[x]]>c<?php y ?>d<!ELEMENT z>e", "abxcde"),
        ("a<br><br><br><br>b", "a\n\nb"),
        ("size <3 mm and >5 mm", "size <3 mm and >5 mm"),
        ("<head><meta x>never closed<body>seen", "never closed\nseen"),
        ("<p>unclosed <b>tags", "unclosed tags"),
    ],
)
def test_markup(markup, text):
    assert html_to_text(markup) == text


@pytest.mark.parametrize(
    "text", ["<3 mm calcification", "a <p> later", "<<AUTO>> dictated", "<", ""]
)
def test_text_is_not_taken_for_markup(text):
    assert not looks_like_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html>",
        "\n<HTML lang='en'>",
        "<p>x",
        "<?xml version='1.0'?><html xmlns='h'>",
    ],
)
def test_markup_is_recognised(text):
    assert looks_like_html(text)


def test_file_with_its_own_charset():
    page = "<html><head><meta charset='iso-8859-2'></head><body>łódź</body></html>"
    item = one(read(page.encode("iso-8859-2")))
    assert (item.text, item.meta["encoding"], item.meta["body"]) == ("łódź", "iso8859-2", "html")


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<![CDATA[", "<a ", "</", "&#", "<!", "<?", "<a href='", "<p", "<", "&", "]]>"],
)
def test_no_markup_takes_long(piece):
    started = time.process_time()
    html_to_text("<p>x</p>" + piece * 50_000)
    assert time.process_time() - started < 2


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("<>/!-[]ab p=&#;'\"\n?x"), max_size=100))
def test_broken_markup_never_raises(markup):
    html_to_text(markup)
    looks_like_html(markup)
