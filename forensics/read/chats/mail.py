"""Mail: one message (EML), or many in one file (mbox). Headers only; no body is read.

`Date` is written by the **author's device** (or webmail server) when the message is sent, whole
seconds, with the offset of that device. Nothing checks it: a device may be set to any time and
zone, and webmail often writes its server's. `-0000` means that the offset is unknown, the time is
UTC; it comes out as offset 0 and is counted in a note. Names of zones are read as the mail standard
defines them (EST is -0500); other names are refused, and a date without offset is naive.

Columns: account is the address in `From` (lower case), text is the subject, client is `X-Mailer` or
`User-Agent`, the id is `Message-ID`. A message with `In-Reply-To` is a reply. `Received` headers,
recipients and IP addresses are not taken.

Traps: mbox parts messages by lines `From sender date` after a blank line; that date is the
receiving machine's and is not used. Header blocks above 256 KiB are refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.chats.shared import MONTHS, iso, lines
from forensics.read.options import Table
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FROM_LINE = re.compile(r"From \S+ .*\d{1,2}:\d{2}(?::\d{2})?.*\d{4}\s*")
_FIELD = re.compile(r"([!-9;-~]{1,100}):[ \t]?(.*)")
_SURE = {"message-id", "received", "mime-version", "subject", "to", "return-path", "delivered-to"}
_WANTED = ("from", "date", "subject", "message-id", "in-reply-to", "x-mailer", "user-agent")
_DATE = re.compile(
    r"(?:[A-Za-z]{3,9},?\s*)?(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*[\s-]+(\d{4}|\d{2})\s+"
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s+([+-]\d{4}|[A-Za-z]{1,5}))?(?:\s*\(.*)?",
    re.ASCII,
)
_NAMED = {
    "UT": "+0000", "UTC": "+0000", "GMT": "+0000", "Z": "+0000", "EST": "-0500", "EDT": "-0400",
    "CST": "-0600", "CDT": "-0500", "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
}  # fmt: skip
"""Zone names of the mail standard (RFC 5322, section 4.3), which defines no others."""
_MAX_HEADERS = 256 << 10
_MAX_FIELD = 2_000
_MAX_FROM_LINE = 500
_COLUMNS = ("address", "time", "id", "subject", "kind", "program")
_PREFERRED = {
    "account": "address", "time": "time", "id": "id", "text": "subject", "kind": "kind",
    "client": "program",
}  # fmt: skip


def is_mbox(path: Path, head: bytes) -> bool:
    """True if the first line parts messages and a header follows."""
    del path
    first, second, *_ = [*head.decode("utf-8", "replace").split("\n", 2), "", ""]
    return _parts_messages(first) and _FIELD.match(second) is not None


def _parts_messages(line: str) -> bool:
    """True for the line before each message of an mbox; long lines are none."""
    # the pattern walks back and forth: a hostile line must not cost the square of its length
    return len(line) < _MAX_FROM_LINE and _FROM_LINE.fullmatch(line) is not None


def is_eml(path: Path, head: bytes) -> bool:
    """True if the file begins with a block of mail headers."""
    del path
    names = set()
    for line in head.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")[:500]:
        found = _FIELD.match(line)
        if not line.strip():
            break
        if found:
            names.add(found[1].lower())
        elif not line.startswith((" ", "\t")) or not names:
            return False
    return {"from", "date"} <= names and bool(_SURE & names)


@dataclass(slots=True)
class _Seen:
    """What was met on the way, for the notes."""

    offsets: Counter[str] = field(default_factory=Counter)
    repeated: int = 0


def open_mail(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open an mbox or a single message."""
    del name
    with path.open("rb") as stream:
        many = is_mbox(path, stream.read(1 << 16))
    seen = _Seen()
    made = Format("mbox" if many else "eml", _COLUMNS, _PREFERRED, clock_writer="device")
    table = table_of(con, _records(path, seen, many=many), made, scratch)
    notes = []
    if seen.offsets["-0000"]:
        notes.append(
            f"{seen.offsets['-0000']:,} dates have the offset -0000: UTC, author's offset unknown"
        )
    if seen.repeated:
        notes.append(f"{seen.repeated:,} messages have several Date headers; the first was taken")
    note = "Date is set by the author's device or webmail and is not checked by anyone"
    return replace(table, clock_note=note, notes=tuple(notes))


def _records(path: Path, seen: _Seen, *, many: bool) -> Iterator[Record | BadRecord]:
    """One record a message, numbered from 1."""
    for row, (headers, defect, first) in enumerate(_blocks(path, many=many), start=1):
        if defect is not None:
            yield BadRecord(row, defect, first)
        else:
            yield Record(row, _values(headers, seen))


def _blocks(path: Path, *, many: bool) -> Iterator[tuple[dict[str, list[str]], str | None, str]]:
    """(wanted headers, defect, first line) of each message."""
    headers: dict[str, list[str]] = {}
    defect: str | None = None
    first, last, size = "", "", 0
    inside, started, blank = not many, not many, True
    for line in lines(path):
        text = line.text
        if many and blank and _parts_messages(text):
            if started:
                yield headers, defect, first
            headers, defect, first, last, size = {}, None, text, "", 0
            inside, started, blank = True, True, False
            continue
        blank = not text.strip()
        if not inside:
            continue
        if blank:
            inside = False
            continue
        first = first or text
        size += len(text)
        if size > _MAX_HEADERS or line.defect == "too_large":
            defect, inside = "too_large", False
            continue
        found = _FIELD.match(text)
        if text[:1] in " \t" and last in headers:
            joined = f"{headers[last][-1]} {text.strip()}"
            headers[last][-1] = joined[:_MAX_FIELD]
        elif found:
            last = found[1].lower()
            if last in _WANTED and len(headers.get(last, ())) < 2:
                headers.setdefault(last, []).append(found[2].strip()[:_MAX_FIELD])
    if started:
        yield headers, defect, first


def _values(headers: Mapping[str, list[str]], seen: _Seen) -> dict[str, str | None]:
    """The columns of one message."""
    found = {name: values[0] for name, values in headers.items()}
    seen.repeated += len(headers.get("date", ())) > 1
    address = parseaddr(found.get("from", ""))[1].strip().lower()
    return {
        "address": address or _decoded(found.get("from")),
        "time": mail_time(found.get("date"), seen.offsets),
        "id": found.get("message-id", "").strip("<> ") or None,
        "subject": _decoded(found.get("subject")),
        "kind": "reply" if found.get("in-reply-to") else "original",
        "program": _decoded(found.get("x-mailer") or found.get("user-agent")),
    }


def mail_time(text: str | None, offsets: Counter[str]) -> str | None:
    """A Date header as ISO text; what is not understood stays as it was written."""
    found = _DATE.fullmatch((text or "").strip())
    month = MONTHS.get(found[2].lower()) if found else None
    if found is None or month is None:
        return text
    day, _, year, hour, minute, second, zone = found.groups()
    if len(year) == 2:  # RFC 5322, section 4.3
        year = f"{'20' if int(year) < 50 else '19'}{year}"
    offset = _NAMED.get((zone or "").upper(), zone)
    if offset is not None and offset[0] not in "+-":
        return text  # a name that the standard does not define
    offsets[offset or ""] += 1
    return iso(year, month, day, f"{int(hour):02d}:{minute}:{second or '00'}", offset)


def _decoded(text: str | None) -> str | None:
    """Text of a header with its encoded words decoded; as written where they are broken."""
    if not text:
        return None
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(_piece(piece, charset) for piece, charset in pieces)


def _piece(piece: bytes | str, charset: str | None) -> str:
    """One decoded word."""
    if isinstance(piece, str):
        return piece
    try:
        return piece.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):  # a charset nobody knows, or a codec that is none for text
        return piece.decode("latin-1")
