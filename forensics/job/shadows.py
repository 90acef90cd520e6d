"""The shadows that somebody measured in pictures, as a user writes them down."""

from __future__ import annotations

from pathlib import Path

from forensics.clues.sun.given import Measured, parse_shadows
from forensics.job.tomltables import read_tables


def read_shadows(path: Path, *, with_images: bool = True) -> tuple[Measured, ...]:
    """The shadows of a TOML file with `[[shadows]]` tables; see docs/methods/sun.md.

    Args:
        path: The file.
        with_images: True where each must name the picture and who measured it.

    Raises:
        UsageError: the file cannot be read, is no TOML, or holds something else.
        ClueError: a row says something impossible.
    """
    return parse_shadows(read_tables(path, "shadows"), with_images=with_images)
