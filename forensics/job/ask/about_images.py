"""What images say, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.case.inputs import files_below
from forensics.read.images import read_image

if TYPE_CHECKING:
    import pandas as pd

MILLION = 1_000_000


def images(paths: Sequence[str | Path]) -> pd.DataFrame:
    """What images say as a table: one row an image, and one for each file that is none.

    Columns: path, format, taken_local (as the camera wrote it, no zone), taken_offset_min,
    clock_offset_min (camera clock less satellite time), lat, lon (degrees), radius_m, make, model,
    refused (reasons, joined by a space). Whatever a file says may have been planted.
    """
    import pandas as pd

    rows = []
    for path in (Path(item) for item in paths):
        for file in files_below(path) if path.is_dir() else [path]:
            image, refusals = read_image(file, "", file.name)
            taken = (
                next((time.local for time in image.times if time.field == "exif_original"), None)
                if image
                else None
            )
            place = image.positions[0] if image and image.positions else None
            rows.append(
                {
                    "path": str(file),
                    "format": image.format if image else None,
                    "taken_local": taken.text if taken else None,
                    "taken_offset_min": taken.offset_min if taken else None,
                    "clock_offset_min": image.clock_offset_min if image else None,
                    "lat": place.lat_udeg / MILLION if place else None,
                    "lon": place.lon_udeg / MILLION if place else None,
                    "radius_m": place.radius_m if place else None,
                    "make": image.camera.get("make") if image else None,
                    "model": image.camera.get("model") if image else None,
                    "refused": " ".join(sorted({one.reason for one in refusals})),
                }
            )
    return pd.DataFrame(rows)
