"""`gnomon image`: what image files say about where, when and with what. No case, no network."""

from __future__ import annotations

import json as json_text
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forensics.clock import utc_text
from forensics.errors import ReadError, UsageError
from forensics.model import REFUSAL_REASONS, Image, ImageTime, Refusal
from forensics.verbs.console import printable, progress_on_stderr

if TYPE_CHECKING:
    from forensics.job.image_inputs import Told

_SHOWN_REFUSALS = 10
UNLIMITED = 400


def image(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Images, archives of them (zip, tar), or folders, walked in order."),
    ],
    full: Annotated[
        bool, typer.Option("--full", help="Print a card with everything an image says, not a line.")
    ] = False,
    text: Annotated[
        bool,
        typer.Option("--text", help="Read what is written in the pictures (about a second each)."),
    ] = False,
    same: Annotated[
        bool, typer.Option("--same", help="Print which files show one picture, and nothing else.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line instead of text.")
    ] = False,
) -> None:
    """What images say: when and by whose clock, where, with which device, and the clock's offset.

    Reads JPEG, PNG, WebP, GIF, TIFF, raw files, HEIF, AVIF, JPEG XL, JPEG 2000, PSD, SVG,
    MP4, MOV, 3GP, and the JPEGs inside a PDF. Times are never merged, hemispheres never guessed;
    all of it may be planted. Signed provenance (C2PA) is checked with the extra `c2pa`, offline;
    text in pictures is read with the extra `ocr`, offline too.

    Example: gnomon image photos/ --json
    """
    if same and (full or text):
        raise UsageError("--same stands alone", todo="leave out --full and --text")
    for path in paths:
        if not path.exists():
            raise ReadError("there is no such file or folder", where=printable(str(path)))
    # A pipe has no width to fit into.
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else UNLIMITED
    if same:
        _same(paths, columns, json=json)
    else:
        _say(paths, columns, full=full, text=text, json=json)


def _say(paths: Sequence[Path], columns: int, *, full: bool, text: bool, json: bool) -> None:
    """Print what every image says, one after the other."""
    # The readers are imported when they are needed: `gnomon --help` must stay quick.
    from forensics.job.image_inputs import image_inputs, read_inputs

    shown = 0
    refused = _Refused()
    with progress_on_stderr() as progress, image_inputs(paths) as inputs:
        for told in read_inputs(inputs, progress, text=text):
            if told.image is None:
                refused.add(told)
            else:
                shown += 1
                typer.echo(_answer(told, told.image, columns, full=full, json=json))
    refused.say()
    if not shown:
        raise ReadError(
            "no images found",
            where=printable(", ".join(str(path) for path in paths)),
            todo="name image files, or a folder that holds some",
        )
    if refused.named:
        raise typer.Exit(1)


def _answer(told: Told, found: Image, columns: int, *, full: bool, json: bool) -> str:
    """What one image says, as one or more lines."""
    from forensics.read.images import read_credentials
    from forensics.verbs.image_json import image_claims, image_words
    from forensics.verbs.image_text import image_block, image_line, written_lines

    path = told.given.shown
    signed = None
    if (json or full) and "c2pa" in found.documents:
        signed = read_credentials(told.given.path, found.format)
    if json:
        record = image_record(path, found, told.refusals) | image_claims(found, signed)
        if told.text is not None:
            record |= image_words(told.text)
        return json_text.dumps(record, ensure_ascii=True)
    if full:
        lines = [image_block(path, found, told.refusals, signed)]
    else:
        lines = [image_line(path, found, told.refusals, width=columns)]
    if told.text is not None:
        lines += written_lines(told.text, width=columns)
    return "\n".join(lines)


def _same(paths: Sequence[Path], columns: int, *, json: bool) -> None:
    """Print which files show one picture."""
    from forensics.job.ask.about_same import same_images
    from forensics.verbs.image_same import same_json, same_text

    with progress_on_stderr() as progress:
        found = same_images(paths, progress)
    if found.refused:
        parts = ", ".join(f"{count} {reason}" for reason, count in found.refused)
        typer.echo(f"gnomon: not compared: {parts}", err=True)
    if not found.files:
        raise ReadError("no pictures found", todo="name image files, or a folder that holds some")
    if json:
        typer.echo(json_text.dumps(same_json(found), ensure_ascii=True))
        return
    for line in same_text(found, width=columns):
        typer.echo(line)


class _Refused:
    """Files that are no images: counted, the first few told."""

    def __init__(self) -> None:
        self.named = False
        """True if the user named one of them."""
        self._first: list[str] = []
        self._counts = Counter[str]()

    def add(self, told: Told) -> None:
        """Note a file that was not read."""
        self.named = self.named or told.given.named
        for refusal in told.refusals:
            self._counts[refusal.reason] += 1
            if len(self._first) < _SHOWN_REFUSALS:
                reason = REFUSAL_REASONS[refusal.reason]
                self._first.append(f"{printable(told.given.shown)}: {reason}")

    def say(self) -> None:
        """Print them to stderr."""
        for line in self._first:
            typer.echo(f"gnomon: {line}", err=True)
        if self._counts:
            parts = ", ".join(f"{count} {why}" for why, count in sorted(self._counts.items()))
            typer.echo(f"gnomon: not read as images: {self._counts.total()} ({parts})", err=True)


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
