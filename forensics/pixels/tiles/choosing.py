"""The tiles a map needs out of a tile file, as many as a budget of bytes carries.

Zoom by zoom, from the whole of the evidence down to each place of it. The first tile that does not
fit ends it: equal file, places and budget give equal tiles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forensics.errors import ReadError
from forensics.model import Progress
from forensics.pixels.limits import Limits
from forensics.pixels.pool import work
from forensics.pixels.tiles.archive import About
from forensics.pixels.tiles.grid import Box, box_of_all, wanted

SERVER = "forensics.pixels.tiles.server"
STAGE = "map tiles"
FIRST_ZOOM = 2
"""The map shows no wider view."""
MAX_LOOKUPS = 20_000
"""Most tiles that are asked for, in the file or not."""
_PLACE_BYTES = 24
"""What naming the place of a tile takes in the page."""
LIMITS = Limits(memory_mb=1_000, cpu_s=20, wall_s=120)


@dataclass(frozen=True, slots=True)
class Level:
    """What became of one zoom."""

    zoom: int
    wanted: int
    """Tiles that would cover the places."""
    drawn: int
    missing: int
    """The file has none there."""
    refused: int
    """They could not be drawn."""

    @property
    def left_out(self) -> int:
        """Tiles that the budget did not carry."""
        return self.wanted - self.drawn - self.missing - self.refused


@dataclass(frozen=True, slots=True)
class TileSet:
    """The tiles chosen."""

    about: About
    pictures: tuple[tuple[str, str], ...]
    """Kind (`webp` or `jpeg`) and base64, each picture once."""
    places: dict[str, int]
    """`zoom/column/row` -> number of its picture; rows from the north."""
    levels: tuple[Level, ...]
    """Zooms that were begun, in order."""
    reasons: dict[str, int]
    """Why tiles were refused: reason -> how many."""
    full: bool
    """True if the budget ended it."""

    @property
    def deepest(self) -> int:
        """The deepest zoom of which something is drawn; -1 if nothing is."""
        return max((level.zoom for level in self.levels if level.drawn), default=-1)


def about_tiles(path: Path) -> About:
    """What a tile file says of itself, read in a process of its own.

    Raises:
        ReadError: no file, no tile file, with vector tiles, or damaged.
    """
    if not path.is_file():
        raise ReadError("is no file", where=str(path), todo="give an MBTiles or PMTiles file")
    job = {"kind": "open", "path": str(path.resolve())}
    ((_, told),) = list(work([job], LIMITS, workers=1, server=SERVER))
    if "about" not in told:
        raise ReadError(
            told["raw"] or told["reason"], where=path.name,
            todo=told.get("todo", "give an MBTiles or PMTiles file"),
        )  # fmt: skip
    return About(**told["about"])


def choose_tiles(
    path: Path, boxes: Sequence[Box], budget: int, progress: Progress | None = None
) -> TileSet:
    """The tiles that cover places, as deep as the budget carries.

    Args:
        path: An MBTiles or PMTiles file with raster tiles.
        boxes: The places, the most important first.
        budget: Bytes that the pictures may take in the page, as base64.
        progress: Called with (stage, done, total).

    Raises:
        ReadError: see `about_tiles`.
    """
    about = about_tiles(path)
    everything = [box_of_all(boxes), *boxes] if boxes else []
    counts = {zoom: dict.fromkeys(("drawn", "missing", "refused"), 0) for zoom in _zooms(about)}
    pictures: dict[tuple[str, str], int] = {}
    places: dict[str, int] = {}
    reasons: dict[str, int] = {}
    reached, spent, full = -1, 0, False
    for done, (job, told) in enumerate(
        work(_jobs(path, about, everything), LIMITS, server=SERVER), 1
    ):
        reached = job["zoom"]
        if "data" in told:
            picture = told["media"], told["data"]
            spent += _PLACE_BYTES + (0 if picture in pictures else len(picture[1]))
            full = spent > budget
            if full:
                break
            number = pictures.setdefault(picture, len(pictures))
            places[f"{job['zoom']}/{job['column']}/{job['row']}"] = number
            counts[reached]["drawn"] += 1
        elif "none" in told:
            counts[reached]["missing"] += 1
        else:
            counts[reached]["refused"] += 1
            reasons[told["reason"]] = reasons.get(told["reason"], 0) + 1
        if progress is not None:
            progress(STAGE, done, None)
    levels = tuple(
        Level(zoom, sum(1 for _ in wanted(everything, zoom)), **counts[zoom])
        for zoom in counts
        if zoom <= reached
    )
    return TileSet(about, tuple(pictures), places, levels, dict(sorted(reasons.items())), full)


def _zooms(about: About) -> range:
    return range(max(about.least_zoom, min(FIRST_ZOOM, about.most_zoom)), about.most_zoom + 1)


def _jobs(path: Path, about: About, boxes: Sequence[Box]) -> Iterator[dict[str, Any]]:
    """One job a tile, zoom by zoom."""
    asked, name = 0, str(path.resolve())
    for zoom in _zooms(about):
        for column, row in wanted(boxes, zoom):
            if asked == MAX_LOOKUPS:
                return
            asked += 1
            yield {"kind": "tile", "path": name, "zoom": zoom, "column": column, "row": row}
