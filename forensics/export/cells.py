"""Cells of CSV files that no spreadsheet runs as a formula, and the way back.

A text cell gets a leading apostrophe if it begins with a sign that a spreadsheet takes for a
formula (`= + - @`, their full-width forms, tab, carriage return, line feed), or with an apostrophe.
So the guard can be undone without a list: take one leading apostrophe off every text cell that has
one.
Numbers are written bare, text in quotes, an absent value as an empty cell without quotes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import BinaryIO

BOM = b"\xef\xbb\xbf"
"""Spreadsheets read UTF-8 as such only behind this mark."""
OPENERS = "=+-@\t\r\n＝＋－＠'"
"""First characters that get an apostrophe put before them."""


def guarded(text: str) -> str:
    """The text as a cell that begins with nothing a spreadsheet would run."""
    return f"'{text}" if text[:1] and text[0] in OPENERS else text


def unguarded(cell: str) -> str:
    """The text that `guarded` made the cell of: `unguarded(guarded(x)) == x` for every x."""
    return cell.removeprefix("'")


def cell(value: object) -> str:
    """One cell: integers bare, None empty, text guarded and quoted, lists and objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = value if isinstance(value, str) else _json(value)
    return '"' + guarded(text).replace('"', '""') + '"'


def line(values: Iterable[object]) -> str:
    """One line of a CSV file, with its newline."""
    return ",".join(map(cell, values)) + "\n"


def write_lines(stream: BinaryIO, lines: Iterable[str]) -> None:
    """Write lines as UTF-8 in large pieces."""
    pending: list[str] = []
    for text in lines:
        pending.append(text)
        if len(pending) >= 4096:
            stream.write("".join(pending).encode())
            pending.clear()
    stream.write("".join(pending).encode())


def guard_sql(column: str) -> str:
    """`guarded` as an expression of DuckDB over a quoted column name."""
    openers = ", ".join(f"chr({ord(char)})" for char in OPENERS)
    return (
        f"CASE WHEN substr({column}, 1, 1) IN ({openers}) THEN '''' || {column} ELSE {column} END"
    )


def is_guarded_sql(column: str) -> str:
    """Condition of DuckDB: the cell would get an apostrophe."""
    openers = ", ".join(f"chr({ord(char)})" for char in OPENERS)
    return f"substr({column}, 1, 1) IN ({openers})"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
