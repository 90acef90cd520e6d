"""Everything an image says, as a JSON object of whole numbers and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forensics.clock import utc_text
from forensics.model import Image, ImageTime, Json, Refusal
from forensics.read.images import Credentials, place_names, strength

if TYPE_CHECKING:
    from forensics.pixels.recognise import TextLine

UNCHECKED = "present, not checked"


def image_claims(found: Image, credentials: Credentials | None = None) -> dict[str, Json]:
    """What stands in the image beyond the short record, each number with its unit in its name.

    Returns:
        `format, width_px, height_px, stripped, positions, altitude_mm, gps` (beside the position),
        `times` (every claim: field, clock_writer, local, fraction, offset_min, utc, utc_us),
        `clock` (offset_min, residual_s, strength), `camera, documents, place_names, hashes, marks,
        credentials`. What is not there is null or empty.
    """
    clock: Json = None
    if found.clock_offset_min is not None and found.clock_residual_s is not None:
        clock = {
            "offset_min": found.clock_offset_min,
            "residual_s": found.clock_residual_s,
            "strength": strength(found.clock_residual_s),
        }
    return {
        "format": found.format,
        "width_px": found.width_px,
        "height_px": found.height_px,
        "stripped": found.stripped,
        "positions": [
            {
                "lat_udeg": place.lat_udeg,
                "lon_udeg": place.lon_udeg,
                "radius_m": place.radius_m,
                "basis": place.basis,
            }
            for place in found.positions
        ],
        "altitude_mm": found.altitude_mm,
        "gps": dict(found.gps),
        "times": [_claim(claim) for claim in found.times],
        "clock": clock,
        "camera": dict(found.camera),
        "documents": dict(found.documents),
        "place_names": [
            {"record": record, "names": list[Json](text.split(" > "))}
            for record, text in place_names(found.documents)
        ],
        "hashes": dict(found.hashes),
        "marks": dict(found.marks),
        "credentials": _credentials(found, credentials),
    }


def _claim(claim: ImageTime) -> Json:
    local, instant = claim.local, claim.instant
    return {
        "field": claim.field,
        "clock_writer": claim.clock_writer,
        "local": local.text if local else None,
        "fraction": (local.fraction or None) if local else None,
        "offset_min": local.offset_min if local else None,
        "utc": utc_text(instant.utc_us) if instant else None,
        "utc_us": instant.utc_us if instant else None,
    }


def _credentials(found: Image, credentials: Credentials | None) -> Json:
    """The signed provenance; without the extra only that there is some."""
    if credentials is None:
        return {"state": UNCHECKED} if "c2pa" in found.documents else None
    return {
        "state": credentials.state,
        "issuer": credentials.issuer,
        "generator": credentials.generator,
        "signed_utc": credentials.signed_utc or None,
        "ingredients": credentials.ingredients,
        "failures": list[Json](credentials.failures),
    }


def image_words(read: tuple[TextLine, ...] | Refusal) -> dict[str, Json]:
    """What is written in the picture.

    Returns:
        `text` (a list of `text, score_ppm, box_ppm, engine`; null where the picture could not be
        decoded) and `text_refused` (why not, or null).
    """
    if isinstance(read, Refusal):
        return {"text": None, "text_refused": read.reason}
    lines: list[Json] = [
        {
            "text": line.text,
            "score_ppm": line.score_ppm,
            "box_ppm": list[Json](line.box_ppm),
            "engine": line.engine,
        }
        for line in read
    ]
    return {"text": lines, "text_refused": None}
