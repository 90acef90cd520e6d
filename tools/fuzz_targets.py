"""What the fuzzer feeds: each target, its seeds, and the errors that are answers, not faults."""

from __future__ import annotations

import hashlib
import io
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from forensics.errors import ForensicsError
from forensics.read.options import SourceFile

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
SEED_BYTES = 4_000
NOW_US = 1_760_000_000_000_000


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that reads what somebody else wrote."""

    says: str
    seeds: Callable[[], list[bytes]]
    run: Callable[[bytes, Path], object]
    """Is given the bytes and an empty folder."""
    answers: tuple[type[BaseException], ...] = (ForensicsError,)
    """Errors that are the documented answer to a broken input."""
    words: tuple[bytes, ...] = field(default=())
    """Pieces that mean something to it; put into the input now and then."""


def _source(data: bytes, folder: Path) -> SourceFile:
    path = folder / "given"
    path.write_bytes(data)
    return SourceFile(hashlib.sha256(data).hexdigest(), "given", path)


def _posts(data: bytes, folder: Path) -> object:
    from forensics.read.options import ReadOptions
    from forensics.read.posts import read_posts

    reading = read_posts([_source(data, folder)], ReadOptions(), folder / "out", lambda *_: None)
    for one in reading.sources:
        if one.rows_present != one.rows_read + one.rows_refused:
            raise AssertionError("rows vanished")
    return reading


def _detect(data: bytes, folder: Path) -> object:
    from forensics.read.archiveform import form_of
    from forensics.read.collection import reader_of
    from forensics.read.images import is_image
    from forensics.read.registry import READERS

    path = _source(data, folder).path
    known = [one.name for one in READERS if one.detects(path, data)]
    return known, form_of(path, data), reader_of(path, data), is_image(data, "given")


def _archive(data: bytes, folder: Path) -> object:
    from forensics.read.archives import expand

    found = expand([_source(data, folder)], folder / "out")
    outside = [one for one in folder.parent.rglob("*") if folder not in (one, *one.parents)]
    if outside:
        raise AssertionError(f"written beside: {outside[0].name}")
    return found


def _log(data: bytes, folder: Path) -> object:
    from forensics.read.collection import read_log

    return read_log(_source(data, folder))


def _image(data: bytes, folder: Path) -> object:
    from forensics.read.images import read_image
    from forensics.read.images.rows import packed

    file = _source(data, folder)
    image, refusals = read_image(file.path, file.sha256, "given")
    if image is None and not refusals:
        raise AssertionError("an image vanished")
    return None if image is None else packed(image)


def _json(data: bytes, _folder: Path) -> object:
    from forensics.read import jsonstream

    stream = io.BytesIO
    return [*jsonstream.iter_lines(stream(data))], [*jsonstream.iter_objects(stream(data))]


def _id(data: bytes, _folder: Path) -> object:
    from forensics.ids import read_id

    return read_id(_text(data), NOW_US)


def _codes(data: bytes, _folder: Path) -> object:
    from forensics.clues.codes import codes_in
    from forensics.reference.folding import fold

    found, text = codes_in(_text(data)), fold(_text(data))
    if any(not 0 <= one.start <= one.end <= len(text) for one in found):
        raise AssertionError("a code outside of its text")
    return found


def _coordinates(data: bytes, _folder: Path) -> object:
    from forensics.reference.coordinates import find_coordinates

    found = [one.position for one in find_coordinates(_text(data)) if one.position is not None]
    if any(abs(one.lat_udeg) > 90_000_000 or abs(one.lon_udeg) > 180_000_000 for one in found):
        raise AssertionError("a position off the Earth")
    return found


def _labels(data: bytes, _folder: Path) -> object:
    from forensics.reference import locations, panels
    from forensics.reference.regions import read_label

    text = _text(data)
    return (
        read_label(text), locations.read_location(text), panels.read_store(text),
        panels.read_managers(text), panels.read_phone_country(text),
    )  # fmt: skip


def _written(data: bytes, _folder: Path) -> object:
    from forensics import clock

    return clock.read_written(_text(data)), clock.parse_offset_min(_text(data))


def _case_file(data: bytes, folder: Path) -> object:
    from forensics.case import casefile

    return casefile.load(_source(data, folder).path)


def _record(data: bytes, folder: Path) -> object:
    from forensics.case.record import Record

    return [*Record(_source(data, folder).path).entries()]


def _envelope(data: bytes, _folder: Path) -> object:
    from forensics.case import dsse

    return dsse.opened(data)


def _links(data: bytes, _folder: Path) -> object:
    from forensics.links.content.addresses import canonical
    from forensics.links.content.normal import normalised

    text = _text(data)
    return canonical(text), normalised([text])


def _text(data: bytes) -> str:
    """Text as JSON can hold it: also halves of surrogate pairs."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


@cache
def _exports() -> tuple[bytes, ...]:
    found = [
        path.read_bytes()[:SEED_BYTES]
        for path in sorted((FIXTURES / "readers").iterdir())
        if path.is_file() and path.suffix != ".parquet" and path.name != "expected.json"
    ]
    return (*found, (FIXTURES / "readers" / "table.parquet").read_bytes())


@cache
def _packed() -> tuple[bytes, ...]:
    rows = b"account,time,text\na,2018-01-01T00:00:00Z,x\n"
    made = []
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as file:
            entry = tarfile.TarInfo("posts/" + "a" * 90 + "/b.csv")
            entry.size = len(rows)
            file.addfile(entry, io.BytesIO(rows))
        made.append(out.getvalue())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("posts.csv", rows)
        packed.writestr("b/c.csv", rows * 3)
    return (*made, out.getvalue())


@cache
def _pictures() -> tuple[bytes, ...]:
    from PIL import Image, PngImagePlugin

    fields = Image.Exif()
    fields[0x010F], fields[0x0110], fields[0x0132] = "Maker", "Model", "2018:10:01 10:00:00"
    fields.get_ifd(0x8769)[0x9003] = "2018:10:01 10:00:00"
    fields.get_ifd(0x8825).update({1: "N", 2: (55.0, 44.0, 12.5), 3: "E", 4: (37.0, 37.0, 1.5)})
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Creation Time", "2018-10-01T10:00:00Z")
    notes.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", zip=True)
    made = []
    for kind, more in (("JPEG", {"exif": fields}), ("PNG", {"pnginfo": notes, "exif": fields}),
                       ("WEBP", {"exif": fields}), ("TIFF", {"exif": fields}), ("GIF", {}),
                       ):  # fmt: skip
        out = io.BytesIO()
        Image.new("RGB", (8, 8), (200, 100, 50)).save(out, kind, **more)
        made.append(out.getvalue())
    photos = sorted((FIXTURES / "demo" / "photos").iterdir())
    return (*made, *(path.read_bytes()[:SEED_BYTES] for path in photos[:6] if path.is_file()))


def _given(*texts: str) -> Callable[[], list[bytes]]:
    return lambda: [text.encode() for text in texts]


CASE_FILE = """question = "Where?"
[settings]
by = "crew"
[[hypotheses]]
id = "H1"
statement = "Somewhere"
rung = "country"
prior_ppm = 100000
"""
ENTRY = (
    '{"at":"2025-01-01T00:00:00Z","body":{"text":"x"},"kind":"note","prev":"' + "0" * 64
    + '","seq":0,"tool":"gnomon 0.1.0","who":"analyst"}\n'
)  # fmt: skip
_ENVELOPE = (
    '{"payload":"e30=","payloadType":"application/vnd.in-toto+json",'
    '"signatures":[{"keyid":"a","sig":"AAAA"}]}'
)

TARGETS: dict[str, Target] = {
    "posts": Target(
        "every reader of posts, from bytes to rows", lambda: list(_exports()), _posts,
        words=(b"account", b"time", b'"', b"2018-01-01T00:00:00Z", b"1538362800", b"\\ud83d", b"["),
    ),
    "detect": Target(
        "which reader is asked", lambda: [*_exports(), *_packed(), *_pictures()], _detect,
        words=(b"SQLite format 3\0", b"PK\x03\x04", b"WARC/1.0\r\n", b"From ", b"[[item]]", b"{"),
    ),
    "archive": Target("zip and tar", lambda: list(_packed()), _archive,
                      words=(b"PK\x01\x02", b"../", b"/")),
    "log": Target(
        "logs of collections",
        _given('{"status": "archived: x", "url": "https://a.example"}', "WARC/1.0\r\n\r\n",
               '[[item]]\nurl = "https://a.example"\n', "url,status,archive location\na,b,c\n"),
        _log, answers=(ForensicsError, LookupError),
    ),
    "image": Target("what images say", lambda: list(_pictures()), _image,
                    words=(b"Exif\0\0", b"\xff\xe1", b"\xff\xda", b"IHDR", b"iTXt", b"moov")),
    "json": Target("JSON in pieces", _given('[{"a": 1}]', '{"a": "\\ud83d"}\n{"b": [1e9, null]}'),
                   _json, words=(b"NaN", b"Infinity", b"\\u0000", b"[[[[", b"1e999")),
    "id": Target(
        "clocks in ids and names of files",
        _given("1050118621198921728", "IMG_20230405_101112.jpg", "01ARZ3NDEKTSV4RRFFQ69G5FAV",
               "f47ac10b-58cc-11cf-a447-001122334455", "https://x.example/a/status/10501186211989"),
        _id,
    ),
    "codes": Target(
        "codes of places in text",
        _given("联系电话 0515-8812 3456", "苏ICP备12345678号", "А123ВС77 +7 495 123-45-67",
               "55.7512, 37.6184", "91320900MA1MXXXX0X", "邮编 224000 苏J12345"),
        _codes, words=("电话".encode(), "°".encode(), "苏".encode(), b"+86", b"0515", b"ICP"),
    ),
    "coordinates": Target(
        "coordinates in all notations",
        _given("55°45'21\"N 37°37'04\"E", "9G7VPJ2P+XX", "37UDB1234567890", "geo:55.75,37.61;u=9",
               "https://maps.example/@55.75,37.61,15z"),
        _coordinates, words=("°".encode(), "′".encode(), b"N", b"E", b"-", b".", b"9" * 20),
    ),
    "labels": Target("labels of platforms", _given("Moscow, Russia", "江苏 盐城", "Vietnam (12)"),
                     _labels, words=(b"(", b")", b",", b" app store", b":")),
    "written": Target("times as written", _given("2018-10-01T10:00:00+03:00", "Mon Oct 01 2018"),
                      _written, words=(b"+99:99", b"24:00", b"Z", b" ")),
    "casefile": Target("case.toml", _given(CASE_FILE), _case_file,
                       words=(b"nan", b"1e999", b"[[", b"inf", b"\\uD800", b"= {")),
    "record": Target("lines of the record", _given(ENTRY, ENTRY * 2), _record,
                     words=(b"1e5", b"NaN", b"9" * 5_000, b"\\ud800", b"[" * 2_000)),
    "envelope": Target("seals", _given(_ENVELOPE), _envelope, words=(b"=", b"\\u0000", b"null")),
    "links": Target("addresses and texts that tie", _given("https://x.com/a?utm_source=b&c=d#e"),
                    _links, words=(b"%00", b"//", b"[::1]", b":99999", b"xn--", "ｅ".encode())),
}  # fmt: skip


def emptied(folder: Path) -> Path:
    """The folder, empty again."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
