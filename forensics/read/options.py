"""What the readers are told and what they give back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from forensics.errors import ReadError
from forensics.model import Basis, ClockWriter, Json, Profile, Refusal
from forensics.read.profiles.people import People

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class UnreadableFileError(ReadError):
    """One file that cannot be read; others may be. Carries a key of model.REFUSAL_REASONS."""

    def __init__(self, what: str, *, reason: str, where: str = "", todo: str = "") -> None:
        """Keep the reason beside the sentence."""
        self.reason = reason
        super().__init__(what, where=where, todo=todo)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user said about the files. Nothing here is guessed."""

    assume_zone: str | None = None
    """IANA zone, or an offset such as `+08:00`, of times that carry none."""
    assume_because: str | None = None
    """Reason given for that assumption."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Role -> column name, such as `{"account": "author", "time": "when"}`. A value that begins
    with `=` is a constant for the whole file (`account` and `zone` only); an empty value or `-`
    says that the file has no such column. `table` names the table or sheet to read of files that
    hold several, `encoding` the encoding of files that are not UTF-8."""
    by: str | None = None
    """Column copied to `unit`."""
    memory_limit_mb: int = 1500
    """Upper limit for the database's memory; above it, it works on disk."""
    threads: int = 2
    """Threads used. The bytes written do not depend on it."""
    nothing_is_an_error: bool = True
    """Raise where no row of any file can be read; False makes them refusals, for inputs that hold
    other things besides, such as images."""
    whole: bool = True
    """Read all columns of a post; False leaves out those that nothing is counted by, such as
    addresses and clients, where no table of posts will be written."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file to read."""

    sha256: str
    """SHA-256 of its bytes; names the file in every table."""
    name: str
    """Name as received, for messages and for the source list."""
    path: Path
    """Where the bytes are."""


@dataclass(frozen=True, slots=True)
class SourceClock:
    """Whose clock wrote the times of a file, and how we know."""

    basis: Basis
    """Weakest basis among the rows read."""
    clock_writer: ClockWriter
    zone: str
    """`UTC`, `offset written`, an IANA zone, an offset, `per row` or `unknown`."""
    precision_s: int
    """Coarsest precision among the rows read, in seconds; 0 if no row was read."""
    statement: str
    """One sentence fragment for the report."""
    assumption: str | None = None
    """What it rests on and who said so; None if on nothing."""


UNKNOWN_CLOCK = SourceClock("inferred", "unknown", "unknown", 0, "no time was read")
NO_TIMES = SourceClock("inferred", "unknown", "unknown", 0, "a list of accounts has no times")


@dataclass(frozen=True, slots=True)
class Source:
    """What became of one file. `rows_present = rows_read + rows_refused`, always."""

    original: str
    """SHA-256 of the file."""
    name: str
    reader: str
    """Name of the reader, or `none`."""
    format: str
    """What was found, such as `csv, comma, utf-8, gzip`."""
    rows_present: int
    rows_read: int
    rows_refused: int
    columns: Mapping[str, str]
    """Role -> column it was read from; `="x"` for a constant."""
    clock: SourceClock
    notes: tuple[str, ...] = ()
    """Sentences that must not be lost: ids that disagree, columns skipped, refusals counted."""
    holds: Literal["posts", "accounts", "items"] = "posts"
    """`accounts` for a list of accounts, `items` for a collection log: its rows are no posts."""
    facts: Mapping[str, int] = field(default_factory=dict)
    """Field (model.ProfileField) -> accounts of which the file states it."""

    def as_json(self) -> dict[str, Json]:
        """The line of `sources.jsonl`."""
        clock = self.clock
        return {
            "original": self.original,
            "name": self.name,
            "reader": self.reader,
            "format": self.format,
            "rows_present": self.rows_present,
            "rows_read": self.rows_read,
            "rows_refused": self.rows_refused,
            "columns": dict(self.columns),
            "clock": {
                "basis": clock.basis,
                "clock_writer": clock.clock_writer,
                "zone": clock.zone,
                "precision_s": clock.precision_s,
                "statement": clock.statement,
                "assumption": clock.assumption,
            },
            "notes": list(self.notes),
            "holds": self.holds,
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """Result of reading a set of files."""

    posts: Path
    """`posts.parquet`."""
    refusals: Path
    """`refusals.parquet`."""
    sources: tuple[Source, ...]
    """One per distinct original, in order of (name, sha256)."""
    refused: tuple[Refusal, ...] = ()
    """Files refused as a whole, while others could be read. They also stand in `refusals`."""
    profiles: tuple[Profile, ...] = ()
    """What the files say of accounts, ordered by account, field and value."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file opened by a reader: rows that can be selected, and rows that were refused already."""

    format: str
    columns: Mapping[str, str]
    """Column name -> SQL type of the source column, in file order."""
    select: Callable[[Mapping[str, str]], str]
    """Gives the SELECT that yields `row` and each wanted column: alias -> column name."""
    rows_present: int
    """Records in the file, good and bad."""
    documented_utc: bool = False
    """True where the platform documents that the time column is UTC."""
    platform: str | None = None
    """`twitter` where the format itself says so."""
    preferred: Mapping[str, str] = field(default_factory=dict)
    """Role -> column the format fixes."""
    clock_writer: ClockWriter | None = None
    """Whose clock writes the times of this format, where the format settles it."""
    clock_note: str = ""
    """How that is known, or what to beware of; follows the clock statement."""
    notes: tuple[str, ...] = ()
    people: People | None = None
    """Facts of accounts, where the reader collects them; else they are read from columns."""
    profile: Mapping[str, str] = field(default_factory=dict)
    """Field of an account -> the column the format fixes, where the file has it; the others are
    found by name."""
    in_order: Callable[[Mapping[str, str]], str] | None = None
    """The same SELECT for formats whose records are numbered by their place: `row` is NULL, or 0
    for what only fills the place of a broken record. Counting along takes one core; this does not,
    and who keeps the order numbers the rows afterwards."""


Detects = Callable[[Path, bytes], bool]
Opens = Callable[["DuckDBPyConnection", Path, str, Path], Table]
"""(connection, path, name for messages, folder for temporary files) -> Table.

Rows that cannot be split into fields go to the table `bad_rows` (row, field, reason, raw).
"""


OpensOne = Callable[["DuckDBPyConnection", Path, str, Path, str], Table]
"""The same, and the name of the table or sheet that was asked for."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One export format."""

    name: str
    detects: Detects
    """Given the path of the unpacked bytes and their first 64 KiB."""
    opens: Opens
    about: str = ""
    """One line for the documentation."""
    opens_one: OpensOne | None = None
    """For files that hold several tables: the same, with the name of the one that is wanted."""


MAX_COLUMNS = 5_000
"""Columns of a table that are read: judged, ten times what the widest exports have. Each costs
time in every statement, so that a header of a megabyte would take minutes."""


def check_width(columns: int, where: str) -> None:
    """Refuse a table of more columns than any export has.

    Raises:
        UnreadableFileError: it has.
    """
    if columns > MAX_COLUMNS:
        raise UnreadableFileError(
            f"the table has {columns:,} columns; up to {MAX_COLUMNS:,} are read",
            reason="too_large",
            where=where,
            todo="keep the columns that say something of posts",
        )


def column_list(names: Sequence[str], limit: int = 30) -> str:
    """Column names for a message: quoted, cut at `limit`."""
    shown = ", ".join(repr(name[:60]) for name in names[:limit])
    more = len(names) - limit
    return f"{shown} and {more} more" if more > 0 else (shown or "none")
