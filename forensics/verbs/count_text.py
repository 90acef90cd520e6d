"""What `gnomon count` did, in a terminal of 80 columns or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from forensics import clock
from forensics.job.counting.folder import REFUSALS
from forensics.model import REFUSAL_REASONS, Json
from forensics.read.refused import refusal_counts
from forensics.verbs.console import ascii_json
from forensics.verbs.read_text import LABEL, WIDTH, item
from forensics.verbs.width import shown

if TYPE_CHECKING:
    from forensics.job.counting import Counting
    from forensics.job.counting.zones import ZonesLook

SCHEMA = "gnomon.count/1"
FILES_SHOWN = 12


def lines_of(done: Counting, written: Sequence[Path]) -> Iterator[str]:
    """What was read and refused, what the folder holds now, and how large it is."""
    folder, part = done.folder, done.part
    new = [] if done.reading is None else done.reading.sources
    if part is None:
        were = "the file was" if done.given == 1 else f"all {done.given:,} files were"
        yield from item("read", f"nothing new: {were} counted before")
    for source in new[:FILES_SHOWN]:
        said = f"{source.rows_read:,} of {source.rows_present:,} {source.holds}"
        said = "not read" if source.reader == "none" else said
        yield shown(f"{'read':{LABEL}}{shown(source.name, 34)}: {said}", WIDTH)
        if source.clock.assumption:
            yield from item("", f"times read as {source.clock.assumption}")
        for note in source.notes:
            if not note.startswith("refused: "):  # counted below
                yield from item("", note)
    if len(new) > FILES_SHOWN:
        yield from item("", f"and {len(new) - FILES_SHOWN:,} more files, listed in counts.json")
    if part is not None:
        yield from _refused(folder.path(REFUSALS, part), part.refused)
    yield from item("accounts", f"{done.accounts:,}, of them {done.new_accounts:,} new")
    first = min(one.first_us for one in folder.parts if one.posts)
    last = max(one.last_us for one in folder.parts)
    yield from item("span", f"{clock.utc_text(first)} to {clock.utc_text(last)}")
    yield from item("folder", f"{folder.root}: {_parts(len(folder.parts))}")
    yield f"{'':{LABEL}}{'table':<10}{'rows':>16}{'of them new':>16}{'size':>12}"
    for table in folder.tables:
        rows = sum(one.rows[table] for one in folder.parts)
        size = sum(one.bytes[table] for one in folder.parts)
        added = part.rows[table] if part is not None else 0
        yield f"{'':{LABEL}}{table:<10}{rows:>16,}{added:>16,}{_size(size):>12}"
    for name in done.removed:
        yield from item("removed", f"{name}, which did not know the new part")
    if written:
        yield from item("merged", f"one file a table in {written[0].parent}")
    elif len(folder.parts) > 1:
        yield from item("", "Counts of several parts are added up: README.txt there, or --merged.")


def _refused(path: Path, total: int) -> Iterator[str]:
    """How many rows were refused, why, and an example of each reason."""
    if not total:
        yield from item("refused", "nothing")
        return
    yield from item("refused", f"{total:,}, with number and text in refusals/{path.name}")
    for reason, number, examples in refusal_counts(path):
        yield from item("", f"{number:,} {reason}: {REFUSAL_REASONS[reason]}")
        for row in examples[:1]:
            place = f"row {row.row:,}" if row.row else "the file"
            yield shown(f'{"":{LABEL}}  {place}: "{row.raw}"', WIDTH)


def _parts(number: int) -> str:
    return "1 part" if number == 1 else f"{number:,} parts"


def _size(count: int) -> str:
    """Bytes for people."""
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= step:
            return f"{count / step:,.1f} {unit}"
    return f"{count} B"


def zone_lines(look: ZonesLook) -> Iterator[str]:
    """How many accounts have a zone at the quick look, and what it leaves out."""
    yield from item("zones", f"{look.path}: {look.accounts:,} accounts, {look.found:,} found, "
                    f"{look.accounts - look.found:,} insufficient")  # fmt: skip
    for line in wrap(look.leaves_out, WIDTH - LABEL, break_on_hyphens=False):
        yield f"{'':{LABEL}}{line}"


def counted_json(done: Counting, look: ZonesLook | None, written: Sequence[Path]) -> str:
    """The same as one JSON object."""
    import json

    folder, part = done.folder, done.part
    refused: dict[str, Json] = {}
    if part is not None:
        refused = {
            reason: number for reason, number, _ in refusal_counts(folder.path(REFUSALS, part))
        }
    whole: Mapping[str, Json] = {
        "schema": SCHEMA,
        "folder": str(folder.root),
        "engine": done.engine or None,
        "files_given": done.given,
        "accounts": done.accounts,
        "new_accounts": done.new_accounts,
        "parts": [
            {
                "part": one.number,
                "files": [
                    {key: source[key] for key in ("name", "original", "rows_read", "rows_refused")}
                    for source in one.sources
                ],
                "first_us": one.first_us,
                "last_us": one.last_us,
                "rows": dict(one.rows),
                "bytes": dict(one.bytes),
            }
            for one in folder.parts
        ],
        "new_part": part.number if part is not None else None,
        "refused": refused,
        "posts": sum(one.posts for one in folder.parts),
        "removed": list(done.removed),
        "merged": [str(path) for path in written],
        "zones": look.as_json() if look else None,
    }
    return ascii_json(json.dumps(whole, allow_nan=False))
