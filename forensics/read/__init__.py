"""Readers: an original in any known format becomes posts, or a refusal with its reason.

`read_posts` is the way in; `READERS` lists the formats in the order in which they are asked.
"""

from __future__ import annotations

from forensics.read.columns import SYNONYMS
from forensics.read.options import (
    Reader,
    Reading,
    ReadOptions,
    Source,
    SourceClock,
    SourceFile,
    UnreadableFileError,
)
from forensics.read.posts import POSTS, REFUSALS, read_posts
from forensics.read.registry import READERS, detect

__all__ = [
    "POSTS",
    "READERS",
    "REFUSALS",
    "SYNONYMS",
    "ReadOptions",
    "Reader",
    "Reading",
    "Source",
    "SourceClock",
    "SourceFile",
    "UnreadableFileError",
    "detect",
    "read_posts",
]
