"""How a file was read, as text for a terminal: 80 columns, nothing from the file printed raw."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from unicodedata import east_asian_width

from forensics.job.ask import AskedFile
from forensics.model import REFUSAL_REASONS
from forensics.verbs.console import printable

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
    "zone": "zone of the time, as mapped",
    "offset": "offset of the time, as mapped",
    "unit": "unit the post is assessed with",
}
"""What each role is used for."""


def line_of(file: AskedFile) -> str:
    """One line of at most 80 columns: name, reader, rows, clock."""
    source = file.source
    name = cut(source.name, 28)
    if file.failure:
        failure = file.failure.removeprefix(f"{source.name}: ")
        return cut(f"{name}: not read: {failure}", WIDTH)
    rows = f"{source.rows_read:,} of {source.rows_present:,} rows"
    return cut(f"{name}: {source.reader}, {rows}, {source.clock.statement}", WIDTH)


def card_of(file: AskedFile) -> Iterator[str]:
    """Everything about one file."""
    source = file.source
    yield cut(source.name, WIDTH)
    if file.failure:
        yield from _item("not read", file.failure)
    else:
        yield from _item("read as", f"{source.reader} ({source.format})")
        yield from _columns(file)
        yield from _item("clock", source.clock.statement)
        yield from _item(
            "rows",
            f"{source.rows_present:,} present = {source.rows_read:,} read + "
            f"{source.rows_refused:,} refused",
        )
    for reason, count, rows in file.refused:
        yield from _item("refused", f"{count:,} {reason}: {REFUSAL_REASONS[reason]}")
        for row in rows:
            if row.row:
                place = f"row {row.row:,}, {row.field}" if row.field else f"row {row.row:,}"
                yield cut(f'{"":{LABEL}}  {place}: "{row.raw}"', WIDTH)
    for note in source.notes:
        if note != file.failure and not note.startswith("refused: "):
            yield from _item("note", note)


def _columns(file: AskedFile) -> Iterator[str]:
    """Role, column and what it is used for, one line each."""
    label = "columns"
    for role, column in file.source.columns.items():
        name = f"{cut(column, 26)}"
        pad = " " * max(26 - width_of(name), 0)
        yield cut(f"{label:{LABEL}}{role:<10}{name}{pad}  {MEANINGS.get(role, '')}", WIDTH).rstrip()
        label = ""


def _item(label: str, text: str) -> Iterator[str]:
    """A label and a paragraph beside it."""
    for part in wrap(printable(text), WIDTH - LABEL, break_on_hyphens=False):
        yield cut(f"{label:{LABEL}}{part}", WIDTH)
        label = ""


def width_of(text: str) -> int:
    """Columns a text takes in a terminal."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def cut(text: str, width: int) -> str:
    """Printable text of at most that many columns; a mark shows that something is missing."""
    shown = printable(text)
    if width_of(shown) <= width:
        return shown
    kept = ""
    for char in shown:
        if width_of(kept + char) >= width:
            break
        kept += char
    return kept + "\N{HORIZONTAL ELLIPSIS}"
