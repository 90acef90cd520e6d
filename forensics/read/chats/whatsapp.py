"""WhatsApp, exported chat text (`_chat.txt`, `WhatsApp Chat with ….txt`).

Written by the phone of the **exporter**, in the zone that phone had when it exported, without
offset: naive, refused unless a zone is stated (`--assume-zone`). Android writes minutes, iOS
seconds. Order of day and month, separators and 12 or 24 hours follow the phone's language.

The order is decided once for the whole file and never guessed: by dates that exist in one order
only (a day above 12; two-digit years from 2009, when WhatsApp began), else because every other
order makes the chat jump back in time at least twice. Where neither settles it, all
rows are refused as `bad_time`.

Traps: messages run over several lines; a pasted chat in another layout stays part of its message.
Lines without `name: ` are system lines; on iOS, where system lines carry the name of the chat, the
opening notice and its name's lines are left out. A sender outside the address book is a phone
number and is kept as the account. One person may bear another name in someone else's export.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from forensics.read.chats.shared import Line, lines
from forensics.read.options import Table
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MARKS = "\u200e\u200f\u202a\u202c\ufeff"
"""Invisible marks of direction that WhatsApp sets before lines and texts."""
_HALF = r"AM|PM|[ap]\.\s?m\.?|[ap]\s?m|上午|下午|午前|午後|오전|오후"
_HEADER = re.compile(
    rf"""(?P<open>\[)?
    (?P<a>[0-9]{{1,4}})(?P<sep>[/.-])\s?(?P<b>[0-9]{{1,2}})(?P=sep)\s?(?P<c>[0-9]{{1,4}})\.?
    ,?\s(?:(?:à|às|um|at|kl\.?|в)\s)?(?:(?P<early>{_HALF})\s?)?
    (?P<h>[0-9]{{1,2}})[:.](?P<mi>[0-9]{{2}})(?:[:.](?P<s>[0-9]{{2}}))?
    (?:\s?(?P<late>{_HALF}))?
    (?P<close>\]\s|\s-\s|:\s)(?P<rest>.*)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_AFTERNOON = ("p", "下午", "午後", "오후")
_SENDER = re.compile(r"(?P<name>[^:\n\"“”]{1,100}):(?:\s(?P<text>.*)|$)", re.DOTALL)
_ATTACHED = re.compile(
    r"<[^<>:]{1,40}: ?(?P<ios>[^<>/\\|]{1,200}\.\w{1,5})>"
    r"|^(?P<android>[^/\\|\n()]{1,200}\.\w{1,5}) \([^()\n]{3,60}\)"
)
Order = Literal["ymd", "dmy", "mdy"]
Layout = tuple[bool, str, int, int, bool, bool]
_FIRST_YEAR = 2009
"""WhatsApp began in 2009; this rules out many readings of two-digit years."""
_MAX_TEXT = 1_000_000
_COLUMNS = ("sender", "time", "text", "files")
_PREFERRED = {"account": "sender", "time": "time", "text": "text", "media": "files"}


def is_whatsapp(path: Path, head: bytes) -> bool:
    """True if the first line is a dated line of a chat, and one of the head names a sender."""
    del path
    first, *others = head.decode("utf-8", "replace").split("\n")[:200]
    found = _match(first)
    if found is None:
        return False
    layout = _layout(found)
    dated = [found] + [m for m in map(_match, others) if m is not None and _layout(m) == layout]
    return any(_SENDER.match(item["rest"].lstrip(_MARKS)) for item in dated)


def _match(line: str) -> re.Match[str] | None:
    """The dated start of a line; None for anything else."""
    found = _HEADER.fullmatch(line.removesuffix("\r").lstrip(_MARKS))
    if found is None or (found["open"] is not None) != found["close"].startswith("]"):
        return None
    if found["close"].startswith(":") and found["s"] is None:
        return None
    return found if {2, 4} & {len(found["a"]), len(found["c"])} else None


def _layout(found: re.Match[str]) -> Layout:
    """What stays the same on every line of one export."""
    return (
        found["open"] is not None,
        found["sep"],
        4 if len(found["a"]) == 4 else 2,
        4 if len(found["c"]) == 4 else 2,
        found["s"] is not None,
        bool(found["early"] or found["late"]),
    )


@dataclass(slots=True)
class _Orders:
    """Which orders of day and month the dates of a file allow."""

    allowed: dict[Order, int] = field(default_factory=dict)
    """Order -> last day seen, as a day count."""
    jumps: dict[Order, int] = field(default_factory=dict)
    """Order -> steps back in time by more than a day."""
    started: bool = False

    def see(self, a: str, b: str, c: str) -> None:
        """Take one date into account."""
        if not self.started:
            years: tuple[Order, ...] = ("ymd",) if len(a) == 4 else ("dmy", "mdy")
            if len(a) == len(c) == 2:
                years = ("dmy", "mdy", "ymd")
            self.allowed, self.started = dict.fromkeys(years, 0), True
        for order in list(self.allowed):
            day = _day(order, a, b, c)
            if day is None:
                del self.allowed[order]
                continue
            if day < self.allowed[order] - 1:
                self.jumps[order] = self.jumps.get(order, 0) + 1
            self.allowed[order] = day

    def decided(self) -> tuple[Order | None, str]:
        """The order and how it is known; None if the file shows none."""
        if len(self.allowed) == 1:
            return next(iter(self.allowed)), "by its dates"
        steady = [order for order in self.allowed if not self.jumps.get(order)]
        others = [self.jumps.get(order, 0) for order in self.allowed if order not in steady]
        if len(steady) == 1 and all(count >= 2 for count in others):
            return steady[0], "because any other order would jump back in time"
        return None, "no date decides it"


def _parts(order: Order, a: str, b: str, c: str) -> tuple[int, int, int]:
    """Year, month, day of a date in an order; two-digit years are of this century."""
    year, month, day = {"ymd": (a, b, c), "dmy": (c, b, a), "mdy": (c, a, b)}[order]
    return int(year) + (2000 if len(year) <= 2 else 0), int(month), int(day)


def _day(order: Order, a: str, b: str, c: str) -> int | None:
    """Day count of a date; None if there is no such date in that order, or no WhatsApp yet."""
    year, month, day = _parts(order, a, b, c)
    try:
        return date(year, month, day).toordinal() if year >= _FIRST_YEAR else None
    except ValueError:
        return None


@dataclass(slots=True)
class _Chat:
    """What the first pass over a file found."""

    layout: Layout | None = None
    orders: _Orders = field(default_factory=_Orders)
    notice: str | None = None
    """Name that stands on the opening notice (iOS only)."""
    speaks: bool = False
    """That name also stands on a line that is no notice: it is a person."""
    system: int = 0


def open_whatsapp(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a chat; system lines are left out, lines without a date go to the message above."""
    del name
    chat = _survey(path)
    order, how = chat.orders.decided()
    shown = {"ymd": "year-month-day", "dmy": "day-month-year", "mdy": "month-day-year"}
    made = Format("whatsapp, text", _COLUMNS, _PREFERRED, clock_writer="exporter")
    table = table_of(con, _records(path, chat, order), made, scratch)
    notes = [
        f"dates are {shown[order]}, {how}"
        if order
        else "WARNING: the order of day and month is unknown: no date of the file decides it; "
        "export the chat again with a longer history, or from a phone set to year-month-day"
    ]
    if chat.system:
        notes.append(f"{chat.system:,} system lines (joins, notices, settings) are no posts")
    note = "local time of the exporting phone; names are those of its address book"
    return replace(table, clock_note=note, notes=tuple(notes))


def _survey(path: Path) -> _Chat:
    """First pass: layout, order of day and month, the name of the chat."""
    chat = _Chat()
    for line in lines(path):
        found = _match(line.text)
        if found is None or (chat.layout is not None and _layout(found) != chat.layout):
            continue
        first = chat.layout is None
        chat.layout = _layout(found)
        chat.orders.see(found["a"], found["b"], found["c"])
        sender = _SENDER.match(found["rest"].lstrip(_MARKS))
        if sender is None or not chat.layout[0]:
            continue
        marked = (sender["text"] or "").startswith("\u200e")
        if first and marked and not _ATTACHED.search(sender["text"]):
            chat.notice = sender["name"]
        elif sender["name"] == chat.notice and not marked:
            chat.speaks = True
    return chat


def _records(path: Path, chat: _Chat, order: Order | None) -> Iterator[Record | BadRecord]:
    """Second pass: the messages, numbered from 1."""
    row = 0
    for head, body in _messages(path, chat):
        sender = _SENDER.match(head["rest"].lstrip(_MARKS)) if head is not None else None
        defect = next((line.defect for line in body if line.defect), None)
        if head is not None and sender is None and defect is None:
            chat.system += 1
            continue
        if sender is not None and _is_notice(sender, chat):
            chat.system += 1
            continue
        row += 1
        if head is None or sender is None or defect is not None:
            yield BadRecord(row, defect or "short_row", body[0].text[:200])
            continue
        text = "\n".join([sender["text"] or "", *(line.text for line in body[1:])])
        text = text.lstrip(_MARKS)[:_MAX_TEXT]
        named = _ATTACHED.search(text[:400])
        yield Record(
            row,
            {
                "sender": sender["name"].strip(_MARKS + " ~\u202f\xa0"),
                "time": _time(head, order),
                "text": text,
                "files": (named["ios"] or named["android"]) if named else None,
            },
        )


def _is_notice(sender: re.Match[str], chat: _Chat) -> bool:
    """True for a system line of iOS, which bears the name of the chat."""
    if sender["name"] != chat.notice or not (sender["text"] or "").startswith("\u200e"):
        return False
    if chat.speaks:  # a chat of two: the name is a person's, only the first line is a notice
        chat.notice = None
    return True


def _messages(path: Path, chat: _Chat) -> Iterator[tuple[re.Match[str] | None, list[Line]]]:
    """Dated line and all lines of each message; None where a file begins without a date."""
    head: re.Match[str] | None = None
    body: list[Line] = []
    size = 0
    for line in lines(path):
        found = _match(line.text)
        if found is not None and _layout(found) == chat.layout:
            if body:
                yield head, body
            head, body, size = found, [], 0
        if size <= _MAX_TEXT and (body or line.text.strip()):
            body.append(line)
            size += len(line.text)
    if body:
        yield head, body


def _time(found: re.Match[str], order: Order | None) -> str:
    """ISO text of the local time; as it was written if the order is unknown."""
    a, b, c = found["a"], found["b"], found["c"]
    half = (found["early"] or found["late"] or "").lower()
    clock = f"{found['h']}:{found['mi']}" + (f":{found['s']}" if found["s"] else "")
    clock += f" {'PM' if half.startswith(_AFTERNOON) else 'AM'}" if half else ""
    if order is None:
        return f"{a}/{b}/{c} {clock}"
    year, month, day = _parts(order, a, b, c)
    return f"{year:04d}-{month:02d}-{day:02d} {clock.zfill(5) if not half else clock}"
