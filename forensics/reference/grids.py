"""UTM and MGRS: metres east and north in a zone of six degrees -> latitude and longitude.

Transverse Mercator on the WGS 84 ellipsoid by the series of Krueger (1912) to the fourth order in
n: within a millimetre in a zone. Rules of the grid letters: NGA.STND.0037 (2014). The zones of
Norway and Svalbard are wider or narrower; a point is read in the zone that is written, so that only
the test of the zone knows them.
"""

from __future__ import annotations

import math

_A = 6_378_137.0
_F = 1 / 298.257223563
_N = _F / (2 - _F)
_RECTIFYING = _A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_SCALE = 0.9996
_BETA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
_DELTA = (
    2 * _N - 2 * _N**2 / 3 - 2 * _N**3 + 116 * _N**4 / 45,
    7 * _N**2 / 3 - 8 * _N**3 / 5 - 227 * _N**4 / 45,
    56 * _N**3 / 15 - 136 * _N**4 / 35,
    4279 * _N**4 / 630,
)
BANDS = "CDEFGHJKLMNPQRSTUVWX"
"""Letters of the latitude bands from 80 S, eight degrees each (the last one twelve)."""
_COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
_ROWS = "ABCDEFGHJKLMNPQRSTUV"


def from_utm(zone: int, north: bool, easting_m: float, northing_m: float) -> tuple[float, float]:
    """Latitude and longitude in degrees of a UTM position.

    Args:
        zone: 1 to 60.
        north: True for the northern hemisphere.
        easting_m: Metres, 500,000 on the middle of the zone.
        northing_m: Metres from the equator, or 10,000,000 less in the south.
    """
    xi = (northing_m - (0 if north else 10_000_000)) / (_SCALE * _RECTIFYING)
    eta = (easting_m - 500_000) / (_SCALE * _RECTIFYING)
    xi0 = xi - sum(
        b * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, b in enumerate(_BETA, 1)
    )
    eta0 = eta - sum(
        b * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, b in enumerate(_BETA, 1)
    )
    chi = math.asin(math.sin(xi0) / math.cosh(eta0))
    lat = chi + sum(d * math.sin(2 * j * chi) for j, d in enumerate(_DELTA, 1))
    lon = math.atan2(math.sinh(eta0), math.cos(xi0))
    return math.degrees(lat), math.degrees(lon) + zone * 6 - 183


def band_of(lat: float) -> str:
    """Letter of the latitude band; empty beyond 80 S and 84 N."""
    if not -80 <= lat <= 84:
        return ""
    return BANDS[min(19, int((lat + 80) // 8))]


def from_mgrs(zone: int, band: str, square: str, digits: str) -> tuple[float, float, int] | None:
    """Middle of an MGRS cell in degrees and the side of the cell in metres; None if impossible.

    Args:
        zone: 1 to 60.
        band: Letter of the band.
        square: Two letters of the square of 100 km.
        digits: An even number of digits, at most ten.
    """
    column, row = _COLUMNS[(zone - 1) % 3].find(square[0]), _ROWS.find(square[1])
    if not 1 <= zone <= 60 or band not in BANDS or column < 0 or row < 0 or len(digits) % 2:
        return None
    half = len(digits) // 2
    side = 10 ** (5 - half)
    east = (column + 1) * 100_000 + int(digits[:half] or 0) * side + side / 2
    rest = (row - (0 if zone % 2 else 5)) % 20 * 100_000 + int(digits[half:] or 0) * side + side / 2
    north = band >= "N"
    # The rows repeat every 2,000 km: one of them lies in the band that is written.
    for turn in range(5):
        lat, lon = from_utm(zone, north, east, rest + turn * 2_000_000)
        if band_of(lat) == band:
            return (lat, lon, side) if abs(lon - (zone * 6 - 183)) < 6 else None
    return None
