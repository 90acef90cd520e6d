"""API v2: pages of posts with their users beside them, or posts with the user put inside.

Written by the platform; stored by a collector (twarc and others) as one page a line, an array of
pages, a single page, or flattened, one post a line. Clock: the platform's, UTC (`Z` stands in each
time), floored to the second (the milliseconds are always .000).

Traps: posts under `includes` are those that others were about; they are not read. A page names its
authors by number; the name is in `includes.users`, and where it is missing the number is the
account. `created_at` stands only in answers for which it was asked. Since December 2022 there is no
`source`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.jsonstream import JsonObject, has_lines, iter_array
from forensics.read.options import Table
from forensics.read.profiles.people import PROFILE, People
from forensics.read.records import BadRecord
from forensics.read.twitter.shared import (
    COLLECTED,
    Values,
    addresses,
    elements_of,
    file_names,
    head_of,
    inner,
    objects,
    start_of,
    table,
    text_of,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MARKS = (rb'"author_id"\s*:\s*"\d+"', rb'"id"\s*:\s*"\d{1,19}"', rb'"text"\s*:\s*"')
_ONE_OF = re.compile(
    rb'"(?:edit_history_tweet_ids|conversation_id|referenced_tweets|reply_settings|newest_id'
    rb'|possibly_sensitive)"\s*:'
)
_PAGE = re.compile(rb'\{\s*"(?:data|includes|meta|errors|__twarc)"\s*:')
_USERNAME = "username"
_KINDS = {"retweeted": "repost", "quoted": "quote", "replied_to": "reply"}
"""Type of a referenced post -> kind; the first that is there decides."""


@dataclass(slots=True)
class _Seen:
    """What a pass over the file counts."""

    unnamed: int = 0
    """Posts whose author is known by number only."""
    timeless: int = 0
    """Posts without a time."""
    people: People = field(default_factory=People)

    def notes(self) -> Iterator[str]:
        """Sentences for the source list."""
        if self.unnamed:
            yield f"{self.unnamed:,} posts name their author by number only; it is the account"
        if self.timeless:
            yield (
                f"{self.timeless:,} posts have no created_at: it was not asked for. Their ids hold "
                "the time: --map time=id --map id=id"
            )


def is_api2(path: Path, head: bytes) -> bool:
    """True for objects with an author's number, a text id and members only API v2 has."""
    del path
    return (
        re.match(rb"(?:\[\s*)?\{", start_of(head)) is not None
        and all(re.search(mark, head) for mark in _MARKS)
        and _ONE_OF.search(head) is not None
        and not COLLECTED.search(head)
    )


def open_api2(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open pages or posts of API v2."""
    del name
    seen = _Seen()
    head = head_of(path)
    document = _PAGE.match(start_of(head)) is not None and not has_lines(path)
    rows = _document(path, seen) if document else _stored(path, head, seen)
    form = "one page" if document else "pages or posts"
    return table(
        con, rows, scratch, name=f"twitter api v2, {form}", notes=seen.notes(), people=seen.people
    )


def _stored(path: Path, head: bytes, seen: _Seen) -> Iterator[Values | BadRecord]:
    """Posts of a file of pages, or of posts."""
    for _, item in elements_of(path, head):
        if isinstance(item, BadRecord):
            yield item
        elif "data" not in item:
            yield _values(item, {}, {}, seen)
        else:
            data = item["data"]
            users = _users(objects(inner(item, "includes", "users")))
            media = _media(objects(inner(item, "includes", "media")))
            for tweet in objects([data] if isinstance(data, dict) else data):
                yield _values(tweet, users, media, seen)


def _document(path: Path, seen: _Seen) -> Iterator[Values | BadRecord]:
    """Posts of a single page of any size; its users stand behind them, so it is walked thrice."""

    def included(key: str) -> Iterator[JsonObject]:
        with path.open("rb") as stream:
            for _, item in iter_array(stream, ("includes", key)):
                if not isinstance(item, BadRecord):
                    yield item

    users, media = _users(included("users")), _media(included("media"))
    with path.open("rb") as stream:
        for _, item in iter_array(stream, ("data",)):
            yield item if isinstance(item, BadRecord) else _values(item, users, media, seen)


def _users(users: Iterator[JsonObject]) -> dict[str, Values]:
    """Number of a user -> name and what else is said of the account."""
    found = {}
    for user in users:
        number, name = text_of(user.get("id")), text_of(user.get("username"))
        if number and name:
            found[number] = _facts(user) | {_USERNAME: name}
    return found


def _facts(user: JsonObject) -> Values:
    """What a user says of the account."""
    site = next(objects(inner(user, "entities", "url", "urls")), {})
    return {
        "name": text_of(user.get("name")),
        "id": text_of(user.get("id")),
        "location": text_of(user.get("location")),
        "created": text_of(user.get("created_at")),
        "bio": text_of(user.get("description")),
        "url": text_of(site.get("expanded_url")) or text_of(user.get("url")),
    }


def _media(media: Iterator[JsonObject]) -> dict[str, str]:
    """Key of a medium -> its address."""
    pairs = (
        (text_of(item.get("media_key")), item.get("url") or item.get("preview_image_url"))
        for item in media
    )
    return {key: url for key, url in pairs if key and isinstance(url, str)}


def _values(
    tweet: JsonObject, users: Mapping[str, Values], media: Mapping[str, str], seen: _Seen
) -> Values:
    """The columns of a post."""
    number = text_of(tweet.get("author_id"))
    author = tweet.get("author")
    beside = users.get(number or "", {})
    facts = _facts(author) if isinstance(author, dict) else beside
    name = text_of(inner(author, "username")) or beside.get(_USERNAME)
    created = text_of(tweet.get("created_at"))
    seen.unnamed += name is None and number is not None
    seen.timeless += created is None
    named = list(objects(tweet.get("referenced_tweets")))
    types = {item.get("type"): text_of(item.get("id")) for item in named}
    kind = next((kind for key, kind in _KINDS.items() if key in types), "original")
    text = text_of(inner(tweet, "note_tweet", "text")) or text_of(tweet.get("text"))
    if text and text.startswith("RT @"):
        kind = "repost"
    keys = inner(tweet, "attachments", "media_keys")
    urls: list[object] = [media.get(str(key)) for key in keys] if isinstance(keys, list) else []
    urls += [item.get("url") for item in objects(inner(tweet, "attachments", "media"))]
    return {
        "account": name or number,
        "account_id": number,
        "created_at": created,
        "id": text_of(tweet.get("id")),
        "text": text,
        "kind": kind,
        "client": text_of(tweet.get("source")),
        "language": text_of(tweet.get("lang")),
        "media": file_names(urls),
        "urls": addresses(inner(tweet, "note_tweet", "entities"))
        or addresses(tweet.get("entities")),
        "repost_of": types.get("retweeted"),
        "reply_to": types.get("replied_to"),
        PROFILE: seen.people.code(facts),
    }
