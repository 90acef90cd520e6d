"""Web archives as packages (WACZ): a zip with records, a list of pages, and a hash of every part.

Nothing is unpacked onto the disk. Names of members are labels. Every part that `datapackage.json`
lists is hashed and compared; the records are read as those of any web archive. Indexes (CDX) are
hashed and not read: what they say follows from the records.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from forensics.read import zipdir
from forensics.read.archives import Limits, zip_oddity
from forensics.read.collection.items import (
    MAX_ITEMS,
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
from forensics.read.collection.warc import captures, summary
from forensics.read.collection.warclines import Members

PACKAGE = "datapackage.json"
DIGEST = "datapackage-digest.json"
MAX_JSON = 32 << 20
"""Bytes of `datapackage.json`."""
MAX_PAGE_LINE = 16 << 20
"""Bytes of one line of a list of pages, which may hold the text of the page."""
_RECORDS = (".warc", ".warc.gz", ".warc.zst")
_DAMAGE = (zipfile.BadZipFile, EOFError, zlib.error, ValueError, NotImplementedError, OSError)


def is_wacz(path: Path, head: bytes) -> bool:
    """True for a zip that holds `datapackage.json` and records under `archive/`."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipdir.opened(path) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, OSError):
        return False
    return PACKAGE in names and any(name.startswith("archive/") for name in names)


@dataclass(slots=True)
class _Package:
    """What is known of a package on the way through it."""

    file: LogFile
    zip: zipfile.ZipFile
    refused: Refused
    limits: Limits
    entries: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    left: int = 0
    """Bytes that may still be unpacked."""
    notes: list[str] = field(default_factory=list)


def read_wacz(file: LogFile, limits: Limits | None = None) -> Log:
    """The captures of a package, its parts, and what it says of itself.

    Raises:
        DamagedLogError: it cannot be opened as a zip.
    """
    limits = limits or Limits()
    try:
        with zipdir.opened(file.path) as opened:
            package = _Package(file, opened, Refused(file), limits, left=limits.total_bytes)
            return _read(package)
    except (zipfile.BadZipFile, OSError) as error:
        raise DamagedLogError("damaged", str(error)) from None


def _read(package: _Package) -> Log:
    _list(package)
    about = _json(package, PACKAGE)
    items, info = _captures(package)
    titles = _titles(package)
    items = [replace(one, title=one.title or titles.get(_key(one))) for one in items]
    parts = list(_parts(package, about, start=len(items) + 1))
    whole = _whole(package, about, items, info)
    return Log("WACZ", (whole, *items, *parts), package.refused.all(), tuple(package.notes))


def _list(package: _Package) -> None:
    """The members that may be opened; the others are refused by name."""
    for entry in package.zip.infolist():
        name = entry.filename
        if entry.filename.endswith("/"):
            continue
        reason, detail = zip_oddity(entry, package.limits)
        if not reason and name in package.entries:
            reason, detail = "duplicate_name", "an earlier member has this name"
        if not reason and (name.startswith("/") or ".." in name.split("/") or "\\" in name):
            reason, detail = "not_a_file", "the name leads out of the package"
        if not reason and len(package.entries) >= package.limits.members:
            what = f"has more than {package.limits.members:,} members; the rest was not read"
            package.refused.add("file", "too_large", what)
            return
        if reason:
            package.refused.add(f"member {name[:200]}", reason, f"{name[:120]}: {detail}")
        else:
            package.entries[name] = entry


class _Counted:
    """A member on its way out, against what the package may unpack to."""

    def __init__(self, stream: IO[bytes], package: _Package) -> None:
        self._stream = stream
        self._package = package

    def _seen(self, data: bytes) -> bytes:
        self._package.left -= len(data)
        if self._package.left < 0:
            total = self._package.limits.total_bytes
            raise DamagedLogError("too_large", f"unpacks to more than {total:,} bytes")
        return data

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        return self._seen(self._stream.read(size))

    def readline(self, size: int) -> bytes:
        """The next line, or so many bytes of it."""
        return self._seen(self._stream.readline(size))


@contextmanager
def _member(package: _Package, name: str) -> Iterator[_Counted]:
    """A member, opened.

    Raises:
        DamagedLogError: it is damaged, here or while it is read.
    """
    try:
        with package.zip.open(package.entries[name]) as stream:
            yield _Counted(stream, package)
    except _DAMAGE as error:
        raise DamagedLogError("damaged", f"{name[:120]}: {error}") from None


def _json(package: _Package, name: str) -> dict[str, Any]:
    """The object in a member; empty, with a refusal, where it holds none."""
    if name not in package.entries:
        return {}
    try:
        if package.entries[name].file_size > MAX_JSON:
            package.refused.add(f"member {name}", "too_large", f"{name} is too large")
            return {}
        with _member(package, name) as stream:
            data = stream.read(MAX_JSON)
        found = json.loads(data, parse_float=str, parse_constant=str)
    except DamagedLogError as error:
        package.refused.add(f"member {name}", error.reason, error.what)
        return {}
    except (ValueError, RecursionError) as error:
        package.refused.add(f"member {name}", "bad_json", f"{name}: {error}")
        return {}
    if not isinstance(found, dict):
        package.refused.add(f"member {name}", "bad_json", f"{name} holds no object")
        return {}
    return found


def _captures(package: _Package) -> tuple[list[Item], dict[str, str]]:
    """The captures of all records, numbered through, and the first `warcinfo`."""
    items: list[Item] = []
    info: dict[str, str] = {}
    for name in sorted(package.entries):
        if not name.startswith("archive/") or not name.lower().endswith(_RECORDS):
            continue
        if name.lower().endswith(".zst"):
            package.refused.add(f"member {name}", "unsupported_container", f"{name}: zstd inside")
            continue
        try:
            with _member(package, name) as stream:
                data: Any = stream
                if name.lower().endswith(".gz"):
                    data = Members(stream)
                size = package.entries[name].compress_size
                found = captures(package.file, data, size, package.limits, within=name)
        except DamagedLogError as error:
            package.refused.add(f"member {name}", error.reason, error.what)
            continue
        info = info or found.info
        for one in found.refusals:
            package.refused.add(one.where, one.reason, one.raw)
        items += found.items
        if len(items) > MAX_ITEMS:
            what = f"more than {MAX_ITEMS:,} captures; the rest was not read"
            package.refused.add(f"member {name}", "too_large", what)
            break
    numbered = [replace(one, row=row) for row, one in enumerate(items[:MAX_ITEMS], start=1)]
    return numbered, info


def _key(item: Item) -> tuple[str, int | None]:
    """Address and second of a capture, by which it is found in the list of pages."""
    at = item.captured.us if item.captured is not None else None
    return item.source_url or "", None if at is None else at // 1_000_000


def _titles(package: _Package) -> dict[tuple[str, int | None], str]:
    """Address and second -> title, from the lists of pages."""
    found: dict[tuple[str, int | None], str] = {}
    pages = 0
    for name in sorted(package.entries):
        if not name.startswith("pages/") or not name.endswith(".jsonl"):
            continue
        try:
            with _member(package, name) as stream:
                number = 0
                while line := stream.readline(MAX_PAGE_LINE):
                    number += 1
                    pages += 1
                    room(pages)
                    _page(package, f"{name}, line {number}", line, found)
        except DamagedLogError as error:
            what = f"{name}: {error.what}; the rest was not read"
            package.refused.add(f"member {name}", error.reason, what)
    return found


def _page(
    package: _Package, where: str, line: bytes, found: dict[tuple[str, int | None], str]
) -> None:
    """One line of a list of pages. The first describes the list and has no address."""
    if not line.strip():
        return
    try:
        page = json.loads(line, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        page = None
    if not isinstance(page, dict):
        package.refused.add(where, "bad_json", f"{where} is no JSON object")
        return
    url, title = text_of(page.get("url")), text_of(page.get("title"))
    at = captured_of(page.get("ts") or page.get("timestamp"), utc=True)
    if url and title and at is not None and at.us is not None:
        found.setdefault((url, at.us // 1_000_000), title)


def _parts(package: _Package, about: dict[str, Any], *, start: int) -> Iterator[Item]:
    """One item for each part that the package lists with a hash, and for `datapackage.json`."""
    listed = about.get("resources")
    stated: dict[str, Digest | None] = {}
    for one in listed[: package.limits.members] if isinstance(listed, list) else []:
        path = text_of(one.get("path")) if isinstance(one, dict) else None
        if path is not None:
            stated[path] = digest_of(one.get("hash"))
    own = _json(package, DIGEST)
    if own:
        stated[PACKAGE] = digest_of(own.get("hash"))
        if own.get("signedData") or own.get("signature"):
            package.notes.append("carries a signature, which is not checked here")
    for row, (path, digest) in enumerate(stated.items(), start=start):
        yield _part(package, row, path, digest)
    loose = sorted(set(package.entries) - set(stated) - {PACKAGE, DIGEST})
    if loose and stated:
        shown = ", ".join(loose[:3])
        package.notes.append(f"{len(loose):,} members are in no list of the package: {shown}")


def _part(package: _Package, row: int, path: str, digest: Digest | None) -> Item:
    digests = (digest,) if digest else ()
    if path not in package.entries:
        note = "listed, and not in the package"
        return Item(row=row, file=path, digests=digests, part=True, notes=(note,))
    sha256 = hashlib.sha256()
    own = hashlib.new(digest.algorithm, usedforsecurity=False) if digest and digest.known else None
    size = 0
    try:
        with _member(package, path) as stream:
            while block := stream.read(1 << 20):
                size += len(block)
                sha256.update(block)
                if own is not None:
                    own.update(block)
    except DamagedLogError as error:
        package.refused.add(f"member {path}", error.reason, error.what)
        return Item(row=row, file=path, digests=digests, part=True, notes=(error.what,))
    ours = Digest(digest.algorithm, own.hexdigest()) if digest and own is not None else None
    fits = None if ours is None or digest is None else ours.value == digest.value
    inside = Inside(sha256.hexdigest(), size, fits=fits, ours=ours)
    return Item(row=row, file=path, digests=digests, part=True, inside=inside)


def _whole(
    package: _Package, about: dict[str, Any], items: list[Item], info: dict[str, str]
) -> Item:
    """The package as a whole; what it says of its main page comes before what captures share."""
    software = text_of(about.get("software"))
    found = summary(items, info if info.get("software") else {**info, "software": software or ""})
    main = text_of(about.get("mainPageUrl")) or text_of(about.get("mainPageURL"))
    at = captured_of(about.get("mainPageDate"), utc=True)
    created = text_of(about.get("created"))
    notes = [*found.notes]
    if created or software:
        notes.append(f"packed {f'at {created} ' if created else ''}by {software or 'no name'}")
    if not about:
        notes.append("the package does not describe itself")
    return replace(
        found,
        source_url=main or found.source_url,
        title=text_of(about.get("title")) or found.title,
        captured=at or found.captured,
        notes=tuple(notes),
    )
