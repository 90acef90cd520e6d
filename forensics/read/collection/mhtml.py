"""Pages saved as MHTML: the browser wrote the address and the time into the first lines."""

from __future__ import annotations

import re
from email import policy
from email.parser import BytesHeaderParser
from email.utils import parsedate_tz
from pathlib import Path

from forensics.read.collection.items import (
    Captured,
    DamagedLogError,
    Item,
    Log,
    LogFile,
    captured_of,
    text_of,
)

HEAD = 1 << 16
_MARK = re.compile(rb"(?im)^(?:Snapshot-Content-Location|X-Snapshot-Content-Location):\s")
_FIRST = re.compile(rb"[A-Za-z-]{2,40}:[ \t]")
_SAVED = re.compile(r"<Saved by ([A-Za-z ]{1,40})>")


def is_mhtml(path: Path, head: bytes) -> bool:
    """True for a block of headers that names the address of a saved page."""
    del path
    if not _FIRST.match(head):
        return False
    block = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    return _MARK.search(block) is not None and b"multipart/related" in block.lower()


def read_mhtml(file: LogFile) -> Log:
    """The one item that such a page is.

    Raises:
        DamagedLogError: the headers do not end within 64 KiB.
    """
    with file.path.open("rb") as stream:
        head = stream.read(HEAD)
    block = re.split(rb"(?<=\n)\r?\n", head, maxsplit=1)
    if len(block) < 2 and len(head) == HEAD:
        raise DamagedLogError("too_large", "its headers do not end within 64 KiB")
    found = BytesHeaderParser(policy=policy.compat32).parsebytes(block[0])
    saved = _SAVED.search(str(found.get("From", "")))
    url = found.get("Snapshot-Content-Location") or found.get("X-Snapshot-Content-Location")
    item = Item(
        row=1,
        file=None,
        source_url=text_of(None if url is None else str(url)),
        title=text_of(_subject(found.get("Subject"))),
        tool=f"browser ({saved[1]})" if saved else None,
        method="saved as MHTML",
        captured=_date(found.get("Date")),
        media_type="multipart/related",
        itself=True,
    )
    return Log("MHTML", (item,))


def _subject(raw: object) -> str | None:
    """The title with its encoded words read; as it stands where they cannot be."""
    from email.errors import MessageError
    from email.header import decode_header, make_header

    if raw is None:
        return None
    try:
        return str(make_header(decode_header(str(raw))))
    except (MessageError, LookupError, ValueError):
        return str(raw)


def _date(raw: object) -> Captured | None:
    """The time of the header. Browsers write UTC as `-0000`, which mail calls unknown: kept."""
    text = text_of(None if raw is None else str(raw))
    if text is None:
        return None
    found = parsedate_tz(text)
    if found is None:
        return Captured(text, None, why_not="no time that can be read")
    year, month, day, hour, minute, second, offset = *found[:6], found[9]
    seconds = offset or 0
    sign = "-" if seconds < 0 else "+"
    written = (
        f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}"
        f"{sign}{abs(seconds) // 3600:02d}:{abs(seconds) // 60 % 60:02d}"
    )
    if not re.search(r"(?:[+-]\d{4}|GMT|UTC|Z)\s*(?:\(.*\))?$", text[-200:]):
        return Captured(text, None, why_not="the time has no offset")
    read = captured_of(written)
    return None if read is None else Captured(text, read.us, read.basis, why_not=read.why_not)
