"""The name in a colour profile comes out of every container, and a broken one costs no more."""

from __future__ import annotations

import struct
import zlib

import pytest


def test_gif_colour_profile_block(make, read):
    profile = _profile("From a GIF")
    data = b"".join(
        bytes((len(profile[at : at + 255]),)) + profile[at : at + 255]
        for at in range(0, len(profile), 255)
    )
    gif = b"GIF89a" + b"\1\0\1\0\0\0\0" + b"\x21\xff\x0bICCRGBG1012" + data + b"\0;"
    image, _ = read(gif)
    assert image.documents["icc_description"] == "From a GIF"


def _profile(description: str) -> bytes:
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    text = description.encode("utf-16-be")
    body = b"mluc\0\0\0\0" + struct.pack(">II", 1, 12) + b"enUS" + struct.pack(">II", len(text), 28)
    body += text + b"\0" * (-len(text) % 4)
    count = int.from_bytes(profile[128:132], "big")
    for index in range(count):
        at = 132 + 12 * index
        if profile[at : at + 4] == b"desc":
            profile[at + 4 : at + 12] = struct.pack(">II", len(profile), len(body))
    profile += body
    profile[0:4] = struct.pack(">I", len(profile))
    return bytes(profile)


@pytest.mark.parametrize("where", ["jpeg", "png", "webp", "heif", "tiff", "raw profile"])
def test_colour_profile_in_every_container(where, make, read):
    profile = _profile("Somebody's Monitor")
    half = len(profile) // 2
    hex_text = b"\nicc\n%d\n" % len(profile) + profile.hex().encode()
    data = {
        # Two parts, the second first: they are joined by number.
        "jpeg": lambda: make.jpeg(
            make.segment(0xE2, b"ICC_PROFILE\0\x02\x02" + profile[half:]),
            make.segment(0xE2, b"ICC_PROFILE\0\x01\x02" + profile[:half]),
        ),
        "png": lambda: make.png(make.chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))),
        "webp": lambda: make.webp((b"ICCP", profile)),
        "heif": lambda: _heif_with_profile(make, profile),
        "tiff": lambda: make.tiff(ifd0={34675: profile}, exif={}, gps={}),
        "raw profile": lambda: make.png(make.chunk(b"tEXt", b"Raw profile type icc\0" + hex_text)),
    }[where]()
    image, _ = read(data)
    assert image.documents["icc_description"] == "Somebody's Monitor"


def _heif_with_profile(make, profile: bytes) -> bytes:
    colour = make.box(b"colr", b"prof" + profile)
    meta = make.box(b"meta", b"\0\0\0\0" + make.box(b"iprp", make.box(b"ipco", colour)))
    return make.box(b"ftyp", b"heic\0\0\0\0mif1") + meta


def test_broken_profiles(make, read):
    profile = _profile("Cut Short")
    for data in (profile[:200], b"x" * 300, b"\0" * 128 + b"\xff\xff\xff\xff"):
        image, refusals = read(make.jpeg(make.segment(0xE2, b"ICC_PROFILE\0\x01\x01" + data)))
        assert "icc_description" not in image.documents
    assert refusals[0].reason == "damaged"


def test_description_of_a_profile_that_little_cms_does_not_open(make, read):
    """A tail cut off a version 2 profile: the tag still stands."""
    text = b"Old Scanner\0"
    body = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text
    head = struct.pack(">I", 999) + b"\0" * 32 + b"acsp" + b"\0" * 88
    profile = head + struct.pack(">I", 1) + b"desc" + struct.pack(">II", 144, len(body)) + body
    image, _ = read(make.jpeg(make.segment(0xE2, b"ICC_PROFILE\0\x01\x01" + profile)))
    assert image.documents["icc_description"] == "Old Scanner"
