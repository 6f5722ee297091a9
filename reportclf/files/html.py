"""HTML and XHTML bodies to plain text, with the standard library's parser."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCK_TAGS = """
    address article aside blockquote body center dd div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody tfoot thead tr
    ul caption
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_DROPPED = frozenset(["head", "script", "style", "template", "title"])
_CELLS = frozenset(["td", "th"])
_OPENING = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    r"<(?:!doctype\s+html|(?:html|body|head|div|p|span|pre|table|h[1-6]|br|ul|ol|font|b|strong)"
    r"(?:\s[^<>]{0,2000})?/?>)",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT = re.compile(r"<!--(?:(?!-->).)*+(?:-->)?", re.DOTALL)
_ODD_MARKUP = re.compile(r"<(?:!\[|[?])[^>]*>?|<!(?!doctype)[^>]*>?", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f\v]+")


def looks_like_html(text: str) -> bool:
    """Tell whether a text opens with an HTML element (``<3 mm`` is none)."""
    return "<" in text[:1000] and _OPENING.match(text) is not None


def html_to_text(markup: str) -> str:
    r"""Return the text a browser would show.

    Block elements and ``<br>`` end a line, table cells are parted by a tab, character references
    are resolved, scripts, styles and the head are dropped, white space collapses outside
    ``<pre>``. Broken markup never raises.

    Parameters
    ----------
    markup : str

    Returns
    -------
    str

    Examples
    --------
    >>> html_to_text("<p>Size &lt; 3&nbsp;mm.<br>No change.</p>")
    'Size < 3\xa0mm.\nNo change.'
    """
    parser = _TextParser()
    # Comments and declarations go first: the parser of Python 3.11 takes quadratic time on
    # unclosed ones.
    parser.feed(_ODD_MARKUP.sub(" ", _COMMENT.sub(" ", markup)))
    parser.close()
    return parser.text()


class _TextParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.dropping: list[str] = []
        self.pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self.dropping.append(tag)
        elif tag == "body":
            self.dropping.clear()  # an unclosed <head> must not swallow the report
        elif tag == "br":
            self.lines.append("")
        elif tag in _CELLS and self.lines[-1]:
            self.lines[-1] = self.lines[-1].rstrip(" ") + "\t"
        self._edge(tag, 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.lines.append("")
        elif tag in _BLOCKS:
            self._new_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.dropping:
            while self.dropping.pop() != tag:
                pass
        self._edge(tag, -1)

    def handle_data(self, data: str) -> None:
        if self.dropping:
            return
        if self.pre:
            first, *rest = data.replace("\r\n", "\n").split("\n")
            self.lines[-1] += first
            self.lines.extend(rest)
            return
        data = _SPACES.sub(" ", data)
        line = self.lines[-1]
        self.lines[-1] = line + (data.lstrip(" ") if not line or line[-1] in " \t" else data)

    def _edge(self, tag: str, step: int) -> None:
        if tag in _BLOCKS:
            self._new_line()
        if tag == "pre":
            self.pre = max(0, self.pre + step)

    def _new_line(self) -> None:
        if self.lines[-1].strip(" \t"):
            self.lines.append("")

    def text(self) -> str:
        text = "\n".join(line.rstrip(" \t") for line in self.lines)
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
