"""Times of single records, for the notes these readers write.

Posts are not timed by this module: their times are read once for all formats, by columns.
"""

from __future__ import annotations

from forensics.clock import read_written

NEAR_US = 300_000_000
"""Five minutes: more than a slow connection, less than any zone."""


def time_us(written: str | None) -> int | None:
    """UTC microseconds of a written time with its offset; None if it is none."""
    found = read_written(written) if written else None
    if found is None or found.offset_min is None:
        return None
    return found.local_us - found.offset_min * 60_000_000
