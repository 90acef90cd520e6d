"""Results of auto-archiver: its CSV database, and the JSON of one result.

The CSV has the columns `status,metadata,media`; the second and third hold a dictionary and a list
as Python prints them. The JSON holds the same three. One media file makes one item. `_processed_at`
is when the program began with the page, by the clock of the machine that collected, in UTC;
`timestamp` is when the post was published and is no time of capture.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from forensics.read.collection.items import (
    MAX_ITEMS,
    Captured,
    DamagedLogError,
    Item,
    Log,
    LogFile,
    Refused,
    captured_of,
    captured_us,
    digest_of,
    json_of,
    room,
    text_of,
)
from forensics.read.collection.pyrepr import NotReadableError, read
from forensics.read.collection.tables import records

TOOL = "auto-archiver"
COLUMNS = ["status", "metadata", "media"]
MAX_CELL = 4 << 20
"""Characters of a cell (judged): what a result says of itself is a few thousand."""
MAX_MEDIA_DEPTH = 4
"""Media inside media, such as thumbnails of a video."""
_JSON_START = re.compile(rb'\s*(?:\[\s*)?\{\s*"status"\s*:', re.DOTALL)
_COUNT = re.compile(r"\d+(?:\.\d+)?")


def is_csv(path: Path, head: bytes) -> bool:
    """True for the header that the CSV database writes."""
    del path
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].strip()
    return first == ",".join(COLUMNS).encode()


def is_json(path: Path, head: bytes) -> bool:
    """True for an object that begins with a status and has the other two members."""
    del path
    return bool(_JSON_START.match(head)) and b'"metadata"' in head and b'"_processed_at"' in head


def read_csv(file: LogFile) -> Log:
    """The items of a CSV database.

    Raises:
        DamagedLogError: it cannot be read as CSV.
    """
    items: list[Item] = []
    refused = Refused(file)
    try:
        for number, row in records(file):
            if max(len(row["metadata"]), len(row["media"])) > MAX_CELL:
                refused.add(f"row {number}", "too_large", f"row {number}: more than a result holds")
                continue
            try:
                metadata, media = read(row["metadata"]), read(row["media"])
            except NotReadableError as error:
                refused.add(f"row {number}", "unknown_format", f"row {number}: {error}")
                continue
            items += _items(number, row["status"], metadata, media)
            room(len(items))
    except csv.Error as error:
        refused.add("file", "damaged", str(error))
    except DamagedLogError as error:
        refused.add("file", error.reason, f"{error.what}; the rest was not read")
    return Log("CSV database", tuple(items[:MAX_ITEMS]), refused.all())


def read_json(file: LogFile) -> Log:
    """The items of one result, or of a list of them.

    Raises:
        DamagedLogError: no JSON.
    """
    found = json_of(file)
    items: list[Item] = []
    refused = Refused(file)
    for number, one in enumerate(found if isinstance(found, list) else [found], start=1):
        if not isinstance(one, dict):
            refused.add(f"row {number}", "bad_json", f"row {number} is no object")
            continue
        items += _items(number, one.get("status"), one.get("metadata"), one.get("media"))
        if len(items) > MAX_ITEMS:
            refused.add("file", "too_large", f"more than {MAX_ITEMS:,} items")
            break
    return Log("JSON of results", tuple(items[:MAX_ITEMS]), refused.all())


def _items(number: int, status: object, metadata: object, media: object) -> Iterator[Item]:
    """One item for each media file of a result; one without a file where it has none."""
    about: dict[str, Any] = metadata if isinstance(metadata, dict) else {}
    status = text_of(status) or ""
    shared = Item(
        row=number,
        source_url=text_of(about.get("original_url")) or text_of(about.get("url")),
        title=text_of(about.get("title")),
        tool=TOOL,
        method=status.removesuffix(": success") or None,
        captured=_processed(about.get("_processed_at")),
    )
    notes = () if "success" in status else (f"the program says: {status or 'no status'}",)
    files = list(_media(media, 0))
    for one in files:
        name = text_of(one.get("_key")) or text_of(one.get("filename"))
        properties = one.get("properties")
        held = properties if isinstance(properties, dict) else {}
        digest = digest_of(held.get("hash"))
        media_type = text_of(one.get("_mimetype"))
        yield replace(
            shared,
            file=name,
            digests=(digest,) if digest else (),
            media_type=media_type,
            notes=notes,
        )
    if not files:
        yield replace(shared, notes=(*notes, "no file was kept"))


def _media(found: object, depth: int) -> Iterator[dict[str, Any]]:
    """The media files of a list, and those inside them."""
    if not isinstance(found, list) or depth > MAX_MEDIA_DEPTH:
        return
    for one in found:
        if not isinstance(one, dict) or "filename" not in one:
            continue
        yield one
        properties = one.get("properties")
        for inner in properties.values() if isinstance(properties, dict) else ():
            yield from _media(inner if isinstance(inner, list) else [inner], depth + 1)


def _processed(value: object) -> Captured | None:
    """When the program began, as text with an offset or as seconds since 1970."""
    text = text_of(value)
    if text is not None and _COUNT.fullmatch(text) and len(text) < 40:
        try:
            return captured_us(int(Decimal(text) * 1_000_000), text)
        except (InvalidOperation, OverflowError):
            return Captured(text, None, why_not="no time")
    return captured_of(text)
