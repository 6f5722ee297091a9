"""HTML and XHTML bodies to plain text.

A small scanner rather than the standard library's parser: that one takes quadratic time on
unclosed tags and changed its reading of odd markup between Python versions, and offsets into a
report must not depend on either.
"""

from __future__ import annotations

import html
import re

_BLOCK_TAGS = """
    address article aside blockquote body caption center dd div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 head header hr html li main nav ol p pre section table tbody tfoot
    thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_CELLS = frozenset(["td", "th"])
_ATTRIBUTES = r"(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+"
_OPENING = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:(?!-->).){0,2000}+-->\s*+)*+"
    r"<(?:!doctype\s+html|(?:html|body|head|div|p|span|pre|table|h[1-6]|br|ul|ol|font|b|strong)"
    r"(?:\s[^<>]{0,2000})?/?>)",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP = re.compile(
    r"<!--(?:(?!-->).)*+(?:-->)?"
    r"|<!\[CDATA\[|\]\]>"
    r"|<[!?][^>]*+>?"
    rf"|<(?P<dropped>script|style|title|template)\b{_ATTRIBUTES}>.*?(?:</(?P=dropped)\s*>|\Z)"
    rf"|<(?P<end>/?)(?P<tag>[a-z][a-z0-9:-]*+){_ATTRIBUTES}>",
    re.IGNORECASE | re.DOTALL,
)
_SPACES = re.compile(r"[ \t\n\r\f\v]+")


def looks_like_html(text: str) -> bool:
    """Tell whether a text opens with an HTML element (``<3 mm`` is none)."""
    return "<" in text[:1000] and _OPENING.match(text) is not None


def html_to_text(markup: str) -> str:
    r"""Return the text a browser would show.

    Block elements and ``<br>`` end a line, table cells are parted by a tab, character references
    are resolved, comments, scripts, styles and the title are dropped, white space collapses
    outside ``<pre>``. What is no tag is text; nothing raises.

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
    page = _Page()
    position = 0
    for match in _MARKUP.finditer(markup):
        page.text(html.unescape(markup[position : match.start()]))
        position = match.end()
        if match["tag"]:
            page.tag(match["tag"].lower(), ends=bool(match["end"]))
    page.text(html.unescape(markup[position:]))
    return page.shown()


class _Page:
    """The lines of text so far, each as the pieces it is made of."""

    def __init__(self) -> None:
        self.lines: list[list[str]] = [[]]
        self.pre = 0

    def tag(self, tag: str, *, ends: bool) -> None:
        if tag == "br":
            self.lines.append([])
        elif tag in _CELLS and not ends and self.lines[-1]:
            self.lines[-1].append("\t")
        elif tag in _BLOCKS:
            if any(piece.strip() for piece in self.lines[-1]):
                self.lines.append([])
            if tag == "pre":
                self.pre = max(0, self.pre + (-1 if ends else 1))

    def text(self, text: str) -> None:
        if not text:
            return
        if self.pre:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self.lines[-1].append(first)
            self.lines.extend([line] for line in rest)
            return
        text = _SPACES.sub(" ", text)
        line = self.lines[-1]
        if not line or line[-1].endswith((" ", "\t")):
            text = text.lstrip(" ")
        if text:
            line.append(text)

    def shown(self) -> str:
        lines = ("".join(line).rstrip(" \t").replace(" \t", "\t") for line in self.lines)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
