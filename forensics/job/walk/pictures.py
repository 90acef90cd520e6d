"""What a picture or film says, field by field, and where in the file it stands.

A claim is looked for in the bytes in the form in which EXIF and XMP write it. Where it is found,
the byte is named; where it is not (maker notes, packed blocks), the claim stands as it was read.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from forensics.job.walk.tables import Tables
from forensics.job.walk.tree import Excerpt, Line

MOST_SEARCHED = 64 << 20
"""Bytes of a file that are searched, from its beginning."""
PLACES = 4
"""Places named for one claim."""
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)")
_RATIO = re.compile(r"(\d{1,20})/(\d{1,20})")


def picture(tables: Tables, sha256: str, path: Path, note: str) -> Excerpt:
    """The claims of one image file, with the bytes at which they stand.

    Args:
        tables: The case.
        sha256: Hash of the file.
        path: Where its bytes are.
        note: Which bytes these are.
    """
    needle = [f'"original":"{sha256}"'.encode()]
    found = [row for row in tables.rows("images.jsonl", needle) if row["original"] == sha256]
    lines: list[Line] = []
    with path.open("rb") as file:
        data = file.read(MOST_SEARCHED)
    for row in found:
        lines += _claims(row, data)
    for refusal in tables.rows("image_refusals.jsonl", needle):
        lines.append(Line(str(refusal["where"]), f"refused: {refusal['reason']} {refusal['raw']}"))
    for text in tables.rows("image_texts.jsonl", needle):
        where = ", ".join(str(edge) for edge in text.get("box_permille", ()))
        lines.append(Line(f"text in it, line {text['line']}", f"{text['text']} (at {where} ‰)"))
    if not lines:
        return Excerpt("none", f"nothing was read out of this file; bytes {note}")
    return Excerpt("picture", f"what the file says; bytes {note}", tuple(lines))


def _claims(row: Mapping[str, Any], data: bytes) -> Iterator[Line]:
    """Every claim of an image."""
    yield Line("format", f"{row['format']}, {row['width_px']} x {row['height_px']} px")
    for one in row["times"]:
        text = _time(one)
        yield _line(f"time {one['field']} ({one['clock_writer']})", text, data, _time_forms(text))
    for one in row["positions"]:
        text = (
            f"{one['lat_udeg']} {one['lon_udeg']} microdegrees, within {one['radius_m']} m, "
            f"from {one['raw']!r}"
        )
        yield _line(f"position {one['basis']}", text, data, _position_forms(str(one["raw"])))
    for name in ("camera", "documents", "gps", "marks"):
        for key, value in row[name].items():
            yield _line(f"{name} {key}", str(value), data, _text_forms(str(value)))
    if row["software"]:
        yield _line("software", row["software"], data, _text_forms(row["software"]))
    if row["stripped"]:
        yield Line("metadata", "none, as platforms leave it")
    if row["accounts"]:
        yield Line("posted by", ", ".join(row["accounts"]))


def _time(one: Mapping[str, Any]) -> str:
    """A time as it was written."""
    if one["local"] is not None:
        local = one["local"]
        fraction = f".{local['fraction']}" if local["fraction"] else ""
        offset = "" if local["offset_min"] is None else f" ({local['offset_min']:+d} min)"
        return f"{local['text']}{fraction}{offset}"
    return str(one["instant"]["raw"] or one["instant"]["utc_us"])


def _time_forms(text: str) -> Iterator[bytes]:
    """How EXIF and XMP write it."""
    found = _TIME.match(text)
    if found:
        yield "{}:{}:{} {}".format(*found.groups()).encode()
        yield found.group().encode()
    else:
        yield from _position_forms(text)


def _position_forms(raw: str) -> Iterator[bytes]:
    """The fractions of a position as EXIF packs them, or the text of it."""
    ratios = [int(part) for pair in _RATIO.findall(raw) for part in pair][:6]
    if len(ratios) == 6 and max(ratios) < 1 << 32:
        yield struct.pack("<6I", *ratios)
        yield struct.pack(">6I", *ratios)
    if raw and not ratios:
        yield from _text_forms(raw)


def _text_forms(text: str) -> Iterator[bytes]:
    if len(text) >= 3:
        yield text.encode("utf-8", "surrogatepass")


def _line(label: str, text: str, data: bytes, forms: Iterator[bytes]) -> Line:
    """A claim with the places at which it stands."""
    for form in forms:
        places = [found.start() for found in re.finditer(re.escape(form), data)]
        if len(places) == 1:
            return Line(label, text, mine=True, byte=places[0], size=len(form))
        if places:
            shown = ", ".join(f"{place:,}" for place in places[:PLACES])
            return Line(label, f"{text} (such a text stands at bytes {shown})", mine=True)
    return Line(label, text, mine=True)
