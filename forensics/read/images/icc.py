"""The description of a colour profile: `Display P3`, or the name of somebody's monitor."""

from __future__ import annotations

from io import BytesIO

from forensics.read.images.blocks import MAX_ICC, Blocks
from forensics.read.images.strings import tidy

_HEADER = 128
MAX_TAGS = 100


def icc_description(blocks: Blocks) -> str | None:
    """The description as Little CMS reads it, or None.

    The profile must look like one (signature, length, at most 100 tags) before Little CMS sees it.
    """
    data = blocks.icc
    if not data:
        return None
    tags = int.from_bytes(data[_HEADER : _HEADER + 4], "big")
    if len(data) > MAX_ICC or data[36:40] != b"acsp" or not 0 < tags <= MAX_TAGS:
        blocks.problem("field ICC", "damaged")
        return None
    from PIL import ImageCms

    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(data))
        text = profile.profile.profile_description or ""
    except (OSError, ValueError, TypeError, ImageCms.PyCMSError):
        return _by_tag(data, tags) or None
    return tidy(text) or _by_tag(data, tags) or None


def _by_tag(data: bytes, tags: int) -> str:
    """The tag `desc` read directly: ASCII in version 2, UTF-16 in version 4.

    Profiles that are cut short do not open in Little CMS; their description often still stands.
    """
    for index in range(tags):
        entry = data[_HEADER + 4 + 12 * index : _HEADER + 16 + 12 * index]
        if entry[:4] != b"desc" or len(entry) < 12:
            continue
        start, size = int.from_bytes(entry[4:8], "big"), int.from_bytes(entry[8:12], "big")
        body = data[start : start + min(size, 65_536)]
        if body[:4] == b"desc":
            return tidy(body[12 : 12 + int.from_bytes(body[8:12], "big")])
        if body[:4] == b"mluc":
            length, offset = (int.from_bytes(body[at : at + 4], "big") for at in (20, 24))
            return tidy(body[offset : offset + length].decode("utf-16-be", "replace"))
    return ""
