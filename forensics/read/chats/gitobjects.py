"""Git repositories themselves: packs, bundles, and commits that lie loose.

Read are files that hold commits: `objects/pack/*.pack` and `objects/xx/...` of a repository, and
what `git bundle` writes. A folder or an archive that holds a repository is reduced to these files
before any reader sees it (`forensics.case.gitfolder`). Of a pack only commits are read; files,
folders, tags and the names of branches are not.

**Whose clock**: two times a commit, each with its offset, see `commits`. The row is the place of a
commit among the commits of the pack, in the order of the pack; a loose commit is row 1.

Nothing in a repository is executed or followed: no hook, configuration, filter or alternate. What
a pack may cost is bounded in `gitpack`. A pack that breaks off gives the commits before the break
and one refusal. Texts are UTF-8, or what the commit's own header `encoding` says.

Traps: a pack holds what was thrown away too (rewritten and deleted commits), as long as nobody
cleaned it; one commit may lie in two packs of a repository and then is two rows. A bundle may need
earlier commits that it does not hold. A copy by a web platform holds what others pushed there.
"""

from __future__ import annotations

import codecs
import mmap
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.read.chats.commits import (
    CLOCK_NOTE,
    COLUMNS,
    MAX_SUBJECT,
    PREFERRED,
    Seen,
    values,
)
from forensics.read.chats.gitpack import (
    MAX_COMMIT,
    MAX_WAITING,
    DamagedPackError,
    LargePackError,
    Pack,
    object_id,
)
from forensics.read.options import Table, UnreadableFileError
from forensics.read.records import BadRecord, Format, Record, table_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PACK = re.compile(rb"PACK\x00\x00\x00[\x02\x03]")
_BUNDLE = re.compile(rb"# v([23]) git bundle\n")
_LOOSE = re.compile(rb"(commit|tree|blob|tag) (\d{1,19})\x00")
_MAX_BUNDLE_HEADER = 16 << 20
_ENCODING = re.compile(r"[A-Za-z0-9._:-]{2,30}", re.ASCII)
_NO_TEXT = {
    "base64", "bz2", "hex", "idna", "mbcs", "oem", "palmos", "punycode", "quopri",
    "raw-unicode-escape", "rot13", "undefined", "unicode-escape", "utf-7", "uu", "zlib",
}  # fmt: skip
"""Encodings of the language that are none of text, or that may hide bytes."""
_PARTS = (
    "only commits are read of a repository, not its files, tags and names of branches; name a file "
    "to have it read"
)


def is_pack(path: Path, head: bytes) -> bool:
    """True for a pack of version 2 or 3."""
    del path
    return _PACK.match(head) is not None


def is_bundle(path: Path, head: bytes) -> bool:
    """True for a bundle of version 2 or 3."""
    del path
    return _BUNDLE.match(head) is not None


def is_loose(path: Path, head: bytes) -> bool:
    """True for any loose object: the packed bytes begin with its kind and size."""
    del path
    return loose_kind(head) is not None


def loose_kind(head: bytes) -> str | None:
    """`commit`, `tree`, `blob` or `tag` for the first bytes of a loose object; else None."""
    if len(head) < 2 or head[0] & 15 != 8 or int.from_bytes(head[:2], "big") % 31:
        return None
    try:
        start = zlib.decompressobj().decompress(head[:256], 32)
    except zlib.error:
        return None
    found = _LOOSE.match(start)
    return found[1].decode() if found else None


@dataclass(frozen=True, slots=True)
class _Bundle:
    """What stands before the pack of a bundle."""

    start: int
    """Where the pack begins."""
    id_bytes: int | None = None
    needed: int = 0
    """Earlier commits that are not in it."""
    tips: int = 0
    """Names of branches and tags."""
    filtered: bool = False


def open_pack(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a pack.

    Raises:
        UnreadableFileError: no commit can be read.
    """
    return _open(con, path, name, scratch, bundle=_Bundle(0), kind="git pack")


def open_bundle(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a bundle.

    Raises:
        UnreadableFileError: no commit can be read, or it has no pack.
    """
    bundle = _bundle(path)
    if bundle is None:
        raise UnreadableFileError(
            "the bundle has no pack", reason="damaged", where=name, todo="fetch it again"
        )
    return _open(con, path, name, scratch, bundle=bundle, kind="git bundle")


def _bundle(path: Path) -> _Bundle | None:
    """The lines before the pack; None if the pack does not follow."""
    id_bytes, needed, tips, filtered = None, 0, 0, False
    with path.open("rb") as file:
        file.readline(100)
        while file.tell() < _MAX_BUNDLE_HEADER and (line := file.readline(1 << 16)).strip():
            needed += line.startswith(b"-")
            filtered = filtered or line.startswith(b"@filter=")
            tips += line[:1] not in (b"-", b"@")
            if line.startswith(b"@object-format="):
                id_bytes = {b"sha1": 20, b"sha256": 32}.get(line[15:].strip())
        start = file.tell()
        return (
            _Bundle(start, id_bytes, needed, tips, filtered) if _PACK.match(file.read(12)) else None
        )


def _open(
    con: DuckDBPyConnection, path: Path, name: str, scratch: Path, *, bundle: _Bundle, kind: str
) -> Table:
    """The commits of the pack that begins where the bundle says."""
    seen = Seen()
    with _mapped(path, name) as data:
        pack = Pack(data, bundle.start, bundle.id_bytes)
        pack.walk()
        if not pack.commits:
            _, why = pack.broken or ("", f"none of its {pack.objects:,} objects is one")
            raise UnreadableFileError(
                f"holds no commit that can be read ({why})",
                reason="damaged" if pack.broken else "empty_file",
                where=name,
                todo="give the pack or the bundle that holds the history",
            )
        made = Format(
            f"{kind}, {pack.objects:,} objects", COLUMNS, PREFERRED, clock_writer="device"
        )
        table = table_of(con, _records(pack, seen), made, scratch)
    notes = (*seen.notes(), *_pack_notes(pack, bundle), _PARTS)
    return replace(table, clock_note=CLOCK_NOTE, notes=notes)


@contextmanager
def _mapped(path: Path, name: str) -> Iterator[mmap.mmap]:
    """The bytes of a file without reading them into memory."""
    with path.open("rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise UnreadableFileError(
                f"cannot be mapped ({error})", reason="unreadable", where=name
            ) from None
        with data:
            yield data


def _records(pack: Pack, seen: Seen) -> Iterator[Record | BadRecord]:
    """The commits in the order of the pack, numbered from 1; a break is the last record."""
    row = 0
    for row, place in enumerate(pack.commits, start=1):
        try:
            data = pack.commit(place)
        except DamagedPackError as error:
            yield BadRecord(row, "damaged", f"at byte {place:,}: {error}")
        except LargePackError as error:
            yield BadRecord(row, "too_large", f"at byte {place:,}: {error}")
        else:
            yield _record(row, data, seen)
    if pack.broken is not None:
        yield BadRecord(row + 1, *pack.broken)


def _pack_notes(pack: Pack, bundle: _Bundle) -> Iterator[str]:
    """What must be known about a pack."""
    if not pack.checked and pack.broken is None:
        yield "WARNING: the checksum at the end does not fit: bytes were changed, cut or added"
    if bundle.needed:
        yield (
            f"WARNING: the bundle builds on {bundle.needed:,} earlier commits that are not in it; "
            f"{pack.unsettled:,} of its objects cannot be told or read without them"
        )
    if bundle.filtered:
        yield "WARNING: the bundle was filtered: parts of the history may have been left out"
    if pack.uncounted:
        yield (
            f"WARNING: {pack.uncounted:,} deltas beyond {MAX_WAITING:,} were not looked at; "
            "commits may be among them"
        )


def open_loose(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open a commit that lies loose.

    Raises:
        UnreadableFileError: another kind of object, or damaged.
    """
    with path.open("rb") as file:
        packed = file.read(2 * MAX_COMMIT)
    kind = loose_kind(packed)
    if kind != "commit":
        raise UnreadableFileError(
            f"this loose object of a git repository is a {kind}; only commits are read",
            reason="unknown_format",
            where=name,
            todo="give the folder of the repository, or `git bundle create FILE --all`",
        )
    data = _loose_bytes(packed)
    if data is None:
        raise UnreadableFileError(
            "the loose commit is damaged or too long", reason="damaged", where=name
        )
    seen = Seen()
    made = Format("git commit, loose", COLUMNS, PREFERRED, clock_writer="device")
    table = table_of(con, [_record(1, data, seen)], made, scratch)
    return replace(table, clock_note=CLOCK_NOTE, notes=(*seen.notes(), _PARTS))


def _loose_bytes(packed: bytes) -> bytes | None:
    """The commit in a loose object; None if it is damaged."""
    stream = zlib.decompressobj()
    try:
        whole = stream.decompress(packed, MAX_COMMIT + 100)
    except zlib.error:
        return None
    header, _, data = whole.partition(b"\0")
    fits = stream.eof and header == b"commit %d" % len(data)
    return data if fits and len(data) <= MAX_COMMIT else None


def _record(row: int, data: bytes, seen: Seen) -> Record | BadRecord:
    """The post of a commit."""
    number = object_id(data).hex()
    head, _, message = data.partition(b"\n\n")
    found: dict[str, bytes] = {}
    parents = 0
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key == b"parent":
            parents += 1
        elif key in (b"author", b"committer", b"encoding"):
            found.setdefault(key.decode(), value)
    subject = message.lstrip(b"\n").partition(b"\n\n")[0].replace(b"\n", b" ")[: 4 * MAX_SUBJECT]
    encoding = _known(found.get("encoding", b"").decode("ascii", "replace"))
    if encoding is None:
        return BadRecord(row, "bad_encoding", number, "encoding")
    try:
        author, address, time = _person(found.get("author", b""), encoding)
        committer, _, committed = _person(found.get("committer", b""), encoding)
        text = subject.decode(encoding).strip()[:MAX_SUBJECT]
    except (UnicodeError, LookupError):
        return BadRecord(row, "bad_encoding", number)
    commit = {
        "author": author, "address": address, "time": time, "committer": committer,
        "committed": committed, "id": number, "subject": text, "parents": str(parents),
    }  # fmt: skip
    return Record(row, values(commit, seen))


def _person(line: bytes, encoding: str) -> tuple[str, str, str]:
    """Name, address, and time with offset of an author or committer, as Git takes them apart."""
    name, bracket, rest = line.partition(b"<")
    address = rest.partition(b">")[0]
    time = line.rpartition(b">")[2] if b">" in line else b""
    return (
        name.decode(encoding).strip()[:1000] if bracket else "",
        address.decode("utf-8", "replace"),
        time.decode("ascii", "replace").strip()[:200],
    )


def _known(encoding: str) -> str | None:
    """Name of the encoding for this language; UTF-8 if none is named, None if there is no such."""
    if not encoding.strip():
        return "utf-8"
    if not _ENCODING.fullmatch(encoding.strip()):
        return None
    try:
        found = codecs.lookup(encoding.strip()).name
    except (LookupError, ValueError):
        return None
    return None if found.replace("_", "-") in _NO_TEXT else found
