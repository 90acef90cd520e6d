"""Slack, export of a workspace: one JSON array a channel and day.

Written by Slack. `ts` is the server's time of the message, seconds of UTC by definition with six
digits behind the point; it is also the message's id in its channel. The digits behind the point
keep messages apart and are no finer clock; they are kept as written.

Traps: `user` is an id; names stand in `users.json`, and often beside the message. `thread_ts`
differs from `ts` in replies. Joins, topics and the like are the platform's; they are counted in a
note. Bots and integrations often have no `user`; they are known by `bot_id` or `username`, and
their client is the bot's name. The name of the channel stands in the folder's name only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.chats.shared import scalar_text
from forensics.read.jsonstream import iter_array
from forensics.read.options import Table
from forensics.read.profiles.people import PROFILE, Facts, People
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TS = re.compile(rb'"ts"\s*:\s*"\d{9,10}\.\d{6}"')
_TYPE = re.compile(rb'"type"\s*:\s*"message"')
_POSTS = {"", "bot_message", "me_message", "file_share", "thread_broadcast", "file_comment"}
"""Subtypes that somebody wrote; the others are the platform's."""
_COLUMNS = ("user", "ts", "text", "kind", "client", "files", "name", "id")
_PREFERRED = {
    "account": "user", "time": "ts", "id": "id", "text": "text", "kind": "kind",
    "client": "client", "media": "files",
}  # fmt: skip


def is_slack(path: Path, head: bytes) -> bool:
    """True for an array of objects of type `message` with Slack's kind of time."""
    del path
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return (
        re.match(rb"\[\s*\{", start) is not None
        and _TS.search(head) is not None
        and _TYPE.search(head) is not None
    )


def is_slack_users(path: Path, head: bytes) -> bool:
    """True for the list of accounts that stands beside the messages."""
    del path
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    keys = (b"id", b"team_id", b"name", b"profile")
    return re.match(rb"\[\s*\{", start) is not None and all(
        re.search(rb'"%s"\s*:' % key, head) for key in (*keys, b"real_name", b"display_name")
    )


def open_slack_users(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open the list of accounts; it holds no messages, but the zone that each account states."""
    del name
    people, zones = People(), Counter[str]()
    with path.open("rb") as stream:
        for row, item in iter_array(stream):
            if isinstance(item, BadRecord):
                continue
            facts = _facts(item)
            people.add(scalar_text(item.get("id")), facts, row, also=scalar_text(item.get("name")))
            zone = scalar_text(item.get("tz"))
            if zone and not item.get("is_bot"):
                zones[zone[:40]] += 1
    listed = sorted(zones.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = ", ".join(f"{zone} {count:,}" for zone, count in listed[:5])
    more = f" and {len(listed) - 5} more" if len(listed) > 5 else ""
    notes = (f"zones stated in the profiles: {shown}{more}",) if shown else ()
    made = Format("slack accounts, json", ("id",), people=people, notes=notes)
    return table_of(con, (), made, scratch)


def _facts(user: Mapping[str, object]) -> Facts:
    """What a profile of the workspace says; bots have no zone of their own."""
    found = user.get("profile")
    profile = found if isinstance(found, dict) else {}
    bot = bool(user.get("is_bot"))
    return {
        "name": scalar_text(profile.get("display_name"))
        or scalar_text(user.get("real_name"))
        or scalar_text(profile.get("real_name")),
        "zone": None if bot else scalar_text(user.get("tz")),
        "offset": None if bot else scalar_text(user.get("tz_offset")),
        "language": scalar_text(user.get("locale")),
        "bio": scalar_text(profile.get("title")),
    }


@dataclass(slots=True)
class _Seen:
    """What was met on the way, for the notes."""

    system: int = 0
    people: People = field(default_factory=People)


def open_slack(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open the messages of one channel and day."""
    del name
    seen = _Seen()
    made = Format(
        "slack export, json", _COLUMNS, _PREFERRED, clock_writer="platform", people=seen.people
    )
    table = table_of(con, _records(path, seen), made, scratch)
    notes = []
    if seen.system:
        notes.append(f"{seen.system:,} messages of the platform (joins, topics) are no posts")
    return replace(table, clock_note="ts is the server's", notes=tuple(notes))


def _records(path: Path, seen: _Seen) -> Iterator[Record | BadRecord]:
    """The messages that are posts, numbered from 1; a break is the last record."""
    row = 0
    with path.open("rb") as stream:
        for _, message in iter_array(stream):
            if isinstance(message, BadRecord):
                row += 1
                yield replace(message, row=row)
            elif _is_system(message):
                seen.system += 1
            else:
                row += 1
                facts = {
                    "name": _field(message, "user_profile", "display_name")
                    or _field(message, "user_profile", "real_name")
                }
                yield Record(row, _values(message) | {PROFILE: seen.people.code(facts)})


def _is_system(message: Mapping[str, object]) -> bool:
    """True for what the platform wrote in somebody's name."""
    subtype = scalar_text(message.get("subtype")) or ""
    return subtype not in _POSTS or message.get("type", "message") != "message"


def _values(message: Mapping[str, object]) -> dict[str, str | None]:
    """The columns of one message."""
    ts, thread = scalar_text(message.get("ts")), scalar_text(message.get("thread_ts"))
    shown = message.get("attachments")
    shared = isinstance(shown, list) and any(
        isinstance(item, dict) and (item.get("is_share") or item.get("is_msg_unfurl"))
        for item in shown
    )
    bot = scalar_text(message.get("bot_id")) or scalar_text(message.get("username"))
    return {
        "user": scalar_text(message.get("user")) or bot,
        "ts": ts,
        "text": scalar_text(message.get("text")),
        "kind": "reply" if thread and thread != ts else "quote" if shared else "original",
        "client": _field(message, "bot_profile", "name") or ("bot" if bot else None),
        "files": _files(message.get("files")),
        "name": _field(message, "user_profile", "name"),
        "id": ts,
    }


def _field(message: Mapping[str, object], outer: str, inner: str) -> str | None:
    """Text of a field of an inner object."""
    found = message.get(outer)
    return scalar_text(found.get(inner)) if isinstance(found, dict) else None


def _files(value: object) -> str | None:
    """Names of the files shared."""
    items = value[:100] if isinstance(value, list) else []
    names = [scalar_text(item.get("name")) for item in items if isinstance(item, dict)]
    return "|".join(name for name in names if name) or None
