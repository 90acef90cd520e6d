"""The bytes behind rows: out of the originals, with the records around them."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from forensics.case.files import sha256_of
from forensics.errors import ForensicsError
from forensics.job.walk.members import taken_out
from forensics.job.walk.pictures import picture
from forensics.job.walk.tables import Tables
from forensics.job.walk.tree import Excerpt, Line
from forensics.read import lookup
from forensics.read.database import connected
from forensics.read.unpack import Unpacked

Ref = tuple[str, int]
"""SHA-256 of a file, number of a record in it; 0 is the whole file."""
HASHED_BYTES = 1 << 30
"""Largest original that is hashed again before its bytes are shown."""
CELL_CHARS = 400
"""Characters of one cell that are kept of a record given as read."""
LEAST_TEXT = 8
"""Characters of a cell by which a record is looked for in the file."""
MOST_SEARCHED = 256 << 20


@dataclass(frozen=True, slots=True)
class _File:
    """One file whose records are wanted."""

    sha256: str
    name: str
    path: Path
    note: str
    """Which bytes these are."""


def excerpts(tables: Tables, refs: Collection[Ref], context: int) -> dict[Ref, Excerpt]:
    """An excerpt for each row that is asked for; one that cannot be had says why.

    Args:
        tables: The case.
        refs: Files and record numbers.
        context: Records shown before and after each.
    """
    by_file: dict[str, list[int]] = {}
    for sha256, row in sorted(set(refs)):
        by_file.setdefault(sha256, []).append(row)
    found: dict[Ref, Excerpt] = {}
    with tempfile.TemporaryDirectory(prefix="gnomon-show-") as folder:
        for place, (sha256, rows) in enumerate(by_file.items()):
            scratch = Path(folder) / str(place)
            scratch.mkdir()
            try:
                for row, one in _of_file(tables, sha256, rows, (scratch, context)):
                    found[sha256, row] = one
            except ForensicsError as error:
                for row in rows:
                    found.setdefault((sha256, row), Excerpt("none", error.line()))
    return found


def _of_file(
    tables: Tables, sha256: str, rows: Sequence[int], how: tuple[Path, int]
) -> Iterator[tuple[int, Excerpt]]:
    scratch, context = how
    file = _file(tables, sha256, scratch)
    source = tables.sources.get(sha256)
    if source is None or 0 in rows:
        yield 0, picture(tables, sha256, file.path, file.note)
    wanted = sorted({row for row in rows if row > 0})
    if not wanted:
        return
    if source is None:
        for row in wanted:
            yield row, Excerpt("none", "no reader read rows out of this file")
        return
    encoding = tables.case.settings.get("columns")
    told = encoding if isinstance(encoding, dict) else {}
    named = told.get("encoding")
    plain = lookup.plain_bytes(file.path, file.name, scratch, str(named) if named else None)
    if plain.steps:
        file = replace(file, note=f"{file.note}, unpacked or decoded ({', '.join(plain.steps)})")
    around = _around(wanted, context)
    text = lookup.in_text(plain, file.name, str(source["reader"]), around)
    if text is not None:
        yield from _as_bytes(text, file.note, wanted, context)
        return
    table = told.get("table")
    yield from _as_read(
        plain, (file, str(source["reader"])), wanted, context, str(table) if table else None
    )


def _file(tables: Tables, sha256: str, scratch: Path) -> _File:
    """The bytes of an original, or of a member of an archive.

    Raises:
        CaseError: it is not there.
        ReadError: its archive cannot be unpacked.
    """
    name = tables.name_of(sha256)
    member = tables.members.get(sha256)
    if member is not None and sha256 not in tables.originals:
        parent = str(member["parent"])
        archive = tables.case.path_of(parent)
        path = taken_out(archive, parent, str(member["name"]), sha256, scratch / "members")
        note = f"of this member, out of {tables.name_of(parent)} ({parent[:12]}…)"
        return _File(sha256, name, path, note)
    path = tables.case.path_of(sha256)
    return _File(sha256, name, path, f"of the original{_checked(path, sha256)}")


def _checked(path: Path, sha256: str) -> str:
    """What hashing the file again says."""
    if path.stat().st_size > HASHED_BYTES:
        return " (not hashed again here: gnomon verify does)"
    if sha256_of(path)[0] == sha256:
        return ", whose hash is right"
    return ", which HAS BEEN ALTERED: its hash is not its name"


def _around(wanted: Collection[int], context: int) -> list[int]:
    return sorted(
        {near for row in wanted for near in range(max(1, row - context), row + context + 1)}
    )


def _as_bytes(
    found: lookup.Found, note: str, wanted: Collection[int], context: int
) -> Iterator[tuple[int, Excerpt]]:
    """The records themselves."""
    for row in wanted:
        if row not in found.records:
            yield row, Excerpt("none", f"the file has no record {row:,}")
            continue
        lines = []
        if found.header:
            lines.append(Line("columns", ", ".join(found.header)))
        for near in _around({row}, context):
            if near in found.records:
                one = found.records[near]
                text = one.data.decode("utf-8", "backslashreplace")
                label = f"{near} refused: {one.refused}" if one.refused else str(near)
                lines.append(Line(label, text, near == row, one.start, one.size))
        yield row, Excerpt("bytes", f"bytes {note}", tuple(lines))


def _as_read(
    plain: Unpacked,
    of: tuple[_File, str],
    wanted: Sequence[int],
    context: int,
    table: str | None,
) -> Iterator[tuple[int, Excerpt]]:
    """Records of formats that are not text, as their reader reads them."""
    file, reader = of
    scratch = plain.path.parent if plain.path != file.path else Path(tempfile.gettempdir())
    with tempfile.TemporaryDirectory(prefix="gnomon-read-", dir=scratch) as folder:
        place = Path(folder)
        with connected(memory_limit_mb=1000, threads=2, scratch=place) as con:
            found = lookup.as_read(
                con, plain, file.name, place, wanted=_around(wanted, context), table=table
            )
    said = f"as the reader {reader} reads it; bytes {file.note}"
    for row in wanted:
        if row not in found:
            text = f"the reader {reader} gives no record {row:,}: it was refused, or is not there"
            yield row, Excerpt("none", text)
            continue
        lines = list(_cells(found[row]))
        stands = _stands(plain.path, found[row])
        for near in _around({row}, context):
            if near != row and near in found:
                shown = ", ".join(f"{line.label}={line.text}" for line in _cells(found[near]))
                lines.append(Line(str(near), shown[:CELL_CHARS]))
        yield row, Excerpt("text found" if stands else "as read", said, (*lines, *stands))


def _cells(cells: Mapping[str, str | None]) -> Iterator[Line]:
    for name, text in cells.items():
        if text:
            yield Line(name, text[:CELL_CHARS], mine=True, size=len(text.encode()))


def _stands(path: Path, cells: Mapping[str, str | None]) -> tuple[Line, ...]:
    """Where a text of the record stands in the file, if it stands there once and no more."""
    if path.stat().st_size > MOST_SEARCHED:
        return ()
    data = path.read_bytes()
    texts = sorted({text for text in cells.values() if text}, key=len, reverse=True)
    for text in texts:
        part = text.split("\n", 1)[0].encode("utf-8", "surrogatepass")[:CELL_CHARS]
        if len(part) >= LEAST_TEXT and data.count(part) == 1:
            at = data.index(part)
            start = data.rfind(b"\n", max(0, at - CELL_CHARS), at) + 1 or max(0, at - 40)
            end = data.find(b"\n", at)
            line = data[start : min(end if end >= 0 else len(data), start + 2 * CELL_CHARS)]
            shown = line.decode("utf-8", "backslashreplace")
            return (Line("in the file", shown, mine=True, byte=start, size=len(line)),)
    return ()
