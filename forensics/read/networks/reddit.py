"""Reddit: dumps of submissions and comments, pages of its interface, and its own-data request.

Dumps (one object a line, often packed as `.zst`) and pages of the interface (`Listing`) hold the
platform's objects as they are. `created_utc` is written by the platform's clock, in UTC, in whole
seconds, as Reddit's interface documents; dumps of some years write it as text or with `.0`. The
own-data request writes `2019-03-04 12:34:56 UTC` in the column `date`: same clock, same precision.

Traps: `retrieved_on`, `retrieved_utc` and `edited` are other clocks or other moments and are never
used. A deleted author is written `[deleted]`: that is no account, and such rows are refused, for
they would pool thousands of people into one. A removed text keeps its time. The files of the
own-data request name no account, and hold the address of the author's connection, which is left
where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from forensics.read.delimited import open_delimited
from forensics.read.networks.documents import Item, Values, records, shape_of, text_of
from forensics.read.options import Table
from forensics.read.profiles.people import PROFILE, People
from forensics.read.records import Format, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PATHS = (("data", "children"),)
_COLUMNS = ("author", "created_utc", "id", "kind", "text", "media", "subreddit", "urls",
            "repost_of", "reply_to")  # fmt: skip
_PREFERRED = {
    "account": "author",
    "time": "created_utc",
    "id": "id",
    "kind": "kind",
    "text": "text",
    "media": "media",
    "urls": "urls",
    "repost_of": "repost_of",
    "reply_to": "reply_to",
}
_MEDIA_HOSTS = ("i.redd.it", "i.imgur.com")
_GONE = ("[deleted]", "[removed]", "")
_OWN = (b"id,permalink,date,ip,subreddit,",)
_NOTE = "Reddit documents created_utc as UTC seconds"


def _thing(item: Item) -> Item:
    """The object itself, out of the wrapper of a listing."""
    data = item.get("data")
    return data if isinstance(data, dict) and item.get("kind") in ("t1", "t3") else item


def _is_thing(item: Item) -> bool:
    thing = _thing(item)
    body = any(key in thing for key in ("body", "selftext", "title"))
    return body and {"created_utc", "author", "id"} <= thing.keys() and "subreddit" in thing


def is_reddit(path: Path, head: bytes) -> bool:
    """True for objects with the fields of Reddit's submissions and comments."""
    del path
    if b'"created_utc"' not in head or b'"author"' not in head:
        return False
    shape = shape_of(head, _PATHS)
    return shape is not None and shape.has(_is_thing)


def open_reddit(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a dump or a page; submissions and comments may stand in one file."""
    del name
    with path.open("rb") as file:
        shape = shape_of(file.read(1 << 16), _PATHS)
    assert shape is not None, "detection has seen it"  # noqa: S101 - the same bytes
    gone, people = [0], People()

    def read(item: Item) -> Values:
        values = _values(_thing(item))
        values[PROFILE] = people.code(_facts(_thing(item)))
        gone[0] += values["author"] is None
        return values

    made = Format(
        f"reddit, {shape.described}",
        _COLUMNS,
        _PREFERRED,
        clock_writer="platform",
        clock_note=_NOTE,
        people=people,
    )
    table = table_of(con, records(path, shape, read), made, scratch)
    if not gone[0]:
        return table
    note = f"{gone[0]:,} posts of deleted accounts name no author and were refused"
    return replace(table, notes=(note,))


def _facts(thing: Item) -> Values:
    """The number of the author, and when the account was made, where a dump says so."""
    return {
        "id": text_of(thing.get("author_fullname")),
        "created": text_of(thing.get("author_created_utc")),
    }


def _values(thing: Item) -> Values:
    comment = "body" in thing and "title" not in thing
    author = text_of(thing.get("author"))
    kind = "reply" if comment else ("repost" if thing.get("crosspost_parent") else "original")
    texts = [thing.get("body")] if comment else [thing.get("title"), thing.get("selftext")]
    prefix = "t1" if comment else "t3"
    name = text_of(thing.get("name")) or f"{prefix}_{text_of(thing.get('id')) or ''}"
    return {
        "author": None if author in _GONE else author,
        "created_utc": text_of(thing.get("created_utc")),
        "id": name,
        "kind": kind,
        "text": "\n".join(one for one in texts if isinstance(one, str) and one) or None,
        "media": _media(thing.get("url")),
        "subreddit": text_of(thing.get("subreddit")),
        "urls": None if comment or thing.get("is_self") else text_of(thing.get("url")),
        "repost_of": text_of(thing.get("crosspost_parent")),
        "reply_to": text_of(thing.get("parent_id")) if comment else None,
    }


def _media(url: object) -> str | None:
    """The name of the linked image if Reddit, or the host it used before, keeps it."""
    if not isinstance(url, str) or not url.startswith("http"):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.path.rsplit("/", 1)[-1] or None if parts.hostname in _MEDIA_HOSTS else None


def is_reddit_own(path: Path, head: bytes) -> bool:
    """True for `posts.csv` and `comments.csv` of Reddit's own-data request, by their header."""
    del path
    return head.removeprefix(b"\xef\xbb\xbf").startswith(_OWN)


def open_reddit_own(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open one of these files; the column with the author's address is not offered at all."""
    table = open_delimited(con, path, name, scratch)
    columns = {key: kind for key, kind in table.columns.items() if key != "ip"}
    comment = "parent" in columns
    inside = table.select

    def select(wanted: Mapping[str, str]) -> str:
        return inside(wanted)

    preferred = {"time": "date", "id": "id", "text": "body"}
    if comment:
        preferred["reply_to"] = "link"
    return replace(
        table,
        format=f"reddit own data, {table.format}",
        columns=columns,
        select=select,
        preferred=preferred,
        clock_writer="platform",
        clock_note="the export writes UTC beside each time",
        notes=("the column ip (address of the author's connection) was not read",),
    )
