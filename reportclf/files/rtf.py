r"""RTF to plain text: a small converter for report bodies.

Understands paragraphs, lines, tabs and table cells, ``\'hh`` bytes in the code page of the
document or the current font, ``\uN`` with its ``\ucN`` substitutes, ``\binN`` and destinations,
known or ignorable. Hidden text and text struck out by revision marks are dropped, because the
author took them back. Broken RTF never raises.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})?[ ]?"
    r"|\\'(?P<byte>[0-9a-fA-F]{2})"
    r"|\\(?P<symbol>[^a-zA-Z])"
    r"|(?P<brace>[{}])"
    r"|[\r\n\0]+"
    r"|(?P<text>[^\\{}\r\n\0]+)",
    re.DOTALL,
)
_OPENING = re.compile(r"\s*\{\\rtf")
_SURROGATES = re.compile("[\ud800-\udfff]")

_DESTINATIONS = """
    annotation atnauthor atndate atnid atnref background bkmkend bkmkstart colortbl company
    datafield datastore doccomm docvar falt fchars ffdeftext ffname filetbl fldinst fontemb
    fontfile footer footerf footerl footerr footnote formfield generator header headerf headerl
    headerr info keywords latentstyles lchars levelnumbers leveltext listlevel listname
    listoverridetable listtable mmath nextfile nonesttables objclass objdata objname operator
    panose password pgptbl pict pnseclvl private revtbl rsidtbl rxe shpinst stylesheet subject tc
    template themedata title tc txe userprops wgrffmtfilter xe xmlnstbl
"""
_SKIPPED = frozenset(_DESTINATIONS.split())
_CHARACTERS = {
    "par": "\n", "line": "\n", "sect": "\n\n", "page": "\n\n", "row": "\n", "nestrow": "\n",
    "cell": "\t", "nestcell": "\t", "tab": "\t", "softline": "\n", "column": "\n",
    "emdash": "\u2014", "endash": "\u2013", "bullet": "\u2022", "emspace": "\u2003",
    "enspace": "\u2002", "qmspace": "\u2005", "lquote": "\u2018", "rquote": "\u2019",
    "ldblquote": "\u201c", "rdblquote": "\u201d",
}  # fmt: skip
_SYMBOLS = {
    "~": "\xa0", "_": "\u2011", "-": "", "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n",
    "\t": "\t",
}  # fmt: skip
_DOCUMENT_SETS = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_FONT_SETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip


def looks_like_rtf(text: str) -> bool:
    """Tell whether a text opens as RTF does."""
    return _OPENING.match(text) is not None


def rtf_bytes_to_text(data: bytes) -> str:
    """Return the plain text of an RTF file; bytes above 127 count in the document's code page."""
    escaped = re.sub(rb"[\x80-\xff]", lambda match: b"\\'%02x" % match[0][0], data)
    return rtf_to_text(escaped.decode("ascii"))


def rtf_to_text(rtf: str) -> str:
    r"""Return the plain text of an RTF document.

    Parameters
    ----------
    rtf : str
        The document; characters outside ASCII are kept as they are.

    Returns
    -------
    str

    Examples
    --------
    >>> rtf_to_text(r"{\rtf1\ansi\b IMPRESSION:\b0\par 5\'b0 tilt.}")
    'IMPRESSION:\n5° tilt.'
    """
    reader = _Reader()
    position = 0
    while match := _TOKEN.match(rtf, position):
        position = match.end()
        if match["word"] is not None:
            position += reader.word(match["word"], int(match["number"] or _NO_NUMBER))
        elif match["byte"] is not None:
            reader.byte(int(match["byte"], 16))
        elif match["symbol"] is not None:
            reader.symbol(match["symbol"])
        elif match["brace"] is not None:
            reader.brace(match["brace"])
        elif match["text"] is not None:
            reader.characters(match["text"])
    return reader.text()


_NO_NUMBER = 10_000_000_001


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits and a closing brace restores."""

    skipped: bool = False
    hidden: bool = False
    deleted: bool = False
    fonts: bool = False
    font: int = -1
    substitutes: int = 1


@dataclass(slots=True)
class _Reader:
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    pending_set: str = "cp1252"
    document_set: str = "cp1252"
    font_sets: dict[int, str] = field(default_factory=dict)
    to_skip: int = 0
    starred: bool = False

    def word(self, word: str, number: int) -> int:
        """Obey a control word; returns how many following characters it swallows."""
        starred, self.starred = self.starred, False
        if word == "bin":
            return number if 0 < number < _NO_NUMBER else 0
        if word == "u" and number < _NO_NUMBER:
            self._emit(chr(number % 65536))
            self.to_skip = self.state.substitutes
            return 0
        # The specification lets a control word stand for a substitute; sloppy writers who leave
        # the substitute out are more common, and a swallowed \\par would glue two words.
        self.to_skip = 0
        if starred or word in _SKIPPED:
            self.state = replace(self.state, skipped=True)
        elif word in _CHARACTERS:
            self._emit(_CHARACTERS[word])
        else:
            self._setting(word, number)
        return 0

    def _setting(self, word: str, number: int) -> None:
        on = number != 0
        if word == "v":
            self.state = replace(self.state, hidden=on)
        elif word == "deleted":
            self.state = replace(self.state, deleted=on)
        elif word == "plain":
            self.state = replace(self.state, hidden=False, deleted=False)
        elif word == "uc":
            self.state = replace(self.state, substitutes=max(0, number % 256))
        elif word == "fonttbl":
            self.state = replace(self.state, fonts=True)
        elif word in ("f", "deff", "fcharset", "ansicpg") or word in _DOCUMENT_SETS:
            self._code_page(word, number)

    def _code_page(self, word: str, number: int) -> None:
        if word == "f" or (word == "deff" and self.state.font == -1):
            self.state = replace(self.state, font=number)
        elif word == "fcharset" and self.state.fonts and number in _FONT_SETS:
            self.font_sets[self.state.font] = _FONT_SETS[number]
        elif word == "ansicpg":
            self.document_set = _known(f"cp{number}", "utf-8" if number == 65001 else "cp1252")
        elif word in _DOCUMENT_SETS:
            self.document_set = _DOCUMENT_SETS[word]

    def byte(self, value: int) -> None:
        r"""Take a ``\'hh``; bytes wait, since two of them may make one character."""
        self.starred = False
        if self.to_skip:
            self.to_skip -= 1
        elif self._shown():
            code_page = self.font_sets.get(self.state.font, self.document_set)
            if code_page != self.pending_set:
                self._flush()
                self.pending_set = code_page
            self.pending.append(value)

    def symbol(self, symbol: str) -> None:
        """Take an escaped character; ``*`` marks an ignorable destination."""
        if symbol == "*":
            self.starred = True
        elif self.to_skip:
            self.to_skip -= 1
        else:
            self._emit(_SYMBOLS.get(symbol, ""))

    def brace(self, brace: str) -> None:
        """Open or close a group."""
        self._flush()
        self.to_skip = 0
        self.starred = False
        if brace == "{":
            self.stack.append(self.state)
        elif self.stack:
            self.state = self.stack.pop()

    def characters(self, text: str) -> None:
        r"""Take plain characters, less those that substitute for a ``\u``."""
        self.starred = False
        if self.to_skip:
            skipped = min(self.to_skip, len(text))
            self.to_skip -= skipped
            text = text[skipped:]
        if self.pending and text and text[0] < "\x80" and self._lacks_trail():
            self.pending.append(ord(text[0]))
            self._flush()
            text = text[1:]
        self._emit(text)

    def text(self) -> str:
        """Return all text, with surrogate pairs joined."""
        self._flush()
        text = "".join(self.parts)
        if _SURROGATES.search(text):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        lines = (line.rstrip(" \t") for line in text.split("\n"))
        return "\n".join(lines).strip("\n")

    def _emit(self, text: str) -> None:
        if text and self._shown():
            self._flush()
            self.parts.append(text)

    def _flush(self) -> None:
        if self.pending:
            self.parts.append(self.pending.decode(self.pending_set, "replace"))
            self.pending.clear()

    def _lacks_trail(self) -> bool:
        """Tell whether a two-byte character waits for its second byte, which may be a letter."""
        decoder = codecs.getincrementaldecoder(self.pending_set)("replace")
        decoder.decode(bytes(self.pending))
        return bool(decoder.getstate()[0])

    def _shown(self) -> bool:
        state = self.state
        return not (state.skipped or state.hidden or state.deleted or state.fonts)


def _known(encoding: str, otherwise: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return otherwise
