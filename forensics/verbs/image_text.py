"""Images as text for a terminal: one line each, or everything they say."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import PurePath

from forensics.clock import offset_text, utc_text
from forensics.model import REFUSAL_REASONS, Image, ImageTime, Refusal
from forensics.verbs.console import printable

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
_TAKEN = ("exif_original", "exif_digitised", "gps", "movie_created", "movie_header")
"""Claims about the moment of taking, the most direct first."""
COLUMNS = (20, 29, 13)
"""Widths of name, time and place; the device takes the rest."""


def image_line(path: str, found: Image, refusals: Sequence[Refusal], *, width: int = WIDTH) -> str:
    """The image as one line of at most `width` columns: name, when and whose clock, where, device.

    What does not fit is cut with a mark; the card and the JSON hold all of it.
    """
    cells = (PurePath(path).name, _short_time(found), _short_place(found))
    parts = [_cut(printable(text), width) for text, width in zip(cells, COLUMNS, strict=True)]
    device = " ".join(found.camera.get(key, "") for key in ("make", "model")).strip()
    if not device and refusals:
        device = f"({refusals[0].reason})"
    rest = max(width, WIDTH) - sum(COLUMNS) - 2 * len(COLUMNS)
    return "  ".join((*parts, _cut(printable(device or "-"), rest))).rstrip()


def _cut(text: str, width: int) -> str:
    """Padded to the width, or cut with a mark."""
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"


def _short_time(found: Image) -> str:
    """The most direct claim: `2024-03-14 10:20 UTC+8 camera`; `local` where no zone is written."""
    claims = [claim for field in _TAKEN for claim in found.times if claim.field == field]
    claim = next(iter(claims or found.times), None)
    if claim is None:
        return "no time"
    if claim.local is not None:
        known = claim.local.offset_min
        zone = "local" if known is None else offset_text(known)
        return f"{claim.local.text[:16].replace('T', ' ')} {zone} {claim.clock_writer}"
    if claim.instant is not None:
        return f"{utc_text(claim.instant.utc_us)[:16].replace('T', ' ')}Z {claim.clock_writer}"
    return "no time"


def _short_place(found: Image) -> str:
    """`33.36,120.20`; the card gives the radius and all digits."""
    if not found.positions:
        return "no place"
    place = found.positions[0]
    return f"{place.lat_udeg / 1e6:.2f},{place.lon_udeg / 1e6:.2f}"


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


def _time(found: Image, name: str) -> ImageTime | None:
    return next((claim for claim in found.times if claim.field == name), None)


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
