"""How a file was read, as text for a terminal: 80 columns, nothing from the file printed raw."""

from __future__ import annotations

from collections.abc import Iterator

from forensics.job.ask import AskedFile
from forensics.model import REFUSAL_REASONS
from forensics.verbs.console import printable
from forensics.verbs.width import columns_of, shown, wrapped

WIDTH, LABEL = 80, 10
MEANINGS = {
    "account": "who posted",
    "time": "when",
    "id": "number of the post",
    "text": "what was written",
    "kind": "original, repost, quote or reply",
    "is_repost": "whether it is a repost",
    "reply_to": "what it replies to",
    "quote_of": "what it quotes",
    "client": "program it was posted with",
    "language": "language, by the platform",
    "label": "place the platform shows",
    "media": "names of media files",
    "url": "address of the post",
    "urls": "addresses in the post",
    "repost_of": "which post it repeats",
    "zone": "zone of the time, as mapped",
    "offset": "offset of the time, as mapped",
    "time_of_day": "clock beside the date, as mapped",
    "unit": "unit the post is assessed with",
    "name": "name shown beside the account",
    "account_id": "number of the account",
    "location": "place it states",
    "account_zone": "time zone of the account",
    "account_offset": "its offset from UTC",
    "account_language": "language of the account",
    "created": "when the account was made",
    "bio": "what it says of itself",
    "account_url": "address on its profile",
    "based_in": "place, by the platform",
    "connected_via": "store or site, by the platform",
    "region": "region on the profile",
    "managed_from": "country of its managers",
    "phone_country": "country of its telephone",
    "captured": "when the profile was seen",
}
"""What each role is used for."""


def lines_of(file: AskedFile) -> Iterator[str]:
    """A file in one line of at most 80 columns: name, reader, rows, clock.

    Of a file without a row that could be read, more lines tell why, and what to do, uncut.
    """
    source = file.source
    name = shown(source.name, 28)
    if file.failure:
        yield from _hanging(f"{name}: not read: {file.failure.removeprefix(f'{source.name}: ')}")
        return
    what = "rows" if source.holds == "posts" else source.holds
    rows = f"{source.rows_read:,} of {source.rows_present:,} {what}"
    yield shown(f"{name}: {source.reader}, {rows}, {source.clock.statement}", WIDTH)
    if source.rows_present and not source.rows_read:
        refused = (f"{count:,} {reason}" for reason, count, _ in file.refused)
        yield from _hanging(f"  refused: {', '.join(refused)}; --explain shows rows and remedy")


def _hanging(text: str) -> Iterator[str]:
    """A paragraph as lines that fit; all but the first stand two columns further in."""
    head = " " * (len(text) - len(text.lstrip()))
    for number, part in enumerate(wrapped(printable(text), WIDTH - len(head) - 2)):
        yield f"{head}{'  ' * (number > 0)}{part}"


def card_of(file: AskedFile) -> Iterator[str]:
    """Everything about one file."""
    source = file.source
    yield shown(source.name, WIDTH)
    if file.failure:
        yield from item("not read", file.failure)
    else:
        yield from item("read as", f"{source.reader} ({source.format})")
        yield from _columns(file)
        if source.facts:
            listed = ", ".join(f"{field} {count:,}" for field, count in source.facts.items())
            yield from item("profiles", f"accounts with {listed}")
        yield from item("clock", source.clock.statement)
        yield from item(
            "rows",
            f"{source.rows_present:,} present = {source.rows_read:,} read + "
            f"{source.rows_refused:,} refused",
        )
    for reason, count, rows in file.refused:
        yield from item("refused", f"{count:,} {reason}: {REFUSAL_REASONS[reason]}")
        for row in rows:
            if row.row:
                place = f"row {row.row:,}, {row.field}" if row.field else f"row {row.row:,}"
                yield shown(f'{"":{LABEL}}  {place}: "{row.raw}"', WIDTH)
    for note in source.notes:
        if note != file.failure and not note.startswith("refused: "):
            yield from item("note", note)


def _columns(file: AskedFile) -> Iterator[str]:
    """Role, column and what it is used for, one line each."""
    label = "columns"
    roles = max([9, *map(len, file.source.columns)]) + 1
    for role, column in file.source.columns.items():
        name = f"{shown(column, 26)}"
        pad = " " * max(26 - columns_of(name), 0)
        line = f"{label:{LABEL}}{role:<{roles}}{name}{pad}  {MEANINGS.get(role, '')}"
        yield shown(line, WIDTH).rstrip()
        label = ""


def item(label: str, text: str) -> Iterator[str]:
    """A label and a paragraph beside it."""
    for part in wrapped(printable(text), WIDTH - LABEL):
        yield f"{label:{LABEL}}{part}"
        label = ""
