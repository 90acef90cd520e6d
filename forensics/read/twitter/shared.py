"""What the readers of Twitter/X exports share: the columns they fill and the shape of a post.

In every one of these formats the platform's own clock wrote the time of a post, in UTC, floored to
the second; the id of a post (since November 2010) holds the same clock in milliseconds, so each
file is checked against itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forensics.read.jsonstream import (
    Element,
    JsonObject,
    has_lines,
    iter_array,
    iter_lines,
    iter_objects,
)
from forensics.read.options import Table
from forensics.read.profiles.people import People
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS = (
    "account", "account_id", "created_at", "id", "text", "kind", "client", "language", "label",
    "media", "urls", "repost_of", "reply_to",
)  # fmt: skip
"""Columns of every table made here."""
PREFERRED = {
    "account": "account", "time": "created_at", "id": "id", "text": "text", "kind": "kind",
    "client": "client", "language": "language", "label": "label", "media": "media", "urls": "urls",
    "repost_of": "repost_of", "reply_to": "reply_to",
}  # fmt: skip
UTC_DOCUMENTED = "the platform documents created_at as UTC"
COLLECTED = re.compile(rb'"(?:timestamp_collected|__import_meta|item_id)"\s*:')
"""Marks of a browser collector, whose wrapper other readers know."""
_BOM = b"\xef\xbb\xbf"
_FORMAT = re.compile(r"[?&]format=(\w+)")

Values = dict[str, str | None]
"""Column -> text."""


def start_of(head: bytes) -> bytes:
    """The first bytes that are neither a byte order mark nor space."""
    return head.removeprefix(_BOM).lstrip()[:400]


def text_of(value: object) -> str | None:
    """A text or a whole number as text; None for anything else and for empty text."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def inner(value: Any, *keys: str) -> Any:
    """What lies under a path of keys; None where the path breaks off."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def objects(value: object) -> Iterator[JsonObject]:
    """The objects of a list; nothing if it is none."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def file_names(urls: Iterable[object]) -> str | None:
    """File names at the end of addresses, separated by `|`; None if there are none."""
    names: list[str] = []
    for url in urls:
        if not isinstance(url, str):
            continue
        bare = re.split(r"[?#]", url, maxsplit=1)[0].rsplit("/", 1)[-1]
        kind = _FORMAT.search(url)
        name = f"{bare}.{kind[1]}" if kind and "." not in bare else bare
        if "." in name and name not in names:
            names.append(name)
    return "|".join(names) or None


def kind_of(tweet: JsonObject) -> str:
    """`repost`, `quote`, `reply` or `original`, for an object in the shape of API v1.1.

    A repost of a quote or of a reply is a repost; a quote that is also a reply is a quote.
    """
    text = tweet.get("full_text") or tweet.get("text")
    if (
        inner(tweet, "retweeted_status")
        or inner(tweet, "retweeted_status_result")
        or (isinstance(text, str) and text.startswith("RT @"))
    ):
        return "repost"
    if (
        tweet.get("is_quote_status")
        or tweet.get("quoted_status")
        or tweet.get("quoted_status_id_str")
    ):
        return "quote"
    if tweet.get("in_reply_to_status_id_str") or tweet.get("in_reply_to_status_id"):
        return "reply"
    return "original"


def addresses(entities: object) -> str | None:
    """Expanded addresses out of the entities of a post, separated by spaces; None without any."""
    listed = entities.get("urls") if isinstance(entities, dict) else None
    if not listed:
        return None
    urls = [item.get("expanded_url") or item.get("url") for item in objects(listed)]
    return " ".join(url for url in urls if isinstance(url, str)) or None


USER = (
    "name", "id_str", "id", "location", "time_zone", "utc_offset", "lang", "created_at",
    "description", "url",
)  # fmt: skip
"""Members of a user that `facts_of` reads; the expanded address goes with the one in `url`."""


def facts_of(user: JsonObject) -> Values:
    """What a user in the shape of API v1.1 says of the account."""
    get = user.get
    site = next(objects(inner(user, "entities", "url", "urls")), {})
    return {
        "name": text_of(get("name")),
        "id": text_of(get("id_str")) or text_of(get("id")),
        "location": text_of(get("location")),
        "zone": text_of(get("time_zone")),
        "offset": text_of(get("utc_offset")),
        "language": text_of(get("lang")),
        "created": text_of(get("created_at")),
        "bio": text_of(get("description")),
        "url": text_of(site.get("expanded_url")) or text_of(get("url")),
    }


def _shared(tweet: JsonObject) -> Values:
    """Id of the post that this one repeats, and the addresses in it, which are whole there."""
    found = tweet.get("retweeted_status") or inner(tweet, "retweeted_status_result", "result")
    if not isinstance(found, dict):
        return {"repost_of": text_of(tweet.get("retweeted_status_id_str"))}
    whole = inner(found, "legacy") or found
    return {
        "repost_of": text_of(found.get("id_str"))
        or text_of(found.get("rest_id"))
        or text_of(found.get("id")),
        "urls": addresses(inner(whole, "extended_tweet", "entities"))
        or addresses(inner(whole, "entities")),
    }


def values_of(tweet: JsonObject) -> Values:
    """The columns of an object in the shape of API v1.1, without the account."""
    get = tweet.get
    long = text_of(inner(tweet, "extended_tweet", "full_text"))
    media = inner(tweet, "extended_entities", "media") or inner(tweet, "entities", "media")
    urls = [item.get("media_url_https") for item in objects(media)] if media else ()
    urls_of = addresses(get("entities"))
    if "extended_tweet" in tweet:
        urls_of = addresses(inner(tweet, "extended_tweet", "entities")) or urls_of
    values = {
        "created_at": text_of(get("created_at")),
        "id": text_of(get("id_str")) or text_of(get("id")),
        "text": long or text_of(get("full_text")) or text_of(get("text")),
        "kind": kind_of(tweet),
        "client": text_of(get("source")),
        "language": text_of(get("lang")),
        "media": file_names(urls) if urls else None,
        "urls": urls_of,
        "reply_to": text_of(get("in_reply_to_status_id_str"))
        or text_of(get("in_reply_to_status_id")),
    }
    if values["kind"] == "repost":
        values |= {key: text for key, text in _shared(tweet).items() if text}
    return values


def elements_of(path: Path, head: bytes) -> Iterator[Element]:
    """Objects of a file that holds an array of them, one a line, or one over many lines."""
    with path.open("rb") as stream:
        if not start_of(head).startswith(b"{"):
            yield from iter_array(stream)
        else:
            yield from iter_lines(stream) if has_lines(path) else iter_objects(stream)


def head_of(path: Path) -> bytes:
    """The bytes a format is told by."""
    with path.open("rb") as file:
        return file.read(1 << 16)


def table(
    con: DuckDBPyConnection,
    rows: Iterator[Values | BadRecord],
    scratch: Path,
    *,
    name: str,
    columns: Sequence[str] = COLUMNS,
    clock_note: str = UTC_DOCUMENTED,
    notes: Iterable[str] = (),
    later: Sequence[str] = (),
    again: Callable[[Sequence[str]], Iterator[Values | BadRecord]] | None = None,
    people: People | None = None,
) -> Table:
    """The rows as a `Table`, numbered in their order.

    Args:
        con: Where the rows go.
        rows: Columns of a post, or why there is none.
        scratch: Folder for temporary files.
        name: Printed as the format.
        columns: Columns the rows have.
        clock_note: How the clock is known.
        notes: Sentences for the source list; may be filled while the rows are read.
        later: Further columns, read in a second pass if one of them is wanted.
        again: That pass: the rows once more, with these columns.
        people: What is said of accounts; filled while the rows are read.
    """
    made = Format(
        name=name,
        columns=tuple(columns),
        preferred={role: column for role, column in PREFERRED.items() if column in columns},
        documented_utc=True,
        platform="twitter",
        clock_writer="platform",
        clock_note=clock_note,
        people=people,
    )
    more = (lambda wanted: _numbered(again(wanted))) if again is not None else None
    found = table_of(con, _numbered(rows), made, scratch, later=later, again=more)
    return replace(found, notes=tuple(notes))


def _numbered(rows: Iterator[Values | BadRecord]) -> Iterator[Record | BadRecord]:
    """The rows with their numbers, from 1."""
    for number, row in enumerate(rows, start=1):
        if isinstance(row, BadRecord):
            yield replace(row, row=number)
        else:
            yield Record(number, row)
