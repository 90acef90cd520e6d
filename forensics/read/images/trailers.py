"""What phones append behind a picture: a UTC time and a country of one maker, JSON of others.

Only the tail of the file is looked at, and only where the file does not end as a JPEG does.
"""

from __future__ import annotations

import json
import re

from forensics.read.images.blocks import Blocks
from forensics.read.images.source import Source
from forensics.read.images.strings import tidy

_TAIL = 4096
_MAX_DIRECTORY = 64 * 1024
_MAX_ENTRIES = 200
_UTC, _COUNTRY = 0x0A01, 0x0AA1
_JSON = re.compile(rb'\{"[^\x00-\x08]{1,4000}\}')
_DEVICE_KEYS = ("watermark.device", "device", "model")
_BUILD = re.compile(r"[\w .()+-]{2,64}")


def read_trailer(source: Source, blocks: Blocks) -> None:
    """Collect what stands behind the picture, if anything does."""
    end = source.at(source.size - 8, 8)
    if end[-2:] == b"\xff\xd9" or len(end) < 8:
        return
    if end[-4:] == b"SEFT":
        _samsung(source, int.from_bytes(end[:4], "little"), blocks)
        return
    tail = source.at(max(0, source.size - _TAIL), _TAIL)
    behind = tail[tail.rfind(b"\xff\xd9") + 2 :]
    match = _JSON.search(behind)
    if match:
        _json(match.group(), blocks)


def read_boxed_trailer(source: Source, blocks: Blocks) -> None:
    """The same where it stands in the last box of a HEIF file or a video."""
    if source.at(source.size - 4, 4) == b"SEFT":
        read_trailer(source, blocks)


def _samsung(source: Source, length: int, blocks: Blocks) -> None:
    """`SEFH`, a version, a count, and 12 bytes a block: its type, how far before SEFH, its size."""
    at = source.size - 8 - length
    if at < 0 or not 12 <= length <= _MAX_DIRECTORY:
        return
    data = source.at(at, length)
    if data[:4] != b"SEFH":
        return
    blocks.ids.setdefault("trailer", "samsung")
    for index in range(min(int.from_bytes(data[8:12], "little"), _MAX_ENTRIES)):
        entry = data[12 + 12 * index : 24 + 12 * index]
        kind = int.from_bytes(entry[2:4], "little")
        if len(entry) < 12 or kind not in {_UTC, _COUNTRY}:
            continue
        back, size = (int.from_bytes(entry[i : i + 4], "little") for i in (4, 8))
        block = source.at(at - back, min(size, 256))
        name = int.from_bytes(block[4:8], "little")
        value = block[8 + name :] if name < 64 else b""
        if kind == _UTC and re.fullmatch(rb"1\d{12}", value[:13]):
            blocks.trailer_utc_ms = int(value[:13])
        elif kind == _COUNTRY and re.fullmatch(rb"[2-7]\d\d", value):
            # The country code of the mobile network that the phone was in, or had been in.
            blocks.ids.setdefault("trailer_mcc", value.decode())


def _json(data: bytes, blocks: Blocks) -> None:
    try:
        found = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return
    if not isinstance(found, dict) or not found:
        return
    blocks.ids.setdefault("trailer", "json")
    blocks.ids.setdefault("trailer_keys", "|".join(sorted(tidy(str(key)) for key in found))[:200])
    for key in _DEVICE_KEYS:
        value = found.get(key)
        if isinstance(value, str) and _BUILD.fullmatch(value):
            blocks.device.setdefault("trailer_device", tidy(value))
            return
