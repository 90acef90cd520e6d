"""The way back from a record number to the bytes of the record.

Readers number records; here the number leads back into the file. Of delimited text and of lines of
JSON the very bytes are given, by the same rule that counted them. Of every other format the record
is given as its reader reads it, and the place where its text stands, if that can be found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.errors import ReadError
from forensics.read import census, delimited, encodings, jsonstream, unpack
from forensics.read.database import ident
from forensics.read.onefile import BAD_ROWS
from forensics.read.registry import detect
from forensics.read.scans import damage_named

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from forensics.read.unpack import Unpacked

DELIMITED = frozenset({"csv", "twitter-io"})
"""Readers whose records are those of delimited text."""
MOST_BYTES = 16_384
"""Bytes of one record that are given; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A record as it stands in the file."""

    row: int
    start: int
    """First byte."""
    size: int
    """Bytes, its line end left out."""
    data: bytes
    """The first `MOST_BYTES` of them."""
    refused: str = ""
    """Why it was refused before it was parsed; empty if it was not."""


@dataclass(frozen=True, slots=True)
class Found:
    """Records of one file."""

    header: tuple[str, ...]
    """Names of the columns, where the file has them."""
    records: Mapping[int, Stretch]


def plain_bytes(path: Path, name: str, scratch: Path, encoding: str | None) -> Unpacked:
    """The bytes that readers take: unpacked, and as UTF-8; the file itself where it was so.

    Raises:
        UnreadableFileError: it cannot be opened or unpacked.
    """
    plain = unpack.unpack(path, name, scratch)
    return encodings.decoded(plain, name, scratch, encoding)


def in_text(plain: Unpacked, name: str, reader: str, wanted: Collection[int]) -> Found | None:
    """The bytes of some records of delimited text or of lines of JSON; None for other formats.

    Args:
        plain: The file.
        name: Its name, for messages.
        reader: Name of the reader that read it.
        wanted: Record numbers, from 1.
    """
    if reader in DELIMITED:
        header = delimited.read_header(plain.path, plain.head, name)
        found = _stretches(
            plain.path, wanted, (header.delimiter, len(header.names), header.data_start)
        )
        return Found(header.names, dict(found))
    if plain.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and _has_lines(plain.path):
        return Found((), dict(_stretches(plain.path, wanted, (None, 1, _mark(plain.head)))))
    return None


def _has_lines(path: Path) -> bool:
    return jsonstream.has_lines(path)


def _mark(head: bytes) -> int:
    """Bytes of the mark at the beginning."""
    return 3 if head.startswith(b"\xef\xbb\xbf") else 0


def _stretches(
    path: Path, wanted: Collection[int], form: tuple[str | None, int, int]
) -> Iterator[tuple[int, Stretch]]:
    """The records with these numbers; the file is left as soon as the last one was met."""
    import numpy as np

    delimiter, fields, start = form
    left, row = sorted(set(wanted)), 0
    with path.open("rb") as file, path.open("rb") as again:
        code = None if delimiter is None else ord(delimiter)
        for base, _data, cut in census.windows(file, code, fields, start):
            rows = row + np.cumsum(cut.status != census.BLANK)
            row = int(rows[-1])
            while left and left[0] <= row:
                number = left.pop(0)
                if number < 1:
                    continue
                at = int(np.searchsorted(rows, number))
                first, end = base + int(cut.starts[at]), base + int(cut.ends[at])
                yield number, _stretch(again, number, (first, end), int(cut.status[at]))
            if not left:
                return


def _stretch(file: object, row: int, span: tuple[int, int], status: int) -> Stretch:
    first, end = span
    file.seek(first)  # type: ignore[attr-defined]
    data: bytes = file.read(min(end - first, MOST_BYTES + 2))  # type: ignore[attr-defined]
    whole = end - first <= len(data)
    ending = len(data) - len(data.rstrip(b"\r\n")) if whole else 1
    data = data.rstrip(b"\r\n") if whole else data
    refused = census.REASON.get(status, "")
    return Stretch(row, first, end - first - ending, data[:MOST_BYTES], refused)


def as_read(
    con: DuckDBPyConnection,
    plain: Unpacked,
    name: str,
    scratch: Path,
    *,
    wanted: Sequence[int],
    table: str | None = None,
) -> dict[int, dict[str, str | None]]:
    """Some records as their reader reads them: record number -> column -> text.

    Raises:
        ReadError: no reader knows the file any more, or it is damaged.
    """
    reader = detect(plain.path, plain.head)
    if reader is None:
        raise ReadError("no reader knows this file", where=name)
    con.execute(BAD_ROWS)
    with damage_named(name):
        if table is not None and reader.opens_one is not None:
            opened = reader.opens_one(con, plain.path, name, scratch, table)
        else:
            opened = reader.opens(con, plain.path, name, scratch)
        names = list(opened.columns)
        aliases = {f"c{place}": column for place, column in enumerate(names)}
        picked = ", ".join(f"CAST({ident(alias)} AS VARCHAR)" for alias in aliases)
        numbers = ", ".join(str(int(number)) for number in wanted)
        rows = con.execute(
            f"SELECT row, {picked} FROM ({opened.select(aliases)}) WHERE row IN ({numbers})"
        ).fetchall()
    return {int(row[0]): dict(zip(names, row[1:], strict=True)) for row in rows}
