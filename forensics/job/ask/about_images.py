"""What images say, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.clock import utc_text
from forensics.job.image_inputs import image_inputs, read_inputs
from forensics.model import Image

if TYPE_CHECKING:
    from forensics.job.frames import ImagesTable

MILLION = 1_000_000
COLUMNS = (
    "format", "taken_local", "taken_offset_min", "gps_utc", "clock_offset_min", "clock_residual_s",
    "lat", "lon", "radius_m", "altitude_m", "direction_mdeg", "fix", "make", "model",
    "body_serial", "software", "app", "platform", "screenshot", "program", "c2pa", "stripped",
)  # fmt: skip
"""Between the path and what was refused, in this order."""


def images(paths: Sequence[str | Path], *, text: bool = False) -> ImagesTable:
    """What images say as a table: one row an image, and one for each file that is none.

    Files, folders (walked in order) and archives are read; a member of an archive is called
    `archive.zip!member`. With `text`, a column of that name holds what is written in each picture,
    one line below the other; it needs the extra `ocr` and about a second a picture.

    Columns: path, format, taken_local (as the camera wrote it, no zone, with the digits after the
    point), taken_offset_min, gps_utc, clock_offset_min (camera clock less satellite time),
    clock_residual_s, lat, lon (degrees), radius_m, altitude_m, direction_mdeg (of view,
    thousandths of a degree), fix (`stale` or `void`: the position is of an earlier moment), make,
    model, body_serial, software, app, platform, screenshot, program (leads, see
    docs/methods/images.md), c2pa, stripped (no metadata at all), refused (reasons, joined by a
    space). What is not there is missing. Whatever a file says may have been planted.

    Raises:
        ReadError: a path is not there, or text is wanted and the extra is not installed.
    """
    from forensics.job.frames import ImagesTable

    rows = []
    with image_inputs([Path(item) for item in paths]) as inputs:
        for told in read_inputs(inputs, text=text):
            row = _row(told.image) if told.image else {}
            refused = " ".join(sorted({one.reason for one in told.refusals}))
            if isinstance(told.text, tuple):
                row["text"] = "\n".join(line.text for line in told.text)
            rows.append({"path": told.given.shown, **row, "refused": refused})
    written = ["text"] if text else []
    return ImagesTable(rows, columns=["path", *COLUMNS, *written, "refused"])


def _row(image: Image) -> dict[str, object]:
    """The columns of one image."""
    taken = next((time.local for time in image.times if time.field == "exif_original"), None)
    fix = next((time.instant for time in image.times if time.field == "gps"), None)
    place = image.positions[0] if image.positions else None
    fraction = f".{taken.fraction}" if taken and taken.fraction else ""
    return {
        "format": image.format,
        "taken_local": taken.text + fraction if taken else None,
        "taken_offset_min": taken.offset_min if taken else None,
        "gps_utc": utc_text(fix.utc_us) if fix else None,
        "clock_offset_min": image.clock_offset_min,
        "clock_residual_s": image.clock_residual_s,
        "lat": place.lat_udeg / MILLION if place else None,
        "lon": place.lon_udeg / MILLION if place else None,
        "radius_m": place.radius_m if place else None,
        "altitude_m": None if image.altitude_mm is None else image.altitude_mm / 1000,
        "direction_mdeg": image.gps.get("direction_mdeg"),
        "fix": image.gps.get("fix"),
        "make": image.camera.get("make"),
        "model": image.camera.get("model"),
        "body_serial": image.camera.get("body_serial"),
        "software": image.software,
        "app": image.marks.get("app"),
        "platform": image.marks.get("platform"),
        "screenshot": image.marks.get("screenshot"),
        "program": image.marks.get("program"),
        "c2pa": image.documents.get("c2pa"),
        "stripped": image.stripped,
    }
