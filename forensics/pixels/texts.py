"""Text read in pictures, as finders and tables see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from forensics.model import Json


@dataclass(frozen=True, slots=True)
class ImageText:
    """One line of text in one picture: what somebody photographed, drew or typed."""

    original: str
    """SHA-256 of the file."""
    line: int
    """Number of the line, from 1, top to bottom and then left to right."""
    text: str
    """As read: characters may be wrong, and spaces may be missing."""
    score_ppm: int
    """How sure the engine is of the characters; not the chance that they are right."""
    box_permille: tuple[int, int, int, int]
    """Left, top, right and bottom, in thousandths of the width and height of the picture held
    upright."""
    engine: str
    """rapidocr | tesseract."""

    def row(self) -> dict[str, Json]:
        """The line as a row of a table."""
        row: dict[str, Json] = {name: getattr(self, name) for name in self.__slots__}
        return row | {"box_permille": list[Json](self.box_permille)}


def text_from_row(row: Mapping[str, Any]) -> ImageText:
    """The line of a row made by `ImageText.row`."""
    left, top, right, bottom = row["box_permille"]
    return ImageText(**{**row, "box_permille": (left, top, right, bottom)})


@dataclass(frozen=True, slots=True)
class TextSearch:
    """What was done to read text in pictures; None in the evidence where nobody asked for it."""

    engine: str
    """Programs that read, with versions."""
    limit: int
    """Most different pictures that were to be read."""
    pictures: int
    """Different pictures there are; files with equal pixels count once."""
    refused: int
    """Pictures that were tried and could not be read."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """SHA-256 of each file whose picture was read -> number of lines in it."""

    @property
    def left(self) -> bool:
        """True if the limit left pictures unread."""
        return self.pictures > self.limit
