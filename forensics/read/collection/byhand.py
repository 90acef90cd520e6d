"""A list that people keep by hand: `collection.csv` or `collection.toml`.

All columns are optional but for one that says which file is meant. docs/formats/collection.md
describes them.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from forensics.read.collection.items import (
    MAX_ITEMS,
    DamagedLogError,
    Digest,
    Item,
    Log,
    LogFile,
    Refused,
    captured_of,
    digest_of,
    text_of,
    whole_text,
)
from forensics.read.collection.tables import records
from forensics.read.columns import SYNONYMS

FILE = ("file", "sha256", "hash")
ABOUT = ("source_url", "collector", "tool", "captured_at", "clock_offset_s", "received")
COLUMNS = (
    "file", "sha256", "hash", "source_url", "title", "collector", "tool", "tool_version", "method",
    "captured_at", "clock", "clock_offset_s", "received", "note",
)  # fmt: skip
"""Every column that is read."""
MAX_TOML_BYTES = 8 << 20
"""Bytes of a list in TOML, whose parser is slow (judged)."""
MOST_OFFSET_S = 400 * 86_400
"""A clock that is off by more than a year and a month is a slip of the pen (judged)."""
_TABLES = re.compile(rb"(?m)^[ \t]*\[\[[ \t]*item[ \t]*\]\]")
_NAMED = re.compile(rb"(?m)^[ \t]*([a-z0-9_]{1,40})[ \t]*=")


_ACCOUNTS = frozenset(SYNONYMS["account"])


def _ours(names: frozenset[str]) -> bool:
    """True if a column says which file is meant, and two more say something of its collection.

    A table that names accounts holds posts, whatever else it says of them.
    """
    if names & _ACCOUNTS:
        return False
    return bool(names.intersection(FILE)) and len(names.intersection(ABOUT)) >= 2


def is_csv(path: Path, head: bytes) -> bool:
    """True for a header with the columns of such a list."""
    del path
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    cells = re.split(r"[,;\t]", first) if len(first) < 10_000 else []
    return _ours(frozenset(cell.strip().strip('"').lower() for cell in cells))


def is_toml(path: Path, head: bytes) -> bool:
    """True for tables `[[item]]` with the keys of such a list."""
    del path
    if not _TABLES.search(head):
        return False
    return _ours(frozenset(name.decode() for name in _NAMED.findall(head)))


def read_csv(file: LogFile) -> Log:
    """The items of a list in CSV.

    Raises:
        DamagedLogError: no table.
    """
    rows = ((n, {key.lower(): text for key, text in row.items()}) for n, row in records(file))
    return _log(file, rows, "CSV")


def read_toml(file: LogFile) -> Log:
    """The items of a list in TOML.

    Raises:
        DamagedLogError: no TOML.
    """
    try:
        found = tomllib.loads(
            whole_text(file, MAX_TOML_BYTES).replace("\r\n", "\n"), parse_float=Decimal
        )
    except (ValueError, RecursionError) as error:
        raise DamagedLogError("damaged", f"no TOML: {error}") from None
    rows = found.get("item")
    listed = rows if isinstance(rows, list) else []
    return _log(file, ((n, row) for n, row in enumerate(listed, start=1)), "TOML")


def _log(file: LogFile, rows: Iterator[tuple[int, Any]], form: str) -> Log:
    items: list[Item] = []
    refused = Refused(file)
    unknown: dict[str, None] = {}
    try:
        for number, row in rows:
            if not isinstance(row, dict):
                refused.add(f"row {number}", "unknown_format", f"row {number} is no table")
                continue
            unknown |= dict.fromkeys(str(name) for name in row if name not in COLUMNS and name)
            if not any(text_of(_text(row.get(name))) for name in FILE):
                refused.add(f"row {number}", "unknown_format", f"row {number} names no file")
                continue
            if len(items) == MAX_ITEMS:
                refused.add("file", "too_large", f"more than {MAX_ITEMS:,} items")
                break
            items.append(_item(number, row, refused))
    except csv.Error as error:
        refused.add("file", "damaged", str(error))
    notes: tuple[str, ...] = ()
    if unknown:
        shown = ", ".join(repr(name[:40]) for name in list(unknown)[:8])
        notes = (f"columns that are not read: {shown}",)
    return Log(f"list kept by hand ({form})", tuple(items), refused.all(), notes)


def _item(number: int, row: Mapping[str, Any], refused: Refused) -> Item:
    said = {name: text_of(_text(row.get(name))) for name in COLUMNS}
    notes = [said["note"]] if said["note"] else []
    captured = captured_of(said["captured_at"])
    if captured is not None and captured.us is None:
        refused.add(f"row {number}, captured_at", "bad_time", captured.why_not)
    offset_ms, why_not = _offset(said["clock_offset_s"])
    if why_not:
        refused.add(f"row {number}, clock_offset_s", "unknown_format", why_not)
        notes.append(why_not)
    found = [digest_of(said["sha256"], "sha256"), digest_of(said["hash"])]
    return Item(
        row=number,
        file=said["file"],
        source_url=said["source_url"],
        title=said["title"],
        collector=said["collector"],
        tool=said["tool"],
        tool_version=said["tool_version"],
        method=said["method"],
        captured=captured,
        clock_offset_ms=offset_ms,
        clock=said["clock"],
        digests=_distinct([one for one in found if one is not None]),
        received=said["received"],
        notes=tuple(notes),
    )


def _distinct(digests: list[Digest]) -> tuple[Digest, ...]:
    return tuple(dict.fromkeys(digests))


def _text(value: object) -> object:
    """TOML has times and numbers of its own: as they would be written in a cell."""
    return value if value is None or isinstance(value, bool | list | dict) else str(value)


def _offset(text: str | None) -> tuple[int | None, str]:
    """Milliseconds, or why there are none."""
    if text is None:
        return None, ""
    try:
        seconds = Decimal(text.replace("\N{MINUS SIGN}", "-"))
    except InvalidOperation:
        return None, f"clock_offset_s is no number: {text[:60]}"
    if not seconds.is_finite() or seconds.copy_abs() > MOST_OFFSET_S:
        return None, f"clock_offset_s is no offset of a clock: {text[:60]}"
    return int(seconds * 1_000), ""
