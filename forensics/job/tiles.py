"""Tiles of the user under the map: which places they must cover, and what the case keeps of them.

The file itself is not taken into the case: it is no evidence, and may be larger than a disk. Its
name, size and hash stand in the line of the report, and the tiles that were drawn in a table, so
that the same map can be made again without it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from forensics.case import Case, TableRef
from forensics.case.files import sha256_of
from forensics.errors import ReadError, UsageError
from forensics.model import Json, PointLikelihood, Position, Progress
from forensics.pixels.tiles import Box, TileSet, about_tiles, box_around, choose_tiles
from forensics.show.areamaps import clue_areas, named_areas
from forensics.show.mapdata import UNITS_ON_MAP
from forensics.show.maptiles import BaseMap
from forensics.show.outline import Shapes
from forensics.show.view import Boundaries, ReportView, UnitView

TABLE = "map_tiles.jsonl"
MEMBER = "tiles"
"""Member of the body of a `report` line that says which file was drawn."""
DEFAULT_MB = 3
MOST_MB = 50
HASH_STAGE = "hash of the tiles"
SHIFTED = "Tiles of Chinese web maps lie 100 to 700 m off (GCJ-02): compare a known place first."
"""Said wherever the evidence touches China: nothing in a tile file tells."""
_CHINA = Box(73_000_000, 18_000_000, 135_000_000, 54_000_000)


@dataclass(frozen=True, slots=True)
class Base:
    """A base map, and what is said of it."""

    shown: BaseMap | None
    """None if there is nothing to draw."""
    credit: str
    """A sentence for the report."""
    told: dict[str, Json]
    """What the line of the report says."""
    table: TableRef | None = None
    warnings: tuple[str, ...] = ()


class TileSource(Protocol):
    """Where a base map comes from: a file of the user, or a case that was drawn before."""

    def base(self, case: Case, view: ReportView, outlines: Boundaries, progress: Progress) -> Base:
        """The base map of a report that is about to be written."""


@dataclass(frozen=True, slots=True)
class MapTiles:
    """A tile file of the user (MBTiles or PMTiles 3, raster), and how much of it goes into the map.

    Attributes:
        path: The file.
        megabytes: Most that its pictures may add to `map.html`.
    """

    path: Path
    megabytes: int = DEFAULT_MB

    def check(self) -> None:
        """Nothing, if the file can be drawn; asked before anything else is read.

        Raises:
            ReadError: no tile file, with vector tiles, or damaged.
            UsageError: the limit is none.
        """
        if not 1 <= self.megabytes <= MOST_MB:
            raise UsageError(
                "is out of range", where="--tiles-mb", todo=f"a whole number from 1 to {MOST_MB}"
            )
        about_tiles(self.path)

    def base(self, case: Case, view: ReportView, outlines: Boundaries, progress: Progress) -> Base:
        """The tiles around the evidence; they become a table of the case.

        Raises:
            ReadError: the file cannot be drawn, or changed while it was read.
            CaseError: the table cannot be written.
        """
        before = _stamp(self.path)
        read = 0

        def hashed(count: int) -> None:
            nonlocal read
            read += count
            progress(HASH_STAGE, read >> 20, before[0] >> 20)

        sha256, size = sha256_of(self.path, more=hashed)
        places = evidence_boxes(view, Shapes(outlines))
        chosen = choose_tiles(self.path, places, self.megabytes * 1_000_000, progress)
        if _stamp(self.path) != before:
            raise ReadError("changed while it was read", where=str(self.path), todo="run it again")
        told = self._told(chosen, sha256, size, places)
        base = drawn(told, list(_rows(chosen)))
        table = case.write_table(TABLE, _rows(chosen)) if base.shown else None
        return Base(base.shown, base.credit, told, table, _warnings(self.path, chosen, told))

    def _told(
        self, chosen: TileSet, sha256: str, size: int, places: Sequence[Box]
    ) -> dict[str, Json]:
        about = chosen.about
        return {
            "name": os.fsencode(self.path.name).decode("utf-8", "replace"),
            "sha256": sha256,
            "size": size,
            "format": about.format,
            "title": about.name,
            "attribution": about.attribution,
            "limit_mb": self.megabytes,
            "deepest": chosen.deepest,
            "lines": [*_lines(chosen, self.megabytes), *([SHIFTED] if _in_china(places) else [])],
            "levels": [dict(asdict(one)) for one in chosen.levels],
        }


@dataclass(frozen=True, slots=True)
class KeptTiles:
    """Tiles that a case holds from an earlier report."""

    told: dict[str, Json]
    rows: list[dict[str, Json]] = field(default_factory=list)

    def base(self, case: Case, view: ReportView, outlines: Boundaries, progress: Progress) -> Base:
        """The base map as it was drawn; nothing is chosen anew."""
        del case, view, outlines, progress
        return drawn(self.told, self.rows)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise ReadError(f"cannot be read ({error.strerror})", where=str(path)) from None
    return found.st_size, found.st_mtime_ns


def drawn(told: dict[str, Json], rows: Sequence[dict[str, Json]]) -> Base:
    """The base map that a line of a report and the rows of a table describe.

    Raises:
        KeyError, TypeError, ValueError: they are not what `MapTiles.base` wrote.
    """
    values: dict[str, Any] = told
    source = f"{values['name']} ({values['format']}), {values['size']:,} bytes, sha256 "
    source += str(values["sha256"])
    credit = f"Base map of map.html: tiles of {source}, supplied by the user, not evidence"
    if values["attribution"]:
        credit += f"; the file names: {values['attribution']}"
    deepest = int(values["deepest"])
    if not rows:
        return Base(None, f"{credit}." if deepest >= 0 else "", told)
    pictures, places = [], {}
    for number, row in enumerate(rows):
        pictures.append((str(row["kind"]), str(row["base64"])))
        where: Any = row["at"]
        places.update(dict.fromkeys(map(str, where), number))
    shown = BaseMap(
        source=source + (f"; says of itself: {values['title']}" if values["title"] else ""),
        attribution=str(values["attribution"]),
        lines=tuple(map(str, values["lines"])),
        deepest=deepest,
        pictures=tuple(pictures),
        places=places,
    )
    return Base(shown, f"{credit}.", told)


def _rows(chosen: TileSet) -> Iterator[dict[str, Json]]:
    """One row a picture, with all places that show it."""
    at: list[list[Json]] = [[] for _ in chosen.pictures]
    for place, number in chosen.places.items():
        at[number].append(place)
    for (kind, data), where in zip(chosen.pictures, at, strict=True):
        yield {"kind": kind, "at": where, "base64": data}


# --- where the evidence lies ----------------------------------------------------------------------


def evidence_boxes(view: ReportView, shapes: Shapes) -> tuple[Box, ...]:
    """Places that the map draws, each once: positions, areas, and last what is not weighed."""
    spots: list[Box] = []
    areas: list[Box] = []
    subjects: list[Box] = []
    for unit in view.units[:UNITS_ON_MAP]:
        for code in sorted(set().union(*named_areas(unit))):
            areas += _area(code, shapes)
        for item in unit.clues:
            aside = item.clue.role == "content_subject"
            if isinstance(item.clue.likelihood, PointLikelihood):
                (subjects if aside else spots).append(_circle(item.clue.likelihood.position))
            for code in clue_areas(item.clue):
                (subjects if aside else areas).extend(_area(code, shapes))
        spots += map(_circle, _image_positions(unit, view))
    return tuple(dict.fromkeys([*spots, *areas, *subjects]))


def _image_positions(unit: UnitView, view: ReportView) -> Iterator[Position]:
    mine = frozenset(unit.accounts)
    for image in view.images:
        if mine.intersection(image.accounts):
            yield from image.positions


def _circle(where: Position) -> Box:
    return box_around(where.lat_udeg, where.lon_udeg, where.radius_m)


def _area(code: str, shapes: Shapes) -> list[Box]:
    """The box of the largest part of an area: islands far away would widen the view for nothing."""
    geometry = shapes.find(code)
    if geometry is None:
        return []
    parts = getattr(geometry, "geoms", [geometry])
    west, south, east, north = max(parts, key=lambda part: part.area).bounds
    return [Box(*(round(value * 1e6) for value in (west, south, east, north)))]


def _in_china(places: Sequence[Box]) -> bool:
    for one in places:
        lat, lon = one.centre()
        if (
            _CHINA.south_udeg <= lat <= _CHINA.north_udeg
            and _CHINA.west_udeg <= lon <= _CHINA.east_udeg
        ):
            return True
    return False


# --- what is said of it ---------------------------------------------------------------------------


def _left_out(chosen: TileSet, megabytes: int) -> str:
    """What the limit did not carry; empty if nothing."""
    last = next((one for one in chosen.levels if one.left_out), None)
    if last is None and not chosen.full:
        return ""
    why = f"the limit of {megabytes} MB (--tiles-mb)" if chosen.full else "a limit of their number"
    parts = []
    if last is not None:
        parts.append(f"{last.left_out:,} of {last.wanted:,} tiles of zoom {last.zoom}")
    reached = chosen.levels[-1].zoom if chosen.levels else -1
    if reached < chosen.about.most_zoom:
        last_zoom = chosen.about.most_zoom
        more = f" to {last_zoom}" if last_zoom > reached + 1 else ""
        parts.append(f"all of zoom {reached + 1}{more}")
    return f"Left out by {why}: {', and '.join(parts)}." if parts else ""


def _lines(chosen: TileSet, megabytes: int) -> list[str]:
    """Sentences for the map: what is drawn, and what is not."""
    shown = [one for one in chosen.levels if one.drawn]
    if not shown:
        return []
    first, last = shown[0].zoom, shown[-1].zoom
    zooms = f"zoom {first}" if first == last else f"zoom {first} to {last}"
    count = sum(one.drawn for one in shown)
    missing = sum(one.missing for one in chosen.levels if one.zoom <= last)
    said = [f"{count:,} tiles of {zooms}, around the evidence only."]
    said += [_left_out(chosen, megabytes)]
    said += [f"{missing:,} more tiles of these zooms are not in the file."] if missing else []
    said += [_refused(chosen)]
    said.append(
        "Where no tile is that fine, one of up to three zooms above is enlarged; elsewhere the "
        "outlines show. Over tiles areas are shaded half as strongly, from zoom 11 on hardly."
    )
    return [line for line in said if line]


def _refused(chosen: TileSet) -> str:
    count = Counter(chosen.reasons)
    if not count:
        return ""
    kinds = ", ".join(f"{number:,} x {reason}" for reason, number in sorted(count.items()))
    return f"{count.total():,} tiles are no pictures that can be drawn: {kinds}."


def _warnings(path: Path, chosen: TileSet, told: dict[str, Json]) -> tuple[str, ...]:
    """What must not be overlooked."""
    found = [_refused(chosen)]
    if not chosen.places:
        found.append("has no tile around the evidence: the map is drawn without")
    else:
        found.append(_left_out(chosen, int(str(told["limit_mb"]))))
        if not told["attribution"]:
            found.append("names nobody: whom its makers want named, you must say beside the map")
    return tuple(f"{path.name}: {line}" for line in found if line)
