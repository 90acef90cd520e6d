"""The folder of counts: one part for each reading, and a list that says which parts are in force.

`counts.json` is written last. So a part that it does not name was never finished: it is removed
when the folder is next written to, and nobody reads it before.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from forensics.case.files import disk_explained, locked, sync_all, sync_folder, write_whole
from forensics.engine.reduction import REDUCTIONS
from forensics.errors import EngineError, UsageError
from forensics.job.counting.about import README, about
from forensics.model import Json

LIST = "counts.json"
SCHEMA = "gnomon.counts/1"
POSTS, TAIL, REFUSALS = "posts", "tail", "refusals"
_COUNTED = (REFUSALS, *(one.name for one in REDUCTIONS))
TABLES = (POSTS, *_COUNTED)
"""Folders of parts, in order."""
LEAN_TABLES = (TAIL, *_COUNTED)
"""The same where posts are not kept, but for those of the last minutes of a part."""
MERGED = "merged"
ZONES = "zones.parquet"
_LOCK = ".lock"
_MAKING = re.compile(r"\.making-[a-z0-9-]{1,40}", re.ASCII)
_PART = re.compile(r"\d{4,9}\.parquet(\.partial)?", re.ASCII)


def silent(_stage: str, _done: int, _total: int | None) -> None:
    """Progress that goes nowhere."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What was said about all files of a folder: other words would make other times."""

    assume_zone: str | None = None
    because: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    posts: bool = True
    """Whether the posts themselves are kept beside the counts."""

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables that each part has."""
        return TABLES if self.posts else LEAN_TABLES


@dataclass(frozen=True, slots=True)
class Part:
    """What one reading added."""

    number: int
    """From 1."""
    given: tuple[str, ...]
    """SHA-256 of the files that were given, archives among them, in order."""
    sources: tuple[Mapping[str, Json], ...]
    """What became of each file that was read (`read.Source`)."""
    first_us: int
    """Time of the first post, UTC microseconds; 0 where every post was known already."""
    last_us: int
    rows: Mapping[str, int]
    """Table -> rows of this part."""
    bytes: Mapping[str, int]
    """Table -> size of its file."""
    version: str
    """Of Gnomon."""
    zone_database: str

    @property
    def file(self) -> str:
        """Name of its file in the folder of each table."""
        return f"{self.number:04d}.parquet"

    @property
    def posts(self) -> int:
        """Posts that were read and counted."""
        return sum(
            int(str(source["rows_read"])) for source in self.sources if source["holds"] == "posts"
        )

    @property
    def refused(self) -> int:
        """Records that could not be read."""
        return self.rows[REFUSALS]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of counts as its list describes it."""

    root: Path
    settings: Settings
    parts: tuple[Part, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """Its tables, in order."""
        return self.settings.tables

    @property
    def known(self) -> frozenset[str]:
        """SHA-256 of everything that was read: files given, and members of archives."""
        return frozenset(
            digest
            for part in self.parts
            for digest in (*part.given, *(str(source["original"]) for source in part.sources))
        )

    def path(self, table: str, part: Part) -> Path:
        """Where a table of a part lies."""
        return self.root / table / part.file

    def files(self, table: str, *, before: int | None = None) -> list[Path]:
        """The files of a table, part by part; only those before a part where one is named."""
        return [
            self.path(table, part) for part in self.parts if before is None or part.number < before
        ]


def open_folder(root: Path) -> Folder:
    """The folder as it was last finished.

    Raises:
        UsageError: it is no folder of counts.
        EngineError: its list or a part is damaged.
    """
    try:
        text = (root / LIST).read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(
            f"is no folder of counts (it has no {LIST})",
            where=str(root),
            todo="make one with gnomon count EXPORT --out FOLDER",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise EngineError(
            f"its list cannot be read ({type(error).__name__})", where=str(root / LIST)
        ) from None
    folder = _understood(root, text)
    for part in folder.parts:
        for table in folder.tables:
            path = folder.path(table, part)
            if not path.is_file() or path.stat().st_size != part.bytes[table]:
                raise EngineError(
                    "a part is missing or has another size",
                    where=f"{root.name}/{table}/{part.file}",
                    todo="count the exports again into a new folder",
                )
    return folder


def _understood(root: Path, text: str) -> Folder:
    """The list as types.

    Raises:
        EngineError: it is damaged, or of another version.
    """
    try:
        whole: dict[str, Any] = json.loads(text)
        if whole["schema"] != SCHEMA:
            raise EngineError(
                f"was made by another version ({str(whole['schema'])[:40]!r})",
                where=str(root / LIST),
                todo="count the exports again into a new folder",
            )
        parts = tuple(
            Part(**{**row, "given": tuple(row["given"]), "sources": tuple(row["sources"])})
            for row in whole["parts"]
        )
        folder = Folder(root, Settings(**whole["settings"]), parts)
        whole_list = all(
            part.number == place and set(part.bytes) == set(folder.tables) == set(part.rows)
            for place, part in enumerate(parts, start=1)
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        whole_list = False
    if not whole_list:
        raise EngineError(
            "its list is damaged",
            where=str(root / LIST),
            todo="count the exports again into a new folder",
        )
    return folder


@contextmanager
def writing(root: Path, settings: Settings, making: str) -> Iterator[tuple[Folder, Path]]:
    """(the folder, an empty folder to work in) with nobody else writing; the rest is cleared up.

    Args:
        root: The folder of counts; made if it is not there.
        settings: What is said about the files now.
        making: What the folder to work in is for; it goes at the end.

    Raises:
        UsageError: the folder is something else, or was counted with other settings.
        CaseError: the disk refuses, or another command writes to it.
    """
    if root.exists() and not root.is_dir():
        raise UsageError("is not a folder", where=str(root), todo="choose another --out")
    new = not (root / LIST).exists()
    if new and root.is_dir() and any(not _ours(path) for path in root.iterdir()):
        raise UsageError(
            "holds other files", where=str(root), todo="choose an empty or a new folder as --out"
        )
    with disk_explained(root):
        root.mkdir(parents=True, exist_ok=True)
        with locked(root / _LOCK, holder="gnomon count"):
            folder = Folder(root, settings, ()) if new else open_folder(root)
            if folder.settings != settings:
                raise UsageError(_other_settings(folder.settings), where=str(root), todo=_SAME)
            _clear(folder)
            scratch = root / f".making-{making}-{os.getpid()}"
            scratch.mkdir()
            try:
                yield folder, scratch
            finally:
                shutil.rmtree(scratch, ignore_errors=True)


_SAME = "give the same, or count into another folder"


def _other_settings(told: Settings) -> str:
    """What the folder was counted with, as options."""
    said = []
    if told.assume_zone:
        said.append(f"--assume-zone {told.assume_zone}")
    if told.because:
        said.append(f"--because {told.because!r}")
    if told.columns:
        said.append("--map " + ",".join(f"{key}={name}" for key, name in told.columns.items()))
    if not told.posts:
        said.append("--no-posts")
    none = "no assumed zone, no mapped columns and the posts kept"
    return f"was counted with {' '.join(said) or none}"


def _ours(path: Path) -> bool:
    """Whether something in a folder without a list is what an interrupted first reading leaves."""
    return path.name in {_LOCK, README, TAIL, *TABLES} or bool(_MAKING.fullmatch(path.name))


def _clear(folder: Folder) -> None:
    """Remove what an interrupted command left: half a part, and folders that were worked in."""
    for path in folder.root.iterdir():
        if _MAKING.fullmatch(path.name):
            shutil.rmtree(path, ignore_errors=True)
    listed = {part.file for part in folder.parts}
    for table in {*TABLES, TAIL}:
        for path in sorted((folder.root / table).glob("*.parquet*")):
            if _PART.fullmatch(path.name) and path.name not in listed:
                path.unlink()


def outdated(folder: Folder) -> tuple[str, ...]:
    """What a new part makes wrong: the merged tables, and the quick look at zones."""
    return tuple(name for name in (MERGED, ZONES) if (folder.root / name).exists())


def add_part(folder: Folder, made: Path, part: Part) -> Folder:
    """Put the tables of a part in their places, then name it in the list.

    Args:
        folder: The folder; the lock must be held.
        made: Folder that holds `NAME.parquet` for each table.
        part: What to write into the list.
    """
    root = folder.root
    shutil.rmtree(root / MERGED, ignore_errors=True)  # both would be out of date
    (root / ZONES).unlink(missing_ok=True)
    for table in folder.tables:
        (root / table).mkdir(exist_ok=True)
        source = made / f"{table}.parquet"
        descriptor = os.open(source, os.O_RDONLY)
        try:
            sync_all([descriptor])
        finally:
            os.close(descriptor)
        source.replace(root / table / part.file)
        sync_folder(root / table)
    grown = Folder(root, folder.settings, (*folder.parts, part))
    if not folder.parts:
        write_whole(root / README, about().encode())
    whole = {
        "schema": SCHEMA,
        "settings": asdict(grown.settings),
        "parts": [asdict(one) for one in grown.parts],
    }
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    write_whole(root / LIST, (text + "\n").encode())
    return grown
