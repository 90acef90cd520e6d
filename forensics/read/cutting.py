"""Cuts bytes into records by the rule of `census`, and says what is wrong with each."""

from __future__ import annotations

import codecs
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Places = NDArray[np.int64]

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
LF, CR, QUOTE = 10, 13, 34


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
        name = f"gnomon-census-{threading.get_ident()}"  # halves of a file are looked at at once
        codecs.register_error(name, faults)
        raw.decode("utf-8", name)
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
    fine = (opening == 0) | (before == delimiter) | (before == LF)
    doubled = np.zeros(len(opening), dtype=bool)
    doubled[1:] = opening[1:] == closing[: len(opening) - 1] + 1
    bad = np.flatnonzero(~(fine | doubled)) * 2
    after = data[np.minimum(closing + 1, size - 1)]
    next_after = data[np.minimum(closing + 2, size - 1)]
    last = closing + 1 >= size
    crlf = (after == CR) & ((next_after == LF) | (closing + 2 >= size))
    fine = (after == delimiter) | (after == LF) | (after == QUOTE) | crlf
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


def cut(data: Bytes, delimiter: int | None, fields: int, *, at_eof: bool) -> Cut:
    """The complete records of a window that starts at a record's start."""
    import numpy as np

    quotes = np.empty(0, dtype=np.int64)
    delimiters: Places | None = None
    fault: int | None = None
    if delimiter is None:
        ends = _marks(data, LF) + 1
    else:
        places = _marks(data, LF, QUOTE, delimiter)
        kinds = data[places]
        outside = np.ones(len(places), dtype=bool)
        quoted = kinds == QUOTE
        if quoted.any():
            quotes = places[quoted]
            fault = _fault_at(data, quotes, delimiter, at_eof=at_eof)
            outside = np.bitwise_xor.accumulate(quoted.view(np.uint8)) == 0
        lines = np.flatnonzero((kinds == LF) & outside)
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
    length = ends - starts - (data[ends - 1] == LF)
    if b"\r" in raw:
        carriage = _marks(data, CR)
        if len(quotes):
            carriage = carriage[np.searchsorted(quotes, carriage) % 2 == 0]
        ended = (carriage + 1 >= len(data)) | (data[np.minimum(carriage + 1, len(data) - 1)] == LF)
        length[np.searchsorted(ends, carriage[ended], side="right")] -= 1
        mark(carriage[~ended], JSON if found is None else QUOTES)
    if b"\0" in raw:
        mark(_marks(data, 0), ENCODING)
    mark(np.array(_undecodable(data, raw), dtype=np.int64), ENCODING)
    status[length <= 0] = BLANK
    return status


def first_line(data: Bytes) -> Cut:
    """The first physical line of a window as one bad record: where a fault is put."""
    import numpy as np

    lines = np.flatnonzero(data == LF)
    end = int(lines[0]) + 1 if len(lines) else len(data)
    one = np.array([0], dtype=np.int64)
    status = np.array([QUOTES if end <= MAX_RECORD else SIZE], dtype=np.uint8)
    return Cut(one, np.array([end], dtype=np.int64), status, end, fault=True)
