"""Web archives (WARC): what was asked for, when, with which program, and whether the bytes fit.

warcio reads the headers of records. The stream under it is ours, see `warclines`, so that neither a
bomb nor a header without an end fills the memory.
Payloads are hashed as they pass and kept nowhere.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forensics.model import Refusal
from forensics.read import zstd
from forensics.read.archives import Limits
from forensics.read.collection.items import (
    DamagedLogError,
    Digest,
    Inside,
    Item,
    Log,
    LogFile,
    Refused,
    captured_of,
    digest_of,
    room,
    text_of,
)
from forensics.read.collection.warclines import BLOCK, Lines, unpacked

if TYPE_CHECKING:
    from forensics.read.zstd import Readable

MAX_INFO = 1 << 16
"""Bytes of a `warcinfo` record that are read."""
CAPTURES = ("response", "resource", "revisit", "conversion")
"""Types of records that are captures."""
_MARKS = (b"WARC/1.", b"WARC/0.")
_ENCODINGS = ("gzip", "deflate")
"""Content encodings that are taken off: Brotli can blow a block up without any limit."""


def is_warc(path: Path, head: bytes) -> bool:
    """True for a record of a web archive, packed or not."""
    if head.startswith(_MARKS):
        return True
    if head.startswith(b"\x1f\x8b"):
        try:
            return zlib.decompressobj(31).decompress(head, 16).startswith(_MARKS)
        except zlib.error:
            return False
    if zstd.is_zstd(head):
        try:
            with zstd.opened(path) as stream:
                return stream.read(16).startswith(_MARKS)
        except zstd.DamagedError:
            return False
    return False


def read_warc(file: LogFile) -> Log:
    """The captures of a web archive; first of all what it says of itself as a whole."""
    with unpacked(file.path) as stream:
        found = captures(file, stream, file.path.stat().st_size)
    return Log("WARC", (summary(found.items, found.info), *found.items), found.refusals)


@dataclass(slots=True)
class Captures:
    """What one stream of records holds."""

    items: list[Item] = field(default_factory=list)
    info: dict[str, str] = field(default_factory=dict)
    """Fields of the first `warcinfo` record, names in lower case."""
    refusals: tuple[Refusal, ...] = ()


def captures(
    file: LogFile, stream: Readable, packed: int, limits: Limits | None = None, within: str = ""
) -> Captures:
    """The captures in a stream of records; whatever is wrong with it is refused, never raised.

    Args:
        file: The log, for refusals.
        stream: The records, unpacked.
        packed: Bytes they took before they were unpacked.
        limits: What they may unpack to.
        within: Name of the member that the stream is, where it is one.
    """
    refused = Refused(file)
    found = Captures()
    lines = Lines(stream, packed, limits or Limits())
    number = 0
    prefix = f"{within}, " if within else ""
    try:
        for done, item in _records(lines, found):
            number = done
            if item is None:
                continue
            room(len(found.items) + 1)
            found.items.append(item)
    except DamagedLogError as error:
        refused.add(
            f"{prefix}record {number + 1}",
            error.reason,
            f"{prefix}record {number + 1}: {error.what}; the rest was not read",
        )
    except (EOFError, OSError, zlib.error, zstd.DamagedError):
        refused.add(
            f"{prefix}record {number + 1}",
            "damaged",
            f"{prefix}record {number + 1}: the packed data are damaged or cut off",
        )
    found.refusals = refused.all()
    return found


def _records(lines: Lines, found: Captures) -> Iterator[tuple[int, Item | None]]:
    """(Number, capture or None) of each record."""
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.recordloader import ArcWarcRecordLoader

    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    # the library would write addresses with spaces anew, and print them raw on stderr
    loader._ensure_target_uri_format = _target
    number = 0
    while True:
        first = _first_line(lines, number)
        if not first:
            return
        number += 1
        lines.header = len(first)
        try:
            record = loader.parse_record_stream(lines, first, known_format="warc")
        except (ArchiveLoadFailed, EOFError, ValueError, AttributeError, UnicodeError) as error:
            raise DamagedLogError("damaged", f"no record of a web archive ({error})") from None
        length = record.rec_headers.get_header("Content-Length")
        if length is None or not (length.isascii() and length.strip().isdigit()):
            raise DamagedLogError("damaged", f"Content-Length is {str(length)[:40]!r}")
        kind = (record.rec_type or "").lower()
        item = None
        if kind == "warcinfo" and not found.info:
            found.info = _info(record)
        elif kind in CAPTURES:
            item = _capture(number, kind, record, found.info)
        _drain(record.raw_stream)
        yield number, item


def _target(headers: Any) -> str | None:
    """The address of a record as it stands; Wget 1.19 put angle brackets around it."""
    uri: str | None = headers.get_header("WARC-Target-URI")
    if uri is not None and uri.startswith("<") and uri.endswith(">"):
        return uri[1:-1]
    return uri


def _first_line(lines: Lines, number: int) -> bytes:
    """The line that begins a record; empty at the end.

    Raises:
        DamagedLogError: something else stands where a record should begin.
    """
    lines.header = 0
    blank = 0
    while line := lines.readline():
        if line.strip():
            if not line.startswith(_MARKS):
                what = "Content-Length is wrong" if number else "no record of a web archive"
                raise DamagedLogError("damaged", f"{what}: the next line is no record's first")
            return line
        blank += 1
        if blank > 64:
            raise DamagedLogError("damaged", "blank lines without an end")
    return b""


def _drain(stream: Any) -> None:
    """Read what is left of a record.

    Raises:
        DamagedLogError: the archive ends before the record does.
    """
    while stream.read(BLOCK):
        pass
    if getattr(stream, "limit", 0):
        raise DamagedLogError("damaged", "the archive ends inside a record")


def _info(record: Any) -> dict[str, str]:
    """The fields of a `warcinfo` record."""
    data = b""
    while len(data) < MAX_INFO and (block := record.raw_stream.read(MAX_INFO - len(data))):
        data += block
    found: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").split("\n")[:200]:
        name, colon, value = line.partition(":")
        text = text_of(value)
        if colon and text:
            found.setdefault(name.strip().lower(), text)
    return found


class _Tee:
    """A payload on its way: every byte that is read of it goes into the hashes."""

    def __init__(self, stream: Any, hashes: list[Any]) -> None:
        self._stream = stream
        self._hashes = hashes
        self.size = 0

    def _seen(self, data: bytes) -> bytes:
        self.size += len(data)
        for one in self._hashes:
            one.update(data)
        return data

    def read(self, size: int | None = None) -> bytes:
        """The next bytes."""
        return self._seen(self._stream.read(BLOCK if size is None else min(size, BLOCK)))

    def readline(self, size: int | None = None) -> bytes:
        """The next line."""
        return self._seen(self._stream.readline(size))


def _capture(number: int, kind: str, record: Any, info: dict[str, str]) -> Item:
    headers = record.rec_headers
    stated = digest_of(headers.get_header("WARC-Payload-Digest"))
    http = record.http_headers
    inside = None
    if kind != "revisit" and not headers.get_header("WARC-Segment-Number"):
        inside = _hashed(record, stated)
    status = http.get_statuscode() if http is not None else None
    tool, version = _software(info.get("software"))
    notes = ["the same bytes as an earlier capture; they are not in this record"]
    return Item(
        row=number,
        source_url=text_of(_target(headers)),
        collector=info.get("operator"),
        tool=tool,
        tool_version=version,
        method=kind,
        captured=captured_of(headers.get_header("WARC-Date"), utc=True),
        digests=(stated,) if stated else (),
        http_status=int(status) if status and status.isdigit() and len(status) == 3 else None,
        media_type=text_of(http.get_header("Content-Type") if http is not None else None)
        or text_of(headers.get_header("Content-Type")),
        inside=inside,
        notes=tuple(notes) if kind == "revisit" else (),
    )


def _hashed(record: Any, stated: Digest | None) -> Inside:
    """The hashes of a payload: as stored, and without transfer and content encoding."""
    raw = hashlib.sha256()
    hashes = [raw]
    ours = plain = None
    if stated is not None and stated.known:
        ours = hashlib.new(stated.algorithm, usedforsecurity=False)
        hashes.append(ours)
    tee = _Tee(record.raw_stream, hashes)
    decoded, plain = _decoded(record, tee, stated)
    while tee.read(BLOCK):
        pass
    own = Digest(stated.algorithm, ours.hexdigest()) if stated is not None and ours else None
    fits = None if own is None or stated is None else own.value == stated.value
    if fits is False and plain is not None and stated is not None and plain == stated.value:
        fits, own = True, stated  # made over the body without its transfer encoding
    return Inside(raw.hexdigest(), tee.size, decoded, fits, own)


def _decoded(record: Any, tee: _Tee, stated: Digest | None) -> tuple[str | None, str | None]:
    """(SHA-256 of the decoded body, stated algorithm over the body without chunks), where any."""
    from warcio.bufferedreaders import BufferedReader, ChunkedDataException, ChunkedDataReader

    http = record.http_headers
    if http is None:
        return None, None
    encoding = (http.get_header("content-encoding") or "").strip().lower()
    chunked = (http.get_header("transfer-encoding") or "").strip().lower() == "chunked"
    packed = encoding in _ENCODINGS and encoding in BufferedReader.get_supported_decompressors()
    if not packed and not chunked:
        return None, None
    plain = None
    if chunked and stated is not None and stated.known:
        plain = hashlib.new(stated.algorithm, usedforsecurity=False)
    body: Any = ChunkedDataReader(tee) if chunked else tee
    if plain is not None:
        body = _Tee(body, [plain])
    if packed:
        body = BufferedReader(body, decomp_type=encoding)
    sha256 = hashlib.sha256()
    size = 0
    limits = Limits()
    try:
        while block := body.read(BLOCK):
            size += len(block)
            sha256.update(block)
            if limits.suspect(size, tee.size):
                return None, None  # a bomb: its bytes as stored are hashed all the same
    except (ChunkedDataException, ValueError, zlib.error, EOFError):
        return None, None
    return sha256.hexdigest(), plain.hexdigest() if plain is not None else None


def _software(text: str | None) -> tuple[str | None, str | None]:
    """Name and version of a program such as `Browsertrix-Crawler 1.2.3 (with ...)`, `Wget/1.21`."""
    if not text:
        return None, None
    first, _, rest = text.replace("/", " ", 1).partition(" ")
    version = rest.split(" ", 1)[0].strip("(),;")
    if version[:1] in "vV" and version[1:2].isdigit():
        return first, version[1:]
    return (first, version) if version[:1].isdigit() else (text, None)


def summary(items: list[Item], info: dict[str, str]) -> Item:
    """What the archive says of itself: one address or time only where all captures share it."""
    urls = {item.source_url for item in items}
    collectors = {item.collector for item in items} | {info.get("operator")}
    tool, version = _software(info.get("software"))
    fits = [item.inside.fits for item in items if item.inside is not None]
    wrong, good = fits.count(False), fits.count(True)
    notes = [f"{len(items):,} captures of {len(urls):,} addresses"]
    notes += [f"{good:,} payloads fit their hash, {wrong:,} do not"] if good or wrong else []
    return Item(
        row=0,
        source_url=urls.pop() if len(urls) == 1 else None,
        collector=collectors.pop() if len(collectors) == 1 else None,
        tool=tool,
        tool_version=version,
        captured=items[0].captured if len(items) == 1 else None,
        itself=True,
        notes=tuple(notes),
    )
