"""Discord: JSON of DiscordChatExporter, and `messages.csv` of Discord's own data package.

Both hold the platform's time of the message. Every id is a snowflake of Discord's epoch
(2015-01-01, milliseconds), so each file is checked against its own ids.

- DiscordChatExporter writes ISO times with an offset. The offset is that of the **exporter's**
  computer (or +00:00), never the author's.
- The package (`ID,Timestamp,Contents,Attachments`) writes `+00:00` in older files and nothing in
  newer ones. Those are read as UTC only where the ids prove it; else they are naive. The file names
  no account, it holds the posts of whoever asked for it: `--map account==NAME`.

Traps: messages such as joins and pins are the platform's, not posts. `isBot` also marks webhooks,
which show any name they like; such posts have the client `bot`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.clock import offset_text
from forensics.read import delimited, times
from forensics.read.chats.shared import exporter_note, scalar_text
from forensics.read.database import integers
from forensics.read.idrules import RULES
from forensics.read.jsonstream import JsonObject, iter_array
from forensics.read.options import Table
from forensics.read.profiles.people import PROFILE, People
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_POSTS = {"default", "reply", "0", "19", "20", "23", "chatinputcommand", "contextmenucommand"}
"""Message types that somebody wrote, by name and by number."""
_ENOUGH_IDS = 20
_COLUMNS = ("author", "author_id", "time", "id", "text", "kind", "client", "files", "channel",
            "reply_to")  # fmt: skip
_PREFERRED = {
    "account": "author", "time": "time", "id": "id", "text": "text", "kind": "kind",
    "client": "client", "media": "files", "reply_to": "reply_to",
}  # fmt: skip


def is_exporter_json(path: Path, head: bytes) -> bool:
    """True for the head of a DiscordChatExporter document: guild, then channel."""
    del path
    return (
        re.match(
            rb'(?:\xef\xbb\xbf)?\s*\{\s*"guild"\s*:\s*\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}\s*,'
            rb'\s*"channel"\s*:\s*\{',
            head,
        )
        is not None
    )


def is_package_csv(path: Path, head: bytes) -> bool:
    """True for the header line of the package's message table."""
    del path
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].strip()
    return first in (b"ID,Timestamp,Contents", b"ID,Timestamp,Contents,Attachments")


@dataclass(slots=True)
class _Seen:
    """What was met on the way, for the notes."""

    system: int = 0
    offsets: Counter[int] = field(default_factory=Counter)
    people: People = field(default_factory=People)


def open_exporter_json(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a DiscordChatExporter document."""
    del name
    seen = _Seen()
    made = Format(
        "discord chat exporter, json",
        _COLUMNS,
        _PREFERRED,
        platform="discord",
        clock_writer="platform",
        clock_note="an offset is the exporter's, not the author's",
        people=seen.people,
    )
    table = table_of(con, _records(path, seen), made, scratch)
    notes = []
    if seen.system:
        notes.append(f"{seen.system:,} messages of the platform (joins, pins, calls) are no posts")
    if seen.offsets:
        notes.append(exporter_note(seen.offsets))
    return replace(table, notes=tuple(notes))


def _records(path: Path, seen: _Seen) -> Iterator[Record | BadRecord]:
    """The messages that are posts, numbered from 1; a break is the last record."""
    row = 0
    around: JsonObject = {"channel": None}
    with path.open("rb") as stream:
        for _, message in iter_array(stream, ("messages",), around=around):
            if isinstance(message, BadRecord):
                row += 1
                yield replace(message, row=row)
                continue
            kind = str(message.get("type"))
            if kind.lower() not in _POSTS and kind != "None":
                seen.system += 1
                continue
            row += 1
            channel = around["channel"]
            named = scalar_text(channel.get("name")) if isinstance(channel, dict) else None
            yield Record(row, _values(message, named, seen))


def _values(
    message: Mapping[str, object], channel: str | None, seen: _Seen
) -> dict[str, str | None]:
    """The columns of one message."""
    author = message.get("author")
    author = author if isinstance(author, dict) else {}
    time, number = scalar_text(message.get("timestamp")), scalar_text(message.get("id"))
    _count_offset(time, seen)
    forwarded = bool(message.get("forwardedMessage"))
    reply = str(message.get("type")).lower() in ("reply", "19")
    facts = {
        "name": scalar_text(author.get("nickname")),
        "id": scalar_text(author.get("id")),
    }
    earlier = message.get("reference")
    earlier = earlier if isinstance(earlier, dict) and reply else {}
    return {
        PROFILE: seen.people.code(facts),
        "reply_to": scalar_text(earlier.get("messageId")),
        "author": _name(author),
        "author_id": scalar_text(author.get("id")),
        "time": time,
        "id": number,
        "text": scalar_text(message.get("content")),
        "kind": "repost" if forwarded else "reply" if reply else "original",
        "client": "bot" if author.get("isBot") is True else None,
        "files": _files(message.get("attachments")),
        "channel": channel,
    }


def _name(author: Mapping[str, object]) -> str | None:
    """The user name; with its number where names were not unique yet."""
    name, number = scalar_text(author.get("name")), scalar_text(author.get("discriminator"))
    if name and number and number.strip("0"):
        return f"{name}#{number}"
    return name or scalar_text(author.get("id"))


def _files(value: object) -> str | None:
    """Names of the attachments."""
    items = value[:100] if isinstance(value, list) else []
    names = [scalar_text(item.get("fileName")) for item in items if isinstance(item, dict)]
    return "|".join(name for name in names if name) or None


def _count_offset(time: str | None, seen: _Seen) -> None:
    """Count the exporter's offset."""
    offset = re.search(r"([+-])(\d{2}):?(\d{2})$", time or "", re.ASCII)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3])
        seen.offsets[-minutes if offset[1] == "-" else minutes] += 1


def open_package_csv(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open the message table of a data package; its times are checked against its ids."""
    table = delimited.open_delimited(con, path, name, scratch)
    if not {"ID", "Timestamp"} <= set(table.columns):  # another sign parts its fields
        return table
    source = table.select({"t": "Timestamp", "id": "ID"})
    source = f"SELECT row, trim(t) AS t, trim(id) AS id FROM ({source})"
    found = times.detect(con, source, "VARCHAR")
    clock_s = f"({RULES['discord'].us('id')}) // 1000000"
    gaps = f"""SELECT local_us // 1000000 - COALESCE(off_min, 0) * 60 - {clock_s} AS gap_s,
            off_min IS NULL AND NOT instant AS naive
        FROM ({times.parsed(found, source)}) WHERE local_us IS NOT NULL AND {clock_s} IS NOT NULL"""
    compared, agree, naive, least, most = integers(
        con,
        f"""SELECT count(*), count(*) FILTER (abs(gap_s) <= 1), count(*) FILTER (naive),
            min(gap_s), max(gap_s) FROM ({gaps})""",
    )
    proved = compared >= _ENOUGH_IDS and agree * 100 >= compared * 99
    notes = [*table.notes]
    if agree < compared:
        note = f"WARNING: {compared - agree:,} of {compared:,} times disagree with their ids"
        minutes = (least + 450) // 900 * 15
        if most - least <= 2 and abs(minutes) <= 14 * 60:
            note += f", which show that the times were written in {offset_text(minutes)}"
        notes.append(note)
    elif naive and not proved:
        notes.append(f"{agree:,} ids show UTC; {_ENOUGH_IDS} are needed to read it so")
    return replace(
        table,
        format="discord package, " + table.format,
        preferred={"time": "Timestamp", "id": "ID", "text": "Contents", "media": "Attachments"},
        documented_utc=proved,
        platform="discord",
        clock_writer="platform",
        clock_note=f"{agree:,} of {compared:,} Discord ids show that it is UTC" if proved else "",
        notes=tuple(notes),
    )
