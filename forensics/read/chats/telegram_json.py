"""Telegram Desktop, `result.json`: one chat, or the export of a whole account.

Written by Telegram Desktop. `date_unixtime` (since 2022) is the server's time of the message,
whole seconds of UTC by definition. `date` is the same moment on the clock of the **exporter's**
computer, without offset. So the difference of the two is the exporter's offset (it goes into the
notes), and the older form, which has `date` alone, is naive: refused unless a zone is stated.

Traps: `from` is a display name, may be shared by several accounts and is null for deleted ones, so
`from_id` is the account (`--map account=from` takes the names). A forwarded message carries the
time of forwarding. Service messages (joins, calls, pins) are no posts; they are counted in a note.
`author` is the signature of an admin in a channel: `--by author` parts a channel's posts by it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.chats.shared import country_of_number, exporter_note, scalar_text, unix_s
from forensics.read.jsonstream import ANY, JsonObject, iter_array
from forensics.read.options import Table
from forensics.read.profiles.people import PROFILE, People
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CHAT_TYPE = re.compile(
    rb'"type"\s*:\s*"(?:saved_messages|replies|verification_codes|personal_chat|bot_chat|'
    rb'(?:private|public)_(?:group|supergroup|channel))"'
)
_MESSAGES = re.compile(rb'"messages"\s*:\s*\[')
_OWNER = re.compile(rb'"personal_information"\s*:\s*\{')
_LIST = re.compile(rb'"list"\s*:\s*\[')
_WHOLE = re.compile(
    rb'\s*\{\s*"about"\s*:\s*"[^"]*"\s*,\s*"(?:personal_information|profile_pictures|stories|'
    rb'contacts|frequent_contacts|sessions|web_sessions|other_data|chats|left_chats)"\s*:\s*\{'
)
_COLUMNS = (
    "from_id", "from", "time", "id", "text", "kind", "via_bot", "files", "chat", "author",
    "urls", "reply_to",
)  # fmt: skip
_PREFERRED = {
    "account": "from_id", "time": "time", "id": "id", "text": "text", "kind": "kind",
    "client": "via_bot", "media": "files", "urls": "urls", "reply_to": "reply_to",
}  # fmt: skip
_QUARTER_S = 900


def is_telegram_json(path: Path, head: bytes) -> bool:
    """True for the head of a chat or of a whole account as Telegram Desktop writes it."""
    del path
    head = head.removeprefix(b"\xef\xbb\xbf")
    if not head.lstrip().startswith(b"{"):
        return False
    one_chat = _CHAT_TYPE.search(head) is not None and _MESSAGES.search(head) is not None
    return one_chat or _WHOLE.match(head) is not None


@dataclass(slots=True)
class _Seen:
    """What was met on the way, for the notes."""

    service: int = 0
    utc: int = 0
    local_only: int = 0
    odd: int = 0
    chats: set[tuple[str | None, str | None]] = field(default_factory=set)
    offsets: Counter[int] = field(default_factory=Counter)
    people: People = field(default_factory=People)


def open_telegram_json(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open an export of Telegram Desktop; service messages are left out."""
    del name
    seen = _Seen()
    made = Format("telegram desktop, json", _COLUMNS, _PREFERRED, people=seen.people)
    table = table_of(con, _records(path, seen), made, scratch)
    notes = []
    if seen.service:
        notes.append(f"{seen.service:,} service messages (joins, calls, pins) are no posts")
    if len(seen.chats) > 1:
        notes.append(
            f"{len(seen.chats):,} chats in one file; the same account may stand in several"
        )
    if seen.offsets:
        notes.append(exporter_note(seen.offsets, seen.odd))
    if seen.utc and seen.local_only:
        notes.append(f"{seen.local_only:,} messages have the exporter's local time only")
    if seen.utc:
        note = "date_unixtime is the server's"
        return replace(table, clock_writer="platform", clock_note=note, notes=tuple(notes))
    note = "date is the exporter's local time, without offset"
    return replace(table, clock_writer="exporter", clock_note=note, notes=tuple(notes))


def _path(head: bytes) -> tuple[str, ...]:
    """Keys that lead to the messages: of the one chat, or of every chat in the lists of chats."""
    first = _MESSAGES.search(head)
    listed = _LIST.search(head, 0, first.start() if first else len(head))
    return ("messages",) if first and not listed else (ANY, "list", ANY, "messages")


def _records(path: Path, seen: _Seen) -> Iterator[Record | BadRecord]:
    """All messages that are posts, numbered from 1; a break is the last record."""
    row = 0
    around: JsonObject = {}
    chat: tuple[object, object] | None = None
    shown: str | None = None
    with path.open("rb") as stream:
        head = stream.read(1 << 16)
        keys = _path(head)
        _keep_owner(head, seen.people)
        stream.seek(0)
        for _, message in iter_array(stream, keys, around=around):
            if isinstance(message, BadRecord):
                row += 1
                yield replace(message, row=row)
            elif message.get("type") == "service":
                seen.service += 1
            else:
                row += 1
                found = around.get("name"), around.get("id")
                if found != chat:
                    chat, shown = found, scalar_text(found[0]) or scalar_text(found[1])
                    seen.chats.add((shown, scalar_text(found[1])))
                yield Record(row, _values(message, shown, seen))


def _keep_owner(head: bytes, people: People) -> None:
    """Keep what the export of a whole account says of its owner; of the number, the country only.

    Other people's numbers, in the contacts, are not read at all.
    """
    found = _OWNER.search(head)
    if found is None:
        return
    try:
        value = json.JSONDecoder(strict=False).raw_decode(
            head[found.end() - 1 :].decode("utf-8", "ignore")
        )
    except (ValueError, RecursionError):  # longer than the head
        return
    owner = value[0] if isinstance(value[0], dict) else {}
    names = [scalar_text(owner.get(key)) for key in ("first_name", "last_name")]
    facts = {
        "name": " ".join(name for name in names if name) or None,
        "bio": scalar_text(owner.get("bio")),
        "phone_country": country_of_number(scalar_text(owner.get("phone_number")) or ""),
    }
    number, handle = scalar_text(owner.get("user_id")), scalar_text(owner.get("username"))
    people.add(f"user{number}" if number else None, facts, 0, also=handle)


def _values(message: dict[str, object], chat: str | None, seen: _Seen) -> dict[str, str | None]:
    """The columns of one message."""
    get = message.get
    local, stamp = scalar_text(get("date")), scalar_text(get("date_unixtime"))
    if stamp is None:
        seen.local_only += 1
    else:
        seen.utc += 1
        _count_offset(local, stamp, seen)
    forwarded = get("forwarded_from") or get("forwarded_from_id")
    reply = get("reply_to_message_id") is not None
    shown = scalar_text(get("from"))
    files = [item for item in (get("photo"), get("file")) if isinstance(item, str)]
    links = _links(get("text")) or _links(get("text_entities"))
    return {
        PROFILE: seen.people.code({"name": shown}),
        "urls": links,
        "reply_to": scalar_text(get("reply_to_message_id")),
        "from_id": scalar_text(get("from_id")) or shown,
        "from": shown,
        "time": stamp if stamp is not None else local,
        "id": scalar_text(get("id")),
        "text": _text(get("text")),
        "kind": "repost" if forwarded else "reply" if reply else "original",
        "via_bot": scalar_text(get("via_bot")),
        # a file that was left out of the export is named by a sentence in brackets
        "files": "|".join(item for item in files if item[:1] not in ("", "(")) if files else None,
        "chat": chat,
        "author": scalar_text(get("author")),
    }


def _count_offset(local: str | None, stamp: str, seen: _Seen) -> None:
    """Count the exporter's offset, as the two times of one message show it."""
    local_s = unix_s(local)
    if local_s is None or not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 13):
        return
    gap_s = local_s - int(stamp)
    if gap_s % _QUARTER_S == 0 and abs(gap_s) <= 14 * 3600:
        seen.offsets[gap_s // 60] += 1
    else:
        seen.odd += 1


def _links(value: object) -> str | None:
    """Addresses among the pieces of a text, also those behind other words."""
    pieces = (
        [piece for piece in value if isinstance(piece, dict)] if isinstance(value, list) else []
    )
    found = [scalar_text(piece.get("href")) or scalar_text(piece.get("text")) for piece in pieces]
    return " ".join(one for one in found if one and "://" in one) or None


def _text(value: object) -> str | None:
    """The text of a message: plain, or pieces with marks such as links."""
    if not isinstance(value, list):
        return scalar_text(value)
    pieces = [item.get("text") if isinstance(item, dict) else item for item in value]
    return "".join(scalar_text(piece) or "" for piece in pieces)
