r"""Facebook and Instagram: posts and comments of "download your information" (JSON).

`timestamp` and `creation_timestamp` are written by the platform, in UTC, in whole seconds since
1970. Text is damaged by the export itself: each byte of its UTF-8 is written as if it were a
Latin-1 character (`\u00d0\u009f` for one Cyrillic letter). It is repaired where the whole text
can be, and the notes count how many were.

The files do not say whose they are, but for the comments of Facebook, which name their author: the
account must be stated (`account==NAME`). Photos and videos carry the address from which they were
sent (`upload_ip`) and the metadata of the camera: none of it is taken into posts. The time of an
Instagram post is that of its publication; a story or a medium carries the time of its upload.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.networks.documents import (
    Item,
    KeyPath,
    Shape,
    Values,
    file_names,
    inner,
    members,
    records,
    shape_of,
    text_of,
)
from forensics.read.options import Table
from forensics.read.records import Format, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PATHS: tuple[KeyPath, ...] = (
    ("comments_v2",),
    ("comments",),
    ("group_posts_v2",),
    ("group_comments_v2",),
    ("other_photos_v2",),
    ("videos_v2",),
    ("status_updates",),
    ("ig_posts",),
    ("ig_stories",),
    ("ig_reels_media",),
    ("ig_archived_post_media",),
    ("ig_other_media",),
    ("comments_media_comments",),
    ("comments_reels_comments",),
)
_OLDER_COMMENTS = (("comments_media_comments",), ("comments_reels_comments",))
_COLUMNS = ("timestamp", "kind", "text", "media")
_PREFERRED = {"time": "timestamp", "kind": "kind", "text": "text", "media": "media"}


@dataclass(slots=True)
class _Mended:
    """Repairs text and counts it."""

    texts: int = 0
    addresses: int = 0

    def text(self, value: object) -> str | None:
        """A text as it was written."""
        if not isinstance(value, str) or not value:
            return None
        if value.isascii():
            return value
        try:
            whole = value.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return value
        self.texts += 1
        return whole

    def notes(self) -> tuple[str, ...]:
        """What was done."""
        if not self.texts:
            return ()
        return (f"{self.texts:,} texts were UTF-8 written as Latin-1 and were repaired",)


def _is_facebook(item: Item) -> bool:
    """A post or comment of Facebook."""
    if not isinstance(item.get("timestamp"), int) or item.keys() - _FACEBOOK_KEYS:
        return False
    return "data" in item or "attachments" in item


_FACEBOOK_KEYS = {"timestamp", "data", "title", "attachments", "tags", "fbid", "uri", "place"}
_INSTAGRAM_KEYS = {
    "media", "title", "creation_timestamp", "uri", "media_metadata", "cross_post_source",
    "dubbing_info", "media_variants", "backup_uri", "subtitles", "interactive_sticker_info",
}  # fmt: skip


def _is_instagram(item: Item) -> bool:
    """A post, or one medium, of Instagram."""
    if item.keys() - _INSTAGRAM_KEYS:
        return False
    media = members(item.get("media"))
    dated = [one for one in (item, *media) if isinstance(one.get("creation_timestamp"), int)]
    return bool(dated) and (bool(media) or "uri" in item)


def _is_comment(item: Item) -> bool:
    """A comment of Instagram."""
    found = inner(item, "string_map_data")
    return "Comment" in found and isinstance(inner(found, "Time").get("timestamp"), int)


def _is_older_comment(item: Item) -> bool:
    """A comment of Instagram in the older form; other lists of its export look the same."""
    listed = members(item.get("string_list_data"))
    return len(listed) == 1 and listed[0].keys() == {"value", "timestamp"}


def is_facebook(path: Path, head: bytes) -> bool:
    """True for posts and comments of Facebook's export."""
    del path
    shape = shape_of(head, _PATHS) if b'"timestamp"' in head else None
    return shape is not None and shape.keys is not None and shape.has(_is_facebook)


def is_instagram(path: Path, head: bytes) -> bool:
    """True for posts, stories, reels and comments of Instagram's export."""
    del path
    shape = shape_of(head, _PATHS) if b"timestamp" in head else None
    if shape is None or shape.keys is None:
        return False
    older = shape.keys in _OLDER_COMMENTS and shape.has(_is_older_comment)
    return shape.has(_is_instagram) or shape.has(_is_comment) or older


def open_facebook(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open posts or comments of Facebook; only comments name their author."""
    del name
    shape = _shape(path)
    named = any("comment" in one for item in shape.first for one in members(item.get("data")))
    columns = ("author", *_COLUMNS) if named else _COLUMNS
    preferred = _PREFERRED | ({"account": "author"} if named else {})
    mended = _Mended()
    made = _format(f"facebook export, {shape.described}", columns, preferred)
    found = records(path, shape, lambda item: _facebook(item, mended))
    return _noted(table_of(con, found, made, scratch), mended)


def open_instagram(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open posts, stories, reels or comments of Instagram."""
    del name
    shape = _shape(path)
    mended = _Mended()
    made = _format(f"instagram export, {shape.described}", _COLUMNS, _PREFERRED)
    found = records(path, shape, lambda item: _instagram(item, mended))
    return _noted(table_of(con, found, made, scratch), mended)


def _shape(path: Path) -> Shape:
    with path.open("rb") as file:
        shape = shape_of(file.read(1 << 16), _PATHS)
    assert shape is not None, "detection has seen it"  # noqa: S101 - the same bytes
    return shape


def _format(name: str, columns: tuple[str, ...], preferred: dict[str, str]) -> Format:
    return Format(
        name,
        columns,
        preferred,
        clock_writer="platform",
        clock_note="the export counts UTC seconds",
    )


def _noted(table: Table, mended: _Mended) -> Table:
    skipped = "addresses of uploads (upload_ip) and camera metadata were not read"
    return replace(table, notes=(*mended.notes(), skipped))


def _facebook(item: Item, mended: _Mended) -> Values:
    texts: list[str | None] = []
    author, comment = None, False
    for one in members(item.get("data")):
        texts.append(mended.text(one.get("post")))
        said = inner(one, "comment")
        if said:
            comment = True
            author = mended.text(said.get("author")) or author
            texts.append(mended.text(said.get("comment")))
    media = [inner(two, "media").get("uri") for two in _attached(item)]
    return {
        "author": author,
        "timestamp": text_of(item.get("timestamp")),
        "kind": "reply" if comment else "unknown",
        "text": "\n".join(text for text in texts if text) or None,
        "media": file_names(media),
    }


def _attached(item: Item) -> list[Item]:
    found: list[Item] = []
    for one in members(item.get("attachments")):
        found.extend(members(one.get("data")))
    return found


def _instagram(item: Item, mended: _Mended) -> Values:
    said = inner(item, "string_map_data")
    listed = members(item.get("string_list_data"))
    if listed and not said:  # the older form
        return {
            "timestamp": text_of(listed[0].get("timestamp")),
            "kind": "reply",
            "text": mended.text(listed[0].get("value")),
        }
    if said:
        return {
            "timestamp": text_of(inner(said, "Time").get("timestamp")),
            "kind": "reply",
            "text": mended.text(inner(said, "Comment").get("value")),
        }
    media = members(item.get("media"))
    dated = item if "creation_timestamp" in item else (media[0] if media else {})
    title = item.get("title") or (media[0].get("title") if media else None)
    return {
        "timestamp": text_of(dated.get("creation_timestamp")),
        "kind": "original",
        "text": mended.text(title),
        "media": file_names([one.get("uri") for one in (media or [item])]),
    }
