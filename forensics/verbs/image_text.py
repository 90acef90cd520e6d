"""Images as text for a terminal: one line each, or everything they say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from forensics.clock import offset_text, utc_text
from forensics.model import REFUSAL_REASONS, Image, Refusal
from forensics.read.images import Credentials, card
from forensics.verbs.console import printable
from forensics.verbs.width import cut, wrapped

if TYPE_CHECKING:
    from forensics.pixels.recognise import TextLine

WIDTH = 80
_LABEL = 7
_TAKEN = (
    "exif_original", "exif_digitised", "gps", "movie_created", "raw_original", "trailer_utc",
    "movie_header",
)  # fmt: skip
"""Claims about the moment of taking, the most direct first."""
COLUMNS = (20, 29, 13)
"""Widths of name, time and place; the device takes the rest."""


def image_line(path: str, found: Image, refusals: Sequence[Refusal], *, width: int = WIDTH) -> str:
    """The image as one line of at most `width` columns: name, when and whose clock, where, device.

    What does not fit is cut with a mark; the card and the JSON hold all of it.
    """
    cells = (PurePath(path).name, _short_time(found), _short_place(found))
    parts = [
        cut(printable(text), width, pad=True) for text, width in zip(cells, COLUMNS, strict=True)
    ]
    device = " ".join(found.camera.get(key, "") for key in ("make", "model")).strip()
    if not device and "stripped" in found.marks:
        device = f"({found.marks.get('platform', 'stripped')})"
    elif not device and refusals:
        device = f"({refusals[0].reason})"
    rest = max(width, WIDTH) - sum(COLUMNS) - 2 * len(COLUMNS)
    return "  ".join((*parts, cut(printable(device or "-"), rest))).rstrip()


def _short_time(found: Image) -> str:
    """The most direct claim: `2024-03-14 10:20 UTC+8 camera`; `local` where no zone is written."""
    claims = [claim for field in _TAKEN for claim in found.times if claim.field == field]
    claim = next(iter(claims or found.times), None)
    if claim is None:
        return "no time"
    if claim.local is not None:
        known = claim.local.offset_min
        zone = "local" if known is None else offset_text(known)
        return f"{claim.local.text[:16].replace('T', ' ')} {zone} {claim.clock_writer}"
    if claim.instant is not None:
        return f"{utc_text(claim.instant.utc_us)[:16].replace('T', ' ')}Z {claim.clock_writer}"
    return "no time"


def _short_place(found: Image) -> str:
    """`33.36,120.20`, with a `?` before it where the fix is stale or void."""
    if not found.positions:
        return "no place"
    place = found.positions[0]
    doubt = "?" if place.basis == "exif" and "fix" in found.gps else ""
    return f"{doubt}{place.lat_udeg / 1e6:.2f},{place.lon_udeg / 1e6:.2f}"


def image_block(
    path: str,
    found: Image,
    refusals: Sequence[Refusal],
    credentials: Credentials | None = None,
) -> str:
    """The image as a few lines of at most 80 columns; control characters are escaped.

    Only the first line, the path, is as long as it is.
    """
    lines = [printable(path)]
    unused = [
        f"{item.where.removeprefix('field ')}: {REFUSAL_REASONS[item.reason]}" for item in refusals
    ]
    rows = (
        ("when", card.when(found)),
        ("where", card.where(found)),
        ("device", card.device(found)),
        ("clock", card.clock(found)),
        ("marks", card.marks(found)),
        ("ids", card.ids(found)),
        ("signed", card.signed(found, credentials)),
        ("unused", unused),
    )
    silent = not any(texts for _, texts in rows)
    for label, texts in (("file", card.sort(found)), *rows):
        for number, text in enumerate(texts):
            head = f"  {label if number == 0 else '':<{_LABEL}}"
            for line in wrapped(printable(text), WIDTH - len(head)):
                lines.append(head + line)
                head = " " * len(head)
    if silent:
        lines.append("  says nothing about time, place or device")
    return "\n".join(lines)


def written_lines(read: tuple[TextLine, ...] | Refusal, *, width: int = WIDTH) -> list[str]:
    """What is written in the picture, line by line; a picture without text gives none."""
    head = f"  {'text':<{_LABEL}}"
    if isinstance(read, Refusal):
        return [f"{head}not read: {REFUSAL_REASONS[read.reason]}"]
    lines = []
    for line in read:
        for part in wrapped(printable(line.text), max(width - len(head), 1)):
            lines.append(head + part)
            head = " " * len(head)
    return lines
