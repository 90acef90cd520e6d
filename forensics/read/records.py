"""For readers that walk a file themselves: records, good and bad, become a table of text columns.

A reader of a nested format yields `Record` and `BadRecord`; `table_of` streams them to the disk, so
that memory does not grow with the file, and gives the database the result.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.model import ClockWriter
from forensics.read.database import ident, literal
from forensics.read.options import Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RAW_CHARS = 200
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""NUL and lone surrogates: neither UTF-8 nor the database can hold them."""

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Made once: json.dumps with separators builds an encoder for every record."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record that could be split into fields."""

    row: int
    """Number of the record in the file, from 1."""
    values: Mapping[str, str | None]
    """Column -> text; columns that are not there are null."""


@dataclass(frozen=True, slots=True)
class BadRecord:
    """One record that could not."""

    row: int
    reason: str
    """A key of `model.REFUSAL_REASONS`."""
    raw: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """What a reader knows of its format; see the fields of the same name of `Table`."""

    name: str
    """Printed as the format, such as `telegram desktop, json`."""
    columns: Sequence[str]
    """All columns a record may have, in order."""
    preferred: Mapping[str, str] = field(default_factory=dict)
    """Role -> column."""
    documented_utc: bool = False
    platform: str | None = None
    clock_writer: ClockWriter | None = None
    clock_note: str = ""
    notes: tuple[str, ...] = ()


def table_of(
    con: DuckDBPyConnection, records: Iterable[Record | BadRecord], made: Format, scratch: Path
) -> Table:
    """The records as a `Table`; bad ones go to `bad_rows`.

    Every record must have its own number. Text is kept as it is, but for NUL characters and lone
    surrogates, which become U+FFFD.
    """
    good, bad = scratch / "records.ndjson", scratch / "bad.ndjson"
    present = 0
    with good.open("w", encoding="utf-8") as kept, bad.open("w", encoding="utf-8") as refused:
        for record in records:
            present += 1
            line: list[int | str | None]
            if isinstance(record, BadRecord):
                line = [record.row, record.field, record.reason, record.raw[:RAW_CHARS]]
                refused.write(_line(line))
            else:
                line = [record.row]
                line += [record.values.get(name) for name in made.columns]
                kept.write(_line(line))
    names = ", ".join(
        f"json_extract_string(line, '$[{number}]') AS {ident(name)}"
        for number, name in enumerate(made.columns, start=1)
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE records AS
        SELECT CAST(json_extract(line, '$[0]') AS BIGINT) AS row, {names} FROM {_lines(good)}"""
    )
    con.execute(
        f"""INSERT INTO bad_rows SELECT CAST(json_extract(line, '$[0]') AS BIGINT),
        json_extract_string(line, '$[1]'), json_extract_string(line, '$[2]'),
        json_extract_string(line, '$[3]') FROM {_lines(bad)}"""
    )

    def select(wanted: Mapping[str, str]) -> str:
        picked = ", ".join(f"{ident(column)} AS {ident(alias)}" for alias, column in wanted.items())
        return f"SELECT row, {picked} FROM records"

    return Table(
        format=made.name,
        columns=dict.fromkeys(made.columns, "VARCHAR"),
        select=select,
        rows_present=present,
        documented_utc=made.documented_utc,
        platform=made.platform,
        preferred=made.preferred,
        clock_writer=made.clock_writer,
        clock_note=made.clock_note,
        notes=made.notes,
    )


def _line(values: Sequence[int | str | None]) -> str:
    clean = [_NO_TEXT.sub("\ufffd", item) if isinstance(item, str) else item for item in values]
    return _ENCODE(clean) + "\n"


def _lines(path: Path) -> str:
    """SQL: the lines of a file of JSON arrays as one text column."""
    return (
        f"read_csv({literal(str(path))}, columns={{'line': 'VARCHAR'}}, header=false, "
        "auto_detect=false, delim=chr(31), quote='', escape='', max_line_size=33554432, "
        "buffer_size=67108864)"
    )
