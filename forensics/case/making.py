"""Making a case folder: it appears whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from forensics.case import canonical, casefile
from forensics.case.files import PART_SUFFIX, explained, locked_folder, sync_folder, write_whole
from forensics.errors import CaseError
from forensics.model import Json


def make_folder(
    root: Path, question: str, settings: Mapping[str, Json], begin: Callable[[Path], object]
) -> None:
    """Make a case folder under another name and give it its own when it is whole.

    Args:
        root: The folder to make; an empty one may lie there. Folders above it are made.
        question: What the case is to answer.
        settings: Whatever decides the result.
        begin: Writes the first line of the record at that path.

    Raises:
        CaseError: something lies there already, or the disk refuses.
        NotCanonical: a setting that canonical JSON does not allow.
    """
    with explained(root):
        root.parent.mkdir(parents=True, exist_ok=True)
        with locked_folder(root.parent) as alone:
            if root.is_symlink() or (root.exists() and (not root.is_dir() or any(root.iterdir()))):
                raise CaseError("exists already", where=str(root), todo="choose another folder")
            nursery = _nursery(root, alone=alone)
            try:
                nursery.mkdir()
                _fill(nursery, question, settings)
                begin(nursery / "record.jsonl")
                nursery.replace(root)
                sync_folder(root.parent)
            finally:
                shutil.rmtree(nursery, ignore_errors=True)


def differences(
    question: tuple[str, str], there: Mapping[str, Json], wanted: Mapping[str, Json]
) -> str:
    """How the question and the settings of a case differ from those wanted; empty if they do not.

    Args:
        question: The one of the case, and the one wanted.
        there: The settings of the case.
        wanted: The settings wanted, as they would be stored.
    """
    if question[0] != question[1]:
        return f"another question ({question[0]:.80})"
    odd = [
        f"{name}: {_short(there.get(name))} there, {_short(wanted.get(name))} now"
        for name in sorted({*wanted, *there})
        if (name in wanted, wanted.get(name)) != (name in there, there.get(name))
    ]
    return f"other settings ({', '.join(odd)})" if odd else ""


def _nursery(root: Path, *, alone: bool) -> Path:
    """Where a case grows until it is whole; what one that died left there is removed."""
    start = f".{root.name}."
    for path in root.parent.iterdir() if alone else ():
        if path.name.startswith(start) and path.name.endswith(PART_SUFFIX) and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
    return root.with_name(f"{start}{os.getpid()}{PART_SUFFIX}")


def _fill(folder: Path, question: str, settings: Mapping[str, Json]) -> None:
    for name in ("originals", "tables"):
        (folder / name).mkdir()
    for name in ("CHECK.md", "check.py"):
        write_whole(folder / name, Path(__file__).with_name(name).read_bytes())
    write_whole(folder / "case.toml", casefile.render(question, settings).encode())
    write_whole(folder / "record.jsonl", b"")


def _short(value: Json) -> str:
    return "not set" if value is None else canonical.dumps(value).decode()[:60]
