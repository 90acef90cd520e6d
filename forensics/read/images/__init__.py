"""Images: what a file says about where, when and with what, read without trusting it.

Reading order: `walk.py` (which container), a walker such as `jpeg.py` (where the blocks are),
`tags.py` (EXIF through exifread), `gps.py`, `dates.py`, `xmp.py`, and `reader.py`, which puts
them together.
"""

from forensics.read.images.camera_clock import (
    ClockReading,
    equal_offsets_min,
    read_clock,
    strength,
)
from forensics.read.images.gps import degrees_text
from forensics.read.images.placenames import place_names
from forensics.read.images.provenance import Credentials, can_validate, read_credentials
from forensics.read.images.reader import is_image, read_image

__all__ = [
    "ClockReading",
    "Credentials",
    "can_validate",
    "degrees_text",
    "equal_offsets_min",
    "is_image",
    "place_names",
    "read_clock",
    "read_credentials",
    "read_image",
    "strength",
]
