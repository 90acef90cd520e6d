"""Excel workbooks (XLSX, XLSM), read row by row.

Written by spreadsheet programs and by scripts that imitate them. A date in Excel is a serial day: a
count of days in local time that nobody recorded, so a date cell becomes a naive time, which is
refused unless a zone is stated. Whose clock it was is not known: export tools, people who typed,
and formulas all write the same cells. Source: ECMA-376 part 1, 18.17.4 (dates as serial values).
Precision: to the millisecond at best; a date at midnight whose format shows no hours is a date.

Traps: Excel keeps 15 digits, so ids typed or pasted as numbers have lost their last digits; cells
hold the result of a formula as it was last computed, or nothing; opening a CSV in Excel and saving
it may turn text into dates.
"""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forensics.read import zipdir
from forensics.read.files.choice import holds_posts, not_there, others_note, unique
from forensics.read.files.parts import check_parts
from forensics.read.options import Table, UnreadableFileError
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HEADER_ROWS = 20
"""Rows in which a header is looked for; titles may stand above it."""
MAX_COLUMNS = 1_000
"""Columns looked at."""
MAX_TEXT = 1_000_000
"""Characters of a cell; Excel allows 32,767."""
DIGITS_KEPT = 10**15
"""Whole numbers from here on have lost digits."""
_NOTE = "dates in Excel carry no zone"


def is_workbook(path: Path, head: bytes) -> bool:
    """True for a zip file with the parts of an Excel workbook."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipdir.opened(path) as file:
            names = file.NameToInfo
            return "[Content_Types].xml" in names and "xl/workbook.xml" in names
    except (zipfile.BadZipFile, OSError):
        return b"xl/worksheets/" in head or b"xl/workbook.xml" in head


def open_workbook(
    con: DuckDBPyConnection, path: Path, name: str, scratch: Path, wanted: str | None = None
) -> Table:
    """Open the sheet that is wanted, else the first that has columns for accounts and times.

    Raises:
        UnreadableFileError: damaged, hostile, or no sheet with a header.
    """
    with _named(name), zipdir.opened(path) as parts:
        check_parts(parts)
    with _named(name), path.open("rb") as raw:  # given a path, the library would judge its ending
        import openpyxl  # takes 0.2 s

        book = openpyxl.load_workbook(raw, read_only=True, data_only=True, keep_links=False)
        try:
            sheet, columns, start = _choose(book, wanted)
            rest = [other.title for other in book.worksheets if other.title != sheet.title]
            rows = _Rows(sheet, columns, start)
            made = Format(
                name=f"xlsx, sheet {sheet.title[:60]!r}",
                columns=columns,
                clock_note=_NOTE,
                notes=others_note("sheets", rest),
            )
            table = table_of(con, rows.records(), made, scratch)
        finally:
            book.close()
    return _with_notes(table, rows.notes())


def _with_notes(table: Table, notes: tuple[str, ...]) -> Table:
    from dataclasses import replace

    return replace(table, notes=(*notes, *table.notes))


@contextmanager
def _named(where: str) -> Iterator[None]:
    """Turn whatever the library says about a broken workbook into one line about that file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles it does not know, dates out of range
            yield
    except UnreadableFileError as error:
        raise UnreadableFileError(
            error.what, reason=error.reason, where=where, todo=error.todo
        ) from None
    except Exception as error:  # noqa: BLE001 - a broken part fails anywhere in the library
        first = next(iter(str(error).splitlines()), "")[:120]
        raise UnreadableFileError(
            f"the workbook is damaged ({type(error).__name__}: {first})",
            reason="damaged",
            where=where,
            todo="open it in a spreadsheet program and export the sheet as CSV (UTF-8)",
        ) from None


def _choose(book: Any, wanted: str | None) -> tuple[Any, list[str], int]:
    """(Sheet, its columns, row of its header): the first that holds posts, else the first filled.

    Raises:
        UnreadableFileError: no sheet has anything in it, or none has the name that is wanted.
    """
    fallback: tuple[Any, list[str], int] | None = None
    titles = [str(sheet.title) for sheet in book.worksheets]
    if wanted is not None and wanted not in titles:
        raise not_there("sheet", wanted, titles)
    for sheet in book.worksheets:
        if wanted not in (None, sheet.title):
            continue
        if not hasattr(sheet, "reset_dimensions"):  # pragma: no cover - a sheet without a part
            continue
        sheet.reset_dimensions()  # what a sheet says about its size is a claim
        rows = sheet.iter_rows(
            min_row=1, max_row=HEADER_ROWS, max_col=MAX_COLUMNS, values_only=True
        )
        for number, row in enumerate(rows, start=1):
            names = [None if value is None else str(value) for value in row]
            while names and not (names[-1] or "").strip():
                names.pop()
            if not names:
                continue
            if holds_posts([name or "" for name in names]):
                return sheet, unique(names), number
            fallback = fallback or (sheet, unique(names), number)
    if fallback is None:
        raise UnreadableFileError(
            "the workbook has no sheet with a header", reason="empty_file", todo="export it again"
        )
    return fallback


class _Rows:
    """The records of a sheet, and what was seen on the way."""

    def __init__(self, sheet: Any, columns: list[str], header: int) -> None:
        self._sheet = sheet
        self._columns = columns
        self._header = header
        self._blank = 0
        self._long_numbers = 0

    def records(self) -> Iterator[Record | BadRecord]:
        """Every row below the header that has anything in it, numbered from 1."""
        number, waiting = 0, 0
        rows = self._sheet.iter_rows(min_row=self._header + 1, max_col=len(self._columns))
        for row in rows:
            texts = [self._text(cell) for cell in row]
            if not any(texts):
                waiting += 1
                continue
            self._blank, waiting, number = self._blank + waiting, 0, number + 1
            if any(text is not None and len(text) > MAX_TEXT for text in texts):
                yield BadRecord(number, "too_large")
            else:
                yield Record(number, dict(zip(self._columns, texts, strict=False)))

    def _text(self, cell: Any) -> str | None:
        """A cell as text: dates as naive ISO 8601, numbers as they are, empty as None."""
        value = cell.value
        if value is None or isinstance(value, str):
            return value or None
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return self._number(value)
        if isinstance(value, dt.datetime):
            shown = str(cell.number_format).lower()
            dated = value.time() == dt.time() and "h" not in shown and "s" not in shown
            return value.date().isoformat() if dated else value.isoformat(" ")
        return str(value)

    def _number(self, value: float) -> str:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and abs(value) >= DIGITS_KEPT:
            self._long_numbers += 1
        return str(value)

    def notes(self) -> tuple[str, ...]:
        """What must not be lost."""
        found = []
        if self._header > 1 or self._blank:
            blank = f", {self._blank:,} blank rows" if self._blank else ""
            found.append(f"header in row {self._header} of the sheet{blank}; records are numbered")
        if self._long_numbers:
            found.append(
                f"WARNING: {self._long_numbers:,} numbers have more than 15 digits; Excel keeps "
                "15, so ids among them are wrong in their last digits"
            )
        return tuple(found)
