"""What made the picture: camera, lens, serial numbers, program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from forensics.read.images.blocks import Blocks
from forensics.read.images.makers import maker_serials
from forensics.read.images.tags import Tags
from forensics.read.images.xmp import Xmp

MAKE, MODEL, SOFTWARE = 0x010F, 0x0110, 0x0131
BODY_SERIAL, LENS_MODEL, LENS_SERIAL = 0xA431, 0xA434, 0xA435


@dataclass(frozen=True, slots=True)
class Device:
    """Camera and program, as the file names them."""

    camera: dict[str, str] = field(default_factory=dict)
    """make, model, body_serial, lens_model, lens_serial; only those that are there."""
    software: str | None = None


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
    }
    for more in (*(maker_serials(part, make) for part in parts), xmp.device):
        for name, text in more.items():
            found[name] = found.get(name) or text
    software = tags.text("image", SOFTWARE) or blocks.movie.get("software", "")
    return Device(
        camera={name: text for name, text in found.items() if text},
        software=software or None,
    )
