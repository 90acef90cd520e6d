"""Recall and speed of the image reader on labelled files, beside bare exifread and bare Pillow.

Usage: python benchmarks/images.py [FOLDER]

FOLDER holds files and a `truth.jsonl` with what another program (ExifTool) reads from them. The
files are not part of this project; without them the script says so and stops.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
DEFAULT = ROOT.parent / "shared" / "data" / "images"
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
Json = Mapping[str, Any]


@dataclass(slots=True)
class Score:
    """Counts for one field."""

    present: int = 0
    """Files in which the reference has a usable value."""
    right: int = 0
    wrong: list[str] = field(default_factory=list)
    """`path: ours instead of theirs`."""
    extra: int = 0
    """Values of ours where the reference has none."""


def truths(folder: Path) -> Iterator[Json]:
    """Labelled media files."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row: Json = json.loads(line)
            if row["media"]:
                yield row


def expected(fields: Json) -> dict[str, list[str]]:
    """What the reference says in our terms: field -> acceptable values (none if unusable)."""

    def text(name: str) -> list[str]:
        value = " ".join(str(fields[name]["v"]).split()) if name in fields else ""
        return [value] if value and UNREADABLE not in value else []

    def moment(name: str) -> list[str]:
        value = (text(name) or [""])[0].removesuffix("Z")
        digits = value.replace(":", "").replace(" ", "").strip("0")
        return [value.replace(":", "-", 2).replace(" ", "T")[:19]] if digits else []

    serials = text("serial_exif") + text("serial_xmp")
    if "serial_maker" in fields:
        serials += [" ".join(str(item).split()) for item in fields["serial_maker"]["v"].values()]
    lens = text("lens_serial")
    if "lens_serial_maker" in fields:
        lens += [" ".join(str(item).split()) for item in fields["lens_serial_maker"]["v"].values()]
    zone = (text("off_dto") or [""])[0]
    place = usable_place(text("gps_lat"), text("gps_lon"))
    return {
        "lat": place[:1],
        "lon": place[1:],
        "altitude_m": text("gps_alt"),
        "gps_utc": [item + "Z" for item in moment("gps_datetime")],
        "taken_local": moment("exif_dto"),
        "taken_offset_min": [minutes(zone)] if zone else [],
        "make": text("make"),
        "model": text("model"),
        "body_serial": [item for item in serials if item],
        "lens_serial": [item for item in lens if item],
        "software": text("software"),
        "xmp_document_id": text("xmp_docid"),
        "xmp_original_document_id": text("xmp_origdocid"),
        "icc_description": text("icc_desc"),
        "thumbnail_bytes": text("thumb"),
    }


def usable_place(lat: list[str], lon: list[str]) -> list[str]:
    """The position, unless it is one that has to be refused."""
    if not lat or not lon or abs(float(lat[0])) > 90 or abs(float(lon[0])) > 180:
        return []
    return [] if float(lat[0]) == 0 and float(lon[0]) == 0 else lat + lon


def minutes(text: str) -> str:
    """`-05:00` as minutes east."""
    if text.upper() == "Z":
        return "0"
    hours, _, rest = text[1:].partition(":")
    return str((int(hours) * 60 + int(rest or 0)) * (-1 if text[0] == "-" else 1))


def same(name: str, ours: object, theirs: list[str]) -> bool:
    """True if our value is one of theirs."""
    if name in {"lat", "lon"}:
        return any(abs(float(str(ours)) - float(item)) < 2e-6 for item in theirs)
    if name == "altitude_m":
        return any(abs(float(str(ours)) - float(item)) < 1e-3 for item in theirs)
    return " ".join(str(ours).split()) in theirs


def measure(folder: Path) -> dict[str, Score]:
    """Scores by field of the JSON output."""
    from forensics.read.images import read_image
    from forensics.verbs.image import image_record

    scores: dict[str, Score] = {}
    for row in truths(folder):
        found, refusals = read_image(folder / row["path"], row["sha256"], row["path"])
        ours = {} if found is None else image_record(row["path"], found, refusals)
        for name, theirs in expected(row["fields"]).items():
            score = scores.setdefault(name, Score())
            value = ours.get(name)
            score.present += bool(theirs)
            if value is None:
                continue
            if not theirs:
                score.extra += 1
                score.wrong += [f"{row['path']}: {value!r}"] if name not in MAY_ADD else []
            elif same(name, value, theirs):
                score.right += 1
            else:
                score.wrong.append(f"{row['path']}: {value!r} instead of {theirs}")
    return scores


MAY_ADD = frozenset({"body_serial", "software", "thumbnail_bytes", "icc_description"})
"""Fields in which a value of ours without one of the reference is counted, not called wrong."""


def per_cpu_second(files: list[Path], read: Callable[[Path], object], rounds: int = 3) -> float:
    """Files per CPU second, best of a few rounds."""
    best = 0.0
    for _ in range(rounds):
        start = time.process_time()
        for path in files:
            read(path)
        best = max(best, len(files) / (time.process_time() - start))
    return best


def bare_exifread(path: Path) -> object:
    """What exifread gives for the file, details off; None where it raises."""
    import exifread

    with path.open("rb") as handle:
        try:
            found: object = exifread.process_file(handle, details=False, extract_thumbnail=False)
        except Exception:  # noqa: BLE001 - the comparison counts speed; it raises on some files
            return None
    return found


def bare_pillow(path: Path) -> object:
    """Pillow's EXIF, XMP and ICC; None where it raises."""
    from PIL import Image

    try:
        with Image.open(path) as picture:
            exif = picture.getexif()
            return dict(exif), dict(exif.get_ifd(0x8769)), dict(exif.get_ifd(0x8825))
    except Exception:  # noqa: BLE001 - as above
        return None


def ours(path: Path) -> object:
    """This project's reader, all fields."""
    from forensics.read.images import read_image

    return read_image(path, "", path.name)


def main() -> int:
    """Print both tables; 1 if any value is wrong."""
    parser = argparse.ArgumentParser(description="values of images against a reference reader")
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT)
    folder: Path = parser.parse_args().folder
    if not (folder / "truth.jsonl").is_file():
        print(f"no truth.jsonl in {folder.name}: nothing to measure")
        return 0
    warnings.simplefilter("ignore")
    scores = measure(folder)
    print(f"{'field':<26}{'reference':>10}{'right':>7}{'recall':>8}{'wrong':>7}{'extra':>7}")
    for name, score in scores.items():
        share = f"{score.right / score.present:.0%}" if score.present else "-"
        print(
            f"{name:<26}{score.present:>10}{score.right:>7}{share:>8}"
            f"{len(score.wrong):>7}{score.extra:>7}"
        )
    wrong = [line for score in scores.values() for line in score.wrong]
    for line in wrong:
        print("wrong:", line)
    files = [folder / row["path"] for row in truths(folder)]
    print(f"\n{'reader':<26}{'files per CPU second':>22}   ({len(files)} files, warm)")
    for label, read in (
        ("gnomon, all fields", ours),
        ("exifread, details off", bare_exifread),
        ("Pillow, EXIF only", bare_pillow),
    ):
        print(f"{label:<26}{per_cpu_second(files, read):>22.0f}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
