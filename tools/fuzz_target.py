"""What a target of the fuzzer is, and what targets share."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from forensics.errors import ForensicsError
from forensics.read.options import SourceFile


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that reads what somebody else wrote."""

    says: str
    seeds: Callable[[], list[bytes]]
    run: Callable[[bytes, Path], object]
    """Is given the bytes and an empty folder."""
    answers: tuple[type[BaseException], ...] = (ForensicsError,)
    """Errors that are the documented answer to a broken input."""
    words: tuple[bytes, ...] = field(default=())
    """Pieces that mean something to it; put into the input now and then."""
    shaped: bool = False
    """Seeds hold JSON: values in it are exchanged for others as well, so that it stays JSON."""


def source(data: bytes, folder: Path) -> SourceFile:
    """The bytes as a file."""
    path = folder / "given"
    with open(path, "wb", buffering=0) as file:  # noqa: PTH123 - twice as fast, a million times
        file.write(data)
    return SourceFile(hashlib.sha256(data).hexdigest(), "given", path)


def text_of(data: bytes) -> str:
    """Text as JSON can hold it: also halves of surrogate pairs."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def emptied(folder: Path) -> Path:
    """The folder, empty again. Most targets write little: looking is most of what it costs."""
    try:
        _cleared(str(folder))
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    return folder


def _cleared(folder: str) -> None:
    """Take out what is in a folder; links are not followed."""
    with os.scandir(folder) as found:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                _cleared(entry.path)
                os.rmdir(entry.path)  # noqa: PTH106 - twice as fast, a million times
            else:
                os.unlink(entry.path)  # noqa: PTH108 - the same
