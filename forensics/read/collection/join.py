"""Which file of a case an item of a log is about, and whether its hash is the one that was stated.

By hash first: an item whose stated SHA-256 is that of a file is about that file, whatever its name.
By name only where no hash leads anywhere: then a stated hash that is not that of the file is a
mismatch, the loudest thing a log can say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from forensics.read.collection.items import Digest, Item, Log, LogFile

MANY = 50
"""Files of one name that are told apart; of more, a name means none."""
By = Literal["hash", "name", "itself", "inside", "nothing"]
Fit = Literal["match", "mismatch", "absent", "not_stated", "not_checked"]
FIT_WORDS: dict[Fit, str] = {
    "match": "the stated hash is that of the bytes here",
    "mismatch": "the stated hash is not that of the bytes here",
    "absent": "a hash is stated, and no file here has it",
    "not_stated": "no hash is stated",
    "not_checked": "the stated hash cannot be checked",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A file of the case: an original, or a member of an archive."""

    sha256: str
    name: str
    path: Path
    parent: str = ""
    """SHA-256 of the archive it was taken out of."""


@dataclass(frozen=True, slots=True)
class Joined:
    """An item with the file it is about."""

    item: Item
    by: By
    held: Held | None = None
    fit: Fit = "not_stated"
    ours: Digest | None = None
    """Our hash of the same bytes, in the algorithm that was stated."""
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Files:
    """The files of a case, to look up by hash and by name."""

    held: Sequence[Held]
    by_hash: dict[str, Held] = field(default_factory=dict)
    by_name: dict[str, list[Held]] = field(default_factory=dict)
    _digests: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the indexes."""
        for one in self.held:
            self.by_hash.setdefault(one.sha256, one)
            self.by_name.setdefault(_last(one.name), []).append(one)

    def named(self, name: str, log: LogFile, parent: str) -> list[Held]:
        """The files that a name in a log can mean, the nearest ones only.

        A log inside an archive means files of that archive where there are any. Of several files
        of one name those are nearest that share most of the path.
        """
        found = [one for one in self.by_name.get(_last(name), []) if one.sha256 != log.sha256]
        beside = [one for one in found if one.parent == parent]
        found = beside or found
        if len(found) > MANY:
            return found
        shared = {one.sha256: _shared(one.name, name) for one in found}
        most = max(shared.values(), default=0)
        return [one for one in found if shared[one.sha256] == most]

    def digest(self, held: Held, algorithm: str) -> str:
        """The hash of a file in any algorithm."""
        if algorithm == "sha256":
            return held.sha256
        key = held.sha256, algorithm
        if key not in self._digests:
            with held.path.open("rb") as stream:
                found = hashlib.file_digest(
                    stream, lambda: hashlib.new(algorithm, usedforsecurity=False)
                )
            self._digests[key] = found.hexdigest()
        return self._digests[key]


def _last(name: str) -> str:
    """The last part of a path, whichever slashes it has."""
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2]


def _shared(one: str, other: str) -> int:
    """Parts of two paths that are the same, from the end."""
    ends = zip(
        reversed(one.replace("\\", "/").split("/")),
        reversed(other.replace("\\", "/").split("/")),
        strict=False,
    )
    count = 0
    for left, right in ends:
        if left != right:
            break
        count += 1
    return count


def join(log: Log, file: LogFile, files: Files, *, parent: str = "") -> tuple[Joined, ...]:
    """Every item of a log with its file.

    Args:
        log: What was read.
        file: The log itself.
        files: The files of the case.
        parent: SHA-256 of the archive that holds the log.
    """
    joined = [_joined(item, file, files, parent) for item in log.items]
    fits = {one.fit for one in joined}
    if log.uncertain and "mismatch" in fits and "match" not in fits:
        joined = [
            Joined(one.item, one.by, one.held, one.fit, one.ours, (*one.notes, log.uncertain))
            if one.fit == "mismatch"
            else one
            for one in joined
        ]
    return tuple(joined)


def _joined(item: Item, file: LogFile, files: Files, parent: str) -> Joined:
    own = Held(file.sha256, file.name, file.path, parent)
    if item.itself:
        return Joined(item, "itself", own)
    if item.inside is not None:
        return _inside(item, own, files)
    if item.part:
        return Joined(item, "nothing", own, "absent" if item.digests else "not_stated")
    return _elsewhere(item, file, files, parent)


def _elsewhere(item: Item, file: LogFile, files: Files, parent: str) -> Joined:
    """An item whose bytes lie in another file, if anywhere: by hash, then by name."""
    for digest in item.digests:
        if digest.algorithm == "sha256" and digest.value in files.by_hash:
            return _checked(item, "hash", files.by_hash[digest.value], files)
    named = files.named(item.file, file, parent) if item.file else []
    fitting = []
    if len(named) <= MANY:
        fitting = [one for one in named if _fit(item.digests, one, files)[0] == "match"]
    if fitting or len(named) == 1:
        return _checked(item, "name", [*fitting, *named][0], files)
    notes = (f"{len(named):,} files are called so",) if named else ()
    return Joined(item, "nothing", None, "absent" if item.digests else "not_stated", None, notes)


def _inside(item: Item, own: Held, files: Files) -> Joined:
    """An item whose bytes lie in the log: about another file if one holds the same bytes."""
    inside = item.inside
    assert inside is not None  # noqa: S101 - for mypy: the caller asked
    fit: Fit = "not_stated"
    if item.digests:
        fit = "not_checked"
        if inside.fits is not None:
            fit = "match" if inside.fits else "mismatch"
    hashes = (inside.sha256, inside.decoded_sha256) if inside.size and not item.part else ()
    other = next((files.by_hash[one] for one in hashes if one in files.by_hash), None)
    return Joined(item, "hash" if other else "inside", other or own, fit, inside.ours)


def _checked(item: Item, by: By, held: Held, files: Files) -> Joined:
    fit, ours = _fit(item.digests, held, files)
    return Joined(item, by, held, fit, ours)


def _fit(digests: Iterable[Digest], held: Held, files: Files) -> tuple[Fit, Digest | None]:
    """Whether the stated hashes are those of a file; one that is not outweighs those that are."""
    fit: Fit = "not_stated"
    ours: Digest | None = None
    for digest in digests:
        if not digest.known:
            fit = "not_checked" if fit == "not_stated" else fit
            continue
        own = Digest(digest.algorithm, files.digest(held, digest.algorithm))
        if own.value != digest.value:
            return "mismatch", own
        fit, ours = "match", own
    return fit, ours
