"""`forensics.images`: the columns of the table and what stands in them."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image as Picture
from PIL.TiffImagePlugin import IFDRational

import forensics
from forensics.job.ask.about_images import COLUMNS


def _photo(path: Path) -> None:
    exif = Picture.Exif()
    exif[0x010F], exif[0x0131] = "Acme", "GIMP 2.10"
    exif[0x8769] = {0x9003: "2024:03:14 10:20:30", 0x9291: "07"}
    exif[0x8825] = {
        1: "N", 2: (IFDRational(33), IFDRational(21), IFDRational(36)),
        3: "E", 4: (IFDRational(120), IFDRational(12), IFDRational(0)),
        5: b"\0", 6: IFDRational(125, 10), 0x10: "T", 0x11: IFDRational(905, 10),
        7: (IFDRational(1), IFDRational(13), IFDRational(10)), 29: "2024:03:14",
    }  # fmt: skip
    out = io.BytesIO()
    Picture.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    path.write_bytes(out.getvalue())


def test_columns_are_those_documented_and_values_keep_their_units(tmp_path: Path) -> None:
    _photo(tmp_path / "a.jpg")
    (tmp_path / "b.txt").write_text("no image", encoding="utf-8")
    table = forensics.images([tmp_path]).set_index("path")
    assert tuple(table.columns) == (*COLUMNS, "refused")
    doc = forensics.images.__doc__ or ""
    assert all(name in doc for name in COLUMNS)
    row = table.loc[str(tmp_path / "a.jpg")]
    assert row["taken_local"] == "2024-03-14T10:20:30.07"
    assert row["gps_utc"] == "2024-03-14T01:13:10Z"
    assert (row["altitude_m"], row["direction_mdeg"], row["fix"]) == (12.5, 90_500, "stale")
    assert (row["clock_offset_min"], row["clock_residual_s"]) == (540, 440)
    assert (row["program"], row["stripped"]) == ("GIMP", False)
    assert table.loc[str(tmp_path / "b.txt")]["refused"] == "unknown_format"
