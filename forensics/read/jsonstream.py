"""Objects of a JSON file one at a time, however large the file and however broken one of them.

`iter_array` walks an array (the document itself, or one under a path of keys), `iter_lines` walks
one object a line. Both hold one element and a block of the file in memory. A bad element costs
itself: its end is found by its brackets, or by the indentation of the next one where its brackets
do not close.
"""

# long: one incremental splitter; its states are read in one go

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from forensics.read.records import RAW_CHARS, BadRecord

JsonObject = dict[str, Any]
"""One object. Whole numbers are int; numbers with a fraction or an exponent are the text as it
stands in the file; NaN and Infinity are None."""
Element = tuple[int, JsonObject | BadRecord]
"""(record number from 1, the object or why there is none)."""

CHUNK = 1 << 20
MAX_ELEMENT = 32 << 20
"""Characters (of a line: bytes) of one element."""
MAX_DEPTH = 200
"""Brackets inside brackets; far below what exhausts the parser's stack."""
ANY = "*"
"""In a path: every element of an array, or every member of an object."""
KEPT = 200
"""Characters kept before the place that is read: the indentation of a broken element."""
_BOM = b"\xef\xbb\xbf"


def _once(members: list[tuple[str, Any]]) -> JsonObject:
    """An object whose keys differ: of two values for one key, programs take either."""
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("a key stands twice in one object")
    return found


_decode = json.JSONDecoder(
    parse_float=str, parse_constant=lambda _name: None, object_pairs_hook=_once
).raw_decode
"""The standard library's: a faster one would turn fractions and long numbers into floats."""
_decode_around = json.JSONDecoder(parse_float=str, parse_constant=lambda _name: None).raw_decode
"""For what stands around the records; there the last of two values is taken."""
_SPACE = re.compile(r"[ \t\r\n]*+")
_GAP = re.compile(r"[ \t\r\n,]*+")
_MARK = re.compile(r'["{}\[\],]')
_IN_STRING = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_ASSIGNMENT = re.compile(r"[A-Za-z_$][\w.$]{0,200}\s*=\s*")
"""What makes an array a script, as in the archives of Twitter."""
_INDENT = re.compile(r"\n[ \t]*\Z")
_UNDECODED = re.compile("[\x00\udc80-\udcff]")


class _CutError(Exception):
    """The file ends, or makes no sense, where more of it was expected."""


class _Window:
    """The part of the file that is in memory, as text, and a place in it."""

    def __init__(self, stream: BinaryIO) -> None:
        """Start at the first byte after a byte order mark."""
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape").decode
        self.text = ""
        self.at = 0
        self.ended = False
        self.dirty = False
        """True once bytes were met that are no UTF-8; they stand as lone surrogates."""

    def more(self) -> bool:
        """Read on, dropping what lies well before `at`; False at the end of the file."""
        if self.ended:
            return False
        keep = max(0, self.at - KEPT)
        rest = self.text[keep:]
        data = self._stream.read(max(CHUNK, len(rest)))
        self.ended = not data
        added = self._decode(data, self.ended)
        if not self.dirty:
            try:
                added.encode()
            except UnicodeEncodeError:
                self.dirty = True
        self.text, self.at = rest + added, self.at - keep
        return bool(added) or not self.ended

    def peek(self, skipped: re.Pattern[str] = _SPACE) -> str:
        """The next character after what is skipped, which is consumed; empty at the end."""
        while True:
            found = skipped.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""


class _End:
    """Finds where a value ends by counting brackets outside strings, over any number of blocks."""

    def __init__(self) -> None:
        self.depth = 0
        self.inside = False
        self._escaped = False

    def feed(self, text: str, at: int) -> int:
        """Index just after the value that goes on at `at`; -1 if it does not end in `text`."""
        if self._escaped and at < len(text):
            at, self._escaped = at + 1, False
        while True:
            if self.inside:
                closed = _IN_STRING.match(text, at)
                if closed is None:
                    tail = text[at:]
                    self._escaped = (len(tail) - len(tail.rstrip("\\"))) % 2 == 1
                    return -1
                at, self.inside = closed.end(), False
            mark = _MARK.search(text, at)
            if mark is None:
                return -1
            at = mark.end()
            found = mark.group()
            if found == '"':
                self.inside = True
            elif found in "{[":
                self.depth += 1
            elif found != ",":
                self.depth -= 1
                if self.depth <= 0:
                    return at + self.depth
            elif self.depth == 0:
                return at - 1


def iter_array(
    stream: BinaryIO, path: Sequence[str] = (), *, around: JsonObject | None = None
) -> Iterator[Element]:
    """Elements of the array at `path`, one at a time.

    Args:
        stream: The file, opened in binary mode. UTF-8, with or without a byte order mark.
        path: Keys that lead to the array; `"*"` stands for every element of an array, so that
            `("chats", "list", "*", "messages")` walks the messages of all chats. Empty: the
            document is the array; arrays one after another and the script form
            `name = [...]` are read too.
        around: Filled on the way with the scalar members of the objects around the array, as far
            as they stand before it, and with objects and arrays under keys it held beforehand.
            What stands in one chat of many is taken out again before the next one.

    Yields:
        (record number, object), or (record number, BadRecord): `bad_json` for an element that is
        no object, is damaged, says a key twice or is nested deeper than MAX_DEPTH, `bad_encoding`
        for bytes that are not UTF-8, `too_large` above MAX_ELEMENT, `damaged` once where the file
        breaks off.
    """
    walk = _Walk(_Window(stream), around)
    try:
        if not path:
            yield from walk.document()
        elif walk.window.peek():
            yield from walk.value(tuple(path))
    except _CutError:
        raw = walk.window.text[walk.window.at : walk.window.at + RAW_CHARS]
        yield walk.bad("damaged", raw)


def iter_objects(stream: BinaryIO) -> Iterator[Element]:
    """Objects that stand one after another, on one line or on many, as `iter_array` gives them."""
    walk = _Walk(_Window(stream), None)
    try:
        yield from walk.elements(closed=False)
    except _CutError:
        raw = walk.window.text[walk.window.at : walk.window.at + RAW_CHARS]
        yield walk.bad("damaged", raw)


def has_lines(path: Path) -> bool:
    """True if a JSON file holds one object a line: two lines at least, the first one whole."""
    with path.open("rb") as file:
        lines: list[bytes] = []
        while len(lines) < 2 and (line := file.readline(MAX_ELEMENT)):
            if line.strip():
                lines.append(line.removeprefix(_BOM).strip())
    return (
        len(lines) == 2 and all(line.startswith(b"{") for line in lines) and lines[0][-1:] == b"}"
    )


def iter_lines(stream: BinaryIO) -> Iterator[Element]:
    """Objects of a file that holds one a line; blank lines are no records.

    Yields:
        As `iter_array`; a line longer than MAX_ELEMENT bytes is one `too_large`.
    """
    row = 0
    start = True
    while line := stream.readline(MAX_ELEMENT + 1):
        if start:
            line, start = line.removeprefix(_BOM), False
        if len(line) > MAX_ELEMENT:
            row += 1
            yield row, BadRecord(row, "too_large", line[:RAW_CHARS].decode("utf-8", "replace"))
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_ELEMENT)
        elif line.strip():
            row += 1
            yield row, _line(row, line)


def _line(row: int, line: bytes) -> JsonObject | BadRecord:
    """The object on a line, or why there is none."""
    try:
        text = line.decode("utf-8").strip()
    except UnicodeDecodeError:
        return BadRecord(row, "bad_encoding", line[:RAW_CHARS].decode("utf-8", "replace"))
    if "\0" in text:
        return BadRecord(row, "bad_encoding", text[:RAW_CHARS])
    try:
        value, end = _decode(text)
    except (ValueError, RecursionError):
        value, end = None, 0
    if not isinstance(value, dict) or end < len(text) or _too_deep(value, text, 0, end):
        return BadRecord(row, "bad_json", text[:RAW_CHARS])
    return value


class _Walk:
    """One pass over a document."""

    def __init__(self, window: _Window, around: JsonObject | None) -> None:
        self.window = window
        self._around = around
        self._row = 0

    def bad(self, reason: str, raw: str) -> Element:
        """The next record, as a bad one."""
        self._row += 1
        raw = _UNDECODED.sub("\ufffd", raw[:RAW_CHARS])
        return self._row, BadRecord(self._row, reason, raw)

    def document(self) -> Iterator[Element]:
        """The arrays that follow each other at the top."""
        window = self.window
        first = True
        while head := window.peek():
            if head.isalpha():
                while len(window.text) - window.at <= 2 * KEPT and window.more():
                    pass
                script = _ASSIGNMENT.match(window.text, window.at)
                window.at = script.end() if script else window.at
                head = window.peek()
            if head == "[":
                window.at += 1
                yield from self.elements()
            elif first or head not in ";,":
                raise _CutError
            else:
                window.at += 1
            first = False

    def value(self, path: tuple[str, ...]) -> Iterator[Element]:
        """The value at the place of the window, of which only the elements at `path` matter."""
        window = self.window
        head = window.peek()
        if head == "[" and not path:
            window.at += 1
            yield from self.elements()
        elif head == "[" and path[0] == ANY:
            window.at += 1
            while (head := window.peek(_GAP)) != "]":
                if not head:
                    raise _CutError
                if head == "}":  # closes nothing; no value begins here, so nothing would pass it
                    yield self.bad("bad_json", head)
                    window.at += 1
                else:
                    yield from self._below(path)
            window.at += 1
        elif head == "{" and path:
            window.at += 1
            yield from self._members(path)
        else:
            self._skip()

    def _below(self, path: tuple[str, ...]) -> Iterator[Element]:
        """The value one step down the path; what stands around its elements ends with it."""
        outer = dict(self._around or {})
        yield from self.value(path[1:])
        if self._around is not None:
            self._around.clear()
            self._around.update(outer)

    def _members(self, path: tuple[str, ...]) -> Iterator[Element]:
        """The members of the object whose brace was just passed."""
        window = self.window
        while (head := window.peek(_GAP)) != "}":
            if head != '"':
                raise _CutError
            key = self._taken()
            if window.peek() != ":":
                raise _CutError
            window.at += 1
            if path[0] in (key, ANY):
                yield from self._below(path)
            elif self._around is None or (window.peek() in "{[" and key not in self._around):
                self._skip()
            else:
                self._around[str(key)] = self._taken()
        window.at += 1

    def _taken(self) -> object:
        """The value at the place of the window, of any kind."""
        window = self.window
        window.peek()
        while True:
            try:
                value, end = _decode_around(window.text, window.at)
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos + 16 > len(window.text)
                if not cut or len(window.text) - window.at > MAX_ELEMENT or not window.more():
                    raise _CutError from None
            except (ValueError, RecursionError):
                raise _CutError from None
            else:
                if end < len(window.text) or not window.more():  # else a number may go on
                    window.at = end
                    found: object = value
                    return found

    def _skip(self) -> None:
        """Pass over the value at the place of the window, of any size."""
        window, end = self.window, _End()
        while (after := end.feed(window.text, window.at)) < 0:
            window.at = len(window.text)
            if not window.more():
                raise _CutError
        window.at = after

    def elements(self, *, closed: bool = True) -> Iterator[Element]:
        """The elements of the array whose bracket was just passed.

        Args:
            closed: False for objects without an array around them.
        """
        window = self.window
        while True:
            head = window.peek(_GAP)
            if head == "]" and closed:
                window.at += 1
                return
            if not head and closed:
                raise _CutError
            if not head:
                return
            start = window.at
            fault, sure = start, True
            if head == "{":
                try:
                    value, end = _decode(window.text, start)
                except json.JSONDecodeError as error:
                    cut = error.msg.startswith("Unterminated") or error.pos + 16 > len(window.text)
                    fault, sure = error.pos, window.ended or not cut
                except (ValueError, RecursionError):
                    pass
                else:
                    window.at = end
                    yield self._element(value, start, end)
                    continue
            yield from self._broken(fault, sure=sure)

    def _element(self, value: JsonObject, start: int, end: int) -> Element:
        """An element that could be parsed."""
        text = self.window.text
        if end - start <= 2 * MAX_DEPTH and not self.window.dirty:
            self._row += 1  # too short to be at fault
            return self._row, value
        if self.window.dirty and _UNDECODED.search(text, start, end):
            return self.bad("bad_encoding", text[start : start + RAW_CHARS])
        if end - start > MAX_ELEMENT:
            return self.bad("too_large", text[start : start + RAW_CHARS])
        if _too_deep(value, text, start, end):
            return self.bad("bad_json", text[start : start + RAW_CHARS])
        self._row += 1
        return self._row, value

    def _broken(self, fault: int, *, sure: bool) -> Iterator[Element]:
        """An element that could not: nothing yet if only more of the file must be read.

        Args:
            fault: Where the parser stopped.
            sure: False if it may have stopped only because the text in memory ends.
        """
        window = self.window
        start = window.at
        indent = _INDENT.search(window.text, max(0, start - KEPT), start)
        ends = [_End().feed(window.text, start)]
        if indent and sure:
            following = indent.group() + "{"
            ends.append(window.text.find(following, max(fault - len(following), start + 1)))
        after = min((end for end in ends if end >= 0), default=-1)
        if after >= 0:
            raw = window.text[start:after]
            window.at = max(after, start + 1)
            reason = "bad_encoding" if _UNDECODED.search(raw) else "bad_json"
            yield self.bad(reason, raw)
        elif len(window.text) - start > MAX_ELEMENT:
            raw = window.text[start : start + RAW_CHARS]
            self._skip()
            yield self.bad("too_large", raw)
        elif not window.more() and sure:
            raise _CutError


def _too_deep(value: JsonObject, text: str, start: int, end: int) -> bool:
    """True if brackets stand more than MAX_DEPTH deep; text with few brackets cannot."""
    if text.count("{", start, end) + text.count("[", start, end) <= MAX_DEPTH:
        return False
    level: list[JsonObject | list[Any]] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
