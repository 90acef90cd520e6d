"""Case exports of Hunchly: `case_data/` in JSON, or its mirror in CSV, beside `pages/ID.mhtml`.

Pages, tagged photos and attachments are read. Hunchly names no collector for a page, and its
exports name no version of the program.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from forensics.read.collection.items import (
    MAX_ITEMS,
    Item,
    Log,
    LogFile,
    Refused,
    captured_of,
    digest_of,
    json_of,
    text_of,
)
from forensics.read.collection.tables import records

TOOL = "Hunchly"
PAGES = frozenset({"id", "url", "title", "timestamp_created", "content_hash"})
PHOTOS = frozenset({"PhotoUrl", "PhotoHash", "PhotoTimestamp", "LocalFile"})
ATTACHMENTS = frozenset({"Filename", "Source", "Hash", "AttachedDate"})
UNCERTAIN = (
    "no hash of this list is that of its file: it may have been made over other bytes than the "
    "file holds; compare one by hand before calling it altered"
)
_KEY = re.compile(rb'"([A-Za-z_]{1,40})"\s*:')
_ADDRESS = re.compile(r"(?i)https?://\S+")


def _kind(names: frozenset[str]) -> Callable[[int, Mapping[str, Any]], Item] | None:
    """What makes items out of records with these columns; None for other records."""
    kinds = ((PAGES, _page), (PHOTOS, _photo), (ATTACHMENTS, _attachment))
    return next((make for wanted, make in kinds if wanted <= names), None)


def is_json(path: Path, head: bytes) -> bool:
    """True for an array of objects with the members of such a list."""
    del path
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"[") or not start[1:].lstrip().startswith(b"{"):
        return False
    return _kind(frozenset(name.decode() for name in _KEY.findall(head))) is not None


def is_csv(path: Path, head: bytes) -> bool:
    """True for a header with the columns of such a list."""
    del path
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    try:
        cells = next(csv.reader([first]), []) if len(first) < 10_000 else []
    except csv.Error:  # a carriage return inside: binary data
        return False
    return _kind(frozenset(cell.strip() for cell in cells)) is not None


def read_json(file: LogFile) -> Log:
    """The items of a list in JSON.

    Raises:
        DamagedLogError: no JSON.
    """
    found = json_of(file)
    rows = found if isinstance(found, list) else []
    return _log(file, ((number, row) for number, row in enumerate(rows, start=1)), "JSON")


def read_csv(file: LogFile) -> Log:
    """The items of a list in CSV.

    Raises:
        DamagedLogError: no table.
    """
    return _log(file, records(file), "CSV")


def _log(file: LogFile, rows: Iterator[tuple[int, Any]], form: str) -> Log:
    items: list[Item] = []
    refused = Refused(file)
    try:
        for number, row in rows:
            make = _kind(frozenset(row)) if isinstance(row, dict) else None
            if make is None:
                refused.add(f"row {number}", "unknown_format", f"row {number} has other members")
                continue
            if len(items) == MAX_ITEMS:
                refused.add("file", "too_large", f"more than {MAX_ITEMS:,} items")
                break
            items.append(make(number, row))
    except csv.Error as error:
        refused.add("file", "damaged", str(error))
    return Log(f"case export ({form})", tuple(items), refused.all(), uncertain=UNCERTAIN)


def _page(number: int, row: Mapping[str, Any]) -> Item:
    page = text_of(row["id"])
    return _item(
        number,
        f"pages/{page}.mhtml" if page else None,
        row["content_hash"],
        url=row["url"],
        title=row["title"],
        time=row["timestamp_created"],
        media_type="multipart/related",
    )


def _photo(number: int, row: Mapping[str, Any]) -> Item:
    name = text_of(row["LocalFile"])
    return _item(
        number,
        name.replace("\\", "/") if name else None,
        row["PhotoHash"],
        url=row["PhotoUrl"],
        title=row.get("Caption"),
        time=row["PhotoTimestamp"],
    )


def _attachment(number: int, row: Mapping[str, Any]) -> Item:
    """A file that was added by hand; its source is an address or words."""
    source = text_of(row["Source"]) or ""
    address = source if _ADDRESS.fullmatch(source) else None
    return _item(
        number,
        text_of(row["Filename"]),
        row["Hash"],
        url=address,
        title=row.get("Description"),
        time=row["AttachedDate"],
        method=None if address else source or None,
    )


def _item(
    number: int,
    name: str | None,
    stated: object,
    *,
    url: object,
    title: object,
    time: object,
    method: str | None = None,
    media_type: str | None = None,
) -> Item:
    digest = digest_of(stated, "sha256")
    return Item(
        row=number,
        file=name,
        source_url=text_of(url),
        title=text_of(title),
        tool=TOOL,
        method=method,
        captured=captured_of(time),
        digests=(digest,) if digest else (),
        media_type=media_type,
    )
