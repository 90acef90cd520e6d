"""TikTok and Douyin as scrapers save them: JSON arrays, interface answers, one object a line.

**What writes it.** Tools that keep the platform's own items: videos (`createTime` with
`author.uniqueId`, or `create_time` with `aweme_id`), comments (`cid`, `create_time`, `user`),
alone, in an array, or in an answer's `itemList`, `aweme_list`, `items`, `videos` or `comments`.

**Clock.** `createTime` and `create_time` are Unix seconds of the platform: UTC by definition, one
second. The ids hold a second clock (`id >> 32` is the Unix second of the upload), which is
compared and counted in the notes.

**Traps.** Some scrapers add times of their own (`scrapedAt`, `now`, `createTimeISO`); they are not
read. `locationCreated` is the platform's label of a country, `ip_label` its label of a region.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.collectors.authors import code_of
from forensics.read.collectors.common import BOM, elements, has_keys
from forensics.read.collectors.platforms import COLUMNS, PREFERRED, douyin, tiktok
from forensics.read.options import Reader, Table
from forensics.read.profiles.people import PROFILE, People
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ARRAY = re.compile(rb'"(itemList|item_list|aweme_list|items|videos|comments)"\s*:\s*\[')
_TIME = re.compile(rb'"create_?[tT]ime"\s*:')
_FOREIGN = ("source_platform", "webpage_url", "extractor_key")


def is_short_video(path: Path, head: bytes) -> bool:
    """True for JSON whose objects have the time, the author and the text of TikTok or Douyin."""
    del path
    start = head.removeprefix(BOM).lstrip()[:1]
    if start not in (b"{", b"[") or any(has_keys(head, key) for key in _FOREIGN):
        return False
    author = has_keys(head, "author", "uniqueId") or has_keys(head, "authorMeta")
    web = has_keys(head, "createTime") and (
        (author and (has_keys(head, "desc") or has_keys(head, "text")))
        or (has_keys(head, "authorInfo", "awemeId", "desc"))
        or bool(has_keys(head, "desc", "duetInfo") and re.search(rb'"author"\s*:\s*"', head))
    )
    item = has_keys(head, "create_time", "aweme_id", "desc") and bool(
        re.search(rb'"author"\s*:\s*\{', head)
    )
    comment = has_keys(head, "create_time", "cid", "text", "aweme_id") and bool(
        re.search(rb'"user"\s*:\s*\{', head)
    )
    return web or item or comment


def open_short_video(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open such a file, in whatever container the items stand."""
    del name
    with path.open("rb") as file:
        head = file.read(1 << 16).removeprefix(BOM).lstrip()
    time = _TIME.search(head)
    before = head[: time.start()] if time else head
    array = _ARRAY.search(before) if head.startswith(b"{") else None
    lines = head.startswith(b"{") and array is None
    key = array[1].decode() if array else None
    seen, people = set[str](), People()
    form = "json lines" if lines else (f"json array in {key!r}" if key else "json array")
    made = Format(
        f"tiktok or douyin, {form}",
        COLUMNS,
        PREFERRED,
        clock_writer="platform",
        clock_note="createTime of TikTok, create_time of Douyin",
        people=people,
    )
    table = table_of(con, _records(path, key, seen, people, lines=lines), made, scratch)
    return replace(table, platform=seen.pop() if len(seen) == 1 else None)


def _records(
    path: Path, key: str | None, seen: set[str], people: People, *, lines: bool
) -> Iterator[Record | BadRecord]:
    """The items as records; `seen` takes the platforms."""
    for row, item in elements(path, key, lines=lines):
        if isinstance(item, BadRecord):
            yield item
            continue
        chinese = "aweme_id" in item or "awemeId" in item
        seen.add("douyin" if chinese else "tiktok")
        values = douyin(item) if chinese else tiktok(item)
        values[PROFILE] = code_of(people, "douyin" if chinese else "tiktok", item)
        yield Record(row, values)


READER = Reader(
    "tiktok-douyin",
    is_short_video,
    open_short_video,
    "items and comments of TikTok and Douyin as JSON; Unix seconds of the platform",
)
