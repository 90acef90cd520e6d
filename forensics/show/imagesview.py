"""What the report prints about images beside what each file says: sets, thumbnails, signatures.

A same-picture set is a number of files that show one picture, by equal pixels or by PDQ. Every
file belongs to one set; a file without company is a set by itself and is not listed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forensics.model import Refusal
from forensics.read.images import Credentials


@dataclass(frozen=True, slots=True)
class PictureSet:
    """Files that show one picture."""

    name: str
    """First 12 hex digits of the first hash in it."""
    originals: tuple[str, ...]
    """SHA-256 of its files, sorted."""
    how: str
    """The weakest tie that holds it together: pixels, pdq, pdq_inner, pdq_mirror."""
    widest_bits: int
    telling: bool = True
    """False for blank pictures, which tie nobody."""


@dataclass(frozen=True, slots=True)
class ImagesView:
    """What is known of the images of a case beside their own claims."""

    sets: tuple[PictureSet, ...] = ()
    """Sets of two files or more."""
    seen: frozenset[str] = frozenset()
    """SHA-256 of the files that could be decoded; others are videos, raw files, or damaged."""
    thumbnails: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of the first file of a set -> its picture as a JPEG in base64, drawn anew by us."""
    signed: Mapping[str, Credentials] = field(default_factory=dict)
    """SHA-256 -> checked provenance. Empty without the extra that checks it."""
    refused: Mapping[str, tuple[Refusal, ...]] = field(default_factory=dict)
    """SHA-256 -> what was not used of the file, with the reason."""
