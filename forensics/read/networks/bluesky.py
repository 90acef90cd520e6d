"""Bluesky: post views and feeds of its interface, listed records, and events of its stream.

`createdAt` stands in the record and is **written by the author's program**: the network passes on
whatever it says. So does the record key (TID), whose 53 bits of microseconds are the same
program's clock, or that of the author's server where the program leaves the key to it. Both are
UTC (`Z`) or carry an offset. The one time that the network itself writes is `indexedAt`, the moment
at which it saw the post. `createdAt` is read, with the author's device as writer of the clock; the
notes count how many differ from the record key, and from `indexedAt`, by more than 5 minutes:
imports and backdated posts do.

A repost in a feed is the author's post once more, with the reposter and the time of the repost in
`reason`; that one is the network's `indexedAt`. It is read as the reposter's. A post written as a
quote embeds another record. Events of the stream (`commit`) are read where they create posts or
reposts; `time_us` is the stream's clock and is not used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.networks.documents import (
    Item,
    KeyPath,
    Values,
    inner,
    members,
    records,
    shape_of,
    text_of,
)
from forensics.read.options import Table
from forensics.read.profiles.people import PROFILE, People
from forensics.read.records import Format, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PATHS: tuple[KeyPath, ...] = (("feed",), ("posts",), ("records",))
COLUMNS = (
    "account", "createdAt", "uri", "kind", "text", "language", "did", "urls", "repost_of",
    "reply_to",
)  # fmt: skip
PREFERRED = {
    "account": "account",
    "time": "createdAt",
    "id": "uri",
    "kind": "kind",
    "text": "text",
    "language": "language",
    "urls": "urls",
    "repost_of": "repost_of",
    "reply_to": "reply_to",
}
_URI = re.compile(r"at://([^/]+)/(app\.bsky\.feed\.(?:post|repost))/([^/]+)")
_REPOST = "app.bsky.feed.repost"
_QUOTES = ("app.bsky.embed.record", "app.bsky.embed.recordWithMedia")
_NEAR = timedelta(minutes=5)
"""More than a slow connection, less than any zone."""
CLOCK_NOTE = "the author's program sets createdAt and may set anything, the record key too"


def _instant(written: str | None) -> datetime | None:
    """A time with its offset, for the comparison below; None if it is none."""
    try:
        found = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


@dataclass(slots=True)
class Checks:
    """How the times of a file stand to the network's own clock beside them."""

    seen: int = 0
    seen_apart: int = 0
    by_network: int = 0
    """Reposts, whose time is the network's."""

    def look(self, created: str | None, indexed: str | None) -> None:
        """Count one record."""
        made, seen = _instant(created), _instant(indexed)
        if made is not None and seen is not None:
            self.seen += 1
            self.seen_apart += abs(seen - made) > _NEAR

    def notes(self) -> tuple[str, ...]:
        """Sentences for the source list."""
        found = []
        if self.seen:
            found.append(
                f"{self.seen_apart:,} of {self.seen:,} createdAt differ from indexedAt, the "
                "network's own clock, by more than 5 minutes"
            )
        if self.by_network:
            found.append(
                f"{self.by_network:,} reposts in feeds carry the network's indexedAt instead"
            )
        return tuple(found)


def _is_view(item: Item) -> bool:
    post = inner(item, "post") or item
    record = inner(post, "record") or inner(post, "value")
    return _URI.match(str(post.get("uri", ""))) is not None and "createdAt" in record


def _is_event(item: Item) -> bool:
    commit = inner(item, "commit")
    return "did" in item and "time_us" in item and {"collection", "rkey"} <= commit.keys()


def is_bluesky(path: Path, head: bytes) -> bool:
    """True for posts, feeds, records or stream events of Bluesky."""
    del path
    if b"app.bsky." not in head:
        return False
    shape = shape_of(head, _PATHS)
    return shape is not None and (shape.has(_is_view) or shape.has(_is_event))


def open_bluesky(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open posts of Bluesky in any of these forms."""
    del name
    with path.open("rb") as file:
        shape = shape_of(file.read(1 << 16), _PATHS)
    assert shape is not None, "detection has seen it"  # noqa: S101 - the same bytes
    checks, people = Checks(), People()

    def read(item: Item) -> Values:
        if "commit" in item:
            return _event(item)
        return _view(item, checks) | {PROFILE: people.of(_whose(item), _PROFILE, _facts)}

    made = Format(
        f"bluesky, {shape.described}",
        COLUMNS,
        PREFERRED,
        platform="bluesky",
        clock_writer="device",
        clock_note=CLOCK_NOTE,
        people=people,
    )
    table = table_of(con, records(path, shape, read), made, scratch)
    return replace(table, notes=checks.notes())


_PROFILE = ("displayName", "did", "createdAt", "description")


def _whose(item: Item) -> Item:
    """The author of a post view, or the one who passed it on."""
    reposted = str(inner(item, "reason").get("$type", "")).endswith("#reasonRepost")
    if reposted:
        return inner(item, "reason", "by")
    return inner(inner(item, "post") or item, "author")


def _facts(whose: Item) -> Values:
    """What it says of the account."""
    return {
        "name": text_of(whose.get("displayName")),
        "id": text_of(whose.get("did")),
        "created": text_of(whose.get("createdAt")),
        "bio": text_of(whose.get("description")),
    }


def _view(item: Item, checks: Checks) -> Values:
    """A post view, an element of a feed, or a listed record."""
    post = inner(item, "post") or item
    record = inner(post, "record") or inner(post, "value")
    uri = text_of(post.get("uri")) or ""
    match = _URI.match(uri)
    author = inner(post, "author")
    did = text_of(author.get("did")) or (match[1] if match else None)
    reason = inner(item, "reason")
    if str(reason.get("$type", "")).endswith("#reasonRepost"):
        checks.by_network += 1
        by = inner(reason, "by")
        values = record_values(record, match[2] if match else "")
        return values | {
            "account": _handle(by) or text_of(by.get("did")),
            "did": text_of(by.get("did")),
            "createdAt": text_of(reason.get("indexedAt")),
            "uri": text_of(reason.get("uri")) or None,
            "kind": "repost",
            "repost_of": uri or None,
        }
    values = record_values(record, match[2] if match else "")
    checks.look(values["createdAt"], text_of(post.get("indexedAt")))
    return values | {"account": _handle(author) or did, "did": did, "uri": uri or None}


def _event(item: Item) -> Values:
    """An event of the stream; those that create no post come without account and are refused."""
    commit, did = inner(item, "commit"), text_of(item.get("did"))
    collection, key = text_of(commit.get("collection")) or "", text_of(commit.get("rkey")) or ""
    uri = f"at://{did}/{collection}/{key}"
    values = record_values(inner(commit, "record"), collection)
    made = commit.get("operation") in ("create", "c") and _URI.match(uri) is not None
    return values | {"account": did if made else None, "did": did, "uri": uri}


def record_values(record: Item, collection: str) -> Values:
    """What the record itself says."""
    kind = "original"
    if collection == _REPOST or record.get("$type") == _REPOST:
        kind = "repost"
    elif inner(record, "reply"):
        kind = "reply"
    elif inner(record, "embed").get("$type") in _QUOTES:
        kind = "quote"
    languages = record.get("langs")
    first = languages[0] if isinstance(languages, list) and languages else None
    links = [
        feature.get("uri")
        for facet in members(record.get("facets"))
        for feature in members(facet.get("features"))
    ]
    links.append(inner(record, "embed", "external").get("uri"))
    return {
        "urls": " ".join(one for one in links if isinstance(one, str)) or None,
        "repost_of": text_of(inner(record, "subject").get("uri")) if kind == "repost" else None,
        "reply_to": text_of(inner(record, "reply", "parent").get("uri")),
        "createdAt": text_of(record.get("createdAt")),
        "kind": kind,
        "text": text_of(record.get("text")),
        "language": text_of(first),
    }


def _handle(profile: Item) -> str | None:
    """The name of an account, unless the network marks it as unproved."""
    handle = text_of(profile.get("handle"))
    return None if handle in (None, "", "handle.invalid") else handle
