"""Places and areas of the world, offline: what a clue about a place is weighed over.

Every place carries the area codes it lies in and its IANA zone, so that sums over an area or a
zone need no polygons. Codes: ISO 3166-1 alpha-2 (`CN`), ISO 3166-2 (`CN-JS`), and below that the
ISO code, a point and the country's own key (`CN-JS.3209`, where 3209 is GB/T 2260).

The tables are built by `tools/build_reference.py`; `data/MANIFEST.json` names their sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forensics.errors import ReferenceDataError
from forensics.reference.pack import manifest, read_columns

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""
Level = Literal["country", "admin1", "admin2"]
BORDER_DEG = 0.1
"""How far outside every polygon a point may lie and still count as on that coast (about 11 km)."""


@dataclass(frozen=True, slots=True)
class Area:
    """A country, a first-level area (province, state) or a second-level one (prefecture)."""

    code: str
    """`CN`, `CN-JS` or `CN-JS.3209`."""
    name: str
    """English name."""
    name_local: str
    """Name in the country's own language where known, else empty."""
    level: Level
    parent: str
    """Code of the area above; empty for a country."""


@dataclass(frozen=True, slots=True)
class Near:
    """A place near a point."""

    index: int
    """Position in the arrays of the gazetteer."""
    name: str
    distance_m: int
    """Great-circle distance (sphere of mean radius; up to 0.5 % off the ellipsoid)."""


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Places of at least 5,000 people as parallel arrays, and the areas they lie in.

    All arrays have one entry per place, in the order of the file (country, admin-1, admin-2, id).
    """

    lat: NDArray[np.float64]
    """Latitude in degrees, north positive."""
    lon: NDArray[np.float64]
    """Longitude in degrees, east positive."""
    lat_udeg: NDArray[np.int64]
    lon_udeg: NDArray[np.int64]
    population: NDArray[np.int64]
    country: NDArray[np.str_]
    """ISO 3166-1 alpha-2."""
    admin1: NDArray[np.str_]
    """ISO 3166-2, or empty."""
    admin2: NDArray[np.str_]
    """Code such as `CN-JS.3209`, or empty (14 % of the world's places)."""
    zone: NDArray[np.str_]
    """IANA zone name."""
    id: NDArray[np.int64]
    """GeoNames id."""
    name: NDArray[np.object_]
    name_local: NDArray[np.object_]
    """Name in the local script where it is certain, else empty."""
    areas: Mapping[str, Area]
    """Every area by code, also those without a place in the tables."""
    version: str
    """Short name of this data, for results: file hashes and sources stand in the manifest."""

    def __len__(self) -> int:
        """Number of places."""
        return len(self.lat)

    def area(self, code: str) -> Area:
        """The area of that code.

        Raises:
            ReferenceDataError: no area has this code.
        """
        try:
            return self.areas[code]
        except KeyError:
            raise ReferenceDataError(
                f"no area has the code {code!r}",
                todo="use ISO 3166-1 (CN), ISO 3166-2 (CN-JS) or a prefecture (CN-JS.3209)",
            ) from None

    def mask(self, code: str) -> NDArray[np.bool_]:
        """True for every place inside the area.

        Raises:
            ReferenceDataError: no area has this code.
        """
        level = self.area(code).level
        column = {"country": self.country, "admin1": self.admin1, "admin2": self.admin2}[level]
        return np.asarray(column == code)

    def bounds(self, code: str) -> tuple[float, float, float, float] | None:
        """West, south, east and north of the places of an area, in degrees; None without places.

        An area on both sides of 180 degrees (Russia, Fiji) gives the whole width of the map.
        """
        inside = self.mask(code)
        if not inside.any():
            return None
        lat, lon = self.lat[inside], self.lon[inside]
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def partition(self, level: Level | Literal["zone"]) -> tuple[tuple[str, ...], NDArray[np.intp]]:
        """Codes of one level in order, and for each place the index of its code.

        Places without a code of that level share the code "". Meant for `numpy.bincount`.
        """
        return self._partitions[level]

    @cached_property
    def _partitions(self) -> Mapping[str, tuple[tuple[str, ...], NDArray[np.intp]]]:
        columns = {
            "country": self.country,
            "admin1": self.admin1,
            "admin2": self.admin2,
            "zone": self.zone,
        }
        out = {}
        for level, column in columns.items():
            codes, index = np.unique(column, return_inverse=True)
            out[level] = (tuple(str(code) for code in codes), index)
        return out

    @cached_property
    def _unit(self) -> NDArray[np.float64]:
        """Unit vectors of the places, shape (3, places)."""
        lat, lon = np.radians(self.lat), np.radians(self.lon)
        return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])

    def distance_m(self, lat: float, lon: float) -> NDArray[np.float64]:
        """Great-circle distance of every place from a point, in metres."""
        phi, lam = np.radians(lat), np.radians(lon)
        point = np.array([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
        # Half the chord keeps its precision for near points, where the cosine loses it.
        chord = np.sqrt(((self._unit - point[:, None]) ** 2).sum(axis=0)) / 2
        return np.asarray(2000 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord, 1.0)))

    def nearest(self, lat: float, lon: float, k: int = 1) -> tuple[Near, ...]:
        """The k places nearest to a point, nearest first; ties by GeoNames id."""
        metres = self.distance_m(lat, lon)
        k = min(max(k, 0), len(self))
        if k == 0:
            return ()
        candidates = np.argpartition(metres, k - 1)[:k]
        limit = metres[candidates].max()
        candidates = np.nonzero(metres <= limit)[0]
        order = candidates[np.lexsort((self.id[candidates], metres[candidates]))][:k]
        return tuple(
            Near(int(i), str(self.name[i]), round(float(metres[i]))) for i in order.tolist()
        )

    def area_of_point(self, lat: float, lon: float) -> tuple[str, ...]:
        """Codes of the country and the first-level area whose polygon holds the point.

        Country first. A point just off a coast (the shapes are simplified) takes the nearest area
        within `BORDER_DEG`; a point at sea gives an empty tuple. A point on a border, or in land
        whose borders are disputed, may give several areas: it is a set, not an answer.
        """
        from forensics.reference.boundaries import codes_at

        found = codes_at(lat, lon, BORDER_DEG)
        return tuple(code for code in found if code in self.areas)

    def label(self, code: str) -> str:
        """Name for a reader: `Yancheng (盐城市), Jiangsu, China`."""
        area = self.area(code)
        names = [area.name]
        if area.name_local and area.name_local != area.name:
            names[0] += f" ({area.name_local})"
        while area.parent:
            area = self.area(area.parent)
            names.append(area.name)
        return ", ".join(names)

    def within(self, code: str, wider: str) -> bool:
        """True if an area is another area or lies inside it, by the codes' own hierarchy."""
        while code:
            if code == wider:
                return True
            code = self.area(code).parent
        return False


@cache
def load_areas() -> Mapping[str, Area]:
    """Every area by code (0.1 s; kept for the life of the process)."""
    out: dict[str, Area] = {}
    for code, level, parent, name, local in zip(*read_columns("areas.tsv.gz", 5), strict=True):
        if level not in {"country", "admin1", "admin2"}:
            raise ReferenceDataError(f"unknown level {level!r}", where="areas.tsv.gz")
        out[code] = Area(code, name, local, level, parent)
    return out


@cache
def load_gazetteer() -> Gazetteer:
    """All places and areas; read once (0.2 s) and kept for the life of the process.

    Raises:
        ReferenceDataError: a table is missing or damaged.
    """
    columns = read_columns("places.tsv.gz", 10)
    ident, name, local, lat, lon, country, admin1, admin2, population, zone = columns

    def integers(values: list[str]) -> NDArray[np.int64]:
        return np.fromiter(map(int, values), dtype=np.int64, count=len(values))

    lat_udeg, lon_udeg = integers(lat), integers(lon)
    entries = manifest()["files"]
    if not isinstance(entries, list):
        raise ReferenceDataError("the manifest lists no files", where="MANIFEST.json")
    digest = next(e["sha256_uncompressed"] for e in entries if e["file"] == "places.tsv.gz")
    return Gazetteer(
        lat=lat_udeg / 1e6,
        lon=lon_udeg / 1e6,
        lat_udeg=lat_udeg,
        lon_udeg=lon_udeg,
        population=integers(population),
        country=np.array(country),
        admin1=np.array(admin1),
        admin2=np.array(admin2),
        zone=np.array(zone),
        id=integers(ident),
        name=np.array(name, dtype=object),
        name_local=np.array(local, dtype=object),
        areas=load_areas(),
        version=f"places {digest[:12]} ({len(ident)} places)",
    )
