"""What walking a case gives: a tree of what was asked for and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NodeKind = Literal[
    "conclusion", "line", "hypothesis", "weight", "group", "clue", "observation", "row", "original",
    "finding", "users",
]  # fmt: skip
How = Literal["bytes", "as read", "text found", "picture", "none"]
"""`bytes`: the record itself, out of the file. `as read`: what the reader makes of it, because the
format is not text. `text found`: as read, and the place in the file where its text stands.
`picture`: what an image says, and where. `none`: it could not be had; the note says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an excerpt. Text from a file: not safe to print as it is."""

    label: str
    """Number of the record, name of the column or field."""
    text: str
    mine: bool = False
    """True for what was asked for; False for what stands around it."""
    byte: int | None = None
    """First byte, counted from 0 in the bytes that the note names."""
    size: int | None = None
    """Bytes; more than are shown where it was cut."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Original bytes, or what stands for them."""

    how: How
    note: str
    """Which bytes these are: of the file, of what it unpacks to, of a member of an archive."""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """One step of the way."""

    kind: NodeKind
    id: str
    """What `gnomon show` takes."""
    says: str = ""
    """One sentence; may hold text from the case."""
    facts: tuple[tuple[str, str], ...] = ()
    """Name and value, in order."""
    excerpt: Excerpt | None = None
    below: tuple[Node, ...] = ()
    """What it rests on; for a row and an original: what rests on it."""
