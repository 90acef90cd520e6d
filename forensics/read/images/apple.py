"""Apple's maker note: how long the phone had run, and the ids that tie files of one moment.

Equal content ids pair a photo with its video, equal burst ids are one burst; the same id in two
accounts means the same original. The run time leaves out the time asleep: it orders neighbouring
shots of one phone, and is no clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from forensics.read.images.notes import Note, get, text
from forensics.read.images.tags import Tags

_IDS: Mapping[int, str] = {
    0x000B: "apple_burst_id",
    0x0011: "apple_content_id",
    0x0015: "apple_image_id",
    0x0020: "apple_capture_request_id",
    0x002B: "apple_photo_id",
}
_ID = re.compile(r"[\x21-\x7e]{8,128}")
_NANOSECONDS = 1_000_000_000
_MAX_OBJECTS = 64


def apple_fields(tags: Tags) -> dict[str, str]:
    """`apple_run_time_ns` and the ids of Apple's note; empty for other notes."""
    note = Note.of(tags)
    if note is None or note.head[:10] != b"Apple iOS\0":
        return {}
    order = {b"II": "<", b"MM": ">"}.get(note.head[12:14])
    place = note.relative(0, order, 14) if order else None
    found = {name: text(place, tag) for tag, name in _IDS.items()}
    out = {name: value for name, value in found.items() if _ID.fullmatch(value)}
    run_time = get(place, 0x0003)
    if isinstance(run_time, bytes):
        numbers = flat_plist(run_time)
        value, scale = numbers.get("value", 0), numbers.get("timescale", 0)
        if value > 0 and scale > 0:
            out["apple_run_time_ns"] = str(value * _NANOSECONDS // scale)
    return out


def flat_plist(data: bytes) -> dict[str, int]:
    """The whole numbers of a binary property list that is one flat dictionary.

    Everything else in it is passed over, so there is no recursion and nothing to unfold.
    """
    if data[:8] != b"bplist00" or len(data) < 40:
        return {}
    tail = data[-32:]
    width, reference = tail[6], tail[7]
    count, top, table = (int.from_bytes(tail[at : at + 8], "big") for at in (8, 16, 24))
    if width not in {1, 2, 4} or reference not in {1, 2} or count > _MAX_OBJECTS or top >= count:
        return {}

    def start(number: int) -> int:
        return int.from_bytes(data[table + number * width : table + (number + 1) * width], "big")

    at = start(top)
    head = data[at : at + 1]
    pairs = head[0] & 0x0F if head and head[0] >> 4 == 0x0D else 0
    if pairs == 0x0F:
        return {}
    names = data[at + 1 : at + 1 + 2 * pairs * reference]
    numbers = [
        int.from_bytes(names[i : i + reference], "big") for i in range(0, len(names), reference)
    ]
    out: dict[str, int] = {}
    for key, value in zip(numbers[:pairs], numbers[pairs:], strict=False):
        name, number = _ascii(data, start(key)), _whole(data, start(value))
        if name and number is not None:
            out[name] = number
    return out


def _ascii(data: bytes, at: int) -> str:
    head = data[at : at + 1]
    if not head or head[0] >> 4 != 5 or head[0] & 0x0F == 0x0F:
        return ""
    return data[at + 1 : at + 1 + (head[0] & 0x0F)].decode("ascii", "replace")


def _whole(data: bytes, at: int) -> int | None:
    head = data[at : at + 1]
    if not head or head[0] >> 4 != 1 or head[0] & 0x0F > 3:
        return None
    size = 1 << (head[0] & 0x0F)
    # Eight bytes are signed, fewer are not.
    return int.from_bytes(data[at + 1 : at + 1 + size], "big", signed=size == 8)
