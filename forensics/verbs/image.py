"""`gnomon image`: what image files say about where, when and with what. No case, no network."""

from __future__ import annotations

import json as json_text
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.case.inputs import files_below
from forensics.clock import utc_text
from forensics.errors import ReadError
from forensics.model import REFUSAL_REASONS, Image, ImageTime, Progress, Refusal
from forensics.verbs.console import printable, progress_on_stderr

if TYPE_CHECKING:
    from forensics.read.images import Credentials

_SHOWN_REFUSALS = 10
UNLIMITED = 400


def image(
    paths: Annotated[
        list[Path], typer.Argument(help="Images, or folders of them (walked in sorted order).")
    ],
    full: Annotated[
        bool, typer.Option("--full", help="Print a card with everything an image says, not a line.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line instead of text.")
    ] = False,
) -> None:
    """What images say: when and by whose clock, where, with which device, and the clock's offset.

    Reads JPEG, PNG, WebP, GIF, TIFF, raw files, HEIF, AVIF, JPEG XL, JPEG 2000, PSD, SVG,
    MP4, MOV, 3GP, and the JPEGs inside a PDF. Times are never merged, hemispheres never guessed;
    all of it may be planted. Signed provenance (C2PA) is checked with the extra `c2pa`, offline.

    Example: gnomon image photos/ --json
    """
    # The readers are imported when they are needed: `gnomon --help` must stay quick.
    from forensics.verbs.image_json import image_claims
    from forensics.verbs.image_text import image_block, image_line

    shown = 0
    refused: list[tuple[str, Refusal]] = []
    named_refused = False
    # A pipe has no width to fit into.
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else UNLIMITED
    with progress_on_stderr() as progress:
        for path, named, found, refusals in _read_all(paths, progress):
            if found is None:
                refused += [(str(path), refusal) for refusal in refusals]
                named_refused = named_refused or named
                continue
            shown += 1
            signed = _signed(path, found) if json or full else None
            if json:
                record = image_record(str(path), found, refusals)
                record |= image_claims(found, signed)
                typer.echo(json_text.dumps(record, ensure_ascii=True))
            elif full:
                typer.echo(image_block(str(path), found, refusals, signed))
            else:
                typer.echo(image_line(str(path), found, refusals, width=columns))
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


def _signed(path: Path, found: Image) -> Credentials | None:
    """The signed provenance, where the file has some and the extra is there to check it."""
    from forensics.read.images import read_credentials

    return read_credentials(path, found.format) if "c2pa" in found.documents else None


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
        icc_description, thumbnail_bytes, refused` (a list of field and reason). The verb adds
        all other claims (`image_claims`).
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
