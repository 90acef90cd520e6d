"""Finding the files to take in. What is in them is not looked at here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from forensics.errors import ReadError


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to be received, and the name it is received under."""

    path: Path
    name: str


def find_files(inputs: Iterable[Path]) -> tuple[InputFile, ...]:
    """Every file named, and every file inside the folders named, by name.

    Hidden files of folders are left out, and links inside folders are not followed: what they
    point to was not handed over.

    Raises:
        ReadError: a path is not there, a folder holds no file, or two files would be received
            under one name.
    """
    found: dict[str, Path] = {}
    for path in inputs:
        if path.is_dir():
            prefix = path.resolve().name
            inside = {
                f"{prefix}/{file.relative_to(path).as_posix()}": file for file in files_below(path)
            }
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
    return tuple(InputFile(found[name], name) for name in sorted(found))


def files_below(folder: Path) -> list[Path]:
    """Regular files in a folder and below it, sorted by path; no hidden ones, no links."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
