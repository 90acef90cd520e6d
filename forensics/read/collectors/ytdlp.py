"""yt-dlp: `*.info.json`, several of them on lines, and its comments alone.

**What writes it.** yt-dlp with `--write-info-json`, `--dump-json` or `--write-comments`: one object
a video, with `comments` inside; or one comment a line.

**Clock.** `timestamp` of a video is a Unix second that the platform gave: UTC, one second.
`upload_date` is a UTC day without a time and is not used. `epoch` is the time at which the
collector ran the program; it is not read.

**Traps.** The comments of YouTube carry no time of their own: the page shows an age ("3 days ago"),
and yt-dlp reckons a `timestamp` back from its own clock, rounded to the unit of that age. Such
comments (`_time_text`, or an id as YouTube's comments have) are refused as `relative_time`. The
interface of YouTube gives their true times; see `youtube`. Comments of other sites are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.collectors.common import (
    BOM,
    first_text,
    has_keys,
    holds_lines,
    starts_with,
    text_of,
)
from forensics.read.jsonstream import JsonObject, iter_array, iter_lines
from forensics.read.options import Reader, Table
from forensics.read.profiles.people import PROFILE, People
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS = ("account", "time", "id", "text", "kind", "language")
_YOUTUBE_COMMENT = re.compile(r"Ug[\w-]{18,}(?:\.[\w-]+)?", re.ASCII)
_NOTE = (
    "times are those of timestamp, a Unix second of the platform; upload_date (a day) and epoch "
    "(the collector's clock) were not read"
)
_AGES = (
    "comments of YouTube have no time of their own here: it was reckoned back from an age such as "
    "'3 days ago' by the collector's clock, so they are refused"
)


def is_ytdlp(path: Path, head: bytes) -> bool:
    """True for the description of a video as yt-dlp writes it, or for its comments."""
    del path
    if head.removeprefix(BOM).lstrip()[:1] not in (b"{", b"["):
        return False
    info = has_keys(head, "webpage_url", "extractor") or has_keys(
        head, "title", "formats", "format_id", "protocol"
    )
    return info or has_keys(head, "parent", "author_is_uploader", "author_id", "timestamp", "text")


def open_ytdlp(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open such a file: each video is one record, each of its comments another."""
    del name
    people = People()
    form, records = _form(path, people)
    made = Format(
        f"yt-dlp, {form}",
        COLUMNS,
        {role: role for role in COLUMNS},
        clock_writer="platform",
        clock_note=_NOTE,
        notes=(_AGES,),
        people=people,
    )
    return table_of(con, records, made, scratch)


def _form(path: Path, people: People) -> tuple[str, Iterator[Record | BadRecord]]:
    """How the objects of a file stand, and its records."""
    if starts_with(path) == b"[":
        return "json array", _several(path, people, lines=False)
    with path.open("rb") as file:
        head = file.read(1 << 16)
    alone = has_keys(head, "parent", "author_id") and not has_keys(head, "title")
    if alone or holds_lines(path):
        return "json lines", _several(path, people, lines=True)
    return "one document", _one(path, people)


def _several(path: Path, people: People, *, lines: bool) -> Iterator[Record | BadRecord]:
    """Records of a file of videos, comments or both."""
    row = 0
    with path.open("rb") as stream:
        for _, item in iter_lines(stream) if lines else iter_array(stream):
            if isinstance(item, BadRecord):
                row += 1
                yield BadRecord(row, item.reason, item.raw, item.field)
                continue
            row += 1
            yield _comment(row, item, people) if "parent" in item else _video(row, item, people)
            comments = item.get("comments")
            for found in comments if isinstance(comments, list) else ():
                row += 1
                yield (
                    _comment(row, found, people)
                    if isinstance(found, dict)
                    else BadRecord(row, "bad_json", text_of(found) or "", "comments")
                )


def _one(path: Path, people: People) -> Iterator[Record | BadRecord]:
    """Records of one document of any size: the comments as they come, then the video as row 1."""
    video: JsonObject = {}
    with path.open("rb") as stream:
        for number, item in iter_array(stream, ("comments",), around=video):
            row = number + 1
            if isinstance(item, BadRecord):
                yield BadRecord(row, item.reason, item.raw, item.field)
            else:
                yield _comment(row, item, people)
    yield _video(1, video, people)


def _video(row: int, item: JsonObject, people: People) -> Record:
    """The record of a video."""
    return Record(
        row,
        {
            PROFILE: people.code({"name": first_text(item, "channel", "uploader")}),
            "account": first_text(item, "channel_id", "uploader_id", "uploader", "channel"),
            "time": first_text(item, "timestamp"),
            "id": first_text(item, "id"),
            "text": first_text(item, "description", "title"),
            "kind": "original",
            "language": first_text(item, "language"),
        },
    )


def _comment(row: int, item: JsonObject, people: People) -> Record | BadRecord:
    """The record of a comment, unless its time was reckoned from an age."""
    identifier = first_text(item, "id")
    age = first_text(item, "_time_text", "time_text")
    youtube = identifier is not None and _YOUTUBE_COMMENT.fullmatch(identifier)
    if age is not None or youtube:
        return BadRecord(row, "relative_time", age or first_text(item, "timestamp") or "", "time")
    return Record(
        row,
        {
            PROFILE: people.code({"name": first_text(item, "author")}),
            "account": first_text(item, "author_id", "author"),
            "time": first_text(item, "timestamp"),
            "id": identifier,
            "text": first_text(item, "text", "html"),
            "kind": "reply",
        },
    )


READER = Reader(
    "yt-dlp",
    is_ytdlp,
    open_ytdlp,
    "info.json of yt-dlp with its comments; YouTube's comments have no usable time in it",
)
