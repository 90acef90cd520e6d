"""What the fuzzer feeds: each target, its seeds, and the errors that are answers, not faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import fuzz_texts as texts
from fuzz_formats import format_targets, log_seeds, packed_seeds
from fuzz_media import pictures
from fuzz_readers import every_export, reader_targets
from fuzz_target import Target, source, text_of

NOW_US = 1_760_000_000_000_000


def _detect(data: bytes, folder: Path) -> object:
    from forensics.read.archiveform import form_of
    from forensics.read.collection import reader_of
    from forensics.read.images import is_image
    from forensics.read.registry import READERS

    path = source(data, folder).path
    known = [one.name for one in READERS if one.detects(path, data)]
    return known, form_of(path, data), reader_of(path, data), is_image(data, "given")


def _id(data: bytes, _folder: Path) -> object:
    from forensics.ids import read_id

    return read_id(text_of(data), NOW_US)


def _codes(data: bytes, _folder: Path) -> object:
    from forensics.clues.codes import codes_in
    from forensics.reference.folding import fold

    found, text = codes_in(text_of(data)), fold(text_of(data))
    if any(not 0 <= one.start <= one.end <= len(text) for one in found):
        raise AssertionError("a code outside of its text")
    return found


def _coordinates(data: bytes, _folder: Path) -> object:
    from forensics.reference.coordinates import find_coordinates

    found = [one.position for one in find_coordinates(text_of(data)) if one.position is not None]
    if any(abs(one.lat_udeg) > 90_000_000 or abs(one.lon_udeg) > 180_000_000 for one in found):
        raise AssertionError("a position off the Earth")
    return found


def _labels(data: bytes, _folder: Path) -> object:
    from forensics.reference import locations, panels
    from forensics.reference.regions import read_label
    from forensics.reference.zonenames import read_zone_name

    text = text_of(data)
    return (
        read_label(text), locations.read_location(text), panels.read_store(text),
        panels.read_managers(text), panels.read_phone_country(text), read_zone_name(text),
    )  # fmt: skip


def _written(data: bytes, _folder: Path) -> object:
    from forensics import clock

    return clock.read_written(text_of(data)), clock.parse_offset_min(text_of(data))


def _case_file(data: bytes, folder: Path) -> object:
    from forensics.case import casefile

    return casefile.load(source(data, folder).path)


def _record(data: bytes, folder: Path) -> object:
    from forensics.case.record import Record

    return [*Record(source(data, folder).path).entries()]


def _envelope(data: bytes, _folder: Path) -> object:
    from forensics.case import dsse

    return dsse.opened(data)


def _links(data: bytes, _folder: Path) -> object:
    from forensics.links.content.addresses import canonical
    from forensics.links.content.normal import normalised

    text = text_of(data)
    return canonical(text), normalised([text])


def _geocoder(data: bytes, _folder: Path) -> object:
    from forensics.online.geocode import _hits

    return _hits(data, "https://a.example")  # its one caller asks a server for the bytes


def _given(texts: Iterable[str]) -> Callable[[], list[bytes]]:
    return lambda: [text.encode() for text in texts]


def _detected() -> list[bytes]:
    return [*every_export(), *packed_seeds(), *pictures(), *log_seeds()]


TARGETS: dict[str, Target] = {
    **reader_targets(),
    **format_targets(),
    "detect": Target(
        "which reader is asked", _detected, _detect, shaped=True,
        words=(b"SQLite format 3\0", b"PK\x03\x04", b"WARC/1.0\r\n", b"From ", b"[[item]]", b"{"),
    ),
    "id": Target("clocks in ids and names of files", _given(texts.IDS), _id,
                 words=(b"/", b".jpg", b"-", b"_", b"0", b"z", b"%", b"https://weibo.com/1/")),
    "codes": Target(
        "codes of places in text", _given(texts.CODES), _codes,
        words=("电话".encode(), "°".encode(), "苏".encode(), b"+86", b"0515", b"ICP"),
    ),
    "coordinates": Target(
        "coordinates in all notations", _given(texts.COORDINATES), _coordinates,
        words=("°".encode(), "′".encode(), b"N", b"E", b"-", b".", b"9" * 20, b"%2C"),
    ),
    "labels": Target("labels of platforms", _given(texts.LABELS), _labels,
                     words=(b"(", b")", b",", b" app store", b":", "省".encode(), b"GMT+", b" / ")),
    "written": Target("times as written", _given(texts.TIMES), _written,
                      words=(b"+99:99", b"24:00", b"Z", b" ", b"T", b"00", "年".encode(), b"PM")),
    "casefile": Target("case.toml", _given(texts.CASE_FILES), _case_file,
                       words=(b"nan", b"1e999", b"[[", b"inf", b"\\uD800", b"= {", b"0x", b'"""',
                              b"2024-02-30", b"[[judgements]]\n", b"9" * 30)),
    "record": Target("lines of the record", _given(texts.ENTRIES), _record, shaped=True,
                     words=(b"1e5", b"NaN", b"9" * 5_000, b"\\ud800", b"[" * 2_000)),
    "envelope": Target("seals", _given(texts.ENVELOPES), _envelope, shaped=True,
                       words=(b"=", b"\\u0000", b"null")),
    "links": Target("addresses and texts that tie", _given(texts.ADDRESSES), _links,
                    words=(b"%00", b"//", b"[::1]", b":99999", b"xn--", "ｅ".encode(), b"?", b"#")),
    "geocoder": Target("answers of a geocoder", _given(texts.ANSWERS), _geocoder, shaped=True,
                       words=(b'"lat"', b"1e-99999", b"Infinity", b"9" * 5_000)),
}  # fmt: skip
