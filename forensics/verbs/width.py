"""Text in columns of a terminal: Chinese and other wide characters take two."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from forensics.verbs.console import printable


def columns_of(text: str) -> int:
    """How many columns the text takes: two for a wide character, none for a combining one."""
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def cut(text: str, width: int, *, pad: bool = False) -> str:
    """The text in at most `width` columns, a mark at its end if something was cut off.

    Args:
        text: Printable text.
        width: Columns, 1 or more.
        pad: Fill up with spaces.
    """
    if columns_of(text) > width:
        text = _first(text, width - 1) + "…"
    return text + " " * (width - columns_of(text)) if pad else text


def shown(text: str, width: int) -> str:
    """Text of any origin in at most `width` columns: printable, cut with a mark."""
    return cut(printable(text), width)


def _first(text: str, width: int) -> str:
    """As many characters as fit."""
    used = 0
    for number, char in enumerate(text):
        used += _width(char)
        if used > width:
            return text[:number]
    return text


def wrapped(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most `width` columns, broken at spaces where that can be done."""
    line = ""
    for word in text.split():
        rest = word
        if line and columns_of(line) + 1 + columns_of(rest) <= width:
            line += " " + rest
            continue
        if line:
            yield line
        while columns_of(rest) > width:
            # At least one character, or a width of 1 would never end.
            part = _first(rest, width) or rest[0]
            yield part
            rest = rest[len(part) :]
        line = rest
    if line:
        yield line
