"""Cases that grow: stages that go on from earlier ones, and large tables in several parts.

What was received later is read into parts of its own; the parts before stay as they are. The line
of such a reading names the `key` of the one it went on from as `after`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from forensics.case.refs import files_in, tables_in
from forensics.model import Entry, Json

_PART = re.compile(r"-[0-9]{4,}(?=\.parquet$)")
"""How the name of a later part ends."""


def part_name(table: str, number: int) -> str:
    """What a part of a large table is called: the first as the table, `posts-0002.parquet` next."""
    stem, _, ending = table.rpartition(".")
    return table if number == 1 else f"{stem}-{number:04}.{ending}"


def whole_name(part: str) -> str:
    """The table that a part belongs to: `posts.parquet` of `posts-0002.parquet`."""
    return _PART.sub("", part)


def parts_in(folder: Path, table: str) -> tuple[Path, ...]:
    """The parts of a large table that lie in a folder, in the order in which they were made."""
    stem = table.rpartition(".")[0]
    found = [path for path in folder.glob(f"{stem}*.parquet") if whole_name(path.name) == table]
    return tuple(sorted(found, key=lambda path: (len(path.name), path.name)))


def stages(entries: Iterable[Entry], kind: str, key: str | None = None) -> tuple[Entry, ...]:
    """The line of a finished stage behind those it went on from, the first of them first.

    Args:
        entries: The lines of a record.
        kind: Kind of line.
        key: Key of the stage; None for the last of the kind.

    Returns:
        Nothing if there is no such line, or a line is missing that it names as `after`.
    """
    chain: list[Entry] = []
    wanted: Json = key
    for entry in reversed([one for one in entries if one.kind == kind]):
        if entry.body.get("key") != wanted and (chain or key is not None):
            continue
        chain.insert(0, entry)
        wanted = entry.body.get("after")
        if wanted is None:
            return tuple(chain)
    return ()


def last_made(chain: Iterable[Entry]) -> Mapping[str, str] | None:
    """Path in the case folder -> SHA-256 of all that some stages made, the last of each name.

    None if a line names something that is neither table nor file.
    """
    made: dict[str, str] = {}
    for entry in chain:
        tables, files = tables_in(entry.body), files_in(entry.body)
        if None in tables or None in files:
            return None
        made |= {f"tables/{table.name}": table.sha256 for table in tables if table is not None}
        made |= {file.path: file.sha256 for file in files if file is not None}
    return made
