"""CSV files made of the platform's answers: twarc (API v2) and minet.

twarc: one row a post, a column a member, nested members joined by dots. Its `created_at` is the
platform's text, UTC (`Z`), floored to the second.

minet: `timestamp_utc` is the platform's time in seconds since 1970, UTC by definition.
`local_time` is the same instant in the collector's zone; it is never used, but its difference from
`timestamp_utc` is noted, for it tells where the collector's clock stood. `collection_time` is the
collector's too.

Trap: `referenced_tweets.*` and `retweeted_id` are ids of other posts, at times damaged by
spreadsheets (`1.5E+18`); they serve as signs only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.clock import offset_text
from forensics.read.delimited import is_delimited, open_delimited, read_header
from forensics.read.options import Table, UnreadableFileError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TWARC = {"id", "created_at", "author_id", "referenced_tweets.retweeted.id"}
_MINET = {"id", "timestamp_utc", "local_time", "user_screen_name", "retweeted_id", "to_tweetid"}
_ABSENT = "\0"
"""Column that no file has: the role is not looked for by name."""
_TWARC_ROLES = {
    "time": "created_at", "id": "id", "text": "text", "client": "source", "language": "lang",
    "repost_of": "referenced_tweets.retweeted.id", "quote_of": "referenced_tweets.quoted.id",
    "reply_to": "referenced_tweets.replied_to.id",
}  # fmt: skip
_MINET_ROLES = {
    "account": "user_screen_name", "time": "timestamp_utc", "id": "id", "text": "text",
    "client": "source_name", "language": "lang", "repost_of": "retweeted_id",
    "quote_of": "quoted_id", "reply_to": "to_tweetid", "media": "media_files",
}  # fmt: skip


def _header(path: Path, head: bytes) -> frozenset[str]:
    """Column names of a delimited text; none if it is none."""
    if not is_delimited(path, head):
        return frozenset()
    try:
        return frozenset(read_header(path, head, path.name).names)
    except UnreadableFileError:
        return frozenset()


def is_twarc(path: Path, head: bytes) -> bool:
    """True if the header is that of a CSV of twarc."""
    return b"referenced_tweets" in head and _header(path, head) >= _TWARC


def is_minet(path: Path, head: bytes) -> bool:
    """True if the header is that of a CSV of minet."""
    return b"timestamp_utc" in head and _header(path, head) >= _MINET


def open_twarc(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a CSV of twarc."""
    table = open_delimited(con, path, name, scratch)
    named = "author.username" in table.columns
    roles = {"account": "author.username" if named else "author_id", **_TWARC_ROLES}
    notes = () if named else ("authors are known by number only: there is no author.username",)
    return replace(
        _fixed(table, roles, "twarc"),
        clock_note="the platform documents created_at as UTC",
        notes=(*table.notes, *notes),
    )


def open_minet(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a CSV of minet."""
    table = open_delimited(con, path, name, scratch)
    return replace(
        _fixed(table, _MINET_ROLES, "minet"),
        clock_note="local_time is the collector's and is not used",
        notes=(*table.notes, *_offsets(con, table)),
    )


def _fixed(table: Table, roles: Mapping[str, str], made_by: str) -> Table:
    """The table with its roles settled; others are not looked for by name."""
    absent = dict.fromkeys(("kind", "is_repost", "label", "media", "url"), _ABSENT)
    return replace(
        table,
        format=f"{table.format}, {made_by}",
        documented_utc=True,
        platform="twitter",
        preferred=absent | dict(roles),
        clock_writer="platform",
    )


def _offsets(con: DuckDBPyConnection, table: Table) -> tuple[str, ...]:
    """A note on the collector's zone: local_time less timestamp_utc; none if neither is read."""
    source = table.select({"local": "local_time", "utc": "timestamp_utc"})
    rows = con.execute(
        f"""SELECT gap // 60, count(*) AS n FROM (
            SELECT epoch_us(try_strptime(local, ['%Y-%m-%dT%H:%M:%S', '%Y-%m-%d %H:%M:%S']))
                // 1000000 - TRY_CAST(utc AS BIGINT) AS gap FROM ({source}))
        WHERE gap % 900 = 0 AND abs(gap) <= 50400
        GROUP BY 1 ORDER BY n DESC, 1 LIMIT 3"""
    ).fetchall()
    if not rows:
        return ()
    listed = ", ".join(f"{offset_text(int(gap))} on {int(n):,} rows" for gap, n in rows)
    return (f"local_time is not used; the collector's clock stood at {listed}",)
