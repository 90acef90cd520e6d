"""The case folder: originals, record, tables and `case.toml` under one name.

case/
  case.toml           question and settings, and sections a user may edit
  originals/ab/ab12…  bytes as received, named by SHA-256, read-only
  record.jsonl        lines that are only ever added, each holding the hash of the one before
  tables/             derived rows; they can be deleted and come out equal again
  cache/              what was found out about images, by hash: no evidence, may be deleted
  CHECK.md check.py   how to check all this without Gnomon
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from forensics.case import canonical, casefile, tables
from forensics.case.files import PART_SUFFIX, explained, locked, sha256_of, sync_folder, write_whole
from forensics.case.originals import Originals
from forensics.case.record import Record
from forensics.case.refs import FileRef, TableRef, files_in, original_of, tables_in
from forensics.errors import CaseError
from forensics.model import Entry, Json, Original
from forensics.version import __version__

CASE_FORMAT = 1
"""Number of the layout of the folder; it stands in the first line of the record."""
Now = Callable[[], str]
"""Gives the claimed time of writing, ISO 8601."""


class Case:
    """One case folder, open. Made by `create`, `open` or `open_or_create`, not directly."""

    def __init__(self, root: Path, record: Record, *, who: str, now: Now | None) -> None:
        """Wrap a record that has been read and checked.

        Raises:
            CaseError: the first line is none that opens a case, or an ingest line is malformed.
        """
        self.root = root
        self.who = who
        self._now = now
        self._record = record
        self._originals = Originals(root / "originals")
        self._ingested: dict[tuple[str, str], Original] = {}
        first = next(record.entries(), None)
        body = first.body if first is not None and first.kind == "open" else {}
        question, settings = body.get("question"), body.get("settings")
        if not isinstance(question, str) or not isinstance(settings, dict):
            raise CaseError(
                "the record does not begin with a line that opens a case",
                where=str(record.path),
                todo="run gnomon verify",
            )
        if body.get("format") != CASE_FORMAT:
            raise CaseError("made by a newer version", where=str(root), todo="update Gnomon")
        self.question: str = question
        self.settings: Mapping[str, Json] = settings
        for entry in record.entries():
            if entry.kind == "ingest":
                found = original_of(entry.body)
                if found is None:
                    raise CaseError(
                        f"line {entry.seq + 1} is no proper ingest line", where=str(record.path)
                    )
                self._ingested[found.sha256, found.name_as_received] = found

    # ---- opening -------------------------------------------------------------------------------

    @classmethod
    def create(
        cls, root: Path, *, question: str, settings: Mapping[str, Json], who: str, now: Now
    ) -> Case:
        """Make a new case folder; it appears whole or not at all.

        Args:
            root: The folder to make; an empty one may lie there. Folders above it are made.
            question: What the case is to answer.
            settings: Whatever decides the result, for the first line of the record.
            who: Name or role that stands in every line this object adds.
            now: Gives the claimed time of each line.

        Raises:
            CaseError: something lies there already, or the disk refuses.
            NotCanonical: a setting that canonical JSON does not allow.
        """
        body: dict[str, Json] = {
            "format": CASE_FORMAT,
            "question": canonical.clean_text(question),
            "settings": canonical.clean(settings),
        }
        with explained(root):
            if root.is_symlink() or (root.exists() and (not root.is_dir() or any(root.iterdir()))):
                raise CaseError("exists already", where=str(root), todo="choose another folder")
            root.parent.mkdir(parents=True, exist_ok=True)
            nursery = root.with_name(f".{root.name}.{os.getpid()}{PART_SUFFIX}")
            shutil.rmtree(nursery, ignore_errors=True)
            try:
                nursery.mkdir()
                _fill(nursery, question, settings)
                Record(nursery / "record.jsonl").append(
                    "open", body, at=canonical.clean_text(now()), who=who, tool=_tool()
                )
                nursery.replace(root)
                sync_folder(root.parent)
            finally:
                shutil.rmtree(nursery, ignore_errors=True)
        return cls.open(root, who=who, now=now)

    @classmethod
    def open(cls, root: Path, *, who: str = "", now: Now | None = None) -> Case:
        """Open a case folder and check its record along the chain.

        With `now` it can be added to, and a line that a crash cut short is set aside: its bytes are
        kept under `aside/` and a `note` line says so. Without `now` nothing is changed.

        Raises:
            CaseError: no case, a damaged record, or a layout of a newer version.
        """
        path = root / "record.jsonl"
        if not path.is_file():
            raise CaseError("is no case: it has no record.jsonl", where=str(root))
        record = Record(path)
        if now is not None:
            record.open_for_writing(at=now(), who=who, tool=_tool())
        return cls(root, record, who=who, now=now)

    @classmethod
    def open_or_create(
        cls, root: Path, *, question: str, settings: Mapping[str, Json], who: str, now: Now
    ) -> Case:
        """Open the case that asks this question with these settings, or make it.

        So an interrupted run can be run again with the same words.

        Raises:
            CaseError: the folder holds a case with another question or other settings, or
                something that is no case.
        """
        with explained(root):
            fresh = not root.exists() or (root.is_dir() and not any(root.iterdir()))
        if fresh:
            return cls.create(root, question=question, settings=settings, who=who, now=now)
        case = cls.open(root, who=who, now=now)
        if differences := case._differences(question, settings):
            raise CaseError(
                f"holds a case with {differences}", where=str(root), todo="choose another --out"
            )
        return case

    def _differences(self, question: str, settings: Mapping[str, Json]) -> str:
        if canonical.clean_text(question) != self.question:
            return f"another question ({self.question:.80})"
        wanted = canonical.clean(settings)
        assert isinstance(wanted, dict)  # noqa: S101 - for mypy: a mapping comes back as a dict
        odd = [
            f"{name}: {_short(self.settings.get(name))} there, {_short(wanted.get(name))} now"
            for name in sorted({*wanted, *self.settings})
            if (name in wanted, wanted.get(name))
            != (name in self.settings, self.settings.get(name))
        ]
        return f"other settings ({', '.join(odd)})" if odd else ""

    @contextlib.contextmanager
    def exclusively(self) -> Iterator[None]:
        """Keeps a second run out of the case for the length of the block.

        Also removes half-written files that a crash left in `originals/` and `tables/`: they never
        got a name, so nothing rests on them.

        Raises:
            CaseError: another process is running in this case.
        """
        with locked(self.root / "run.lock", busy="another run is writing to this case"):
            for folder in (self.root, self.root / "originals", self.tables):
                for path in folder.glob(f".*{PART_SUFFIX}"):
                    path.unlink(missing_ok=True)
                for path in (*folder.glob(".sort.*"), *folder.glob(".unpacked-*")):
                    shutil.rmtree(path, ignore_errors=True)
            yield

    # ---- originals -----------------------------------------------------------------------------

    def add_file(
        self,
        path: Path,
        name: str,
        *,
        received_at: str | None = None,
        received_from: str | None = None,
        received_by: str | None = None,
        how: str | None = None,
        note: str | None = None,
    ) -> Original:
        """Take a file in: store its bytes under their hash and add an `ingest` line.

        Equal bytes under an equal name add nothing, unless something new is claimed about them;
        equal bytes under another name add a line, not a file.

        Args:
            path: A regular file; not a symbolic link.
            name: The name it was received under. Data only: nothing is ever written to it.
            received_at: Claimed time of receipt. The other claims are free text.
            received_from: Claimed sender.
            received_by: Claimed receiver.
            how: Claimed way of receipt.
            note: Whatever else should stand beside it.

        Raises:
            CaseError: not a regular file, changed while it was read, no space, no permission.
        """
        self._must_be_writable()
        claims = (received_at, received_from, received_by, how, note)
        stored = self._originals.put(path)
        found = Original(
            stored.sha256,
            stored.size,
            stored.media_type,
            canonical.clean_text(name),
            *(None if claim is None else canonical.clean_text(claim) for claim in claims),
        )
        key = found.sha256, found.name_as_received
        before = self._ingested.get(key)
        if before is not None and (before == found or claims == (None,) * len(claims)):
            return before
        self.append("ingest", asdict(found))
        self._ingested[key] = found
        return found

    def originals(self) -> tuple[Original, ...]:
        """Everything taken in, ordered by name as received, then hash."""
        return tuple(
            sorted(self._ingested.values(), key=lambda one: (one.name_as_received, one.sha256))
        )

    def path_of(self, sha256: str) -> Path:
        """Where the bytes of an original lie.

        Raises:
            CaseError: the case has no such original, or its file is gone.
        """
        path = self._originals.path_of(sha256)
        if not path.is_file():
            raise CaseError("no such original", where=str(path), todo="run gnomon verify")
        return path

    # ---- record --------------------------------------------------------------------------------

    def append(self, kind: str, body: Mapping[str, Json]) -> Entry:
        """Add one line to the record; it is on the disk when this returns.

        A body may hold `key` (see `stage_done`), `tables` (a list of `TableRef.as_json()`) and
        `files` (a list of `FileRef.as_json()`): `verify` checks what these name.

        Raises:
            CaseError: opened for reading only, no space, no permission.
            NotCanonical: the body holds a float or something else JSON does not have.
        """
        now = self._must_be_writable()
        return self._record.append(kind, body, at=now(), who=self.who, tool=_tool())

    def entries(self) -> Iterator[Entry]:
        """All entries of the record in order."""
        return self._record.entries()

    def last(self, kind: str) -> Entry | None:
        """The latest entry of a kind, or None."""
        found = None
        for entry in self.entries():
            found = entry if entry.kind == kind else found
        return found

    def stage_done(self, kind: str, key: str) -> Entry | None:
        """The entry of a finished stage, if what it made is still there; None to do it again.

        Looks for the last entry of the kind whose body has this `key`, and hashes every table and
        file it names.
        """
        found = None
        for entry in self.entries():
            found = entry if entry.kind == kind and entry.body.get("key") == key else found
        if found is None:
            return None
        for table in tables_in(found.body):
            if table is None or not _lies(self.tables / table.name, table.sha256):
                return None
        for file in files_in(found.body):
            if file is None or not _lies(self.root / file.path, file.sha256):
                return None
        return found

    def digest(self) -> str:
        """SHA-256 over (kind, body) of all lines but `report` and `export` lines.

        Equal input and settings give an equal digest, whoever ran it and when.
        """
        return self._record.digest()

    def head(self) -> str:
        """SHA-256 of the last line; it depends on when and by whom the lines were written."""
        return self._record.head

    @property
    def torn_bytes(self) -> int:
        """Bytes of an incomplete last line, seen when a case is opened for reading only."""
        return self._record.torn_bytes

    # ---- tables and files ----------------------------------------------------------------------

    @property
    def tables(self) -> Path:
        """The folder of the derived tables."""
        return self.root / "tables"

    def write_table(self, name: str, rows: Iterable[Mapping[str, Json]]) -> TableRef:
        """Write a small table as canonical JSON lines; see `tables.write_table`."""
        return tables.write_table(self.tables, name, rows)

    def adopt_table(self, name: str, *, key: Sequence[str]) -> TableRef:
        """Hash a Parquet file that lies in `tables/`; see `tables.adopt_table`."""
        return tables.adopt_table(self.tables, name, key=key)

    def read_table(self, name: str) -> Iterator[dict[str, Json]]:
        """The rows of a table of JSON lines; see `tables.read_table`."""
        return tables.read_table(self.tables, name)

    def file_ref(self, path: Path) -> FileRef:
        """The reference to a finished file in the case folder or in the folder around it.

        Raises:
            CaseError: it lies elsewhere, or cannot be read.
        """
        home = self.root.resolve()
        lies = path.resolve()
        if not lies.is_relative_to(home.parent):
            raise CaseError("lies outside the output folder", where=str(path))
        inside = lies.is_relative_to(home)
        relative = lies.relative_to(home if inside else home.parent).as_posix()
        sha256, size = sha256_of(path)
        return FileRef(relative if inside else f"../{relative}", sha256, size)

    def edited(self) -> casefile.CaseFile:
        """What stands in `case.toml` now, with the sections people edit.

        Raises:
            CaseError: it cannot be read as what it should be; names the section and key.
        """
        return casefile.load(self.root / "case.toml")

    def _must_be_writable(self) -> Now:
        if self._now is None:
            raise CaseError("opened for reading only", where=str(self.root))
        return self._now


def _fill(folder: Path, question: str, settings: Mapping[str, Json]) -> None:
    for name in ("originals", "tables"):
        (folder / name).mkdir()
    for name in ("CHECK.md", "check.py"):
        write_whole(folder / name, Path(__file__).with_name(name).read_bytes())
    write_whole(folder / "case.toml", casefile.render(question, settings).encode())
    write_whole(folder / "record.jsonl", b"")


def _lies(path: Path, sha256: str) -> bool:
    return path.is_file() and sha256_of(path)[0] == sha256


def _short(value: Json) -> str:
    return "not set" if value is None else canonical.dumps(value).decode()[:60]


def _tool() -> str:
    return f"gnomon {__version__}"
