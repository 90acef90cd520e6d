"""IPTC-IIM and Photoshop image resources: places, dates, and the size of a thumbnail."""

from __future__ import annotations

from collections.abc import Mapping

from forensics.read.images.strings import tidy

_FIELDS: Mapping[int, str] = {
    40: "iptc_special_instructions",
    90: "iptc_city",
    92: "iptc_sublocation",
    95: "iptc_province",
    100: "iptc_country_code",
    101: "iptc_country",
}


def read_resources(data: bytes) -> dict[int, bytes]:
    """Photoshop image resources by number; at most 1,000, and only what lies inside."""
    out: dict[int, bytes] = {}
    at = 0
    for _ in range(1000):
        if data[at : at + 4] not in {b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR"}:
            break
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        name = data[at + 6] if len(data) > at + 6 else 0
        at += 6 + (name + 2) // 2 * 2
        size = int.from_bytes(data[at : at + 4], "big")
        out.setdefault(number, data[at + 4 : at + 4 + size])
        at += 4 + size + size % 2
    return out


def read_iptc(data: bytes) -> dict[str, str]:
    """The place fields of the second record, the first value of each."""
    out: dict[str, str] = {}
    at = max(data.find(b"\x1c"), 0)
    for _ in range(1000):
        if data[at : at + 1] != b"\x1c" or len(data) < at + 5:
            break
        record, number = data[at + 1], data[at + 2]
        size = int.from_bytes(data[at + 3 : at + 5], "big")
        if size & 0x8000:
            # Extended records (over 32 KiB) hold pictures, not places.
            break
        if record == 2 and number in _FIELDS:
            text = tidy(data[at + 5 : at + 5 + size])
            if text:
                out.setdefault(_FIELDS[number], text)
        at += 5 + size
    return out
