"""`gnomon image`: what image files say about where, when and with what. No case, no network."""

from __future__ import annotations

import json as json_text
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from forensics.case.inputs import files_below
from forensics.clock import offset_text, utc_text
from forensics.errors import ReadError
from forensics.model import REFUSAL_REASONS, Image, ImageTime, Progress, Refusal
from forensics.verbs.console import printable, progress_on_stderr

WIDTH = 80
_LABEL = 7
_WRITERS = {
    "camera": "the camera's clock",
    "satellite": "the satellites' clock",
    "editor": "an editor's clock",
    "device": "the device's clock",
    "collector": "the collector's clock",
    "unknown": "an unknown clock",
}
_SHOWN_REFUSALS = 10


def image(
    paths: Annotated[
        list[Path], typer.Argument(help="Images, or folders of them (walked in sorted order).")
    ],
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line instead of text.")
    ] = False,
) -> None:
    """What images say: when and by whose clock, where, with which device, and the clock's offset.

    Reads JPEG, PNG, WebP, GIF, TIFF, raw files, HEIF, AVIF, JPEG XL, MP4 and MOV.
    Times are never merged, hemispheres never guessed; all of it may be planted.

    Example: gnomon image photos/ --json
    """
    shown = 0
    refused: list[tuple[str, Refusal]] = []
    named_refused = False
    with progress_on_stderr() as progress:
        for path, named, found, refusals in _read_all(paths, progress):
            if found is None:
                refused += [(str(path), refusal) for refusal in refusals]
                named_refused = named_refused or named
                continue
            shown += 1
            if json:
                record = image_record(str(path), found, refusals)
                typer.echo(json_text.dumps(record, ensure_ascii=True))
            else:
                typer.echo(image_block(str(path), found, refusals))
    _say_refused(refused)
    if not shown:
        where = ", ".join(str(path) for path in paths)
        raise ReadError(
            "no images found",
            where=printable(where),
            todo="name image files, or a folder that holds some",
        )
    if named_refused:
        raise typer.Exit(1)


def _read_all(
    paths: Sequence[Path], progress: Progress
) -> Iterator[tuple[Path, bool, Image | None, tuple[Refusal, ...]]]:
    """(Path, named by the user, image, refusals) of every file, in order."""
    from forensics.read.images import read_image

    files = list(_files(paths))
    for done, (path, named) in enumerate(files, 1):
        found, refusals = read_image(path, "", path.name)
        yield path, named, found, refusals
        progress("reading images", done, len(files))


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Files named, and files below named folders, with whether the user named them."""
    for path in paths:
        if not path.exists():
            raise ReadError("there is no such file or folder", where=printable(str(path)))
        if not path.is_dir():
            yield path, True
            continue
        for file in files_below(path):
            yield file, False


def _say_refused(refused: Sequence[tuple[str, Refusal]]) -> None:
    for path, refusal in refused[:_SHOWN_REFUSALS]:
        typer.echo(f"gnomon: {printable(path)}: {REFUSAL_REASONS[refusal.reason]}", err=True)
    if refused:
        counts = Counter(refusal.reason for _, refusal in refused)
        parts = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))
        typer.echo(f"gnomon: not read as images: {len(refused)} ({parts})", err=True)


def image_record(path: str, found: Image, refusals: Sequence[Refusal]) -> dict[str, object]:
    """The image as the documented JSON object; keys that have no value are null.

    Returns:
        `path, lat, lon` (decimal degrees), `altitude_m, gps_utc` (satellite time), `taken_local`
        (DateTimeOriginal as written), `taken_offset_min` (the offset written beside it), `make,
        model, body_serial, lens_serial, software, xmp_document_id, xmp_original_document_id,
        icc_description, thumbnail_bytes, refused` (a list of field and reason).
    """
    place = found.positions[0] if found.positions else None
    taken = _time(found, "exif_original")
    local = taken.local if taken else None
    gps = _time(found, "gps")
    return {
        "path": path,
        "lat": None if place is None else place.lat_udeg / 1_000_000,
        "lon": None if place is None else place.lon_udeg / 1_000_000,
        "altitude_m": None if found.altitude_mm is None else found.altitude_mm / 1000,
        "gps_utc": utc_text(gps.instant.utc_us) if gps and gps.instant else None,
        "taken_local": local.text if local else None,
        "taken_offset_min": local.offset_min if local else None,
        "make": found.camera.get("make"),
        "model": found.camera.get("model"),
        "body_serial": found.camera.get("body_serial"),
        "lens_serial": found.camera.get("lens_serial"),
        "software": found.software,
        "xmp_document_id": found.documents.get("xmp_document_id"),
        "xmp_original_document_id": found.documents.get("xmp_original_document_id"),
        "icc_description": found.documents.get("icc_description"),
        "thumbnail_bytes": found.thumbnail_bytes,
        "refused": [
            {"field": refusal.where.removeprefix("field "), "reason": refusal.reason}
            for refusal in refusals
        ]
        or None,
    }


def _time(found: Image, name: str) -> ImageTime | None:
    return next((claim for claim in found.times if claim.field == name), None)


def image_block(path: str, found: Image, refusals: Sequence[Refusal]) -> str:
    """The image as a few lines of at most 80 columns; control characters are escaped."""
    lines = [printable(path)]
    for label, texts in (
        ("when", _when(found)),
        ("where", _where(found)),
        ("device", _device(found)),
        ("clock", _clock(found)),
        ("ids", _ids(found)),
        ("unused", [f"{item.where.removeprefix('field ')}: {REFUSAL_REASONS[item.reason]}"
                     for item in refusals]),
    ):  # fmt: skip
        for number, text in enumerate(texts):
            head = f"  {label if number == 0 else '':<{_LABEL}}"
            lines += textwrap.wrap(
                printable(text),
                WIDTH,
                initial_indent=head,
                subsequent_indent=" " * (_LABEL + 2),
            )
    if len(lines) == 1:
        lines.append("  says nothing about time, place or device")
    return "\n".join(lines)


def _when(found: Image) -> list[str]:
    """One line a claim; claims that say the same are shown once, history by its last entry."""
    out: dict[str, None] = {}
    claims = [claim for claim in found.times if claim.field != "xmp_history"]
    history = [claim for claim in found.times if claim.field == "xmp_history"]
    for claim in claims + history[-1:]:
        writer = _WRITERS.get(claim.clock_writer, claim.clock_writer)
        if claim.local is not None:
            zone = (
                "no zone written"
                if claim.local.offset_min is None
                else offset_text(claim.local.offset_min)
            )
            text = f"{claim.local.text.replace('T', ' ')} {zone}, by {writer}"
        elif claim.instant is not None:
            text = f"{utc_text(claim.instant.utc_us)} by {writer}"
        else:
            continue
        if not any(known.startswith(text) for known in out):
            out[f"{text} ({claim.field.replace('_', ' ')})"] = None
    return list(out)


def _where(found: Image) -> list[str]:
    from forensics.read.images import degrees_text

    return [
        f"{degrees_text(place.lat_udeg)}, {degrees_text(place.lon_udeg)} "
        f"within {place.radius_m:,} m ({place.basis})"
        + ("" if found.altitude_mm is None else f", height {round(found.altitude_mm / 1000)} m")
        for place in found.positions
    ]


def _device(found: Image) -> list[str]:
    camera = found.camera
    parts = [" ".join(part for part in (camera.get("make"), camera.get("model")) if part)]
    parts += [
        f"{label} {camera[key]}"
        for key, label in (("body_serial", "serial"), ("lens_serial", "lens serial"))
        if key in camera
    ]
    parts += [f"software {found.software}"] if found.software else []
    text = ", ".join(part for part in parts if part)
    return [text] if text else []


def _clock(found: Image) -> list[str]:
    taken = _time(found, "exif_original")
    written = taken.local.offset_min if taken and taken.local else None
    out = []
    if found.clock_offset_min is not None and found.clock_residual_s is not None:
        from forensics.read.images import strength

        rest = f"remainder {found.clock_residual_s:+d} s"
        out.append(
            f"{offset_text(found.clock_offset_min)} against the satellites "
            f"({rest}: {strength(found.clock_residual_s)})"
        )
    if written is not None:
        out.append(f"{offset_text(written)} as the camera wrote it")
    return out


def _ids(found: Image) -> list[str]:
    names = {
        "xmp_document_id": "document",
        "xmp_original_document_id": "original document",
        "icc_description": "colour profile",
    }
    return [
        f"{label} {found.documents[key]}" for key, label in names.items() if key in found.documents
    ]
