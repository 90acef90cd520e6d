"""Meta Content Library: CSV downloads of Facebook and Instagram posts.

**What writes it.** The download of a search in the library, or a script that saves the answers of
its interface: `id`, `text`, `creation_time`, `modified_time`, `lang`, `post_owner.id`,
`post_owner.name`, `post_owner.username`, `mcl_url`, `statistics.*`.

**Clock.** `creation_time` is the platform's, in ISO 8601 with its offset (`+00:00`): the offset as
written is what counts, one second. A time without one is not taken as UTC: spreadsheets that
dropped it cannot be told from others, so it is refused until a zone is stated. `modified_time` is
not read.

**Traps.** The ids are the library's own and hold no clock that is known. The owner of a post is the
page; in a group it is the author, and the group stands under `surface`. Posts that share another
carry `shared_post_id`; they count as reposts.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.collectors.common import BLOCKED, header_of
from forensics.read.delimited import open_delimited
from forensics.read.options import Reader, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_OWNERS = ("post_owner.id", "post_owner_id", "owner.id", "post_owner.username", "post_owner.name")
_MARKS = {"mcl_url", "post_owner.type", "surface.type", "surface.id", "statistics.like_count"}


def is_content_library(path: Path, head: bytes) -> bool:
    """True if the header is that of posts of the library."""
    names = header_of(path, head, b"creation_time")
    owner = any(name in names for name in _OWNERS)
    return owner and {"id", "text", "creation_time"} <= names and bool(_MARKS & names)


def open_content_library(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open such a download."""
    table = open_delimited(con, path, name, scratch)
    preferred = dict(BLOCKED) | {
        "account": next(owner for owner in _OWNERS if owner in table.columns),
        "time": "creation_time",
        "id": "id",
        "text": "text",
        "language": "lang",
        "repost_of": "shared_post_id",
        "urls": "link_attachment.link",
    }
    return replace(
        table,
        format=f"{table.format}, Meta Content Library",
        preferred=preferred,
        clock_writer="platform",
        profile={"name": "post_owner.name"},
        clock_note="creation_time with the offset written in it; modified_time is not read",
    )


READER = Reader(
    "meta-content-library",
    is_content_library,
    open_content_library,
    "CSV of the Meta Content Library; creation_time with its offset",
)
