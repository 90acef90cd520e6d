"""Text that stands in pictures: in how many of a unit's pictures it was looked for, and found.

Nothing is concluded here: what the lines say is for the finders of codes and places, which read
them beside the posts. That pictures were left unread is said, because then silence says nothing.
Method: docs/methods/image-text.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from forensics.clues.evidence import Evidence
from forensics.clues.image_clues import LOOSE
from forensics.model import Finding, Image, Json, Observation, RowRef, Status
from forensics.pixels import ImageText, TextSearch
from forensics.version import __version__

METHOD = "image_words"
EXAMPLES = 10
SHOWN_LINES = 50
"""Lines written out in the details."""
_SHOWN_DIGITS = 4
_LONG_NUMBER = re.compile(r"\d(?:[-()\s]{0,2}\d){6,}")
"""Seven digits or more, as in telephone numbers: they belong to people."""
LIMITS = (
    "Text in a picture is about what the picture shows: it says nothing about who posted it.",
    "Engines misread: small, slanted and handwritten text, and scripts they do not know.",
)


def find(evidence: Evidence) -> list[Finding]:
    """One finding for every unit with pictures, and one for pictures that no post names.

    Nothing at all where nobody asked for text to be read.
    """
    search = evidence.text_search
    if search is None:
        return []
    decoded = {one.original for one in evidence.pictures}
    images = [image for image in evidence.images if image.original in decoded]
    lines: dict[str, list[ImageText]] = {}
    for line in evidence.image_texts:
        lines.setdefault(line.original, []).append(line)
    found = []
    known: set[str] = set()
    for unit, accounts in evidence.units.items():
        known.update(accounts)
        mine = [image for image in images if set(accounts).intersection(image.accounts)]
        if mine:
            found.append(_finding(unit, mine, lines, search))
    loose = [image for image in images if not known.intersection(image.accounts)]
    if loose:
        found.append(_finding(LOOSE, loose, lines, search))
    return found


def _finding(
    unit: str,
    images: Sequence[Image],
    lines: dict[str, list[ImageText]],
    search: TextSearch,
) -> Finding:
    """What was read in the pictures of one unit."""
    files = sorted({image.original for image in images})
    read = [name for name in files if name in search.lines]
    telling = [name for name in read if search.lines[name]]
    count = sum(search.lines[name] for name in telling)
    status: Status = "found" if telling else "nothing_found" if read else "not_looked"
    text = (
        f"Text was looked for in {len(read):,} of {len(files):,} image files and stands in "
        f"{len(telling):,} of them: {count:,} {'line' if count == 1 else 'lines'}."
    )
    if search.left:
        text += (
            f" Of all {search.pictures:,} different pictures {search.limit:,} were to be read, "
            "screenshots and documents first: the rest may hold text."
        )
    observation = Observation(
        id=f"{METHOD}:{unit}:read",
        about=unit,
        statement=text,
        value={"files": len(files), "read": len(read), "with_text": len(telling), "lines": count},
        interval=None,
        unit="files, lines",
        rows=tuple(RowRef(name, 0) for name in telling[:EXAMPLES]),
        rows_total=len(telling),
        method=METHOD,
        version=f"gnomon {__version__}; {search.engine}",
        settings={"limit": search.limit},
    )
    names = {image.original: image.name for image in images}
    shown = [line for name in telling for line in lines.get(name, ())]
    details: dict[str, Json] = {
        "lines": [_line(line, names[line.original]) for line in shown[:SHOWN_LINES]],
        "not_shown": max(0, len(shown) - SHOWN_LINES),
    }
    return Finding(METHOD, unit, status, text, (observation,), (), LIMITS, details)


def masked(text: str) -> str:
    """The text with long numbers cut to their first four digits, as reports show them."""
    return _LONG_NUMBER.sub(lambda found: _masked(found[0]), text)


def _masked(number: str) -> str:
    digits = 0
    shown = []
    for char in number:
        digits += char.isdigit()
        shown.append("•" if char.isdigit() and digits > _SHOWN_DIGITS else char)
    return "".join(shown)


def _line(line: ImageText, file: str) -> dict[str, Json]:
    return {
        "file": file,
        "original": line.original,
        "text": masked(line.text),
        "score_ppm": line.score_ppm,
        "engine": line.engine,
    }
