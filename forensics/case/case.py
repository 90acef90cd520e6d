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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from forensics.case import canonical, casefile, mending, tables
from forensics.case.files import (
    LOCK_WAIT_S,
    Tell,
    disk_explained,
    explained,
    locked,
    sha256_of,
    untold,
)
from forensics.case.growing import last_made, stages
from forensics.case.making import differences, make_folder
from forensics.case.originals import Originals
from forensics.case.receiving import Received, take_in, unseen
from forensics.case.record import Record
from forensics.case.refs import FileRef, TableRef, original_of
from forensics.errors import CaseError
from forensics.model import Entry, Json, Original, Progress
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
        self._held = False
        self.tell: Tell = untold
        """Takes one line for the user: whom a command waits for, what it put right."""
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
        self._learn(0)

    # ---- opening -------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        root: Path,
        *,
        question: str,
        settings: Mapping[str, Json],
        who: str,
        now: Now,
        tell: Tell = untold,
    ) -> Case:
        """Make a new case folder; it appears whole or not at all.

        Args:
            root: The folder to make; an empty one may lie there. Folders above it are made.
            question: What the case is to answer.
            settings: Whatever decides the result, for the first line of the record.
            who: Name or role that stands in every line this object adds.
            now: Gives the claimed time of each line.
            tell: See `Case.tell`.

        Raises:
            CaseError: something lies there already, or the disk refuses.
            NotCanonical: a setting that canonical JSON does not allow.
        """
        body: dict[str, Json] = {
            "format": CASE_FORMAT,
            "question": canonical.clean_text(question),
            "settings": canonical.clean(settings),
        }

        def begin(path: Path) -> None:
            Record(path).append("open", body, at=canonical.clean_text(now()), who=who, tool=_tool())

        make_folder(root, question, settings, begin)
        return cls.open(root, who=who, now=now, tell=tell)

    @classmethod
    def open(
        cls, root: Path, *, who: str = "", now: Now | None = None, tell: Tell = untold
    ) -> Case:
        """Open a case folder and check its record along the chain.

        With `now` it can be added to, and a line that a crash cut short is set aside: its bytes are
        kept under `aside/` and a `recover` line says so. Without `now` nothing is changed.

        Raises:
            CaseError: no case, a damaged record, or a layout of a newer version.
        """
        path = root / "record.jsonl"
        if not path.is_file():
            raise CaseError("is no case: it has no record.jsonl", where=str(root))
        record = Record(path)
        if now is not None:
            for line in record.open_for_writing(at=now(), who=who, tool=_tool()):
                tell(line)
        case = cls(root, record, who=who, now=now)
        case.tell = tell
        return case

    @classmethod
    def open_or_create(
        cls,
        root: Path,
        *,
        question: str,
        settings: Mapping[str, Json],
        who: str,
        now: Now,
        tell: Tell = untold,
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
            try:
                return cls.create(
                    root, question=question, settings=settings, who=who, now=now, tell=tell
                )
            except CaseError:
                if not (root / "record.jsonl").is_file():  # else another command was faster
                    raise
        case = cls.open(root, who=who, now=now, tell=tell)
        wanted = canonical.clean(settings)
        assert isinstance(wanted, dict)  # noqa: S101 - for mypy: a mapping comes back as a dict
        asked = case.question, canonical.clean_text(question)
        if odd := differences(asked, case.settings, wanted):
            raise CaseError(
                f"holds a case with {odd}", where=str(root), todo="choose another --out"
            )
        return case

    @contextlib.contextmanager
    def exclusively(self, *, wait_s: int = LOCK_WAIT_S) -> Iterator[None]:
        """Keeps other commands out of the case for the length of the block; may be nested.

        First puts right what a command that died has left, says so and records it. If the block
        raises, tables and files are put back as the record has them.

        Args:
            wait_s: How long to wait for another command; who that is goes to `tell`.

        Raises:
            CaseError: another command is at work in this case all the while.
        """
        if self._held:
            yield
            return
        since = "" if self._now is None else f"{self.who} since {self._now()}".strip()
        lock = locked(self.root / "run.lock", wait_s=wait_s, holder=since, tell=self.tell)
        with lock, disk_explained(self.root):
            self._catch_up()
            self._mend()
            mending.keep(self.root, mending.named(self.entries()))
            self._held, done = True, False
            try:
                yield
                done = True
            finally:
                self._held = False
                if not done:  # if this fails too, the next command does it: `.undo` is still there
                    mending.put_back(self.root, mending.named(self.entries()))
                mending.forget(self.root)

    def _catch_up(self) -> None:
        """Read what other commands have added since the case was opened."""
        before = self._record.length
        if self._now is None:
            self._record.refresh()
        else:
            stamp = {"at": self._now(), "who": self.who, "tool": _tool()}
            for line in self._record.open_for_writing(**stamp):
                self.tell(line)
        self._learn(before)

    def _learn(self, first: int) -> None:
        """Note what the lines from that number on say was taken in."""
        for entry in self._record.entries(first):
            if entry.kind == "ingest":
                found = original_of(entry.body)
                if found is None:
                    what = f"line {entry.seq + 1} is no proper ingest line"
                    raise CaseError(what, where=str(self._record.path))
                self._ingested[found.sha256, found.name_as_received] = found

    def _mend(self) -> None:
        """Put right what a command that died has left; the lock must be held."""
        mending.sweep(self.root)
        placed, removed = self._originals.mend({sha256 for sha256, _name in self._ingested})
        restored: tuple[str, ...] = ()
        dropped: tuple[str, ...] = ()
        if mending.interrupted(self.root):
            restored, dropped = mending.put_back(self.root, mending.named(self.entries()))
        mended = mending.Mended(placed, removed, restored, dropped)
        if mended and self._now is not None:
            self.append("recover", mended.as_json())
            self.tell(f"{self.root}: {mended.statement()}")
        mending.forget(self.root)

    # ---- originals -----------------------------------------------------------------------------

    def add_file(self, path: Path, name: str, **claims: str | None) -> Original:
        """Take one file in; see `add_files` and the claims of `Received`."""
        return self.add_files([Received(path, name, **claims)])[0]

    def add_files(
        self, items: Sequence[Received], progress: Progress = unseen
    ) -> tuple[Original, ...]:
        """Take files in: store their bytes under their hashes and add `ingest` lines.

        Args:
            items: The files and what is claimed about them; see `take_in` for equal bytes.
            progress: Called with ("receive", done, total).

        Raises:
            CaseError: see `receiving.take_in`; the files before the one refused are in the case.
        """
        self._must_be_writable()
        with self.exclusively():
            return take_in(self._originals, self._ingested, items, self._append_all, progress)

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
        return self._append_all([(kind, body)])[0]

    def _append_all(self, lines: Sequence[tuple[str, Mapping[str, Json]]]) -> list[Entry]:
        now = self._must_be_writable()
        return self._record.append_all(lines, at=now(), who=self.who, tool=_tool())

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
        file it names. A stage that went on from one before (see `stages`) needs that one's tables
        too, but for those that it wrote anew.
        """
        chain = self.stages(kind, key)
        made = last_made(chain)
        if made is None or not all(_lies(self.root / path, made[path]) for path in made):
            return None
        return chain[-1] if chain else None

    def stages(self, kind: str, key: str | None = None) -> tuple[Entry, ...]:
        """The entry of a finished stage behind those it went on from; see `growing.stages`."""
        return stages(self.entries(), kind, key)

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


def _lies(path: Path, sha256: str) -> bool:
    return path.is_file() and sha256_of(path)[0] == sha256


def _tool() -> str:
    return f"gnomon {__version__}"
