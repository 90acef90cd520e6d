"""MediaCrawler: posts and comments of Weibo, Xiaohongshu, Douyin, Kuaishou, Bilibili, Zhihu, Tieba.

Times are the platforms' own, copied or converted by the crawler: `create_time` (seconds or
milliseconds since 1970), `time` (Xiaohongshu, milliseconds), `created_time` (Zhihu, seconds),
`publish_time` (Tieba, naive, not documented: refused unless a zone is stated). `last_modify_ts` is
the **collector's** clock and is never used.

Trap, measured in the crawler's source: for **Weibo** it makes `create_time` by calling the Beijing
wall clock UTC, so that the count is 8 hours late. `create_date_time`, beside it, is right (Beijing
time; with `+08:00` in most versions). It alone is read; the notes count the rows that show the
error. `ip_location` is the platform's region label, `user_id` its number for the account.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.clock import read_written
from forensics.read.delimited import open_delimited
from forensics.read.networks.beijing import ZONE_COLUMN, Beijing, with_zone
from forensics.read.networks.documents import Item, Values, records, shape_of, text_of
from forensics.read.options import Table
from forensics.read.profiles.people import PROFILE, People
from forensics.read.records import Format, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_IDS = ("comment_id", "note_id", "aweme_id", "video_id", "content_id")
_TIMES = ("create_date_time", "create_time", "time", "created_time", "publish_time")
_COLUMNS = (
    "nickname", "user_id", "time", ZONE_COLUMN, "id", "kind", "text", "ip_location", "image_list"
)  # fmt: skip
_PREFERRED = {
    "account": "nickname",
    "time": "time",
    "zone": ZONE_COLUMN,
    "id": "id",
    "kind": "kind",
    "text": "text",
    "label": "ip_location",
    "media": "image_list",
}
_CLOCK_NOTE = "the platform's time, kept by the crawler"
_EIGHT_HOURS_S = 8 * 3600


@dataclass(slots=True)
class _Late:
    """Counts the rows whose create_time is 8 hours late."""

    rows: int = 0

    def look(self, item: Item) -> None:
        """Count one row of Weibo."""
        found = read_written(str(item.get("create_date_time", "")))
        count = item.get("create_time")
        if found is None or not isinstance(count, int | str) or not str(count).isdigit():
            return
        offset_min = 480 if found.offset_min is None else found.offset_min
        right_s = found.local_us // 1_000_000 - offset_min * 60
        self.rows += int(count) - right_s == _EIGHT_HOURS_S

    def notes(self) -> tuple[str, ...]:
        """The warning, where there is cause."""
        if not self.rows:
            return ()
        note = (
            f"{self.rows:,} create_time are 8 hours late (Beijing time counted as UTC); "
            "create_date_time was read instead"
        )
        return (note,)


def _is_row(item: Item) -> bool:
    timed = any(key in item for key in _TIMES)
    known = any(key in item for key in _IDS)
    return {"last_modify_ts", "nickname", "user_id"} <= item.keys() and timed and known


def is_mediacrawler(path: Path, head: bytes) -> bool:
    """True for posts or comments as MediaCrawler writes them in JSON."""
    del path
    if b'"last_modify_ts"' not in head:
        return False
    shape = shape_of(head)
    return shape is not None and shape.has(_is_row)


def open_mediacrawler(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open them, from an array or one a line."""
    del name
    with path.open("rb") as file:
        shape = shape_of(file.read(1 << 16))
    assert shape is not None, "detection has seen it"  # noqa: S101 - the same bytes
    beijing, late, people = Beijing(), _Late(), People()

    def read(item: Item) -> Values:
        weibo = "create_date_time" in item
        if weibo:
            late.look(item)
        values = _values(item, weibo=weibo)
        values[PROFILE] = people.code({"id": text_of(item.get("user_id"))})
        mid = None if values["kind"] == "reply" else values["id"]
        return values | {ZONE_COLUMN: beijing.zone(values["time"], mid) if weibo else None}

    made = Format(
        f"mediacrawler, {shape.described}",
        _COLUMNS,
        _PREFERRED,
        platform=_platform(shape.first[0]),
        clock_writer="platform",
        clock_note=_CLOCK_NOTE,
        people=people,
    )
    table = beijing.settle(table_of(con, records(path, shape, read), made, scratch))
    return replace(table, notes=(*table.notes, *late.notes()))


def _platform(names: Container[str]) -> str | None:
    """The platform by the names of a row, where its ids hold a clock."""
    if "create_date_time" in names:
        return "weibo"
    return "douyin" if "aweme_id" in names and "comment_id" not in names else None


def _values(item: Item, *, weibo: bool) -> Values:
    comment = "comment_id" in item
    times = [text_of(item.get(key)) for key in _TIMES[:1] if weibo] or [
        text_of(item.get(key)) for key in _TIMES[1:]
    ]
    texts = [item.get("content")] if comment or weibo else [item.get("title"), item.get("desc")]
    if not any(texts):
        texts = [item.get("content_text"), item.get("content")]
    shown = dict.fromkeys(one for one in texts if isinstance(one, str) and one)
    images = item.get("image_list") or item.get("pictures")
    return {
        "nickname": text_of(item.get("nickname")) or text_of(item.get("user_id")),
        "user_id": text_of(item.get("user_id")),
        "time": next((one for one in times if one), None),
        "id": next((one for key in _IDS if (one := text_of(item.get(key)))), None),
        "kind": "reply" if comment else ("unknown" if weibo else "original"),
        "text": "\n".join(shown) or None,
        "ip_location": text_of(item.get("ip_location")),
        "image_list": text_of(images),
    }


def is_mediacrawler_csv(path: Path, head: bytes) -> bool:
    """True for the CSV of MediaCrawler, by its header."""
    del path
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "ignore")
    names = {name.strip().strip('"') for name in first.split(",")}
    return _is_row(dict.fromkeys(names))


def open_mediacrawler_csv(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open it; a comment is told by its column, reposts of Weibo are not told apart."""
    table = open_delimited(con, path, name, scratch)
    columns = table.columns
    wanted = {
        "account": ("nickname",),
        "time": _TIMES,
        "id": _IDS,
        "text": ("content", "desc", "title"),
        "label": ("ip_location",),
        "media": ("image_list", "pictures"),
    }
    found = {
        role: next((one for one in names if one in columns), "") for role, names in wanted.items()
    }
    preferred = {role: one for role, one in found.items() if one}
    preferred["kind"] = ""  # a column `type` says whether a note is a video
    notes: tuple[str, ...] = ()
    if "comment_id" in columns:
        preferred["reply_to"] = next((one for one in _IDS[1:] if one in columns), "")
    if preferred.get("time") == "create_date_time":  # a quote that does not close hides columns
        table = with_zone(table)
        preferred["zone"] = ZONE_COLUMN
        notes = ("create_time was not read: for Weibo the crawler writes it 8 hours late",)
    return replace(
        table,
        platform=_platform(columns),
        format=f"mediacrawler, {table.format}",
        preferred=preferred,
        clock_writer="platform",
        clock_note=_CLOCK_NOTE,
        notes=notes,
    )
