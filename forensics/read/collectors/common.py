"""What the readers of this family share: headers, values inside objects, clocks inside ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from forensics.read.delimited import is_delimited, read_header
from forensics.read.jsonstream import MAX_ELEMENT, JsonObject, iter_array, iter_lines
from forensics.read.options import UnreadableFileError
from forensics.read.records import BadRecord

BOM = b"\xef\xbb\xbf"
NONE = ""
"""As a preferred column: the format has no such column, and none is to be looked for by name."""
BLOCKED: Mapping[str, str] = dict.fromkeys(
    ("id", "text", "kind", "is_repost", "repost_of", "reply_to", "quote_of", "client", "language",
     "label", "media", "urls", "url"),
    NONE,
)  # fmt: skip
"""No role is found by name; a reader puts in the columns it knows."""


def header_of(path: Path, head: bytes, *words: bytes) -> frozenset[str]:
    """Column names of a delimited text file; empty if it is none, or lacks one of the words."""
    if not all(word in head for word in words) or not is_delimited(path, head):
        return frozenset()
    try:
        return frozenset(read_header(path, head, path.name).names)
    except UnreadableFileError:
        return frozenset()


def starts_with_object(head: bytes) -> bool:
    """True if the bytes begin like a JSON object."""
    return head.removeprefix(BOM).lstrip()[:1] == b"{"


def has_keys(head: bytes, *keys: str) -> bool:
    """True if all of these JSON keys stand in the bytes, at any depth."""
    return all(re.search(rb'"%s"\s*:' % key.encode(), head) for key in keys)


def text_of(value: object) -> str | None:
    """A text or a whole number as text; None for anything else and for empty text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    return value if isinstance(value, str) and value else None


def inside(item: object, *keys: str) -> Any:
    """The value under a path of keys; None where the path breaks off."""
    for key in keys:
        if not isinstance(item, dict):
            return None
        item = item.get(key)
    return item


def first_text(item: object, *paths: str) -> str | None:
    """The first path (keys joined by dots) that leads to a text or a whole number."""
    found = (text_of(inside(item, *path.split("."))) for path in paths)
    return next((text for text in found if text is not None), None)


def starts_with(path: Path) -> bytes:
    """The first byte of a text file that is no space and no byte order mark."""
    with path.open("rb") as file:
        return file.read(1 << 16).removeprefix(BOM).lstrip()[:1]


def holds_lines(path: Path) -> bool:
    """True if a file holds one JSON object a line: several lines of them, or one whole line."""
    if starts_with(path) != b"{":
        return False
    with path.open("rb") as file:
        first = file.readline(MAX_ELEMENT)
        second = file.read(256).lstrip()
    first = first.rstrip()
    if not second:
        return first.endswith(b"}")
    return second.startswith(b"{") and not first.endswith((b"[", b",", b":", b"{"))


def elements(
    path: Path, key: str | None, *, lines: bool
) -> Iterator[tuple[int, JsonObject | BadRecord]]:
    """Numbered objects of a file: one a line, or of the array under `key` (None: at the top)."""
    with path.open("rb") as stream:
        yield from iter_lines(stream) if lines else iter_array(stream, (key,) if key else ())
