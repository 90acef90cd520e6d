"""Repositories inside archives: of their members only the history is read, as for folders."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from forensics.case.gitfolder import (
    LOOSE_PACK,
    START_BYTES,
    Inside,
    is_loose_commit,
    left_note,
    may_be_history,
    pack_loose,
    repositories,
)
from forensics.model import Refusal


@dataclass(frozen=True, slots=True)
class LoosePack:
    """The loose commits of one repository, packed."""

    name: str
    """Path inside the archive at which they might have lain as a pack."""
    path: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Reduced:
    """What of an archive is read where it holds repositories."""

    kept: frozenset[str]
    """Names of members to read."""
    packs: tuple[LoosePack, ...]
    """Packs made of loose commits, to be read besides."""
    roots: tuple[str, ...]
    notes: tuple[str, ...]

    def stands(self, refusal: Refusal) -> bool:
        """False for the refusal of a member that is a working file of a repository."""
        name = refusal.where.removeprefix("member ")
        if name == refusal.where or may_be_history(name):
            return True
        return not any(name.startswith(root) for root in self.roots)


def reduced(paths: dict[str, Path], scratch: Path) -> Reduced:
    """Sort the members of an archive by whether they belong to a repository.

    Args:
        paths: Name inside the archive -> where its bytes are.
        scratch: A folder to write packs of loose commits into.
    """
    found: tuple[Inside, ...] = ()
    if any(map(may_be_history, paths)):
        found = repositories(list(paths), lambda name: _is_commit(paths[name]))
    roots = tuple(one.root for one in found)
    kept = {
        name
        for name in paths
        if not any(name.startswith(root) for root in roots) and not _hidden_object(name)
    }
    packs, notes = [], []
    for number, one in enumerate(found):
        target = scratch / f"loose-{number}.pack"
        named = [("".join(name.rsplit("/", 2)[1:]), paths[name]) for name in one.loose]
        loose = pack_loose(named, target)
        damaged = set(loose.damaged)
        kept.update(one.packs)
        kept.update(name for name in one.loose if paths[name] in damaged)
        if loose.taken:
            with target.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            name = f"{one.git}objects/{LOOSE_PACK}"
            packs.append(LoosePack(name, target, digest, target.stat().st_size))
        shown = f"{one.root.rstrip('/')}: " if one.root else ""
        notes.append(shown + left_note(len(one.packs), loose, one.others))
    return Reduced(frozenset(kept), tuple(packs), roots, tuple(notes))


def _hidden_object(name: str) -> bool:
    """True for an object in a hidden folder that belongs to no repository with commits."""
    return may_be_history(name) and any(part.startswith(".") for part in name.split("/"))


def _is_commit(path: Path) -> bool:
    with path.open("rb") as stream:
        return is_loose_commit(stream.read(START_BYTES))
