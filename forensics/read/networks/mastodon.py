"""Mastodon and relatives: the archive's `outbox.json`, and statuses as the interface gives them.

The archive of an account holds `outbox.json`, an ActivityStreams collection; `published` is written
by the server of the account, in UTC (`Z`), in whole seconds. The interface gives statuses with
`created_at`, in UTC (`Z`), in milliseconds: of the server of the account for its own users, of the
author's server, as it claims it, for others.

The identifier of a status holds a clock too (id >> 16 is milliseconds since 1970): when the server
stored it. For a status that came from another server with an earlier time the server
makes the identifier from that time, so it proves nothing there; the notes count how many of the
identifiers agree. Boosts carry their own time. Text is HTML and becomes plain text. `application`
(the posting program) is shown to its own author and, if they allow it, to all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.networks.documents import (
    Item,
    KeyPath,
    Values,
    file_names,
    inner,
    members,
    records,
    shape_of,
    text_of,
)
from forensics.read.networks.markup import plain_text
from forensics.read.options import Table
from forensics.read.profiles.people import PROFILE, People
from forensics.read.records import Format, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_OUTBOX: tuple[KeyPath, ...] = (("orderedItems",),)
_STATUSES: tuple[KeyPath, ...] = (("statuses",),)
_COLUMNS = ("account", "published", "id", "kind", "text", "language", "application", "media",
            "repost_of", "reply_to")  # fmt: skip
_PREFERRED = {
    "account": "account",
    "time": "published",
    "id": "id",
    "kind": "kind",
    "text": "text",
    "language": "language",
    "client": "application",
    "media": "media",
    "repost_of": "repost_of",
    "reply_to": "reply_to",
}
_ACTOR = re.compile(r"https?://([^/]+)/(?:users/|@|u/)([^/@]+)/?")
_STATUS_ID = re.compile(r"/(?:statuses|@[^/]+)/(\d{15,19})(?:/|$)")


def account_of(address: object) -> str | None:
    """`name@server` from the address of an actor; the address itself where it has another form."""
    if not isinstance(address, str):
        return None
    match = _ACTOR.fullmatch(address)
    return f"{match[2]}@{match[1]}" if match else address


def _is_activity(item: Item) -> bool:
    known = item.get("type") in ("Create", "Announce")
    return known and "published" in item and "actor" in item and "object" in item


def is_outbox(path: Path, head: bytes) -> bool:
    """True for an ActivityStreams collection of activities."""
    del path
    if b'"OrderedCollection' not in head and b'"orderedItems"' not in head:
        return False
    shape = shape_of(head, _OUTBOX)
    return shape is not None and shape.keys == _OUTBOX[0] and shape.has(_is_activity)


def open_outbox(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open an outbox: posts, replies and boosts of one account."""
    del name
    return _open(con, path, scratch, _OUTBOX, form="mastodon outbox", values=_activity)


def _activity(item: Item) -> Values:
    note = inner(item, "object")
    boost = item.get("type") == "Announce"
    kind = "repost" if boost else ("reply" if note.get("inReplyTo") else "original")
    found = _STATUS_ID.search(str(item.get("id", "")))
    status_id, published = found[1] if found else None, text_of(item.get("published"))
    return {
        "repost_of": text_of(item.get("object")) or text_of(note.get("id")) if boost else None,
        "reply_to": text_of(note.get("inReplyTo")),
        "account": account_of(item.get("actor")),
        "published": published,
        "id": status_id or text_of(item.get("id")),
        "kind": kind,
        "text": plain_text(note.get("content")),
        "language": next(iter(inner(note, "contentMap")), None),
        "media": file_names([one.get("url") for one in members(note.get("attachment"))]),
    }


def _is_status(item: Item) -> bool:
    fields = {"id", "created_at", "account", "content", "visibility", "uri"}
    return fields <= item.keys() and "acct" in inner(item, "account")


def is_statuses(path: Path, head: bytes) -> bool:
    """True for statuses with the fields of Mastodon's interface."""
    del path
    if b'"acct"' not in head or b'"visibility"' not in head:
        return False
    shape = shape_of(head, _STATUSES)
    return shape is not None and shape.has(_is_status)


def open_statuses(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open statuses of the interface, one a line or in an array."""
    del name
    return _open(con, path, scratch, _STATUSES, form="mastodon statuses", values=_status)


def _status(item: Item) -> Values:
    account = inner(item, "account")
    acct = text_of(account.get("acct"))
    if acct and "@" not in acct:
        whole = account_of(account.get("url"))
        acct = whole if whole and "/" not in whole else acct
    status_id, published = text_of(item.get("id")), text_of(item.get("created_at"))
    kind = "original"
    for key, named in (("reblog", "repost"), ("quote", "quote"), ("in_reply_to_id", "reply")):
        if item.get(key):
            kind = named
            break
    shared = inner(item, "reblog")
    shown = shared or item
    return {
        "repost_of": text_of(shared.get("uri")) or text_of(shared.get("id")),
        "reply_to": text_of(item.get("in_reply_to_id")),
        "account": acct or None,
        "published": published,
        "id": status_id,
        "kind": kind,
        "text": plain_text(shown.get("content")),
        "language": text_of(shown.get("language")),
        "application": text_of(inner(item, "application").get("name")),
        "media": file_names([one.get("url") for one in members(item.get("media_attachments"))]),
    }


_ACCOUNT = ("display_name", "id", "created_at", "note")


def _facts(account: Item) -> Values:
    """What the account of a status says of itself; activities of an outbox name it only."""
    return {
        "name": text_of(account.get("display_name")),
        "id": text_of(account.get("id")),
        "created": text_of(account.get("created_at")),
        "bio": plain_text(account.get("note")),
    }


def _open(
    con: DuckDBPyConnection,
    path: Path,
    scratch: Path,
    paths: tuple[KeyPath, ...],
    *,
    form: str,
    values: Callable[[Item], Values],
) -> Table:
    with path.open("rb") as file:
        shape = shape_of(file.read(1 << 16), paths)
    assert shape is not None, "detection has seen it"  # noqa: S101 - the same bytes
    people = People()

    def read(item: Item) -> Values:
        return values(item) | {PROFILE: people.of(inner(item, "account"), _ACCOUNT, _facts)}

    made = Format(
        f"{form}, {shape.described}",
        _COLUMNS,
        _PREFERRED,
        platform="mastodon",
        clock_writer="platform",
        clock_note="the server writes UTC; for a status from elsewhere it is the other server's, "
        "and the id is made out of it",
        people=people,
    )
    return table_of(con, records(path, shape, read), made, scratch)
