"""Shape of a JSON file, told by its first 64 KiB: lines, an array, or an array inside a document.

The records themselves are walked by `forensics.read.jsonstream`; this module only finds out which
of its walks is the right one, and shows a reader the first objects so that it can recognise them.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from forensics.read.jsonstream import MAX_ELEMENT, Element, iter_array, iter_lines
from forensics.read.records import RAW_CHARS, BadRecord, Record

HEAD = 1 << 16
LOOKED_AT = 20
"""Objects shown to a reader."""
_SPACE = re.compile(r"[ \t\r\n]*")
_BETWEEN = re.compile(r"[ \t\r\n,]*")
_DECODER = json.JSONDecoder(strict=False)

KeyPath = tuple[str, ...]
Item = dict[str, Any]
Values = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the objects of a file are, and the first of them."""

    keys: KeyPath | None
    """Keys that lead to the array; empty for a top-level array, None for one object a line."""
    first: tuple[Item, ...]
    """Objects that stand whole in the head; at most 20."""

    @property
    def described(self) -> str:
        """For the format."""
        if self.keys is None:
            return "json lines"
        return f"json array in {'.'.join(self.keys)!r}" if self.keys else "json array"

    def has(self, test: Callable[[Item], bool]) -> bool:
        """True if there are objects and the test holds for most of them."""
        return bool(self.first) and sum(map(test, self.first)) * 2 > len(self.first)


def shape_of(head: bytes, paths: Sequence[KeyPath] = ()) -> Shape | None:
    """The shape of a JSON file; None if it is none, or no object stands whole in the head.

    Args:
        head: First bytes.
        paths: Key paths at which an array may stand in a document, best first.
    """
    text = head[:HEAD].removeprefix(codecs.BOM_UTF8).decode("utf-8", "ignore")
    at = _skip(_SPACE, text, 0)
    if text[at : at + 1] == "[":
        return _shape((), _objects(text, at + 1))
    if text[at : at + 1] != "{":
        return None
    for keys in paths:
        inside = _array_at(text, at, keys)
        if inside is not None:
            return _shape(keys, _objects(text, inside))
    lines = text.split("\n")
    whole = (lines if len(head) < HEAD else lines[:-1])[:LOOKED_AT]
    return _shape(None, [found for line in whole if (found := _object(line)) is not None])


def records(
    path: Path, shape: Shape, read: Callable[[Item], Values]
) -> Iterator[Record | BadRecord]:
    """All records of a file: what `read` makes of each object, and those that are none."""
    with path.open("rb") as file:
        if shape.keys and _has_pages(file):
            walk = _pages(file, shape.keys)
        elif shape.keys is None:
            walk = iter_lines(file)
        else:
            walk = iter_array(file, shape.keys)
        for row, item in walk:
            yield item if isinstance(item, BadRecord) else Record(row, read(item))


def _has_pages(file: BinaryIO) -> bool:
    """True if the first line is a whole document and another one follows it."""
    first = file.readline(MAX_ELEMENT).rstrip()
    following = b""
    while first.endswith(b"}") and (line := file.readline(HEAD)):
        following = line.strip()
        if following:
            break
    file.seek(0)
    return following.startswith(b"{")


def _pages(file: BinaryIO, keys: KeyPath) -> Iterator[Element]:
    """Elements of one array a line, as collectors append page after page; numbered through."""
    row = 0
    for _, page in iter_lines(file):
        if isinstance(page, BadRecord):
            row += 1
            yield row, BadRecord(row, page.reason, page.raw)
            continue
        found = inner(page, *keys[:-1]).get(keys[-1])
        for item in found if isinstance(found, list) else [None]:
            row += 1
            bad = BadRecord(row, "bad_json", str(item)[:RAW_CHARS])
            yield row, item if isinstance(item, dict) else bad


def text_of(value: object) -> str | None:
    """A scalar as text, None for anything else; booleans are not numbers."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return str(value)


def inner(item: Mapping[str, Any], *keys: str) -> Item:
    """The object at a path of keys; empty if there is none."""
    found: Any = item
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def members(value: object) -> list[Item]:
    """The objects in an array; empty if it is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def file_names(values: Sequence[object]) -> str | None:
    """Names of media files, separated by `|`; the reader of columns cuts folders and queries."""
    return "|".join(one for one in values if isinstance(one, str) and one) or None


def _shape(keys: KeyPath | None, found: list[Item]) -> Shape | None:
    return Shape(keys, tuple(found)) if found else None


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _object(line: str) -> Item | None:
    """The object on a line, or None."""
    try:
        value = _DECODER.decode(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _objects(text: str, at: int) -> list[Item]:
    """The first objects of an array whose bracket was passed, as far as they are whole."""
    found: list[Item] = []
    while len(found) < LOOKED_AT:
        try:
            value, at = _DECODER.raw_decode(text, _skip(_BETWEEN, text, at))
        except (ValueError, RecursionError):
            break
        if isinstance(value, dict):
            found.append(value)
    return found


def _array_at(text: str, at: int, keys: KeyPath) -> int | None:
    """Place after the bracket of the array at a path of keys; None if it is not in the text."""
    if not keys:
        return at + 1 if text[at : at + 1] == "[" else None
    if text[at : at + 1] != "{":
        return None
    at += 1
    try:
        while True:
            at = _skip(_BETWEEN, text, at)
            if text[at : at + 1] != '"':
                return None
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(_SPACE, text, at)
            if text[at : at + 1] != ":":
                return None
            at = _skip(_SPACE, text, at + 1)
            if key == keys[0]:
                return _array_at(text, at, keys[1:])
            at = _DECODER.raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        return None
