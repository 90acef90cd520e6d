"""Zeeschuimer captures (NDJSON), and the NDJSON that 4CAT makes of them.

**What writes it.** A browser extension that keeps what a researcher's browser was sent: one object
a line with `nav_index`, `item_id`, `timestamp_collected`, `source_platform`,
`source_platform_url`, `user_agent` and the platform's own item in `data`. 4CAT keeps the item
itself on the line, with the rest in `__import_meta`.

**Clock.** `timestamp_collected`, `last_updated` and `user_agent` are the collector's and say
nothing of posts; the first is when the profiles of authors were seen. The time of a post is the
platform's own, inside the item; see `platforms`. UTC, one second.

**Traps.** Items of platforms whose time is not mapped here are refused, not read by the collector's
clock. A capture holds what one person scrolled past: absence from it is no evidence. Posts that
were shown twice stand in it twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.collectors.authors import code_of
from forensics.read.collectors.common import (
    elements,
    first_text,
    has_keys,
    starts_with_object,
)
from forensics.read.collectors.platforms import COLUMNS, PLATFORMS, PREFERRED, platform_name
from forensics.read.options import Reader, Table
from forensics.read.profiles.people import PROFILE, People
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CLOCK = "the time inside the platform's item; the collector's clock and browser were not read"
_COLLECTED = (
    "timestamp_collected and user_agent belong to the collector and say nothing about the authors"
)


def is_zeeschuimer(path: Path, head: bytes) -> bool:
    """True for objects with the capture's own keys, around or beside the platform's item."""
    del path
    if not starts_with_object(head):
        return False
    around = has_keys(head, "timestamp_collected", "source_platform")
    return around and (has_keys(head, "data", "nav_index") or has_keys(head, "__import_meta"))


def open_zeeschuimer(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a capture; items of platforms that are not known are refused one by one."""
    del name
    capture = _Capture(path)
    table = table_of(
        con,
        capture.records(),
        Format(
            "zeeschuimer, json lines",
            COLUMNS,
            PREFERRED,
            clock_writer="platform",
            clock_note=_CLOCK,
            people=capture.people,
        ),
        scratch,
    )
    return replace(table, platform=capture.id_platform(), notes=capture.notes())


_SAME_IDS = {"x": "twitter", "tiktok-comments": "tiktok"}
"""Platform as collectors write it -> platform whose rule its ids follow."""


def _moment_us(written: str | None) -> int | None:
    """Microseconds of a count of milliseconds; None for anything else."""
    known = written is not None and re.fullmatch(r"[0-9]{13}", written)
    return int(written or "") * 1_000 if known else None


class _Capture:
    """One pass over a capture, counting what it holds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.people = People()
        self._read: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()

    def records(self) -> Iterator[Record | BadRecord]:
        """The items as records."""
        for row, found in elements(self._path, None, lines=True):
            if isinstance(found, BadRecord):
                yield found
                continue
            meta = found.get("__import_meta", found)
            item = found if "__import_meta" in found else found.get("data")
            written = first_text(meta, "source_platform") or "(none)"
            platform = platform_name(written)
            if platform not in PLATFORMS:
                self._refused[written[:40]] += 1
                yield BadRecord(row, "unknown_format", written, "source_platform")
            elif not isinstance(item, dict):
                yield BadRecord(row, "bad_json", "", "data")
            else:
                self._read[platform] += 1
                values = PLATFORMS[platform](item)
                captured_us = _moment_us(first_text(meta, "timestamp_collected"))
                values[PROFILE] = code_of(self.people, platform, item)
                self.people.saw(values[PROFILE], captured_us)
                yield Record(row, values)

    def id_platform(self) -> str | None:
        """The one platform from which every item was read; None if there are several."""
        seen = {_SAME_IDS.get(name, name) for name in self._read}
        return seen.pop() if len(seen) == 1 else None

    def notes(self) -> tuple[str, ...]:
        """What must be known about the capture."""
        notes = [_COLLECTED]
        if self._refused:
            listed = ", ".join(f"{name} ({n:,})" for name, n in sorted(self._refused.items())[:10])
            notes.append(
                f"WARNING: items of {listed} were refused: where their own time stands is not "
                "known here, and the time of collection is none"
            )
        if len(self._read) > 1 and len(set(self._read) - {"twitter", "x"}) < len(self._read):
            notes.append(
                "WARNING: posts of Twitter stand beside others in this file; they are written "
                "differently, so one of them may have been refused: split the file by platform"
            )
        return tuple(notes)


READER = Reader(
    "zeeschuimer",
    is_zeeschuimer,
    open_zeeschuimer,
    "browser captures of TikTok, Douyin, Instagram, Twitter/X; the platform's time, never the "
    "collector's",
)
