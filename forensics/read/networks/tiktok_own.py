"""TikTok: the archive of an own account (JSON): videos posted and comments written.

Times are written by the platform as `2024-03-05 01:12:44`, whole seconds, without an offset.
Programs that read these files take them as UTC, but nothing in the file says so: they are refused
until somebody states it (`--assume-zone UTC --because TEXT`). Where the link of a video holds its
number, the clock in it (start of the upload) is compared. The file names no account.

Not read: what was watched, searched, liked and shared, sign-ins with IP addresses, messages,
contacts. Form and names of keys are those that public programs around these files use; they have
changed several times (`Video` became `Post`, sections moved into `Activity`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.jsonstream import iter_array
from forensics.read.networks.documents import Item, Values, text_of
from forensics.read.options import Table
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SECTIONS = (
    "Favorite Effects", "Favorite Hashtags", "Favorite Sounds", "Favorite Videos", "Follower List",
    "Follower", "Like List", "Video Browsing History", "Watch History", "Following List",
    "App Settings", "Direct Messages", "Profile And Settings", "Ads and data", "Login History",
)  # fmt: skip
"""Sections of the archive; a document that begins with two of them is one."""
_VIDEOS = (
    ("Video", "Videos", "VideoList"),
    ("Post", "Posts", "VideoList"),
    ("Activity", "Video", "Videos", "VideoList"),
    ("Activity", "Post", "Posts", "VideoList"),
)
_COMMENTS = (
    ("Comment", "Comments", "CommentsList"),
    ("Activity", "Comment", "Comments", "CommentsList"),
)
_NUMBER = re.compile(r"/video/(\d{19})(?:[/?]|$)", re.ASCII)
_COLUMNS = ("date", "id", "kind", "text")
_PREFERRED = {"time": "date", "id": "id", "kind": "kind", "text": "text"}
_LEFT = "only videos posted and comments written were read; not what was watched, liked or sent"


def is_tiktok_own(path: Path, head: bytes) -> bool:
    """True for a document that begins with sections of the archive."""
    del path
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"{"):
        return False
    found = [name for name in _SECTIONS if re.search(rb'"%s"\s*:\s*[{\[n]' % name.encode(), head)]
    return len(found) >= 2


def open_tiktok_own(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open the archive; videos come first, then comments."""
    del name
    made = Format(
        "tiktok own data, json",
        _COLUMNS,
        _PREFERRED,
        platform="tiktok",
        clock_writer="platform",
        clock_note="the file does not say its zone; other programs take it as UTC",
    )
    table = table_of(con, _records(path), made, scratch)
    return replace(table, notes=(_LEFT,))


def _records(path: Path) -> Iterator[Record | BadRecord]:
    """Videos and comments, numbered through; a break is the last record, once."""
    row = 0
    broken = False
    for keys in (*_VIDEOS, *_COMMENTS):
        with path.open("rb") as stream:
            for _, item in iter_array(stream, keys):
                if isinstance(item, BadRecord):
                    if broken and item.reason == "damaged":
                        continue
                    broken = broken or item.reason == "damaged"
                    row += 1
                    yield replace(item, row=row)
                else:
                    row += 1
                    yield Record(row, _values(item, comment=keys in _COMMENTS))


def _values(item: Item, *, comment: bool) -> Values:
    """The columns of a video or a comment; keys are written with and without a capital."""
    found = {key.lower(): value for key, value in item.items()}
    number = _NUMBER.search(str(found.get("link") or ""))
    return {
        "date": text_of(found.get("date")),
        "id": number[1] if number and not comment else None,
        "kind": "reply" if comment else "original",
        "text": text_of(found.get("comment") if comment else found.get("title")),
    }
