"""Recall and speed of the image reader on labelled files, beside exifread, Pillow and ExifTool.

Usage: python benchmarks/images.py [FOLDER] [--without-exiftool]

FOLDER holds files and a `truth.jsonl` with what another program (ExifTool) reads from them. The
files are not part of this project; without them the script says so and stops.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
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


def _time_of(found: Any, name: str) -> Any:
    return next((item for item in found.times if item.field == name), None)


def _local(found: Any, name: str) -> str | None:
    claim = _time_of(found, name)
    return claim.local.text if claim and claim.local else None


def _thousandth(found: Any, name: str) -> str | None:
    value = found.gps.get(name)
    return None if value is None else f"{value / 1000:g}"


def _document(name: str) -> Callable[[Any], str | None]:
    return lambda found: found.documents.get(name)


def _plain(fields: Json, name: str) -> list[str]:
    value = " ".join(str(fields[name]["v"]).split()) if name in fields else ""
    return [value] if value and UNREADABLE not in value else []


def _moment_of(fields: Json, name: str) -> list[str]:
    value = (_plain(fields, name) or [""])[0]
    digits = value.replace(":", "").replace(" ", "").strip("0")
    return [value.replace(":", "-", 2).replace(" ", "T")[:19]] if digits else []


def _named(fields: Json, name: str) -> list[str]:
    """A person's name: only whether we have a hash of it is compared."""
    from forensics.read.images.makers import owner_hash

    return [item for item in map(owner_hash, _plain(fields, name)) if item]


def _number(fields: Json, name: str) -> list[str]:
    values = _plain(fields, name)
    return [f"{round(float(item), 3):g}" for item in values if float(item) > 0]


def _history(fields: Json) -> list[str]:
    steps = fields.get("xmp_history", {}).get("v", [])
    ids = [str(step["InstanceID"]) for step in steps if "InstanceID" in step]
    return ["|".join(dict.fromkeys(ids))] if ids else []


Ours = Callable[[Any], str | None]
Theirs = Callable[[Json], list[str]]
CLAIMS: Mapping[str, tuple[Ours, Theirs]] = {
    "digitised": (lambda f: _local(f, "exif_digitised"), lambda t: _moment_of(t, "exif_create")),
    "modified": (lambda f: _local(f, "exif_modified"), lambda t: _moment_of(t, "exif_modify")),
    "subseconds": (
        lambda f: (c.local.fraction or None) if (c := _time_of(f, "exif_original")) else None,
        lambda t: _plain(t, "subsec_dto"),
    ),
    "video date": (
        lambda f: _local(f, "movie_header"), lambda t: _moment_of(t, "qt_create")),
    "GPS error": (lambda f: _thousandth(f, "error_mm"), lambda t: _number(t, "gps_hpos")),
    "GPS dilution": (lambda f: _thousandth(f, "dop_milli"), lambda t: _number(t, "gps_dop")),
    "GPS direction": (
        lambda f: _thousandth(f, "direction_mdeg"), lambda t: _number(t, "gps_imgdir")),
    "GPS method": (lambda f: f.gps.get("method"), lambda t: _plain(t, "gps_method")),
    "lens model": (lambda f: f.camera.get("lens_model"), lambda t: _plain(t, "lens_model")),
    "owner (hash)": (lambda f: f.camera.get("owner_hash"), lambda t: _named(t, "owner")),
    "artist (hash)": (lambda f: f.camera.get("artist_hash"), lambda t: _named(t, "artist")),
    "unique id": (
        lambda f: f.documents.get("image_unique_id"),
        lambda t: [item.lower() for item in _plain(t, "image_uid")]),
    "Apple run time": (
        _document("apple_run_time_ns"), lambda t: _plain(t, "apple_runtime")),
    "Apple content id": (
        _document("apple_content_id"), lambda t: _plain(t, "apple_contentid")),
    "XMP instance id": (_document("xmp_instance_id"), lambda t: _plain(t, "xmp_instid")),
    "XMP history ids": (_document("xmp_history_instance_ids"), _history),
    "XMP toolkit": (_document("xmp_toolkit"), lambda t: _plain(t, "xmp_toolkit")),
    "XMP creator tool": (_document("xmp_creator_tool"), lambda t: _plain(t, "xmp_tool")),
    "XMP create date": (lambda f: _local(f, "xmp_create"), lambda t: _moment_of(t, "xmp_create")),
    "XMP city": (_document("xmp_city"), lambda t: _plain(t, "xmp_city")),
    "IPTC city": (_document("iptc_city"), lambda t: _plain(t, "iptc_city")),
    "IPTC country": (_document("iptc_country"), lambda t: _plain(t, "iptc_country")),
    "IPTC instructions": (
        _document("iptc_special_instructions"), lambda t: _plain(t, "iptc_special")),
    "C2PA present": (
        _document("c2pa"), lambda t: ["present"] if "c2pa" in t else []),
    "pictures in file": (
        _document("mpf_images"), lambda t: [n for n in _plain(t, "mpf") if n != "1"]),
}  # fmt: skip
"""Fields of `Image` that the JSON record does not show: ours, and what the reference has."""


def measure_claims(folder: Path) -> dict[str, Score]:
    """Scores of the further fields. A value without one of the reference is counted as extra."""
    from forensics.read.images import read_image

    scores = {name: Score() for name in CLAIMS}
    for row in truths(folder):
        found, _ = read_image(folder / row["path"], row["sha256"], row["path"])
        for name, (ours, theirs) in CLAIMS.items():
            wanted, score = theirs(row["fields"]), scores[name]
            score.present += bool(wanted)
            value = None if found is None else ours(found)
            if value is None:
                continue
            if not wanted:
                score.extra += 1
            elif " ".join(str(value).split()) in wanted or _near(value, wanted):
                score.right += 1
            else:
                score.wrong.append(f"{row['path']}: {name} {value!r} instead of {wanted}")
    return scores


def _near(value: str, wanted: list[str]) -> bool:
    try:
        return any(abs(float(value) - float(item)) <= 2e-3 for item in wanted)
    except ValueError:
        return False


def per_cpu_second(
    files: list[Path], readers: Mapping[str, Callable[[Path], object]], rounds: int = 9
) -> dict[str, float]:
    """Files per CPU second of each reader: for every file its best of some rounds.

    The readers take turns, file by file, so a busy machine slows all of them alike.
    """
    spent = dict.fromkeys(readers, 0.0)
    for path in files:
        best = dict.fromkeys(readers, float("inf"))
        for _ in range(rounds):
            for name, read in readers.items():
                start = time.process_time()
                read(path)
                best[name] = min(best[name], time.process_time() - start)
        for name, seconds in best.items():
            spent[name] += seconds
    return {name: len(files) / seconds for name, seconds in spent.items()}


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


def exiftool_per_cpu_second(files: list[Path], rounds: int = 3) -> float | None:
    """Files per CPU second of `exiftool -fast -n -json`, all files in one call, best of rounds."""
    program = shutil.which("exiftool")
    if program is None:
        return None
    command = [program, "-fast", "-n", "-json", *map(str, files)]
    best = 0.0
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=False, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        best = max(best, len(files) / spent)
    return best


def print_scores(scores: Mapping[str, Score]) -> list[str]:
    """Print one line a field; gives back the wrong values."""
    print(f"{'field':<26}{'reference':>10}{'right':>7}{'recall':>8}{'wrong':>7}{'extra':>7}")
    for name, score in scores.items():
        share = f"{score.right / score.present:.0%}" if score.present else "-"
        print(
            f"{name:<26}{score.present:>10}{score.right:>7}{share:>8}"
            f"{len(score.wrong):>7}{score.extra:>7}"
        )
    wrong = [line for score in scores.values() for line in score.wrong]
    print(*(f"wrong: {line}\n" for line in wrong), sep="", end="")
    return wrong


def print_speed(folder: Path, *, with_exiftool: bool) -> None:
    """Files per CPU second of every reader, on all files and on those that exifread opens."""
    rows = list(truths(folder))
    groups = {
        "all": [folder / row["path"] for row in rows],
        "JPEG, PNG, WebP, TIFF, HEIF": [
            folder / row["path"]
            for row in rows
            if row["type"] in {"JPEG", "PNG", "WEBP", "TIFF", "HEIC", "HEIF"}
        ],
    }
    for label, files in groups.items():
        print(f"\n{'reader':<26}{'files per CPU second':>22}   ({label}: {len(files)}, warm)")
        readers = {
            "gnomon, all fields": ours,
            "exifread, details off": bare_exifread,
            "Pillow, EXIF only": bare_pillow,
        }
        speeds = per_cpu_second(files, readers)
        mine = speeds["gnomon, all fields"]
        for name, speed in speeds.items():
            print(f"{name:<26}{speed:>22.0f}   ours takes {speed / mine:.2f} times it")
        other = exiftool_per_cpu_second(files) if with_exiftool else None
        if other is not None:
            print(
                f"{'ExifTool -fast':<26}{other:>22.0f}   ours is {mine / other:.1f} times as fast"
            )


def main() -> int:
    """Print the tables; 1 if any value is wrong."""
    parser = argparse.ArgumentParser(description="values of images against a reference reader")
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--without-exiftool", action="store_true")
    given = parser.parse_args()
    folder: Path = given.folder
    if not (folder / "truth.jsonl").is_file():
        print(f"no truth.jsonl in {folder.name}: nothing to measure")
        return 0
    import image_clocks

    warnings.simplefilter("ignore")
    # exifread prints what it cannot read.
    logging.disable(logging.CRITICAL)
    wrong = print_scores(measure(folder))
    print()
    wrong += print_scores(measure_claims(folder))
    image_clocks.print_clocks(folder)
    print_speed(folder, with_exiftool=not given.without_exiftool)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
