"""Values that Python printed: `{'url': 'x', 'at': datetime.datetime(2026, 1, 2, 3, 4, ...)}`.

Some programs write their results into a CSV cell as Python prints them. Nothing of it is run: this
is a reader of plain values with a limit on depth, and it knows two calls, `datetime.datetime(...)`
and `datetime.timezone(...)`, whose numbers it keeps as text of a time. Whatever else stands there
is an error, and an error is a refusal of the row.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TypeAlias

Value: TypeAlias = "bool | int | str | list[Value] | dict[str, Value] | None"

MAX_DEPTH = 32
_SPACE = re.compile(r"\s*")
_STRING = re.compile(r"b?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", re.DOTALL)
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:inf|nan)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9.]*")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_CONSTANTS: dict[str, Value] = {"None": None, "True": True, "False": False}
_UTC = ("datetime.timezone.utc", "datetime.UTC")
_CALLS = ("datetime.datetime", "datetime.timezone", "datetime.timedelta", "set")
_LAST = 0x10FFFF


class NotReadableError(ValueError):
    """The text holds something else than plain values."""


def read(text: str) -> Value:
    """The value that a text stands for.

    Numbers with a point come back as text, times as ISO 8601 text (with an offset where one stands
    there), tuples and sets as lists, keys of dictionaries as text.

    Raises:
        NotReadableError: anything but plain values; says at which character.
    """
    reader = _Reader(text)
    value = reader.value(0)
    reader.end()
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def _fail(self, what: str) -> NotReadableError:
        return NotReadableError(f"{what} at character {self._at + 1:,}")

    def _skip(self) -> str:
        """The next character that is no space; empty at the end."""
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _take(self, wanted: str) -> bool:
        if self._skip() != wanted:
            return False
        self._at += 1
        return True

    def end(self) -> None:
        """Nothing may follow."""
        if self._skip():
            raise self._fail("more text after the value")

    def value(self, depth: int) -> Value:
        """The value that begins here."""
        if depth > MAX_DEPTH:
            raise self._fail("nested too deeply")
        first = self._skip()
        if first == "{":
            return self._braces(depth)
        if first in ("[", "("):
            self._at += 1
            return self._items("]" if first == "[" else ")", depth)
        if found := _STRING.match(self._text, self._at):
            self._at = found.end()
            return _unescaped(found.group())
        if found := _NUMBER.match(self._text, self._at):
            self._at = found.end()
            return _number(found.group())
        return self._named(depth)

    def _items(self, closing: str, depth: int) -> list[Value]:
        items: list[Value] = []
        while not self._take(closing):
            items.append(self.value(depth + 1))
            if not self._take(",") and self._skip() != closing:
                raise self._fail("a comma is missing")
        return items

    def _braces(self, depth: int) -> Value:
        """A dictionary, or a set as a list."""
        self._at += 1
        if self._take("}"):
            return {}
        first = self.value(depth + 1)
        if not self._take(":"):
            if not self._take(",") and self._skip() != "}":
                raise self._fail("a comma is missing")
            return [first, *self._items("}", depth)]
        found = {_key(first): self.value(depth + 1)}
        while self._take(","):
            if self._skip() == "}":
                break
            key = _key(self.value(depth + 1))
            if not self._take(":"):
                raise self._fail("a colon is missing")
            found[key] = self.value(depth + 1)
        if not self._take("}"):
            raise self._fail("a brace is missing")
        return found

    def _named(self, depth: int) -> Value:
        found = _NAME.match(self._text, self._at)
        if found is None:
            raise self._fail("no value")
        name = found.group()
        start, self._at = self._at, found.end()
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        if name in _UTC:
            return "+00:00"
        if name in _CALLS and self._take("("):
            return self._call(name, depth)
        self._at = start
        raise self._fail(f"{name[:40]!r} is no plain value")

    def _call(self, name: str, depth: int) -> Value:
        """What a call of a known name stands for."""
        if depth > MAX_DEPTH:
            raise self._fail("nested too deeply")
        places: list[Value] = []
        named: dict[str, Value] = {}
        while not self._take(")"):
            self._skip()
            found = _NAME.match(self._text, self._at)
            if found and self._text[found.end() : found.end() + 1] == "=":
                self._at = found.end() + 1
                named[found.group()] = self.value(depth + 1)
            else:
                places.append(self.value(depth + 1))
            if not self._take(",") and self._skip() != ")":
                raise self._fail("a comma is missing")
        try:
            return _called(name, places, named)
        except (LookupError, TypeError, ValueError, OverflowError):
            raise self._fail(f"no proper {name}") from None


def _called(name: str, places: list[Value], named: dict[str, Value]) -> Value:
    if name == "set":
        return []
    numbers = [place for place in places if type(place) is int]
    counts = {key: value for key, value in named.items() if type(value) is int}
    if name == "datetime.timedelta":
        if len(numbers) != len(places):
            raise ValueError(name)
        return _offset(timedelta(*numbers, **counts))
    if name == "datetime.timezone":
        return str(places[0])
    zone = named.get("tzinfo")
    if len(numbers) != len(places) or not (zone is None or isinstance(zone, str)):
        raise ValueError(name)
    moment = datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 - its zone follows as text
    return moment.isoformat() + (zone or "")


def _offset(shift: timedelta) -> str:
    """`+03:00`."""
    minutes = int(shift.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _key(value: Value) -> str:
    if isinstance(value, list | dict):
        raise NotReadableError("a key that is no text")
    return str(value)


def _number(text: str) -> Value:
    if not text.lstrip("+-").isdigit():
        return text
    if len(text) > 100:
        raise NotReadableError("a number of more than 100 digits")
    return int(text)


def _unescaped(text: str) -> str:
    inner = text.removeprefix("b")[1:-1]
    return _ESCAPE.sub(lambda found: _character(found.group(1)), inner) if "\\" in inner else inner


def _character(escape: str) -> str:
    if escape[0] in "xuU" and len(escape) > 1:
        code = int(escape[1:], 16)
        return chr(code) if code <= _LAST else "\N{REPLACEMENT CHARACTER}"
    return "" if escape == "\n" else _PLAIN.get(escape, escape)
