"""Rows of a log that is CSV, with cells of any length and a limit on the whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from forensics.read.collection.items import DamagedLogError, LogFile, whole_text

MAX_COLUMNS = 200


def records(file: LogFile) -> Iterator[tuple[int, dict[str, str]]]:
    """(Number, cells by column) of each row; missing cells are empty, empty lines passed over.

    Raises:
        DamagedLogError: no header, the same column twice, too many columns, no text.
    """
    rows = _rows(whole_text(file))
    header = [name.strip() for name in next(rows, [])]
    if not any(header):
        raise DamagedLogError("empty_file", "there is no header")
    if len(header) > MAX_COLUMNS:
        raise DamagedLogError("too_large", f"{len(header):,} columns")
    if twice := {name for name in header if name and header.count(name) > 1}:
        raise DamagedLogError("unknown_format", f"two columns are called {min(twice)!r:.60}")
    number = 0
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        number += 1
        yield number, dict(zip(header, _filled(row, len(header)), strict=True))


def _filled(row: Sequence[str], width: int) -> list[str]:
    return [*row[:width], *([""] * (width - len(row)))]


def _rows(text: str) -> Iterator[list[str]]:
    """The rows. The limit on cells holds for the whole process: it is put back after each row."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    while True:
        before = csv.field_size_limit(max(len(text), 1))
        try:
            row = next(reader)
        except StopIteration:
            return
        finally:
            csv.field_size_limit(before)
        yield row


def _delimiter(text: str) -> str:
    """What parts the header: a comma, unless a semicolon or a tab does so more often."""
    first = text.split("\n", 1)[0][:20_000]
    return max(",;\t", key=lambda mark: (first.count(mark), mark == ","))
