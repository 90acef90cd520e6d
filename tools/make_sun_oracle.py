"""Write `fixtures/sun/oracle.csv`: the sun by another program, for the tests of `clues/sun`.

    python tools/make_sun_oracle.py        # needs pvlib, which nothing else here does

Random moments from 1990 to 2040 and random points of the globe, with the solar position algorithm
of NREL as pvlib computes it (no elevation above the sea, 1013.25 hPa, 12 degrees Celsius).
"""

from __future__ import annotations

import csv
import importlib
from pathlib import Path

import numpy as np

TABLE = Path(__file__).resolve().parents[1] / "fixtures" / "sun" / "oracle.csv"
ROWS = 600
FIRST_S, LAST_S = 631_152_000, 2_240_524_800
"""1990-01-01 and 2041-01-01."""
HEADER = ("utc_s", "lat", "lon", "elevation", "apparent_elevation", "azimuth")


def main() -> None:
    """Compute and write the table; rows with the sun far below the horizon are left out."""
    import pandas as pd

    pvlib = importlib.import_module("pvlib")
    rng = np.random.default_rng(20240509)
    rows: list[tuple[str, ...]] = []
    while len(rows) < ROWS:
        utc_s = int(rng.integers(FIRST_S, LAST_S))
        lat = round(float(np.degrees(np.arcsin(rng.uniform(-1, 1)))), 4)
        lon = round(float(rng.uniform(-180, 180)), 4)
        moment = pd.DatetimeIndex([pd.Timestamp(utc_s, unit="s", tz="UTC")])
        sun = pvlib.solarposition.spa_python(moment, lat, lon).iloc[0]
        if sun["elevation"] > -1:
            found = (sun["elevation"], sun["apparent_elevation"], sun["azimuth"])
            rows.append((str(utc_s), str(lat), str(lon), *(f"{value:.5f}" for value in found)))
    TABLE.parent.mkdir(exist_ok=True)
    with TABLE.open("w", encoding="utf-8", newline="") as out:
        out.write(f"# pvlib {pvlib.__version__}, spa_python; made by tools/make_sun_oracle.py\n")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([HEADER, *rows])
    print(f"wrote {TABLE.name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
