"""What made the picture: camera, lens, serial numbers, program, and whose it was (as a hash)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from forensics.read.images.apple import apple_fields
from forensics.read.images.blocks import Blocks
from forensics.read.images.makers import maker_fields, owner_hash
from forensics.read.images.tags import Tags
from forensics.read.images.xmp import Xmp

MAKE, MODEL, SOFTWARE, ARTIST = 0x010F, 0x0110, 0x0131, 0x013B
UNIQUE_ID, OWNER = 0xA420, 0xA430
BODY_SERIAL, LENS_MODEL, LENS_SERIAL = 0xA431, 0xA434, 0xA435
_HEX_ID = re.compile(r"[0-9A-Fa-f]{32}")


@dataclass(frozen=True, slots=True)
class Device:
    """Camera and program, as the file names them."""

    camera: dict[str, str] = field(default_factory=dict)
    """make, model, body_serial, lens_model, lens_serial, owner_hash, artist_hash, world_time_min,
    world_time_dst; only those that are there."""
    software: str | None = None
    ids: dict[str, str] = field(default_factory=dict)
    """Ids that tie a file to others: see `apple.py`, and `image_unique_id`."""


def read_device(tags: Tags, parts: Sequence[Tags], xmp: Xmp, blocks: Blocks) -> Device:
    """The device from EXIF, else the movie; serials from EXIF, else the maker note, else XMP.

    Args:
        tags: Values of all EXIF blocks of the file together.
        parts: The blocks one by one: a maker note counts its offsets inside its own block.
        xmp: Fields of the XMP packets.
        blocks: The rest.
    """
    make = tags.text("image", MAKE) or blocks.movie.get("make", "")
    found = {
        "make": make,
        "model": tags.text("image", MODEL) or blocks.movie.get("model", ""),
        "body_serial": tags.text("exif", BODY_SERIAL),
        "lens_model": tags.text("exif", LENS_MODEL),
        "lens_serial": tags.text("exif", LENS_SERIAL),
        "owner_hash": owner_hash(tags.text("exif", OWNER)),
        "artist_hash": owner_hash(tags.text("image", ARTIST)),
    }
    ids = _unique_id(tags.text("exif", UNIQUE_ID))
    apple = make.lower() == "apple" or not make
    for part in parts:
        _fill(found, maker_fields(part, make))
        if apple:
            ids |= apple_fields(part)
    _fill(found, {**xmp.device, "owner_hash": owner_hash(xmp.device.get("owner", ""))})
    _fill(found, blocks.device)
    found.pop("owner", None)
    software = tags.text("image", SOFTWARE) or blocks.movie.get("software", "")
    return Device(
        camera={name: text for name, text in found.items() if text},
        software=software or None,
        ids=ids,
    )


def _fill(found: dict[str, str], more: dict[str, str]) -> None:
    """Add what is not there yet."""
    for name, text in more.items():
        found[name] = found.get(name) or text


def _unique_id(text: str) -> dict[str, str]:
    """`image_unique_id`, or `image_module_id` for what names a kind of camera module.

    Phones of one maker write the name of their module there, the same in every picture of a model:
    it must never link two files. Ids of zeros nearly throughout are left out.
    """
    if _HEX_ID.fullmatch(text):
        return {} if text.count("0") >= 24 else {"image_unique_id": text.lower()}
    return {"image_module_id": text} if text and len(text) <= 64 else {}
