"""Walks a JSON document of any size: keys and elements one by one, never the whole document.

Unlike a splitter of one array it can go through arrays within arrays, as exports of many chats
need. Memory holds one element at a time; elements themselves are decoded by the standard library.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 1 << 20
MAX_ELEMENT = 64 << 20
"""Characters of one element; a document that needs more is taken for damaged."""
_SPACE = re.compile(r"[ \t\n\r]*")
_ESCAPED_BYTES = re.compile("[\udc80-\udcff]")
_NEAR_END = 32
"""A fault this close to the end of what was read may be only a cut token."""
_DECODER = json.JSONDecoder()


class BrokenJsonError(Exception):
    """The document breaks off or is no JSON from here on."""

    def __init__(self, reason: str, raw: str = "") -> None:
        """Keep a key of `model.REFUSAL_REASONS` and the text at the break."""
        self.reason = reason
        self.raw = raw
        super().__init__(reason)


class Cursor:
    """A place in a JSON document.

    `members` and `items` stop before each value; whoever iterates must take it (`value`,
    `members` or `items`) before going on. All raise `BrokenJsonError` at a break.
    """

    def __init__(self, stream: BinaryIO) -> None:
        """Start at the beginning of a binary stream of UTF-8, with or without a mark."""
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self._text = ""
        self._at = 0
        self._ended = False
        self.undecodable = False
        """True if the value taken last held bytes that are not UTF-8."""

    def _more(self) -> bool:
        """Read on; False at the end. What was passed is dropped."""
        if self._ended:
            return False
        left = self._text[self._at :]
        block = self._stream.read(max(CHUNK, len(left)))
        self._ended = not block
        self._text = left + self._decoder.decode(block, self._ended)
        self._at = 0
        return True

    def peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _take(self, wanted: str) -> str:
        """Pass one of the wanted characters."""
        char = self.peek()
        if char and char in wanted:
            self._at += 1
            return char
        raise self._broken()

    def _broken(self) -> BrokenJsonError:
        """The error for this place."""
        rest = self._text[self._at : self._at + 200]
        return BrokenJsonError("bad_json" if rest else "damaged", rest)

    def value(self) -> object:
        """The next value, decoded."""
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                cut = len(self._text) - error.pos < _NEAR_END or "Unterminated" in error.msg
                small = len(self._text) - self._at < MAX_ELEMENT
                if cut and small and self._more():
                    continue
                if cut and self._ended:
                    raise BrokenJsonError("damaged", self._text[self._at :][:200]) from None
                raise self._broken() from None
            except (ValueError, RecursionError):
                raise self._broken() from None
            if end == len(self._text) and self._more():
                continue  # a number may go on in the next block
            raw = self._text[self._at : end]
            self.undecodable = not raw.isascii() and _ESCAPED_BYTES.search(raw) is not None
            self._at = end
            return found

    def members(self) -> Iterator[str]:
        """The keys of the object that follows, each with the cursor before its value."""
        self._take("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise self._broken()
            self._take(":")
            yield key
            if self._take(",}") == "}":
                return

    def items(self) -> Iterator[int]:
        """The places (from 0) of the array that follows, each with the cursor before its value."""
        self._take("[")
        if self.peek() == "]":
            self._at += 1
            return
        place = 0
        while True:
            yield place
            place += 1
            if self._take(",]") == "]":
                return
