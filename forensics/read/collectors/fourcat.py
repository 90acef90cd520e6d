"""4CAT: the CSV it makes of any of its sources.

**What writes it.** A 4CAT server: `id`, `thread_id`, `author`, `body`, `timestamp`,
`unix_timestamp` and columns of the source.

**Clock.** `unix_timestamp` is UTC for sources that deliver a Unix count or an offset. `timestamp`
is text in the zone **of the server** for many sources, and is not used beside `unix_timestamp`;
the difference of the two, which is the server's offset, is noted. Older files hold the count in
`timestamp` and have no `unix_timestamp`. One second. Known from the program's source.

**Where `unix_timestamp` itself is wrong.** The server read a local time as its own:

- imports of CrowdTangle (the abbreviation EST or EDT was dropped): `timestamp` is read instead, a
  time without a zone, refused until one is stated;
- imports of the YouTube Data Tools: `publishedAt`, kept beside it, is read instead;
- tables that a user uploaded: nothing in the file tells them; the clock note says so;
- rows whose time is the collector's: Douyin streams (`subject` is Stream) may hold the time of
  collection, and posts of Twitter that could not be fetched (`author` is UNKNOWN) do. They are
  refused.

Posts of Twitter, TikTok and Douyin are checked against the clocks in their ids.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.clock import offset_text
from forensics.read.collectors.common import BLOCKED, NONE, header_of
from forensics.read.database import literal
from forensics.read.delimited import open_delimited
from forensics.read.options import Reader, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CROWDTANGLE = ({"page_top_country", "likes_love"}, {"usertags", "thumbnail_url", "num_likes"})
_TWITTER = {"is_retweet", "is_quote_tweet"}
_PLATFORM = {
    "tiktok": {"tiktok_url"},
    "douyin": {"video_tags", "prevent_download"},
    "twitter": _TWITTER,
}
"""Columns of sources whose unix_timestamp is known to be the platform's, and whose ids hold it."""
_ACCOUNTS = ("author", "author_user_id", "author_id", "author_name", "username")
_UPLOADED = (
    "unix_timestamp as 4CAT keeps it; if the dataset was made from an uploaded table of local "
    "times, the server read them in its own zone"
)


def is_fourcat(path: Path, head: bytes) -> bool:
    """True if the header is that of a dataset of 4CAT."""
    names = header_of(path, head, b"thread_id", b"timestamp", b"body")
    base = {"id", "thread_id", "body", "timestamp"} <= names
    return base and ("unix_timestamp" in names or "author" in names)


def open_fourcat(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open such a dataset; rows whose time is the collector's go to `bad_rows`."""
    base = open_delimited(con, path, name, scratch)
    names = set(base.columns)
    time, why = _time(names)
    aside = _set_aside(con, base, names, time)

    def select(wanted: Mapping[str, str]) -> str:
        found = base.select(wanted)
        return (
            f"SELECT * FROM ({found}) WHERE row NOT IN (SELECT row FROM aside)" if aside else found
        )

    preferred = dict(BLOCKED) | {
        "account": next((column for column in _ACCOUNTS if column in names), _ACCOUNTS[0]),
        "time": time,
        "id": "id",
        "text": "body",
        "label": "location_created",
        "media": "images",
        "urls": "urls" if "urls" in names else NONE,
    }
    twitter = names >= _TWITTER
    if twitter:
        preferred |= {
            "is_repost": "is_retweet",
            "quote_of": "is_quote_tweet",
            "reply_to": "is_reply",
            "client": "source",
            "language": "language_guess",
        }
    sure = time == "unix_timestamp" and any(names >= marks for marks in _PLATFORM.values())
    notes = [*base.notes]
    if aside:
        notes.append(f"{aside:,} rows hold the time of collection, not of a post; refused")
    return Table(
        f"{base.format}, 4CAT",
        base.columns,
        select,
        base.rows_present,
        platform=next((name for name, marks in _PLATFORM.items() if names >= marks), None),
        preferred=preferred,
        clock_writer="platform" if sure else None,
        clock_note=why,
        profile={"name": "author_fullname", "bio": "author_description"},
        notes=(*notes, *_server(con, base, names)),
    )


def _time(names: Collection[str]) -> tuple[str, str]:
    """The column to read times from, and what is known about it."""
    held = set(names)
    if "unix_timestamp" not in held:
        return "timestamp", "timestamp, as older versions of 4CAT write it"
    if "publishedAt" in held:
        return "publishedAt", (
            "publishedAt of YouTube; unix_timestamp was made by reading it in the server's zone"
        )
    if any(held >= marks for marks in _CROWDTANGLE) and "author_fullname" not in held:
        return "timestamp", (
            "an import of CrowdTangle, whose zone (that of the dashboard, often US "
            "Eastern) 4CAT dropped; unix_timestamp was made by reading it in the server's zone"
        )
    return "unix_timestamp", _UPLOADED


def _set_aside(con: DuckDBPyConnection, base: Table, names: Collection[str], time: str) -> int:
    """Move rows whose time is the collector's to `bad_rows`; gives their number."""
    wanted = {"t": time}
    conditions = []
    if "subject" in names and "video_tags" in names:
        wanted["subject"] = "subject"
        conditions.append("subject = 'Stream'")
    if set(names) >= _TWITTER and "author" in names:
        wanted["author"] = "author"
        conditions.append("author = 'UNKNOWN'")
    if not conditions:
        return 0
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE aside AS SELECT row, t FROM ({base.select(wanted)})
        WHERE {" OR ".join(conditions)}"""
    )
    con.execute(
        f"""INSERT INTO bad_rows SELECT row, {literal(time)}, 'placeholder_time',
        left(COALESCE(t, ''), 200) FROM aside"""
    )
    return int(con.execute("SELECT count(*) FROM aside").fetchall()[0][0])


def _server(con: DuckDBPyConnection, base: Table, names: Collection[str]) -> tuple[str, ...]:
    """The offsets of the server, as the two time columns show them."""
    if "unix_timestamp" not in names:
        return ()
    rows = con.execute(
        f"""SELECT minutes, count(*) AS n FROM (
            SELECT (epoch(TRY_CAST(t AS TIMESTAMP))::BIGINT
                - TRY_CAST(u AS BIGINT)) / 60 AS minutes
            FROM ({base.select({"t": "timestamp", "u": "unix_timestamp"})})
            WHERE regexp_full_match(t, '\\d{{4}}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d'))
        WHERE minutes % 15 = 0 AND abs(minutes) <= 840
        GROUP BY minutes ORDER BY n DESC, minutes LIMIT 3"""
    ).fetchall()
    if not rows or (len(rows) == 1 and int(rows[0][0]) == 0):
        return ()
    listed = ", ".join(f"{offset_text(int(minutes))} on {int(n):,} rows" for minutes, n in rows)
    note = (
        f"timestamp is not UTC beside unix_timestamp: {listed}; that is the zone of the 4CAT "
        "server, not of the authors"
    )
    return (note,)


READER = Reader(
    "4cat",
    is_fourcat,
    open_fourcat,
    "CSV datasets of 4CAT; unix_timestamp, but for the sources where that is known wrong",
)
