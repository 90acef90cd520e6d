"""The record: JSON lines that are only ever added, each holding the hash of the one before.

A line is `{"at","body","kind","prev","seq","tool","who"}` in canonical JSON and ends with one
newline. `prev` is the SHA-256 of the bytes of the line before, without its newline; the first line
has 64 zeros. `at` is the clock of the machine that wrote it: claimed, not proved. The file is split
as bytes at newlines only: text may hold U+2028, which other ways of splitting cut at.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from forensics.case import canonical
from forensics.case.canonical import NotCanonical
from forensics.case.files import explain, explained, locked, open_regular, write_all, write_whole
from forensics.errors import CaseError
from forensics.model import Entry, Json

GENESIS = "0" * 64
"""`prev` of the first line."""
KINDS = frozenset(
    {
        *("open", "ingest", "read", "refuse", "observe", "clue", "weigh", "note", "assume"),
        *("object", "conclude", "report", "seal", "review", "export", "network", "timestamp"),
        "recover",
    }
)
"""Kinds this version knows. Lines of other kinds are kept and shown as unknown."""
PRINTED = frozenset({"report", "export", "seal", "recover", "timestamp"})
"""Kinds of lines that say what was written out of a case, or mended after a crash; they change no
result and are no part of the digest."""
ATTENDING = PRINTED | {"review"}
"""Kinds of lines that change no result: a seal over the lines before them stays current."""
MAX_LINE_BYTES = 1 << 26
"""Longest line, 64 MiB: a longer one is damage, and reading it whole could use up the memory."""
ASIDE = "aside"
"""Folder for the bytes of a line that a crash cut short."""
_FIELDS: Mapping[str, type] = {
    "at": str, "body": dict, "kind": str, "prev": str, "seq": int, "tool": str, "who": str,
}  # fmt: skip
_NAMES = frozenset(_FIELDS)


@dataclass(frozen=True, slots=True)
class RawLine:
    """One line of the file, not yet judged."""

    number: int
    """Counted from 1."""
    offset: int
    """First byte, counted from 0."""
    data: bytes
    """Its bytes without the newline."""
    complete: bool
    """False if the file ends before a newline."""

    @property
    def sha256(self) -> str:
        """What the next line must hold as `prev`."""
        return hashlib.sha256(self.data).hexdigest()


def raw_lines(path: Path, *, offset: int = 0, number: int = 1) -> Iterator[RawLine]:
    """The lines of a file from that byte on, in a stream, split at newlines only.

    Raises:
        CaseError: the file cannot be read.
        NotCanonical: a line is longer than `MAX_LINE_BYTES`; `byte` is where it begins.
    """
    with open_regular(path) as handle, explained(path):
        handle.seek(offset)
        while data := handle.readline(MAX_LINE_BYTES + 1):
            if len(data) > MAX_LINE_BYTES:
                raise NotCanonical(f"line {number} is longer than {MAX_LINE_BYTES} bytes", byte=0)
            complete = data.endswith(b"\n")
            yield RawLine(number, offset, data.removesuffix(b"\n"), complete)
            offset, number = offset + len(data), number + 1


def read_entry(data: bytes) -> Entry:
    """The entry that the bytes of one line hold.

    Raises:
        NotCanonical: not canonical JSON, or not an object with exactly the seven fields.
    """
    value = canonical.loads(data)
    if not isinstance(value, dict):
        raise NotCanonical("not an object")
    if value.keys() != _NAMES:
        odd = value.keys() ^ _NAMES
        raise NotCanonical(f"fields missing or unknown: {', '.join(sorted(odd))}")
    for name, kind in _FIELDS.items():
        if type(value[name]) is not kind:  # exactly: True is an int to isinstance
            raise NotCanonical(f"field {name} is not {kind.__name__}")
    return Entry(**value)  # type: ignore[arg-type]


def entry_bytes(entry: Entry) -> bytes:
    """The line of an entry, without the newline."""
    return canonical.dumps({name: getattr(entry, name) for name in _FIELDS})


def digest_part(entry: Entry, line: bytes = b"") -> bytes:
    """What one entry adds to the digest of the record: `[kind,body]` and a newline.

    Neither `at` nor `who` nor `tool` nor `prev` is in it, so that equal input, read and weighed
    equally on another day by somebody else, gives an equal digest. Lines of `PRINTED` kinds
    add nothing: a report prints the digest, so it cannot be part of it, and neither printing nor
    handing over a copy nor sealing nor mending what a crash left changes a result.

    Args:
        entry: The entry.
        line: The bytes it was read from, if they are known to be canonical: then what it adds is
            cut out of them, which is faster than writing it anew.
    """
    if entry.kind in PRINTED:
        return b""
    if line:
        # In canonical JSON a bare quote ends a string, so the first `,"body":` and the last
        # `,"kind":` are those of the line itself, whatever its texts and its body hold.
        start, end = line.index(b',"body":'), line.rindex(b',"kind":')
        kind = line[end + 8 : line.rindex(b',"prev":')]
        return b"[%b,%b]\n" % (kind, line[start + 8 : end])
    return canonical.dumps([entry.kind, entry.body]) + b"\n"


class Record:
    """The record of one case: read in a stream, checked along the chain, added to at its end."""

    def __init__(self, path: Path) -> None:
        """Read and check the whole file.

        Raises:
            CaseError: it cannot be read, or a line is damaged or out of chain.
        """
        self.path = path
        self.head = GENESIS
        self.length = 0
        self.torn_bytes = 0
        """Bytes after the last newline: the line that a crash cut short."""
        self._end = 0
        self._digest = hashlib.sha256()
        self._lock = path.with_name("record.lock")
        self._seen: list[Entry] = []
        self.refresh()

    def refresh(self) -> None:
        """Read what another process has added meanwhile.

        Raises:
            CaseError: as on opening; or the file has become shorter.
        """
        with explained(self.path):
            size = self.path.stat().st_size
        if size < self._end:
            raise CaseError("has become shorter", where=str(self.path), todo="run gnomon verify")
        self.torn_bytes = 0
        for line in raw_lines(self.path, offset=self._end, number=self.length + 1):
            if not line.complete:
                self.torn_bytes = len(line.data)
                break
            self._accept(line)

    def _accept(self, line: RawLine) -> None:
        where = f"{self.path}: line {line.number} (byte {line.offset})"
        try:
            entry = read_entry(line.data)
        except NotCanonical as error:
            raise CaseError(error.what, where=where, todo="run gnomon verify") from None
        if entry.prev != self.head or entry.seq != self.length:
            raise CaseError(
                "does not follow from the line before", where=where, todo="run gnomon verify"
            )
        self.head = line.sha256
        self.length += 1
        self._end = line.offset + len(line.data) + 1
        self._digest.update(digest_part(entry, line.data))
        self._seen.append(entry)

    def entries(self, first: int = 0) -> Iterator[Entry]:
        """All entries in order, or those from that number on."""
        return iter(tuple(self._seen[first:]))

    def digest(self) -> str:
        """SHA-256 over `digest_part` of all entries."""
        return self._digest.hexdigest()

    def append(self, kind: str, body: Mapping[str, Json], *, at: str, who: str, tool: str) -> Entry:
        """Add one line and bring it to the disk; one writer at a time, also across processes.

        Raises:
            CaseError: no space, no permission, a damaged record; nothing is left half-written.
            NotCanonical: the body holds what canonical JSON does not allow.
        """
        return self.append_all([(kind, body)], at=at, who=who, tool=tool)[0]

    def append_all(
        self, lines: Sequence[tuple[str, Mapping[str, Json]]], *, at: str, who: str, tool: str
    ) -> list[Entry]:
        """Add several lines, all or none, and bring them to the disk once.

        Raises:
            CaseError: see `append`.
            NotCanonical: see `append`.
        """
        with locked(self._lock):
            self.recover(at=at, who=who, tool=tool)
            return self._add(lines, at=at, who=who, tool=tool)

    def open_for_writing(self, *, at: str, who: str, tool: str) -> tuple[str, ...]:
        """Set aside what a crash left, if it left anything; gives one line for the user each.

        Raises:
            CaseError: see `append`.
        """
        with locked(self._lock):
            return self.recover(at=at, who=who, tool=tool)

    def recover(self, *, at: str, who: str, tool: str) -> tuple[str, ...]:
        """Keep a torn last line as a file, cut it off, and say both; the lock must be held.

        The bytes are on the disk under their own name before they leave the record, and the line
        about them is written also if an earlier attempt died between the two.
        """
        self.refresh()
        folder = self.path.with_name(ASIDE)
        if self.torn_bytes:
            with explained(self.path), self.path.open("rb") as handle:
                handle.seek(self._end)
                torn = handle.read()
            with explained(folder):
                folder.mkdir(exist_ok=True)
            write_whole(folder / f"line-{self.length + 1}-{_sha256(torn)[:16]}.bin", torn)
            with explained(self.path), self.path.open("r+b") as handle:
                handle.truncate(self._end)
                os.fsync(handle.fileno())
            self.torn_bytes = 0
        told = []
        for path in sorted(folder.glob("line-*.bin")):
            name = f"{ASIDE}/{path.name}"
            if not any(_names(entry.body, name) for entry in self._seen):
                data = path.read_bytes()
                file: Json = {"path": name, "sha256": _sha256(data), "size": len(data)}
                body: dict[str, Json] = {
                    "files": [file],
                    "statement": "A line that was cut short by a crash was set aside.",
                }
                self._add([("recover", body)], at=at, who=who, tool=tool)
                told.append(
                    f"{self.path}: the last line was cut short by a crash; "
                    f"its {len(data)} bytes are kept in {name}"
                )
        return tuple(told)

    def _add(
        self, lines: Sequence[tuple[str, Mapping[str, Json]]], *, at: str, who: str, tool: str
    ) -> list[Entry]:
        made, head = [], self.head
        at, who, tool = (canonical.clean_text(text) for text in (at, who, tool))
        for number, (kind, body) in enumerate(lines):
            plain = canonical.clean(body)
            assert isinstance(plain, dict)  # noqa: S101 - for mypy: a mapping comes back as a dict
            kind_text = canonical.clean_text(kind)
            entry = Entry(self.length + number, head, at, who, tool, kind_text, plain)
            made.append(entry_bytes(entry))
            if len(made[-1]) >= MAX_LINE_BYTES:
                raise CaseError(f"line longer than {MAX_LINE_BYTES} bytes", where=str(self.path))
            head = _sha256(made[-1])
        self._write(b"".join(data + b"\n" for data in made))
        for data in made:
            self._accept(RawLine(self.length + 1, self._end, data, complete=True))
        return self._seen[-len(made) :] if made else []

    def _write(self, data: bytes) -> None:
        """Bring bytes to the end of the file and to the disk, or leave the file as it was."""
        with explained(self.path):
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        try:
            write_all(descriptor, data)
            os.fsync(descriptor)
        except OSError as error:
            # If this fails too, the torn line is set aside when the case is next opened.
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, self._end)
            raise explain(error, self.path) from error
        finally:
            os.close(descriptor)


def _names(body: Mapping[str, Json], path: str) -> bool:
    files = body.get("files")
    return isinstance(files, list) and any(
        isinstance(file, dict) and file.get("path") == path for file in files
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
