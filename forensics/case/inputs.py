"""Finding the files to take in. What is in them is not looked at here, but for git repositories."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from forensics.case.gitfolder import history_of
from forensics.errors import ReadError


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to be received, and the name it is received under."""

    path: Path
    name: str
    note: str = ""
    """What was left where it lay, and why; said once for a folder."""


def find_files(inputs: Iterable[Path]) -> tuple[InputFile, ...]:
    """Every file named, and every file inside the folders named, by name.

    Hidden files of folders are left out, and links inside folders are not followed: what they
    point to was not handed over. Of a git repository only its history is taken, see `gitfolder`.

    Raises:
        ReadError: a path is not there, a folder holds no file, or two files would be received
            under one name.
    """
    found: dict[str, Path] = {}
    notes: dict[str, str] = {}
    for path in inputs:
        if path.is_dir():
            inside = _inside(path, notes)
            if not inside:
                raise ReadError("the folder holds no files", where=str(path), todo="name another")
        elif path.is_file():
            inside = {path.name: path}
        elif path.exists():
            raise ReadError("is neither a file nor a folder", where=str(path))
        else:
            raise ReadError("there is no such file or folder", where=str(path), todo="check it")
        for name, file in inside.items():
            if name in found and found[name].resolve() != file.resolve():
                raise ReadError(
                    f"two inputs are called {name}", where=str(file), todo="rename one of them"
                )
            found[name] = file
    return tuple(InputFile(found[name], name, notes.get(name, "")) for name in sorted(found))


def _inside(folder: Path, notes: dict[str, str]) -> dict[str, Path]:
    """Name -> file for a folder; of each repository in it only the history, with a note."""
    prefix = folder.resolve().name
    found: dict[str, Path] = {}
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        place = f"{prefix}/{here.relative_to(folder).as_posix()}".removesuffix("/.")
        history = history_of(here)
        if history is not None:
            found |= {f"{place}/{name}": path for name, path in history.files}
            notes[f"{place}/{history.files[0][0]}"] = history.note
            continue
        for item in _listed(here):
            if item.name.startswith(".") or item.is_symlink():
                continue
            if item.is_dir():
                waiting.append(item)
            elif item.is_file():
                found[f"{place}/{item.name}"] = item
    return found


def _listed(folder: Path) -> list[Path]:
    """What lies in a folder; nothing if it may not be opened."""
    try:
        return list(folder.iterdir())
    except PermissionError:
        return []


def files_below(folder: Path) -> Iterator[Path]:
    """Regular files in a folder and below it, by path; no hidden ones, no links.

    Only the names of one folder at a time are held in memory.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except PermissionError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from files_below(folder / entry.name)
        elif entry.is_file():
            yield folder / entry.name
