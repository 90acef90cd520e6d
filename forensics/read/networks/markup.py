"""Posts written as fragments of HTML, as plain text."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

_SIMPLE = re.compile(
    r"(?:[^<>&]++|<(?:/?p|br ?/?|/?span|/?a)(?: [^<>]*)?>|&(?:amp|lt|gt|quot|#39);)*+"
)
"""What nearly all posts are made of; for this much, a parser costs five times as much."""
_LINE = re.compile(r"<(?:p|br)\b[^<>]*>")
_MARK = re.compile(r"<[^<>]*>")
_BREAKING = frozenset({"p", "br", "li", "blockquote"})


class _Plain(HTMLParser):
    """Collects the text of a fragment of HTML; paragraphs and breaks become line ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a new line where the fragment does."""
        del attrs
        if tag in _BREAKING and self.parts:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.parts.append(data)


def plain_text(html: object) -> str | None:
    """Text of a fragment of HTML without its marks; None if there is none."""
    if not isinstance(html, str) or not html:
        return None
    if "<" not in html and "&" not in html:
        return html
    if _SIMPLE.fullmatch(html):
        return unescape(_MARK.sub("", _LINE.sub("\n", html))).strip() or None
    parser = _Plain()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts).strip() or None
