"""Walking a record that nobody vouches for: what it names, and every line that does not fit.

The record may have been written by somebody who wants to mislead the checker, so every value taken
from it is checked for its type before it is used. A line that does not fit is named and the walk
goes on from it, so that one broken line does not hide the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from forensics.case.canonical import NotCanonical, clean_text
from forensics.case.growing import whole_name
from forensics.case.hashing import Megabytes
from forensics.case.record import (
    ATTENDING,
    GENESIS,
    KINDS,
    RawLine,
    digest_part,
    raw_lines,
    read_entry,
)
from forensics.case.refs import TableRef, files_in, original_of, tables_in
from forensics.model import Entry, Json, Progress

CheckStatus = Literal["ok", "failed", "not_checked"]
MISFITS_KEPT = 1000
"""Misfits of one check that are kept in full; the others are counted."""
POSTS = "posts.parquet"
"""The table that must have a row for every row read."""
_COUNTS = ("rows_present", "rows_read", "rows_refused")


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing that does not fit."""

    check: str
    """Name of the check."""
    file: str
    """Path relative to the case folder; text from the case, not safe to print as it is."""
    what: str
    line: int | None = None
    """Line of that file, counted from 1."""
    byte: int | None = None
    """Byte of that file, counted from 0."""

    def text(self) -> str:
        """The misfit as one line; not safe to print as it is."""
        line = "" if self.line is None else f" line {self.line}"
        byte = "" if self.byte is None else f" (byte {self.byte})"
        return f"{self.file}{line}{byte}: {self.what}"


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check."""

    name: str
    """record, originals, tables, files, counts, case.toml, other files or seals."""
    status: CheckStatus
    detail: str
    """One sentence; where it failed, the first misfit and how many there are."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The record as it stood after one line, for the seals that name it."""

    head: str
    """SHA-256 of that line."""
    prefix: str
    """SHA-256 of all bytes up to and including its newline."""
    work: int
    """`seq` of the last line until then that changes a result; -1 for none."""


@dataclass(slots=True)
class Walk:
    """What the record says, collected in one pass, and the misfits of all checks."""

    root: Path
    progress: Progress
    lines: int = 0
    head: str = GENESIS
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    ingested: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    """SHA-256 -> (line, size, name as received)."""
    tables: dict[str, tuple[int, TableRef]] = field(default_factory=dict)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Path -> (line, SHA-256)."""
    opening: Mapping[str, Json] = field(default_factory=dict)
    unknown_kinds: int = 0
    counted: int = 0
    wanted: frozenset[int] = frozenset()
    """Numbers (`seq`) of the lines that seals name."""
    marks: dict[int, Mark] = field(default_factory=dict)
    work: int = -1
    """`seq` of the last line that changes a result."""
    prefix: hashlib._Hash = field(default_factory=hashlib.sha256)
    misfits: dict[str, list[Misfit]] = field(default_factory=dict)
    more: dict[str, int] = field(default_factory=dict)

    def misfit(
        self, check: str, file: str, what: str, line: int | None = None, byte: int | None = None
    ) -> None:
        """Note one thing that does not fit."""
        found = self.misfits.setdefault(check, [])
        if len(found) < MISFITS_KEPT:
            found.append(Misfit(check, clean_text(file), clean_text(what), line, byte))
        else:
            self.more[check] = self.more.get(check, 0) + 1

    def check(self, name: str, good: str) -> Check:
        """The result of a check, from the misfits noted so far."""
        found = self.misfits.get(name, [])
        if not found:
            return Check(name, "ok", good)
        others = len(found) + self.more.get(name, 0) - 1
        return Check(name, "failed", found[0].text() + (f"; and {others} more" if others else ""))


def walk_record(walk: Walk) -> None:
    """Read the whole record into the walk; whatever does not fit becomes a misfit."""
    path, seq = walk.root / "record.jsonl", 0
    shown = Megabytes(walk.progress, "record", path.stat().st_size if path.is_file() else None)
    try:
        for line in raw_lines(path):
            shown.more(len(line.data) + 1)
            if not line.complete:
                what = f"the last line is not complete ({len(line.data)} bytes): a crash, or a cut"
                walk.misfit("record", path.name, what, line.number, line.offset)
                break
            seq = _walk_line(walk, line, seq)
            _mark(walk, line)
    except NotCanonical as error:
        walk.misfit("record", path.name, error.what)
    if walk.lines == 0:
        walk.misfit("record", path.name, "has no lines")


def _mark(walk: Walk, line: RawLine) -> None:
    """Keep what the seals over this line must name; costs nothing where there are no seals."""
    place = line.number - 1
    if walk.wanted and place <= max(walk.wanted):
        walk.prefix.update(line.data + b"\n")
        if place in walk.wanted:
            walk.marks[place] = Mark(walk.head, walk.prefix.hexdigest(), walk.work)


def _walk_line(walk: Walk, line: RawLine, seq: int) -> int:
    """Judge one line against the one before; gives back the `seq` that the next must have."""

    def wrong(what: str, byte: int = 0) -> None:
        walk.misfit("record", "record.jsonl", what, line.number, line.offset + byte)

    previous, walk.head, walk.lines = walk.head, line.sha256, walk.lines + 1
    try:
        entry = read_entry(line.data)
    except NotCanonical as error:
        wrong(error.what, error.byte or 0)
        walk.work = line.number - 1
        return seq + 1
    if entry.kind not in ATTENDING:
        walk.work = line.number - 1
    if entry.seq != seq:
        wrong(f"seq is {entry.seq}, expected {seq}: a line is missing, doubled or moved")
    if entry.prev != previous:
        wrong("prev is not the hash of the line before: one of the two was changed")
    if (entry.kind == "open") != (line.number == 1):
        wrong(f"kind {entry.kind!r:.30} in this place: the first line opens the case, no other")
    digest = entry.body.get("digest")
    if entry.kind == "report" and digest is not None and digest != walk.digest.hexdigest():
        wrong("digest is not the one of the lines before this report")
    walk.unknown_kinds += entry.kind not in KINDS
    walk.digest.update(digest_part(entry, line.data))
    _collect(walk, entry, line)
    return entry.seq + 1


def _collect(walk: Walk, entry: Entry, line: RawLine) -> None:
    """Note what the entry names, and check the counts in it."""

    def wrong(check: str, what: str) -> None:
        walk.misfit(check, "record.jsonl", what, line.number, line.offset)

    if line.number == 1:
        walk.opening = entry.body
    if entry.kind == "ingest":
        original = original_of(entry.body)
        if original is None:
            wrong("record", "is no proper ingest line")
        else:
            said = line.number, original.size, original.name_as_received
            walk.ingested[original.sha256] = said
    for table in tables_in(entry.body):
        if table is None:
            wrong("tables", "names something that is no table")
        else:
            walk.tables[table.name] = line.number, table
    for file in files_in(entry.body):
        if file is None:
            wrong("files", "names something that is no file of this case")
        else:
            walk.files[file.path] = line.number, file.sha256
    if b'"rows_present":' in line.data:
        for what in _miscounts(walk, entry.body):
            wrong("counts", what)


def _miscounts(walk: Walk, body: Mapping[str, Json]) -> Iterator[str]:
    """What does not add up in the body of a line."""
    for present, read, refused in _counts(body):
        walk.counted += 1
        if present != read + refused:
            yield f"{present} rows present, but {read} read and {refused} refused"
    reads = [read for _, read, _ in _counts(body.get("sources"))]
    for table in tables_in(body):
        if reads and table is not None and whole_name(table.name) == POSTS:
            walk.counted += 1
            if table.rows != sum(reads):
                yield f"{sum(reads)} rows read, but {table.name} has {table.rows}"


def _counts(value: Json | Mapping[str, Json]) -> Iterator[tuple[int, int, int]]:
    """Every (rows_present, rows_read, rows_refused) in a value, at any depth."""
    if isinstance(value, Mapping):
        three = [value.get(name) for name in _COUNTS]
        present, read, refused = three
        if isinstance(present, int) and isinstance(read, int) and isinstance(refused, int):
            yield present, read, refused
    if isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _counts(item)
