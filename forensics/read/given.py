"""The files somebody gave: found, hashed, and named with what was left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from forensics.case.inputs import find_files
from forensics.read.options import Source, SourceFile


@dataclass(frozen=True, slots=True)
class Inputs:
    """Files to read."""

    files: tuple[SourceFile, ...]
    notes: Mapping[str, str]
    """Name of a file -> what stands beside it, such as what of a repository was left."""

    def noted(self, sources: Iterable[Source]) -> tuple[Source, ...]:
        """The sources, each with the note on its file first."""
        return tuple(
            replace(one, notes=(self.notes[one.name], *one.notes))
            if one.name in self.notes
            else one
            for one in sources
        )


def inputs_of(files: Sequence[str | Path]) -> Inputs:
    """The files named, and those in the folders named, with their hashes."""
    found = []
    notes = {}
    for file in find_files([Path(item) for item in files]):
        with file.path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        found.append(SourceFile(sha256=digest, name=file.name, path=file.path))
        if file.note:
            notes[file.name] = file.note
    return Inputs(tuple(found), notes)
