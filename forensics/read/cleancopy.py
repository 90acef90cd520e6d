"""A copy of a text file that no parser can read amiss: broken records are replaced in it."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from forensics.read.census import WINDOW, Census

FILLER = "\0"
"""First field of what stands in the place of a broken record; no good record can hold it."""


def write_clean(source: Path, census: Census, target: Path, *, fields: int = 1) -> None:
    """Copy the records, each ended by one LF; the header and blank lines are left out.

    In the place of a broken record stands one with as many fields, of which the first holds
    `FILLER`: so a record's number is its place. CR LF becomes LF everywhere, also inside quotes:
    the parser takes one kind of line end only.

    Args:
        source: The file.
        census: Its records.
        target: Where the copy goes.
        fields: Fields of a record, which one comma or other delimiter parts.
    """
    filler = FILLER.encode() + census.delimiter.encode() * (fields - 1) + b"\n"
    with source.open("rb") as original, target.open("wb") as clean:
        following = 1
        for start, end, first, count in census.runs:
            clean.write(filler * (first - following))
            following = first + count
            original.seek(start)
            left = end - start
            carry = b""
            while left:
                block = original.read(min(left, WINDOW))
                left -= len(block)
                carry = _copy(clean, carry + block, last=not left)
        clean.write(filler * (census.records + 1 - following))


def _copy(clean: BinaryIO, block: bytes, *, last: bool) -> bytes:
    """Write a block with CR LF made LF; gives back a CR that may belong to the next block."""
    if not last and block.endswith(b"\r"):
        block, carry = block[:-1], b"\r"
    else:
        carry = b""
    if last:
        block = block.removesuffix(b"\r")  # a line end of which the file breaks off in the middle
    clean.write(block.replace(b"\r\n", b"\n"))
    if last and not block.endswith(b"\n"):
        clean.write(b"\n")
    return carry
