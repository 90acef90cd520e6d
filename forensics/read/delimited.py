"""CSV and TSV, and the CSV of Twitter's published information-operations archives."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.clock import read_written
from forensics.read import census
from forensics.read.cleancopy import FILLER, write_clean
from forensics.read.database import ident, literal, scalar
from forensics.read.options import Table, UnreadableFileError, check_width, column_list

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe"}
BUFFER = 32_000_000
"""Parse buffer; must exceed the longest line by far (see MAX_RECORD)."""
_BOM = b"\xef\xbb\xbf"
_IO_COLUMNS = {"tweetid", "userid", "tweet_time", "tweet_client_name", "is_retweet"}
_MOST_NOTES = 10
"""Names of columns that are said to stand twice."""
_NUMBER = re.compile(r"\d{9,19}(\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Header:
    """The first record of a file."""

    names: tuple[str, ...]
    delimiter: str
    data_start: int
    """First byte after it."""
    notes: tuple[str, ...]


def looks_like_text(head: bytes) -> bool:
    """True unless the bytes are those of a binary format."""
    if not head or head.startswith((b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8", b"SQLite")):
        return False
    first = head.lstrip(b"\r\n")[:4096].split(b"\n", 1)[0]
    return not _controls(first) and _controls(head) * 3 <= len(head)


def _controls(data: bytes) -> int:
    """Control characters in bytes, tabs and line ends left out."""
    return sum(data.count(bytes([code])) for code in range(32) if code not in (9, 10, 12, 13))


def is_delimited(path: Path, head: bytes) -> bool:
    """True if the file may be CSV or TSV: it is text and does not begin like JSON."""
    del path
    return looks_like_text(head) and not head.removeprefix(_BOM).lstrip().startswith((b"{", b"[{"))


def is_information_operations(path: Path, head: bytes) -> bool:
    """True if the header is that of a published Twitter information-operations archive."""
    if not is_delimited(path, head):
        return False
    first = head.removeprefix(_BOM).split(b"\n", 1)[0].decode("utf-8", "replace")
    return {cell.strip().strip('"').lower() for cell in first.split(",")} >= _IO_COLUMNS


def read_header(path: Path, head: bytes, name: str) -> Header:
    """The header of a file, its delimiter and where the data begin.

    Raises:
        UnreadableFileError: the first record holds data, one name beyond reason, or names without
            end.
    """
    start = len(_BOM) if head.startswith(_BOM) else 0
    blank = re.match(rb"(?:[ \t]*\r?\n)+", head[start:])
    start += blank.end() if blank else 0
    delimiter = _delimiter(head[start:].decode("utf-8", "replace"))
    end = _record_end(path, start)
    with path.open("rb") as file:
        file.seek(start)
        raw = file.read(end - start).decode("utf-8", "replace").rstrip("\r\n")
    try:
        cells = next(csv.reader(io.StringIO(raw, newline=""), delimiter=delimiter), [])
    except csv.Error:  # a name of more than 131,072 characters is the one thing it refuses
        raise UnreadableFileError(
            "the first row holds a name beyond reason, not column names",
            reason="unknown_format",
            where=name,
            todo="add a header line such as account,time,text",
        ) from None
    check_width(len(cells), name)
    cells = [cell.replace("\0", "\ufffd").strip() for cell in cells]
    if any(_is_data(cell) for cell in cells):
        raise UnreadableFileError(
            f"the first row holds data ({column_list(cells, 4)}), not column names",
            reason="unknown_format",
            where=name,
            todo="add a header line such as account,time,text",
        )
    names, notes = _distinct(cells)
    return Header(names, delimiter, end, notes)


def _record_end(path: Path, start: int) -> int:
    """First byte after the record that begins at `start`; a quoted name may hold line ends."""
    with path.open("rb") as file:
        file.seek(start)
        data = file.read(census.MAX_RECORD)
    inside = False
    for match in re.finditer(rb'["\n]', data):
        if match.group() == b'"':
            inside = not inside
        elif not inside:
            return start + match.end()
    line = data.find(b"\n")
    return start + (line + 1 if inside and line >= 0 else len(data))


def _is_data(cell: str) -> bool:
    """True if a cell of the first record is a time or a long number."""
    return bool(_NUMBER.fullmatch(cell)) or read_written(cell) is not None


def _delimiter(text: str) -> str:
    """The delimiter that cuts most of the first records into as many fields as the header."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]

    def score(delimiter: str) -> tuple[int, int]:
        counts = [len(row) for row in _rows(lines, delimiter)]
        if not counts or counts[0] < 2:
            return 0, 0
        return Counter(counts)[counts[0]], counts[0]

    return max(DELIMITERS, key=score)


def _rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Sample rows; quoting faults end the sample."""
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(csv.reader((line.replace("\0", "") for line in lines), delimiter=delimiter))
    return rows


def _distinct(cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Column names made distinct and non-empty, with a note for each change."""
    names: list[str] = []
    notes: list[str] = []
    seen: set[str] = set()
    turns: Counter[str] = Counter()  # not from 2 each time: a name may stand there very often
    for index, cell in enumerate(cells, start=1):
        base = cell[:200] or f"column_{index}"
        name = base
        while name.lower() in seen:  # the database compares column names without case
            turns[base.lower()] += 1
            name = f"{base}_{turns[base.lower()] + 1}"
        if name != base:
            notes.append(f"two columns are called {base!r}; the later one is read as {name!r}")
        seen.add(name.lower())
        names.append(name)
    if len(notes) > _MOST_NOTES:
        notes[_MOST_NOTES:] = [f"{len(notes) - _MOST_NOTES:,} more columns share names"]
    return tuple(names), tuple(notes)


def open_delimited(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a CSV or TSV file: every field is read as text, broken records go to `bad_rows`.

    Raises:
        ReadError: no header, or the parser and the count of records disagree.
    """
    with path.open("rb") as file:
        head = file.read(1 << 16)
    header = read_header(path, head, name)
    found = census.take(
        path, delimiter=header.delimiter, fields=len(header.names), data_start=header.data_start
    )
    if found.records == 0:
        raise UnreadableFileError(
            "holds no rows", reason="empty_file", where=name, todo="export it again"
        )
    if not header.names:  # a carriage return alone ends a line for one reader and not for the other
        raise UnreadableFileError(
            "the first row holds no column names",
            reason="unknown_format",
            where=name,
            todo="add a header line such as account,time,text",
        )
    keep_bad(con, found)
    aliases = [f"c{index}" for index in range(len(header.names))]
    reading = _CsvScan(con, path, scratch, found, delimiter=header.delimiter, aliases=aliases)
    form = f"csv, {DELIMITERS[header.delimiter]}"
    known = dict(zip(header.names, aliases, strict=True))

    def picked(wanted: Mapping[str, str]) -> str:
        return ", ".join(f"{known[column]} AS {ident(alias)}" for alias, column in wanted.items())

    return Table(
        form,
        dict.fromkeys(header.names, "VARCHAR"),
        lambda wanted: reading.numbered(picked(wanted)),
        found.records,
        notes=header.notes,
        in_order=lambda wanted: reading.in_order(picked(wanted)),
    )


class _CsvScan:
    """SQL that scans the good records with their record numbers."""

    def __init__(
        self,
        con: DuckDBPyConnection,
        path: Path,
        scratch: Path,
        found: census.Census,
        *,
        delimiter: str,
        aliases: Sequence[str],
    ) -> None:
        self.aliases = aliases
        self.delimiter = delimiter
        self.scan = self._source(path, found.line_end, skip_header=True)
        self.filled = bool(found.bad)
        if found.odd_lines or counted(con, self.scan) != found.records:
            clean = scratch / "clean"
            write_clean(path, found, clean, fields=len(aliases))
            self.scan = self._source(clean, "\\n", skip_header=False)

    def _source(self, path: Path, line_end: str, *, skip_header: bool) -> str:
        columns = ", ".join(f"{literal(alias)}: 'VARCHAR'" for alias in self.aliases)
        return (
            f"read_csv({literal(str(path))}, delim={literal(self.delimiter)}, quote='\"', "
            f"escape='\"', header={str(skip_header).lower()}, auto_detect=false, "
            f"new_line='{line_end}', "
            f"columns={{{columns}}}, max_line_size={2 * census.MAX_RECORD}, buffer_size={BUFFER})"
        )

    def numbered(self, picked: str) -> str:
        """The SELECT for a list of columns, with the numbers of the records."""
        good = f" WHERE NOT {self._filler}" if self.filled else ""
        return (
            f"SELECT row, {picked} FROM (SELECT row_number() OVER () AS row, * FROM {self.scan})"
            f"{good}"
        )

    def in_order(self, picked: str) -> str:
        """The same without numbers; see `Table.in_order`."""
        row = f"CASE WHEN {self._filler} THEN 0 END" if self.filled else "NULL"
        return f"SELECT CAST({row} AS BIGINT) AS row, {picked} FROM {self.scan}"

    @property
    def _filler(self) -> str:
        """SQL: this stands in the place of a broken record."""
        return is_filler(self.aliases[0])


def counted(con: DuckDBPyConnection, scan: str) -> int:
    """Rows the parser finds; -1 if it gives up."""
    import duckdb

    try:
        return scalar(con, f"SELECT count(*) FROM {scan}")
    except duckdb.Error:
        return -1


def keep_bad(con: DuckDBPyConnection, found: census.Census) -> None:
    """Put the broken records into the table `bad_rows`."""
    if found.bad:
        con.execute(
            """INSERT INTO bad_rows SELECT unnest(CAST(? AS BIGINT[])), '',
            unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS VARCHAR[]))""",
            [list(column) for column in zip(*found.bad, strict=True)],
        )


def is_filler(first: str) -> str:
    """SQL: a row of a clean copy stands in the place of a broken record.

    Args:
        first: Name of its first field.
    """
    return f"{first} IS NOT DISTINCT FROM chr({ord(FILLER)})"


def open_information_operations(
    con: DuckDBPyConnection, path: Path, name: str, scratch: Path
) -> Table:
    """Open a published Twitter archive: `tweet_time` is UTC, floored to the minute."""
    table = open_delimited(con, path, name, scratch)
    names = {column.lower(): column for column in table.columns}
    if not names.keys() >= _IO_COLUMNS:  # a quote that does not close hides some of them
        return table
    preferred = {
        role: names[column]
        for role, column in (
            ("account", "user_screen_name" if "user_screen_name" in names else "userid"),
            ("time", "tweet_time"),
            ("id", "tweetid"),
            ("client", "tweet_client_name"),
            ("is_repost", "is_retweet"),
        )
    }
    return replace(
        table,
        format=f"{table.format}, Twitter information operations",
        documented_utc=True,
        platform="twitter",
        preferred=preferred,
    )
