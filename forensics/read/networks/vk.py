"""VK: walls as its interface gives them (`wall.get`), whole answers, arrays or one post a line.

`date` is written by the platform, in UTC, in whole seconds since 1970, as VK documents. Posts of a
community carry the community's number (negative) in `from_id` and, where it is shown, the author in
`signer_id`, or for its administrators in `created_by`; that is the person. A repost holds the
earlier posts in `copy_history`.
`post_source` names the kind of program and sometimes its platform. Deferred posts carry the time
for which they were set: a posting schedule, not a presence.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.jsonstream import iter_array
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
from forensics.read.options import Table
from forensics.read.profiles.people import People
from forensics.read.records import BadRecord, Format, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PATHS: tuple[KeyPath, ...] = (("response", "items"), ("items",))
_COLUMNS = ("account", "date", "id", "kind", "text", "client", "media", "urls",
            "repost_of")  # fmt: skip
_PREFERRED = {
    "account": "account",
    "time": "date",
    "id": "id",
    "kind": "kind",
    "text": "text",
    "client": "client",
    "media": "media",
    "urls": "urls",
    "repost_of": "repost_of",
}
_KINDS = {
    "post": "original", "copy": "repost", "reply": "reply", "postpone": "original",
    "suggest": "original",
}  # fmt: skip


def _is_post(item: Item) -> bool:
    owner = "owner_id" in item or "to_id" in item
    known = "post_type" in item or "copy_history" in item or "post_id" in item
    return owner and known and "from_id" in item and isinstance(item.get("date"), int)


def is_vk(path: Path, head: bytes) -> bool:
    """True for posts or comments with the fields of VK's walls."""
    del path
    if b'"from_id"' not in head or b'"date"' not in head:
        return False
    shape = shape_of(head, _PATHS)
    return shape is not None and shape.has(_is_post)


def open_vk(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a wall."""
    del name
    with path.open("rb") as file:
        shape = shape_of(file.read(1 << 16), _PATHS)
    assert shape is not None, "detection has seen it"  # noqa: S101 - the same bytes
    postponed, people = [0], People()
    if shape.keys is not None:
        _keep_people(path, shape.keys, people)

    def read(item: Item) -> Values:
        postponed[0] += item.get("post_type") == "postpone"
        return _values(item)

    made = Format(
        f"vk wall, {shape.described}",
        _COLUMNS,
        _PREFERRED,
        clock_writer="platform",
        clock_note="VK documents date as UTC seconds",
        people=people,
    )
    table = table_of(con, records(path, shape, read), made, scratch)
    if not postponed[0]:
        return table
    note = f"{postponed[0]:,} deferred posts carry the time for which they were set"
    return replace(table, notes=(note,))


def _keep_people(path: Path, keys: KeyPath, people: People) -> None:
    """Keep what stands beside the posts: people, and communities (negative numbers)."""
    row = 0
    for key, sign in (("profiles", ""), ("groups", "-")):
        with path.open("rb") as stream:
            for _, user in iter_array(stream, (*keys[:-1], key)):
                if isinstance(user, BadRecord):
                    continue
                row += 1
                number = text_of(user.get("id"))
                if number:
                    handle = text_of(user.get("screen_name"))
                    people.add(sign + number, _facts(user), row, also=handle)


def _facts(user: Item) -> Values:
    """What a person or a community says of itself."""
    names = [text_of(user.get(key)) for key in ("first_name", "last_name")]
    places = [text_of(inner(user, key).get("title")) for key in ("city", "country")]
    return {
        "name": " ".join(one for one in names if one) or text_of(user.get("name")),
        "id": text_of(user.get("id")),
        "location": ", ".join(one for one in places if one) or text_of(user.get("home_town")),
        "bio": text_of(user.get("status")) or text_of(user.get("description")),
        "url": text_of(user.get("site")),
    }


def _values(item: Item) -> Values:
    owner = text_of(item.get("owner_id")) or text_of(item.get("to_id"))
    signer, author = text_of(item.get("signer_id")), text_of(item.get("from_id"))
    if signer in (None, "0") and author is not None and author.startswith("-"):
        signer = text_of(item.get("created_by"))
    account = signer if signer not in (None, "0") else (author or owner)
    number = text_of(item.get("id"))
    source = inner(item, "post_source")
    parts = [text_of(source.get("type")), text_of(source.get("platform"))]
    links = [inner(one, "link").get("url") for one in members(item.get("attachments"))]
    shared = next(iter(members(item.get("copy_history"))), {})
    pair = [text_of(shared.get("owner_id")), text_of(shared.get("id"))]
    kind = _KINDS.get(str(item.get("post_type")), "unknown")
    if item.get("copy_history"):
        kind = "repost"
    elif "post_id" in item and "post_type" not in item:
        kind = "reply"
    return {
        "account": account,
        "date": text_of(item.get("date")),
        "id": f"{owner}_{number}" if owner and number else number,
        "kind": kind,
        "text": text_of(item.get("text")) or None,
        "urls": " ".join(one for one in links if isinstance(one, str)) or None,
        "repost_of": "_".join(one for one in pair if one) or None,
        "client": "/".join(one for one in parts if one) or None,
        "media": file_names([_photo(one) for one in members(item.get("attachments"))]),
    }


def _photo(attachment: Item) -> str | None:
    """Address of the largest copy of a photo."""
    photo = inner(attachment, "photo")
    sizes = [one for one in members(photo.get("sizes")) if isinstance(one.get("url"), str)]
    if not sizes:
        return None
    widest = max(sizes, key=lambda one: one["width"] if isinstance(one.get("width"), int) else 0)
    return str(widest["url"])
