"""For readers that walk a file themselves: records, good and bad, become a table of text columns.

A reader of a nested format yields `Record` and `BadRecord`; `table_of` gives them to the database
a batch at a time, which works on the disk beyond its memory, so that memory does not grow with the
file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forensics.model import ClockWriter
from forensics.read.database import ident
from forensics.read.options import Table
from forensics.read.profiles.people import PROFILE, People

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RAW_CHARS = 200
NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""NUL and lone surrogates: neither UTF-8 nor the database can hold them."""

BATCH_ROWS = 8_192
BATCH_CHARS = 8 << 20
"""Records given to the database at a time: this many, or this much text if that comes first."""


@dataclass(slots=True)
class Record:
    """One record that could be split into fields. Not frozen: that would double its cost."""

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
    people: People | None = None
    """What the reader collects of accounts; its records then fill the column `profile`."""


Again = Callable[[Sequence[str]], Iterable[Record | BadRecord]]
"""Walks the file once more: the same records in the same order, with these columns as well."""


def table_of(
    con: DuckDBPyConnection,
    records: Iterable[Record | BadRecord],
    made: Format,
    scratch: Path,
    *,
    later: Sequence[str] = (),
    again: Again | None = None,
) -> Table:
    """The records as a `Table`; bad ones go to `bad_rows`.

    Every record must have its own number. Text is kept as it is, but for NUL characters and lone
    surrogates, which become U+FFFD.

    Args:
        con: Where the rows go.
        records: What the reader found, in the order of the file.
        made: What is known of the format.
        scratch: Folder for temporary files.
        later: Further columns, which are read in a second pass, and only if one is wanted.
        again: That pass.
    """
    del scratch
    columns = (*made.columns, PROFILE) if made.people is not None else tuple(made.columns)
    good, bad = _Kept(con, "records", columns), _Kept(con, "refused_records", _BAD)
    present = 0
    for record in records:
        present += 1
        if isinstance(record, Record):
            good.add(record.row, [*map(record.values.get, columns)])
        else:
            raw = record.raw[:RAW_CHARS]
            bad.add(record.row, [record.field, record.reason, raw])
    good.flush()
    bad.flush()
    con.execute(f"INSERT INTO bad_rows SELECT row, {', '.join(_BAD)} FROM refused_records")
    held = dict.fromkeys(columns)

    def select(wanted: Mapping[str, str]) -> str:
        missing = [name for name in later if name in wanted.values() and name not in held]
        if missing and again is not None:
            held.update(dict.fromkeys(missing))
            _fill(con, again([*held]), [*held])
        picked = ", ".join(f"{ident(column)} AS {ident(alias)}" for alias, column in wanted.items())
        return f"SELECT row, {picked} FROM records"

    return Table(
        format=made.name,
        columns=dict.fromkeys((*made.columns, *later), "VARCHAR"),
        select=select,
        rows_present=present,
        documented_utc=made.documented_utc,
        platform=made.platform,
        preferred=made.preferred,
        clock_writer=made.clock_writer,
        clock_note=made.clock_note,
        notes=made.notes,
        people=made.people,
    )


_BAD = ("field", "reason", "raw")


def _fill(
    con: DuckDBPyConnection, records: Iterable[Record | BadRecord], columns: Sequence[str]
) -> None:
    """Make the table `records` anew with these columns."""
    good = _Kept(con, "records", columns)
    for record in records:
        if isinstance(record, Record):
            good.add(record.row, [*map(record.values.get, columns)])
    good.flush()


class _Kept:
    """A table of texts that is filled batch by batch."""

    def __init__(self, con: DuckDBPyConnection, name: str, columns: Sequence[str]) -> None:
        """Make it, empty, in the place of an earlier one."""
        listed = ", ".join(f"{ident(column)} VARCHAR" for column in columns)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} (row BIGINT, {listed})")
        self._con = con
        self._name = name
        self._numbers: list[int] = []
        self._columns = len(columns)
        self._texts: list[str | None] = []
        self._chars = 0

    def add(self, row: int, line: list[str | None]) -> None:
        """One row."""
        text = "".join(filter(None, line))
        if "\0" in text or not _is_text(text):
            line = [NO_TEXT.sub("\ufffd", item) if item else item for item in line]
        self._numbers.append(row)
        self._texts += line
        self._chars += len(text)
        if len(self._numbers) >= BATCH_ROWS or self._chars >= BATCH_CHARS:
            self.flush()

    def flush(self) -> None:
        """Give what was collected to the database."""
        import numpy as np

        if not self._numbers:
            return
        batch: dict[str, Any] = {"row": np.array(self._numbers, dtype=np.int64)}
        for place in range(self._columns):
            batch[str(place)] = np.empty(len(self._numbers), dtype=object)
            batch[str(place)][:] = self._texts[place :: self._columns]
        self._con.register("batch", batch)
        self._con.execute(f"INSERT INTO {self._name} SELECT * FROM batch")
        self._con.unregister("batch")
        self._numbers, self._texts, self._chars = [], [], 0


def _is_text(text: str) -> bool:
    """False if the text holds half a surrogate pair."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return False
    return True
