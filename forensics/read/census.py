"""Cuts a text file into records and finds the broken ones, on bytes, before any parser sees it.

Database readers disagree about malformed rows and some drop them without a word. So the records
are counted here, by one rule, and the parser must come to the same number. The rule:

- A record ends at a line feed outside quotes. Blank lines are not records.
- A quote opens only at the start of a field, and closes only before a delimiter, a line end or
  another quote (a doubled quote stands for one).
- At a quoting fault the physical line on which the record began is one refused record, and reading
  goes on at the next physical line. So one stray quote costs one line, never the rest of the file.

In line mode (one JSON object a line) every physical line is a record.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from forensics.read.cutting import (
    BLANK,
    CR,
    GOOD,
    LF,
    LINE_MARK,
    MAX_RECORD,
    REASON,
    Cut,
    cut,
    first_line,
)

if TYPE_CHECKING:
    from forensics.read.cutting import Bytes

__all__ = ["BLANK", "LINE_MARK", "MAX_RECORD", "REASON", "BadRecord", "Census", "take", "windows"]

WINDOW = 8 << 20
"""Bytes looked at in one go."""
AFTER_FAULT = 4 << 10
"""Bytes looked at right after a quoting fault, so that a file full of faults stays linear."""
SPLIT = 64 << 20
"""Bytes from which on the two halves of a file are looked at at the same time."""
NEAR_MIDDLE = 256 << 10
"""Bytes in which a line is looked for that may begin the second half."""


class BadRecord(NamedTuple):
    """A record that is refused before parsing."""

    row: int
    reason: str
    raw: str


@dataclass(slots=True)
class Census:
    """Count of records, the bad ones, and where the good ones lie."""

    data_start: int
    """First byte after the header record."""
    records: int = 0
    """Records, good and bad, blank lines left out."""
    bad: list[BadRecord] = field(default_factory=list)
    runs: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Stretches of good records: first byte, end byte, first record number, records."""
    odd_lines: bool = False
    """True if the parser must be given a clean copy: blank lines, mixed line ends, bad records."""
    delimiter: str = ""
    """What parts the fields; empty in line mode."""
    line_end: str = "\\n"
    """Line end of the records, as the parser takes it."""

    @property
    def good(self) -> int:
        """Number of good records."""
        return self.records - len(self.bad)

    def run(self, start: int, end: int, first: int, count: int) -> None:
        """Add a stretch of good records; one that goes on with the last becomes one with it."""
        last = self.runs[-1] if self.runs else None
        if last and last[1] == start and last[2] + last[3] == first:
            self.runs[-1] = (last[0], end, last[2], last[3] + count)
        else:
            self.runs.append((start, end, first, count))


class _Window:
    """A moving view of a file that starts at a record's start."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        file.seek(start)
        self.file = file
        self.base = start
        self.buffer = b""
        self.at = 0
        self.at_eof = False

    def look(self, reach: int) -> tuple[Bytes, bool]:
        """Up to `reach` bytes from here, and whether they end the file."""
        import numpy as np

        while len(self.buffer) - self.at < reach and not self.at_eof:
            more = self.file.read(WINDOW)
            self.at_eof = not more
            self.buffer = self.buffer[self.at :] + more
            self.at = 0
        data = np.frombuffer(memoryview(self.buffer)[self.at : self.at + reach], dtype=np.uint8)
        return data, self.at_eof and self.at + len(data) == len(self.buffer)

    def move(self, count: int) -> None:
        """Step over bytes."""
        self.at += count
        self.base += count

    def skip_line(self) -> None:
        """Step behind the next line feed, however far it is."""
        while True:
            data, last = self.look(WINDOW)
            found = data.tobytes().find(b"\n")
            self.move(len(data) if found < 0 else found + 1)
            if found >= 0 or last:
                return


def windows(
    file: BinaryIO, delimiter: int | None, fields: int, start: int
) -> Iterator[tuple[int, Bytes, Cut]]:
    """Windows of a file with the records in them: (offset of the window, bytes, cut)."""
    window, reach = _Window(file, start), WINDOW
    while True:
        data, last = window.look(reach)
        if not len(data):
            return
        found = cut(data, delimiter, fields, at_eof=last)
        unending = not found.consumed and (found.fault or len(data) > MAX_RECORD)
        if unending:
            found = first_line(data)
        if found.consumed:
            yield window.base, data, found
        whole = not unending or data[found.consumed - 1] == LF
        window.move(found.consumed)
        if not whole:
            window.skip_line()
        reach = AFTER_FAULT if found.fault else min(reach * 2, WINDOW)


def take(path: Path, *, delimiter: str | None, fields: int, data_start: int) -> Census:
    """The records of a file.

    What follows a record's start depends on nothing before it. So the second half of a large file
    is looked at at the same time, from a line that seems to begin a record; what is found there
    counts only if a record of the first half ends where it begins.

    Args:
        path: UTF-8 text with LF or CRLF line ends.
        delimiter: One ASCII character; None reads physical lines.
        fields: Fields every record must have; ignored in line mode.
        data_start: First byte after the header (0 if there is none).
    """
    whole = _Walk(path, delimiter, fields, data_start)
    middle = _middle(path, delimiter, fields, data_start)
    if middle is None:
        whole.go()
        return whole.census()
    later = _Walk(path, delimiter, fields, middle)
    with ThreadPoolExecutor(1) as beside:
        done = beside.submit(later.go)
        try:
            if whole.go(until=middle):
                done.result()
                whole.join(later)
        finally:
            later.stopped.set()
    return whole.census()


def _middle(path: Path, delimiter: str | None, fields: int, start: int) -> int | None:
    """First byte of a line near the middle that looks like a whole record; None if none is needed.

    Without quotes and with as many fields as all: a line inside of a field seldom looks so.
    """
    size = path.stat().st_size
    if size - start < SPLIT:
        return None
    with path.open("rb") as file:
        at = start + (size - start) // 2
        file.seek(at)
        lines = file.read(NEAR_MIDDLE).splitlines(keepends=True)
    at += len(lines[0]) if lines else 0
    for line in lines[1:-1]:
        plain = b'"' not in line and line.strip() and line.endswith(b"\n")
        if plain and (delimiter is None or line.count(delimiter.encode()) == fields - 1):
            return at
        at += len(line)
    return None


class _Walk:
    """Goes through the records of a file from one of their starts, and keeps count."""

    def __init__(self, path: Path, delimiter: str | None, fields: int, start: int) -> None:
        self.path = path
        self.delimiter = None if delimiter is None else ord(delimiter)
        self.fields = fields
        self.start = start
        self.found = Census(start, delimiter=delimiter or "")
        self.ends: set[bool] = set()
        self.stopped = Event()

    def go(self, until: int | None = None) -> bool:
        """Walk to the end of the file, or to a record that begins at `until`; says if there is one.

        A window that reaches beyond `until` is cut there.
        """
        with self.path.open("rb") as file:
            for base, data, found in windows(file, self.delimiter, self.fields, self.start):
                if self.stopped.is_set():
                    return False
                if until is not None and base + found.consumed > until >= base:
                    meets = _before(found, until - base)
                    if meets is not None:
                        self._add(base, data, meets)
                        return True
                self._add(base, data, found)
        return False

    def _add(self, base: int, data: Bytes, found: Cut) -> None:
        """Count the records of a window."""
        import numpy as np

        census = self.found
        _note_line_ends(data, found, self.ends)
        status = found.status
        real = status != BLANK
        rows = census.records + np.cumsum(real)
        census.odd_lines |= bool((status != GOOD).any())
        for index in np.flatnonzero(real & (status != GOOD)):
            low, high = int(found.starts[index]), int(found.ends[index])
            raw = data[low : min(high, low + 800)].tobytes().decode("utf-8", "replace")
            reason = REASON[int(status[index])]
            shown = raw.rstrip("\r\n").replace("\0", "\ufffd")[:200]
            census.bad.append(BadRecord(int(rows[index]), reason, shown))
        _add_runs(census, base, found, rows)
        census.records += int(real.sum())

    def join(self, later: _Walk) -> None:
        """Add what was found behind the place where this walk ended."""
        before, more = self.found, later.found
        shift = before.records
        before.bad += [one._replace(row=one.row + shift) for one in more.bad]
        for start, end, first, count in more.runs:
            before.run(start, end, first + shift, count)
        before.odd_lines |= more.odd_lines
        before.records += more.records
        self.ends |= later.ends

    def census(self) -> Census:
        """What was found."""
        self.found.odd_lines |= len(self.ends) > 1
        self.found.line_end = "\\r\\n" if self.ends == {True} else "\\n"
        return self.found


def _before(found: Cut, end: int) -> Cut | None:
    """The records of a window before an offset; None if no record begins there."""
    import numpy as np

    place = int(np.searchsorted(found.starts, end))
    if place == len(found.starts) or int(found.starts[place]) != end:
        return None
    return Cut(found.starts[:place], found.ends[:place], found.status[:place], end, fault=False)


def _note_line_ends(data: Bytes, found: Cut, seen: set[bool]) -> None:
    """Add True for records that end in CR LF, False for those that end in LF alone."""
    import numpy as np

    ends = found.ends[data[found.ends - 1] == LF]
    if len(seen) < 2 and len(ends):
        crlf = (ends >= 2) & (data[np.maximum(ends - 2, 0)] == CR)
        if crlf.any():
            seen.add(True)
        if not crlf.all():
            seen.add(False)


def _add_runs(census: Census, base: int, found: Cut, rows: Any) -> None:
    """Add the stretches of good records of one window."""
    import numpy as np

    good = found.status == GOOD
    edges = np.flatnonzero(np.diff(np.concatenate(([0], good.astype(np.int8), [0]))))
    for low, high in zip(edges[0::2], edges[1::2], strict=True):
        start, end = base + int(found.starts[low]), base + int(found.ends[high - 1])
        census.run(start, end, int(rows[low]), int(high - low))
