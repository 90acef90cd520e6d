"""What keeps a case whole when a command dies in the middle, and what the next one puts right.

While a command is at work `.undo` holds a second name (a hard link) for every table and file that
the record speaks of, under its hash. All writers replace files and never change them, so these stay
as they were. A command that ends removes the folder; one that dies leaves it, and whoever holds the
lock next puts back what the record speaks of and removes tables that no line is about.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from forensics.case.files import PART_SUFFIX, explained, sha256_of
from forensics.case.refs import TABLE_NAME, files_in, tables_in
from forensics.errors import CaseError
from forensics.model import Entry, Json

UNDO = ".undo"
"""Folder of the second names; where it lies and nobody holds the lock, a command has died."""
BESIDE = frozenset({"../report.html", "../map.html", "../summary.json"})
"""Files outside the case folder that may be put back. A record can come from anybody, and names
outside the folder could be anything."""
_SCRATCH = (".sort.*", ".unpacked-*", ".controls-*", ".spill*")
"""Folders that a step makes for itself in `tables/`."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What was put right."""

    placed: int = 0
    """Originals that had a line and no name yet."""
    removed: int = 0
    """Copies that had no line: the command died before it had recorded them."""
    restored: tuple[str, ...] = ()
    """Tables and files that were put back as the record has them."""
    dropped: tuple[str, ...] = ()
    """Tables that no line is about: they were not finished."""

    def __bool__(self) -> bool:
        """True if there was anything to do."""
        return bool(self.placed or self.removed or self.restored or self.dropped)

    def statement(self) -> str:
        """What was done, in one sentence."""
        parts = [
            f"{_files(self.placed)} already recorded got their place" if self.placed else "",
            f"{_files(self.removed)} not yet recorded removed: add again" if self.removed else "",
            f"put back: {', '.join(self.restored)}" if self.restored else "",
            f"unfinished tables removed: {', '.join(self.dropped)}" if self.dropped else "",
        ]
        return f"A command was interrupted; {'; '.join(part for part in parts if part)}."

    def as_json(self) -> dict[str, Json]:
        """The body of the line about it."""
        return {
            "statement": self.statement(),
            "placed": self.placed,
            "removed": self.removed,
            "restored": list(self.restored),
            "dropped": list(self.dropped),
        }


def named(entries: Iterable[Entry]) -> dict[str, str]:
    """Path -> SHA-256 of the tables and files of a case, as the last line about each has it."""
    found: dict[str, str] = {}
    for entry in entries:
        for table in tables_in(entry.body):
            if table is not None:
                found[f"tables/{table.name}"] = table.sha256
        for file in files_in(entry.body):
            if file is not None and (not file.path.startswith("../") or file.path in BESIDE):
                found[file.path] = file.sha256
    return found


def keep(root: Path, known: Mapping[str, str]) -> None:
    """Give everything the record speaks of its second name, before anything is changed.

    Raises:
        CaseError: the disk refuses.
    """
    folder = root / UNDO
    with explained(root):
        folder.mkdir()
    for name, sha256 in known.items():
        # Missing, or a disk without hard links: then there is nothing to put back, only to remake.
        with contextlib.suppress(OSError):
            os.link(root / name, folder / sha256, follow_symlinks=False)


def forget(root: Path) -> None:
    """Remove the second names: what was done is done."""
    shutil.rmtree(root / UNDO, ignore_errors=True)


def interrupted(root: Path) -> bool:
    """True if a command is at work, or has died at work."""
    return (root / UNDO).is_dir()


def sweep(root: Path) -> None:
    """Remove what has no name: half-written files and folders that steps made for themselves."""
    for folder in (root, root / "originals", root / "tables", root / "cache", root / "seals"):
        if folder.is_symlink():  # a case can come from anybody, and lead anywhere
            continue
        for path in folder.glob(f".*{PART_SUFFIX}"):
            with contextlib.suppress(OSError):
                path.unlink()
        for path in (one for pattern in _SCRATCH for one in folder.glob(pattern)):
            shutil.rmtree(path, ignore_errors=True)
    for name in BESIDE:
        beside = root / name
        for path in beside.parent.glob(f".{beside.name}.*{PART_SUFFIX}"):
            with contextlib.suppress(OSError):
                path.unlink()


def put_back(root: Path, known: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make tables and files what the record says they are.

    Returns:
        The names that were put back, and the tables that were removed: no line is about them.

    Raises:
        CaseError: the disk refuses.
    """
    restored = tuple(
        name for name, sha256 in sorted(known.items()) if _restored(root, name, sha256)
    )
    dropped = []
    tables = root / "tables"
    if tables.is_dir() and not tables.is_symlink():
        for path in sorted(tables.iterdir()):
            odd = TABLE_NAME.fullmatch(path.name) and f"tables/{path.name}" not in known
            if odd and path.is_file() and not path.is_symlink():
                with explained(path):
                    path.unlink()
                dropped.append(path.name)
    return restored, tuple(dropped)


def _restored(root: Path, name: str, sha256: str) -> bool:
    """True if a file was not what the record says, and is so now."""
    target, source = root / name, root / UNDO / sha256
    if not source.is_file() or source.is_symlink():
        return False
    if target.is_file() and (target.samefile(source) or _fits(target, sha256)):
        return False
    if not _fits(source, sha256) or target.parent.is_symlink():
        return False
    part = target.with_name(f".{target.name}.undo{PART_SUFFIX}")
    with explained(target):
        part.unlink(missing_ok=True)
        os.link(source, part)
        part.replace(target)
    return True


def _fits(path: Path, sha256: str) -> bool:
    try:
        return sha256_of(path)[0] == sha256
    except CaseError:
        return False


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"
