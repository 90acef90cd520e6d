"""The archive a user downloads of an own account: `tweets.js` and its neighbours.

Written by the platform on request of the account's owner, as scripts `window.YTD.<part>.partN =
[...]`. Clock: the platform's, UTC, floored to the second, written as `Wed Mar 05 09:12:44 +0000
2024`; the offset stands beside the time and the ids hold the same clock.

Traps: the posts carry no account name. It is taken from the addresses of the account's own media,
where all of them agree; else the user must give it. Reposts begin with `RT @` (the flag
`retweeted` is always false). Headers of private messages are read for their times and senders; they
hold the times of other people too. No other part is read: they hold personal data (addresses,
sign-ins with IP addresses, messages, contacts) or no posts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.jsonstream import JsonObject, iter_array
from forensics.read.options import Table, UnreadableFileError
from forensics.read.records import BadRecord
from forensics.read.twitter.shared import (
    COLUMNS,
    Values,
    head_of,
    inner,
    objects,
    start_of,
    table,
    text_of,
    values_of,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PART = re.compile(rb"window\.YTD\.(\w+)\.part\d+\s*=\s*\[")
_POSTS = {"tweet", "tweets", "deleted_tweet", "deleted_tweets", "community_tweet"}
_HEADERS = {"tweet_headers", "deleted_tweet_headers"}
_PRIVATE = {"direct_message_headers", "direct_message_group_headers"}
_INSTEAD = {
    "direct_messages": "give the archive's direct-message-headers.js, which holds no text",
    "direct_messages_group": "give direct-message-group-headers.js, which holds no text",
}
_OWN_MEDIA = re.compile(r"https?://(?:[\w-]+\.)?(?:twitter|x)\.com/(\w{1,20})/status(?:es)?/(\d+)/")
_PERSONAL = {
    "account": "the owner's e-mail address and sign-up data",
    "profile": "the owner's profile",
    "ip_audit": "the owner's sign-in times and IP addresses",
    "account_creation_ip": "the owner's IP address",
    "phone_number": "the owner's telephone number",
    "email_address_change": "the owner's e-mail addresses",
    "contact": "other people's contact data",
    "direct_messages": "private messages, with other people in them",
    "direct_messages_group": "private messages, with other people in them",
    "note_tweet": "long texts whose posts stand in tweets.js",
}
"""Part -> what it holds."""


def _part(head: bytes) -> str | None:
    """Name of the part of an archive that begins with these bytes; None if it is none."""
    found = _PART.match(start_of(head))
    return found[1].decode() if found else None


def is_archive(path: Path, head: bytes) -> bool:
    """True if the bytes begin as a part of an archive does."""
    del path
    return _part(head) is not None


def open_archive(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open the posts of an archive.

    Raises:
        UnreadableFileError: a part that holds no posts.
    """
    part = _part(head_of(path)) or ""
    if part in _HEADERS:
        notes = ["the account is the owner's numeric id: headers carry no name"]
        return table(con, _headers(path), scratch, name=f"twitter archive, {part}", notes=notes)
    if part in _PRIVATE:
        said = Counter[str]()
        found = table(
            con, _private(path, said), scratch, name=f"twitter archive, {part}",
            columns=("account", "created_at", "id", "kind"),
        )  # fmt: skip
        return replace(found, notes=_private_notes(said))
    if part not in _POSTS:
        held = _PERSONAL.get(part, "no posts")
        raise UnreadableFileError(
            f"this part of an archive ({part}) holds {held}; it is not read",
            reason="unknown_format",
            where=name,
            todo=_INSTEAD.get(part, "give the archive's tweets.js"),
        )
    names = _own_names(path)
    one = len({owner.lower() for owner in names}) == 1
    account = names.most_common(1)[0][0] if one else None
    columns = [column for column in COLUMNS if column not in ("account_id", "label")]
    notes = []
    if account is None:
        columns.remove("account")
        seen = f" (its media name {', '.join(sorted(names)[:5])})" if names else ""
        notes.append(f"the archive does not name its account{seen}")
    else:
        notes.append(
            f"the account, {account}, is named by the addresses of its own media on "
            f"{names.total():,} posts"
        )
    rows = _posts(path, account)
    return table(con, rows, scratch, name=f"twitter archive, {part}", columns=columns, notes=notes)


def _tweet(item: JsonObject) -> JsonObject:
    """The post inside an element; older archives do not wrap it."""
    wrapped = item.get("tweet")
    return wrapped if isinstance(wrapped, dict) else item


def _posts(path: Path, account: str | None) -> Iterator[Values | BadRecord]:
    """The posts of `tweets.js`."""
    with path.open("rb") as stream:
        for _, item in iter_array(stream):
            if isinstance(item, BadRecord):
                yield item
                continue
            values = values_of(_tweet(item))
            values["account"] = account
            values["media"] = _with_local_names(values["media"], values["id"])
            yield values


def _with_local_names(media: str | None, post: str | None) -> str | None:
    """File names as the platform has them, and as the archive's folder of media has them."""
    if media is None or post is None:
        return media
    return "|".join([media, *(f"{post}-{file}" for file in media.split("|"))])


def _headers(path: Path) -> Iterator[Values | BadRecord]:
    """The posts of `tweet-headers.js`: id, owner, time."""
    with path.open("rb") as stream:
        for _, item in iter_array(stream):
            if isinstance(item, BadRecord):
                yield item
                continue
            tweet = _tweet(item)
            owner = text_of(tweet.get("user_id"))
            yield {
                "account": owner,
                "account_id": owner,
                "created_at": text_of(tweet.get("created_at")),
                "id": text_of(tweet.get("tweet_id")),
                "kind": "unknown",
            }


def _private(path: Path, said: Counter[str]) -> Iterator[Values | BadRecord]:
    """The messages of the headers: who sent them, and when; nothing of those who received them."""
    with path.open("rb") as stream:
        for _, item in iter_array(stream):
            if isinstance(item, BadRecord):
                yield item
                continue
            for message in objects(inner(item, "dmConversation", "messages")):
                sent = message.get("messageCreate")
                if not isinstance(sent, dict):
                    said["events"] += 1
                    continue
                sender = text_of(sent.get("senderId"))
                said[f"from {sender}"] += 1
                yield {
                    "account": sender,
                    "created_at": text_of(sent.get("createdAt")),
                    "id": text_of(sent.get("id")),
                    "kind": "unknown",
                }


def _private_notes(said: Counter[str]) -> tuple[str, ...]:
    """What must be known about headers of private messages."""
    events = said.pop("events", 0)
    most = max(said.items(), key=lambda pair: (pair[1], pair[0]), default=("from nobody", 0))
    others = max(len(said) - 1, 0)
    read = (
        "private messages: only times and numbers of senders were read, no text and no recipients; "
        f"accounts are numbers, of the owner and of {others:,} other people"
    )
    whose = f"most, {most[1]:,}, are {most[0]}: the owner's number stands in account.js"
    left = f"{events:,} events without a message (people joining, names changed) are no rows"
    return (read, whose, left) if events else (read, whose)


def _own_names(path: Path) -> Counter[str]:
    """Names in the addresses of media that belong to the post they stand in."""
    names: Counter[str] = Counter()
    with path.open("rb") as stream:
        for _, item in iter_array(stream):
            if isinstance(item, BadRecord):
                continue
            tweet = _tweet(item)
            for media in objects(inner(tweet, "entities", "media")):
                found = _OWN_MEDIA.match(text_of(media.get("expanded_url")) or "")
                if found and found[2] == tweet.get("id_str"):
                    names[found[1]] += 1
                    break
    return names
