import re

import pytest
from file_helpers import one, read
from hypothesis import given, settings
from hypothesis import strategies as st

from reportclf.files.rtf import rtf_bytes_to_text, rtf_to_text

HEAD = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Times;}}"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"A\par B\line C\tab D", "A\nB\nC\tD"),
        (r"5\'b0 \'93dense\'94", "5° “dense”"),
        (r"\u8211?x\u-3905?y", "–x\uf0bfy"),
        (r"\uc2\u176\'c2\'b0C {\uc0\u8805 3}\u176??.", "°C ≥3°."),
        (r"\u55358?\u56708? x", "🦄 x"),
        (r"\f1\'ca\'e0\'eb\'fc\'f6\'e8\'e9\f0 \'e9", "Кальцийé"),
        (r"{\*\generator Riched20;}{\*\unknown {deep} x}seen", "seen"),
        (r"{\info{\title T}{\author Dr}}{\stylesheet{\s0 Normal;}}{\colortbl;\red0;}x", "x"),
        (r"{\header letterhead\par}x{\footer page}", "x"),
        (r"{\pict\wmetafile8 0100}x{\pict\bin5 }}}}}y}z", "xz"),
        (r"{\v hidden}a{\deleted no }b\v more\v0 c\v d\plain e", "abce"),
        (r"\{x\} \\ a\~b c\_d e\-f", "{x} \\ a\xa0b c\u2011d ef"),
        (r"\emdash\endash \bullet\lquote a\rquote", "—–•‘a’"),
        ("a\\\nb\r\nc", "a\nbc"),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt shown}}", "shown"),
        (r"\trowd\cellx10 Ca\cell 11.2\cell\row P\cell 6\cell\row", "Ca\t11.2\nP\t6"),
        (r"{\listtext 1.\tab}First\par", "1.\tFirst"),
        (r"\b bold\b0  and \i1 it\i0\fs24 size", "bold and itsize"),
    ],
)
def test_bodies(body, text):
    assert rtf_to_text(HEAD + body + "}") == text


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\mac \'8e}", "é"),
        (b"{\\rtf1\\ansi\\ansicpg1251 \\'e4\xe0}", "да"),
        (rb"{\rtf1\ansi\ansicpg932 " + "石灰化".encode("cp932") + b"}", "石灰化"),
        (rb"{\rtf1\ansi\ansicpg99999 \'e9}", "é"),
    ],
)
def test_code_pages(rtf, text):
    assert rtf_bytes_to_text(rtf) == text


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("{}\\'*uabpr 0194-;\n"), max_size=80))
def test_broken_rtf_never_raises(body):
    rtf_to_text(HEAD + body)
    rtf_bytes_to_text(b"{\\rtf1 " + body.encode() + b"\xff")


def test_depth_and_length_are_harmless():
    assert rtf_to_text("{\\rtf1 " + "{" * 200_000 + "x" + "}" * 200_000) == "x"
    assert len(rtf_to_text("{\\rtf1 " + "\\b a" * 200_000)) == 200_000


def test_file_is_recognised_by_content():
    item = one(read(b"{\\rtf1\\ansi IMPRESSION:\\par Gr\\'f6\\'dfer.}"))
    assert item.text == "IMPRESSION:\nGrößer."
    assert item.meta["body"] == "rtf"


words = st.lists(
    st.sampled_from(
        ["calcified ", "granuloma", "\\par ", "\\b ", "\\b0 ", "5\\'b0 ", "{\\i nodule}", "\\tab ",
         "\\u8805?", "{\\*\\xyz gone}", "\\line ", "mass. ", "\\'e9"]
    ),
    max_size=20,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(words)
def test_against_striprtf(parts):
    striprtf = pytest.importorskip("striprtf.striprtf")
    rtf = HEAD + "\\pard\\plain " + "".join(parts) + "}"
    oracle = striprtf.rtf_to_text(rtf)
    assert _plain(rtf_to_text(rtf)) == _plain(oracle)


def _plain(text):
    return re.sub(r"[ \t]+", " ", re.sub(r"[ \t]*\n[ \t]*", "\n", text)).strip()
