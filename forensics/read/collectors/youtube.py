"""YouTube Data API: comment threads, comments and videos as its answers hold them.

**What writes it.** Programs that save the answers of `commentThreads.list`, `comments.list` or
`videos.list`, whole (`items` inside), one a line, or the resources alone in an array or on lines.
Every resource says what it is in `kind` (`youtube#commentThread` ...).

**Clock.** `publishedAt` is written by YouTube in ISO 8601 with `Z`: UTC, one second; so the
documentation of the interface says. `updatedAt` (an edit) is not read.

**Traps.** A thread holds only some of its replies. The `publishedAt` of an item of a playlist is
the time at which it was put there, not that of the video: such items are refused. The account is
the channel's id; display names change and are not unique.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.collectors.common import (
    BOM,
    elements,
    first_text,
    has_keys,
    holds_lines,
    inside,
    starts_with,
)
from forensics.read.jsonstream import JsonObject
from forensics.read.options import Reader, Table
from forensics.read.profiles.people import PROFILE, Facts, People
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS = ("account", "time", "id", "text", "kind", "language", "reply_to")
_KIND = re.compile(
    rb'"kind"\s*:\s*"youtube#(?:commentThread|comment|video|channel)(?:ListResponse)?"'
)
_SNIPPET = re.compile(rb'"topLevelComment"\s*:\s*\{')


def is_youtube(path: Path, head: bytes) -> bool:
    """True for resources of the interface that say so themselves."""
    del path
    if head.removeprefix(BOM).lstrip()[:1] not in (b"{", b"["):
        return False
    named = bool(_KIND.search(head)) or bool(_SNIPPET.search(head))
    return named and has_keys(head, "snippet", "publishedAt")


def open_youtube(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open such a file; each comment and each video is one record."""
    del name
    people = People()
    made = Format(
        "youtube data api, json",
        COLUMNS,
        {role: role for role in COLUMNS},
        documented_utc=True,
        clock_writer="platform",
        clock_note="publishedAt of the interface; edits (updatedAt) are not read",
        people=people,
    )
    return table_of(con, _records(path, people), made, scratch)


def _records(path: Path, people: People) -> Iterator[Record | BadRecord]:
    """The records of a file, numbered as they stand in it; channels are accounts, no records."""
    row = channels = 0
    for item in _resources(path):
        if not isinstance(item, BadRecord) and item.get("kind") == "youtube#channel":
            channels += 1
            people.add(first_text(item, "id"), _facts_of_channel(item), channels)
            continue
        for found in [item] if isinstance(item, BadRecord) else _flat(item):
            row += 1
            yield _numbered(row, found, people)


def _resources(path: Path) -> Iterator[JsonObject | BadRecord]:
    """The resources of a file in any of its containers."""
    lines = holds_lines(path)
    key = None if lines or starts_with(path) == b"[" else "items"
    for _, item in elements(path, key, lines=lines):
        inner = None if isinstance(item, BadRecord) else item.get("items")
        if isinstance(inner, list):
            yield from (one if isinstance(one, dict) else BadRecord(0, "bad_json") for one in inner)
        else:
            yield item


def _flat(item: JsonObject) -> Iterator[JsonObject]:
    """A thread as its comments; anything else as it is."""
    top = inside(item, "snippet", "topLevelComment")
    if not isinstance(top, dict):
        yield item
        return
    yield top
    replies = inside(item, "replies", "comments")
    for reply in replies if isinstance(replies, list) else ():
        yield reply if isinstance(reply, dict) else {}


def _facts_of_channel(item: JsonObject) -> Facts:
    """What a channel says of itself; its country is the owner's choice."""
    return {
        "name": first_text(item, "snippet.title"),
        "location": first_text(item, "snippet.country", "brandingSettings.channel.country"),
        "language": first_text(item, "snippet.defaultLanguage"),
        "created": first_text(item, "snippet.publishedAt"),
        "bio": first_text(item, "snippet.description"),
        "url": first_text(item, "snippet.customUrl"),
    }


def _numbered(row: int, found: JsonObject | BadRecord, people: People) -> Record | BadRecord:
    """A comment or a video as a record."""
    if isinstance(found, BadRecord):
        return BadRecord(row, found.reason, found.raw, found.field)
    kind = first_text(found, "kind") or "youtube#comment"
    if kind not in ("youtube#comment", "youtube#video"):
        return BadRecord(row, "unknown_format", kind, "kind")
    video = kind == "youtube#video"
    shown = first_text(found, "snippet.channelTitle" if video else "snippet.authorDisplayName")
    values = {
        PROFILE: people.code({"name": shown}),
        "reply_to": first_text(found, "snippet.parentId"),
        "account": first_text(
            found,
            "snippet.channelId" if video else "snippet.authorChannelId.value",
            "snippet.channelTitle" if video else "snippet.authorDisplayName",
        ),
        "time": first_text(found, "snippet.publishedAt"),
        "id": first_text(found, "id"),
        "text": first_text(
            found, "snippet.textOriginal", "snippet.textDisplay", "snippet.description"
        ),
        "kind": "original" if video else "reply",
        "language": first_text(found, "snippet.defaultAudioLanguage"),
    }
    return Record(row, values)


READER = Reader(
    "youtube-api",
    is_youtube,
    open_youtube,
    "comments and videos of the YouTube Data API; publishedAt is UTC",
)
