"""Telegram Desktop, HTML export (`messages.html`, `messages2.html` ...).

Written by Telegram Desktop. The title of each date is the server's time of the message, whole
seconds, shown in the zone of the **exporter's** computer: `05.03.2024 09:12:44 UTC+08:00` in newer
versions, the same without a zone in older ones. The order is always day, month, year. The offset
is the exporter's and says nothing about the author; without it the times are naive and refused
unless a zone is stated.

Traps: names are display names, there are no account ids. A `joined` message shows no name and
belongs to the author of the one before it. A forwarded message holds a second name and date, those
of its source; neither is taken. The page is parsed as text only: nothing in it is fetched or run.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.chats.shared import exporter_note, iso
from forensics.read.options import Table
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TITLE = re.compile(
    r"(\d{2})\.(\d{2})\.(\d{4}) (\d{2}:\d{2}:\d{2})(?: UTC([+-]\d{2}:\d{2}))?", re.ASCII
)
_COLUMNS = ("name", "time", "id", "text", "kind", "via_bot", "files", "author")
_PREFERRED = {
    "account": "name", "time": "time", "id": "id", "text": "text", "kind": "kind",
    "client": "via_bot", "media": "files",
}  # fmt: skip
_CHUNK = 1 << 16
_MAX_PENDING = 256 << 10
"""Characters of an unfinished tag, beyond which the page is taken for damaged."""
_MAX_TEXT = 1 << 20
_MAX_DEPTH = 500


def is_telegram_html(path: Path, head: bytes) -> bool:
    """True for a page with Telegram's history markup and message ids."""
    del path
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:200].lower()
    return start.startswith((b"<!doctype html", b"<html")) and (
        re.search(rb'class="message (?:default|service)[^"]*" id="message-?\d+"', head) is not None
    )


@dataclass(slots=True)
class _Message:
    """One message while its markup is read."""

    id: str
    joined: bool
    time: str | None = None
    forwarded: bool = False
    reply: bool = False
    files: list[str] = field(default_factory=list)
    parts: dict[str, list[str]] = field(default_factory=dict)
    """Role (`from_name`, `text`, `signature`) -> pieces of text."""
    size: int = 0

    def said(self, role: str) -> str | None:
        """The text of a role, without surrounding space."""
        return "".join(self.parts.get(role, [])).strip() or None


class _Page(HTMLParser):
    """Collects finished messages in `done`."""

    def __init__(self) -> None:
        """Start outside of any message."""
        super().__init__(convert_charrefs=True)
        self.done: list[_Message] = []
        self.service = 0
        self.open: _Message | None = None
        self._roles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a division, a link to a file or a line break."""
        if tag == "div":
            self._open_div({key: value or "" for key, value in attrs})
        elif self.open is None:
            return
        elif tag == "br":
            self.handle_data("\n")
        elif tag == "a":
            href = dict(attrs).get("href") or ""
            named = re.fullmatch(r"[a-z_]+/([^/\\|?#:]{1,255})", href)
            if named and len(self.open.files) < 100:
                self.open.files.append(named[1])

    def _open_div(self, attrs: dict[str, str]) -> None:
        """Give a division its role."""
        classes = set(attrs.get("class", "").split())
        role = ""
        if "message" in classes and attrs.get("id", "").startswith("message"):
            number = attrs["id"].removeprefix("message")
            if "default" in classes:
                self.open, role = _Message(number, "joined" in classes), "message"
                self._roles.clear()
            elif not number.startswith("-"):  # negative numbers are headings with the date
                self.service += 1
        elif self.open is not None:
            role = self._inner_role(self.open, classes, attrs.get("title"))
        if len(self._roles) < _MAX_DEPTH:
            self._roles.append(role)

    def _inner_role(self, message: _Message, classes: set[str], title: str | None) -> str:
        """The role of a division inside a message."""
        if {"date", "details"} <= classes and "forwarded" not in self._roles:
            message.time = message.time or (title or "").strip() or None
        if "reply_to" in classes:
            message.reply = True
            return "skip"
        if "forwarded" in classes:
            message.forwarded = True
            return "forwarded"
        if "from_name" in classes:
            return "skip" if "forwarded" in self._roles else "from_name"
        return next((role for role in ("text", "signature") if role in classes), "")

    def handle_endtag(self, tag: str) -> None:
        """Close a division; the message with its last one."""
        if tag == "div" and self._roles and self._roles.pop() == "message" and self.open:
            self.done.append(self.open)
            self.open = None

    def handle_data(self, data: str) -> None:
        """Keep the text of names, messages and signatures."""
        message = self.open
        if message is None or "skip" in self._roles or message.size > _MAX_TEXT:
            return
        role = next((name for name in reversed(self._roles) if name in _KEPT), None)
        if role is not None:
            message.parts.setdefault(role, []).append(data)
            message.size += len(data)


_KEPT = ("from_name", "text", "signature")


@dataclass(slots=True)
class _Seen:
    """What was met on the way, for the notes."""

    service: int = 0
    naive: int = 0
    offsets: Counter[int] = field(default_factory=Counter)


def open_telegram_html(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open one page of an HTML export."""
    del name
    seen = _Seen()
    made = Format("telegram desktop, html", _COLUMNS, _PREFERRED)
    table = table_of(con, _records(path, seen), made, scratch)
    notes = ["names are display names; the page holds no account ids"]
    if seen.service:
        notes.append(f"{seen.service:,} service messages (joins, calls, pins) are no posts")
    if seen.offsets:
        notes.append(exporter_note(seen.offsets))
        note = "server's time shown in the exporter's zone; the offset is not the author's"
        return replace(table, clock_writer="platform", clock_note=note, notes=tuple(notes))
    note = "server's time shown in the exporter's zone, which the page does not name"
    return replace(table, clock_writer="exporter", clock_note=note, notes=tuple(notes))


def _records(path: Path, seen: _Seen) -> Iterator[Record | BadRecord]:
    """The messages of a page, numbered from 1; one that is cut is the last record."""
    page, row, sender = _Page(), 0, None
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    with path.open("rb") as stream:
        while block := stream.read(_CHUNK):
            page.feed(decoder.decode(block))
            for message in page.done:
                row += 1
                # a `joined` message goes on under the name above it
                sender = message.said("from_name") or (sender if message.joined else None)
                yield Record(row, _values(message, sender, seen))
            page.done.clear()
            if len(page.rawdata) > _MAX_PENDING:
                yield BadRecord(row + 1, "damaged", page.rawdata[:200])
                return
    seen.service = page.service
    if page.open is not None:
        yield BadRecord(row + 1, "damaged", f"message{page.open.id}")


def _values(message: _Message, sender: str | None, seen: _Seen) -> dict[str, str | None]:
    """The columns of one message."""
    found = _TITLE.fullmatch(message.time or "")
    when = message.time
    if found:
        day, month, year, clock, offset = found.groups()
        when = iso(year, month, day, clock, offset)
        if offset:
            sign = -1 if offset[0] == "-" else 1
            seen.offsets[sign * (int(offset[1:3]) * 60 + int(offset[4:6]))] += 1
        else:
            seen.naive += 1
    person, _, bot = (sender or "").partition(" via @")
    kind = "repost" if message.forwarded else "reply" if message.reply else "original"
    return {
        "name": person.strip() or None,
        "time": when,
        "id": message.id,
        "text": message.said("text"),
        "kind": kind,
        "via_bot": f"@{bot.strip()}" if bot else None,
        "files": "|".join(dict.fromkeys(message.files)) or None,
        "author": message.said("signature"),
    }
