"""ISO base media boxes, bounded: the frame of HEIF, AVIF, JPEG XL, CR3, MP4 and MOV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from forensics.read.images.source import Source

MAX_BOXES = 4_096
MAX_LEVELS = 6


class Box(NamedTuple):
    """One box: its four letters and its content."""

    kind: bytes
    body: Source
    truncated: bool
    """True where the box says it is longer than what holds it."""


def boxes(source: Source, start: int = 0) -> Iterator[Box]:
    """The boxes of one level, at most 4,096.

    A size of 1 is followed by a 64-bit size, a size of 0 reaches to the end. A size smaller than
    its own header ends the level.
    """
    at = start
    for _ in range(MAX_BOXES):
        head = source.at(at, 16)
        if len(head) < 8:
            return
        size, kind, header = int.from_bytes(head[:4], "big"), head[4:8], 8
        if size == 1:
            if len(head) < 16:
                return
            size, header = int.from_bytes(head[8:], "big"), 16
        elif size == 0:
            size = source.size - at
        if size < header:
            return
        yield Box(kind, source.part(at + header, size - header), at + size > source.size)
        at += size


def first(source: Source, kind: bytes, start: int = 0) -> Source | None:
    """The content of the first box of a kind, or None."""
    return next((box.body for box in boxes(source, start) if box.kind == kind), None)


def deep(source: Source, *path: bytes) -> Source | None:
    """The content of a box inside boxes, such as `deep(file, b"moov", b"udta")`."""
    body: Source | None = source
    for kind in path[:MAX_LEVELS]:
        body = None if body is None else first(body, kind)
    return body


def read_ue7(source: Source, at: int) -> tuple[int, int]:
    """A number in groups of seven bits (BPG, FLIF), at most five of them, and what follows it."""
    number = 0
    for _ in range(5):
        byte = source.number(at, 1)
        at += 1
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    return number, at
