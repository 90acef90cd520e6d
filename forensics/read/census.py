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

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Places = NDArray[np.int64]

WINDOW = 8 << 20
"""Bytes looked at in one go."""
AFTER_FAULT = 4 << 10
"""Bytes looked at right after a quoting fault, so that a file full of faults stays linear."""
MAX_RECORD = 2_000_000
"""Bytes in one record. A quoted field that does not end within it counts as unclosed."""
LINE_MARK = 0x1F
"""Delimiter used to read whole lines; a line that holds it is refused (JSON forbids it)."""

GOOD, BLANK, SHORT, LONG, QUOTES, ENCODING, SIZE, JSON = range(8)
REASON = {
    SHORT: "short_row",
    LONG: "long_row",
    QUOTES: "bad_quoting",
    ENCODING: "bad_encoding",
    SIZE: "too_large",
    JSON: "bad_json",
}
_LF, _CR, _QUOTE = 10, 13, 34


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


class _Faults:
    """Collects the offsets of undecodable bytes; the decoder calls it at each."""

    def __init__(self) -> None:
        self.at: list[int] = []

    def __call__(self, error: UnicodeError) -> tuple[str, int]:
        """Note the place and go on after it."""
        if not isinstance(error, UnicodeDecodeError):  # pragma: no cover - decoding only
            raise error
        self.at.append(error.start)
        return "", error.end


def _undecodable(data: Bytes, raw: bytes) -> list[int]:
    """Offsets of bytes that are not UTF-8; `data` and `raw` are the same."""
    if raw.isascii() or _plainly_utf8(data):
        return []
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        faults = _Faults()
        codecs.register_error("gnomon-census", faults)
        raw.decode("utf-8", "gnomon-census")
        return faults.at
    return []


def _plainly_utf8(data: Bytes) -> bool:
    """True if every byte above ASCII belongs to a whole, shortest, permitted sequence.

    Three times as fast as decoding where most of a text is ASCII; False decides nothing.
    """
    import numpy as np

    places = np.flatnonzero(data >= 0x80)
    if len(places) * 4 > len(data):
        return False  # a text in another script: decoding is as fast
    high = data[places]
    leads = np.flatnonzero(high >= 0xC0)
    lead = high[leads]
    wanted = 1 + (lead >= 0xE0).astype(np.int64) + (lead >= 0xF0)
    last = leads + wanted
    # As many further bytes as the first one says, and nothing between two sequences.
    if not len(leads) or leads[0] != 0 or last[-1] + 1 != len(high):
        return False
    if (last[:-1] + 1 != leads[1:]).any() or (places[last] - places[leads] != wanted).any():
        return False
    second = high[leads + 1]
    wrong = (lead < 0xC2) | (lead > 0xF4)
    wrong |= (lead == 0xE0) & (second < 0xA0)
    wrong |= (lead == 0xED) & (second > 0x9F)
    wrong |= (lead == 0xF0) & (second < 0x90)
    wrong |= (lead == 0xF4) & (second > 0x8F)
    return not wrong.any()


@dataclass(frozen=True, slots=True)
class Cut:
    """Records found in a window."""

    starts: Any
    ends: Any
    """Offset after the line feed (or after the last byte of the file)."""
    status: Any
    consumed: int
    fault: bool


def _fault_at(data: Bytes, quotes: Places, delimiter: int, *, at_eof: bool) -> int | None:
    """Index of the first quote that stands where none may stand, or None."""
    import numpy as np

    size = len(data)
    opening, closing = quotes[0::2], quotes[1::2]
    before = data[np.maximum(opening - 1, 0)]
    fine = (opening == 0) | (before == delimiter) | (before == _LF)
    doubled = np.zeros(len(opening), dtype=bool)
    doubled[1:] = opening[1:] == closing[: len(opening) - 1] + 1
    bad = np.flatnonzero(~(fine | doubled)) * 2
    after = data[np.minimum(closing + 1, size - 1)]
    next_after = data[np.minimum(closing + 2, size - 1)]
    last = closing + 1 >= size
    crlf = (after == _CR) & ((next_after == _LF) | (closing + 2 >= size))
    fine = (after == delimiter) | (after == _LF) | (after == _QUOTE) | crlf
    fine |= last
    bad_close = np.flatnonzero(~fine) * 2 + 1
    firsts = [int(found[0]) for found in (bad, bad_close) if len(found)]
    if at_eof and len(quotes) % 2:
        firsts.append(len(quotes) - 1)
    return min(firsts, default=None)


def _marks(data: Bytes, *values: int) -> Places:
    """Offsets of the bytes that have one of some values."""
    import numpy as np

    found = data == values[0]
    as_bytes, also = found.view(np.uint8), np.empty(len(data), dtype=bool)
    for value in values[1:]:
        np.equal(data, value, out=also)
        # on bytes: the same operation on truth values is many times slower
        np.bitwise_or(as_bytes, also.view(np.uint8), out=as_bytes)
    return np.flatnonzero(found).astype(np.int64, copy=False)


def _cut(data: Bytes, delimiter: int | None, fields: int, *, at_eof: bool) -> Cut:
    """The complete records of a window that starts at a record's start."""
    import numpy as np

    quotes = np.empty(0, dtype=np.int64)
    delimiters: Places | None = None
    fault: int | None = None
    if delimiter is None:
        ends = _marks(data, _LF) + 1
    else:
        places = _marks(data, _LF, _QUOTE, delimiter)
        kinds = data[places]
        outside = np.ones(len(places), dtype=bool)
        quoted = kinds == _QUOTE
        if quoted.any():
            quotes = places[quoted]
            fault = _fault_at(data, quotes, delimiter, at_eof=at_eof)
            outside = np.bitwise_xor.accumulate(quoted.view(np.uint8)) == 0
        lines = np.flatnonzero((kinds == _LF) & outside)
        ends = places[lines] + 1
        before = np.append(0, np.cumsum((kinds == delimiter) & outside))
        delimiters = before[np.append(lines, len(places))]
    if fault is not None:
        ends = ends[ends <= int(quotes[fault])]
    elif at_eof and len(data) and (not len(ends) or ends[-1] < len(data)):
        ends = np.append(ends, len(data))
    starts = np.concatenate((np.zeros(1, dtype=np.int64), ends))[: len(ends)]
    long = np.flatnonzero(ends - starts > MAX_RECORD)
    if len(long):
        starts, ends = starts[: long[0]], ends[: long[0]]
    consumed = int(ends[-1]) if len(ends) else 0
    found = None if delimiters is None else np.diff(delimiters[: len(ends)], prepend=0) + 1
    status = _status(data[:consumed], ends, quotes, found=found, fields=fields)
    return Cut(starts, ends, status, consumed, fault is not None or bool(len(long)))


def _status(data: Bytes, ends: Places, quotes: Places, *, found: Places | None, fields: int) -> Any:
    """What is wrong with each record; the last rule that applies wins.

    `found` holds the fields of each record; None in line mode.
    """
    import numpy as np

    status = np.zeros(len(ends), dtype=np.uint8)
    if not len(ends):
        return status
    starts = np.append(0, ends[:-1])
    raw = data.tobytes()  # bytes are searched at many times the speed of arrays

    def mark(places: Any, value: int) -> None:
        if len(places):
            status[np.searchsorted(ends, places, side="right")] = value

    if found is not None:
        status[found < fields] = SHORT
        status[found > fields] = LONG
    elif bytes([LINE_MARK]) in raw:
        mark(_marks(data, LINE_MARK), JSON)
    length = ends - starts - (data[ends - 1] == _LF)
    if b"\r" in raw:
        carriage = _marks(data, _CR)
        if len(quotes):
            carriage = carriage[np.searchsorted(quotes, carriage) % 2 == 0]
        ended = (carriage + 1 >= len(data)) | (data[np.minimum(carriage + 1, len(data) - 1)] == _LF)
        length[np.searchsorted(ends, carriage[ended], side="right")] -= 1
        mark(carriage[~ended], JSON if found is None else QUOTES)
    if b"\0" in raw:
        mark(_marks(data, 0), ENCODING)
    mark(np.array(_undecodable(data, raw), dtype=np.int64), ENCODING)
    status[length <= 0] = BLANK
    return status


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
        cut = _cut(data, delimiter, fields, at_eof=last)
        unending = not cut.consumed and (cut.fault or len(data) > MAX_RECORD)
        if unending:
            cut = _first_line(data)
        if cut.consumed:
            yield window.base, data, cut
        whole = not unending or data[cut.consumed - 1] == _LF
        window.move(cut.consumed)
        if not whole:
            window.skip_line()
        reach = AFTER_FAULT if cut.fault else min(reach * 2, WINDOW)


def _first_line(data: Bytes) -> Cut:
    """The first physical line of a window as one bad record: where a fault is put."""
    import numpy as np

    lines = np.flatnonzero(data == _LF)
    end = int(lines[0]) + 1 if len(lines) else len(data)
    one = np.array([0], dtype=np.int64)
    status = np.array([QUOTES if end <= MAX_RECORD else SIZE], dtype=np.uint8)
    return Cut(one, np.array([end], dtype=np.int64), status, end, fault=True)


def take(path: Path, *, delimiter: str | None, fields: int, data_start: int) -> Census:
    """The records of a file.

    Args:
        path: UTF-8 text with LF or CRLF line ends.
        delimiter: One ASCII character; None reads physical lines.
        fields: Fields every record must have; ignored in line mode.
        data_start: First byte after the header (0 if there is none).
    """
    import numpy as np

    census = Census(data_start, delimiter=delimiter or "")
    code = None if delimiter is None else ord(delimiter)
    ends_seen: set[bool] = set()
    with path.open("rb") as file:
        for base, data, cut in windows(file, code, fields, data_start):
            _note_line_ends(data, cut, ends_seen)
            status = cut.status
            real = status != BLANK
            rows = census.records + np.cumsum(real)
            census.odd_lines |= bool((status != GOOD).any())
            for index in np.flatnonzero(real & (status != GOOD)):
                low, high = int(cut.starts[index]), int(cut.ends[index])
                raw = data[low : min(high, low + 800)].tobytes().decode("utf-8", "replace")
                reason = REASON[int(status[index])]
                shown = raw.rstrip("\r\n").replace("\0", "\ufffd")[:200]
                census.bad.append(BadRecord(int(rows[index]), reason, shown))
            _add_runs(census, base, cut, rows)
            census.records += int(real.sum())
    census.odd_lines |= len(ends_seen) > 1
    census.line_end = "\\r\\n" if ends_seen == {True} else "\\n"
    return census


def _note_line_ends(data: Bytes, cut: Cut, seen: set[bool]) -> None:
    """Add True for records that end in CR LF, False for those that end in LF alone."""
    import numpy as np

    ends = cut.ends[data[cut.ends - 1] == _LF]
    if len(seen) < 2 and len(ends):
        crlf = (ends >= 2) & (data[np.maximum(ends - 2, 0)] == _CR)
        if crlf.any():
            seen.add(True)
        if not crlf.all():
            seen.add(False)


def _add_runs(census: Census, base: int, cut: Cut, rows: Any) -> None:
    """Add the stretches of good records of one window."""
    import numpy as np

    good = cut.status == GOOD
    edges = np.flatnonzero(np.diff(np.concatenate(([0], good.astype(np.int8), [0]))))
    for low, high in zip(edges[0::2], edges[1::2], strict=True):
        start, end = base + int(cut.starts[low]), base + int(cut.ends[high - 1])
        first, count = int(rows[low]), int(high - low)
        last = census.runs[-1] if census.runs else None
        if last and last[1] == start and last[2] + last[3] == first:
            census.runs[-1] = (last[0], end, last[2], last[3] + count)
        else:
            census.runs.append((start, end, first, count))
