"""Git repositories among the files given: which of their files hold history, and which are left.

A repository is taken as its history: its packs, and the commits that lie loose. Its working files,
hooks, configuration and names of branches are left, for a report with a refusal for every source
file helps nobody; whoever wants a file of it read names that file. Nothing in it is followed
(alternate object stores, submodules, worktrees) and nothing is executed.

Loose commits are received as one pack, made here: uncompressed and in the order of their ids, so
that equal commits give equal bytes with any version of any library. Nothing can change on the way,
for the id of a commit is the hash of its bytes; `git unpack-objects` gives them back.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

START_BYTES = 256
MAX_COMMIT = 1 << 20
LOOSE_PACK = "loose-commits.pack"
"""Name of the pack that is made; Git's own begin with `pack-`."""
_HISTORY = re.compile(
    r"(?P<git>(?:.*/)?)objects/(?:(?P<pack>pack/pack-[^/]{1,100}\.pack)|[0-9a-f]{2}/[0-9a-f]{38,62})"
)
_PARTS = ("HEAD", "objects", "refs")


@dataclass(frozen=True, slots=True)
class History:
    """What of a repository is received."""

    files: tuple[tuple[str, Path], ...]
    """Path inside the folder -> where the bytes are."""
    note: str
    """What was left, and why."""


@dataclass(frozen=True, slots=True)
class Loose:
    """The commits that lie loose in a repository, packed."""

    taken: int
    misnamed: int
    """Commits whose bytes do not hash to the name of their file."""
    damaged: tuple[Path, ...]
    """Files that begin as a commit and are none."""


def is_loose_commit(start: bytes) -> bool:
    """True if the first bytes of a loose object say that it is a commit."""
    try:
        return zlib.decompressobj().decompress(start[:START_BYTES], 7) == b"commit "
    except zlib.error:
        return False


def history_of(folder: Path) -> History | None:
    """The history in a folder that is a repository, or holds one in `.git`; None if it is none.

    A repository without a single commit is none: its folder is read like any other. The pack of
    loose commits lies in a temporary folder until the program ends.
    """
    git = next((one for one in (folder / ".git", folder) if _is_repository(one)), None)
    if git is None:
        return None
    packs = [file for file in _files(git / "objects" / "pack") if file.suffix == ".pack"]
    loose: list[Path] = []
    others = 0
    for inner in sorted((git / "objects").glob("[0-9a-f][0-9a-f]")):
        for file in _files(inner):
            if _HISTORY.fullmatch(f"objects/{inner.name}/{file.name}") and _commit_in(file):
                loose.append(file)
            else:
                others += 1
    if not packs and not loose:
        return None
    files = [(file.relative_to(folder).as_posix(), file) for file in packs]
    made = Loose(0, 0, ())
    if loose:
        target = Path(tempfile.mkdtemp(dir=_room())) / LOOSE_PACK
        made = pack_loose([(file.parent.name + file.name, file) for file in loose], target)
        files += [(file.relative_to(folder).as_posix(), file) for file in made.damaged]
        if made.taken:
            place = git.relative_to(folder) / "objects" / LOOSE_PACK
            files.append((place.as_posix(), target))
    linked = (git / "objects" / "info" / "alternates").exists()
    return History(tuple(sorted(files)), left_note(len(packs), made, others, linked=linked))


@functools.cache
def _room() -> str:
    """A folder for packs that are made; it goes when the program ends."""
    room = tempfile.mkdtemp(prefix="gnomon-git-")
    atexit.register(shutil.rmtree, room, ignore_errors=True)
    return room


def pack_loose(files: Sequence[tuple[str, Path]], target: Path) -> Loose:
    """Write loose commits as one pack.

    Args:
        files: (Id that the name claims, file), in the order in which they are to be packed.
        target: File to write.
    """
    whole = [(name, path) for name, path in files if _content(path) is not None]
    wide = bool(whole) and len(whole[0][0]) == 64
    digest = hashlib.sha256() if wide else hashlib.sha1(usedforsecurity=False)
    misnamed = 0
    with target.open("wb") as out:

        def write(data: bytes) -> None:
            digest.update(data)
            out.write(data)

        write(b"PACK\0\0\0\2" + len(whole).to_bytes(4, "big"))
        for name, path in whole:
            data = _content(path) or b""
            misnamed += _id_of(data, name) != name
            write(_entry(data))
        out.write(digest.digest())
    good = {path for _, path in whole}
    return Loose(len(whole), misnamed, tuple(path for _, path in files if path not in good))


def _content(path: Path) -> bytes | None:
    """The commit in a loose object, without its header; None if it is damaged or too long."""
    stream = zlib.decompressobj()
    try:
        with path.open("rb") as file:
            data = stream.decompress(file.read(2 * MAX_COMMIT), MAX_COMMIT + START_BYTES)
    except zlib.error:
        return None
    header, _, content = data.partition(b"\0")
    return content if stream.eof and header == b"commit %d" % len(content) else None


def _id_of(data: bytes, like: str) -> str:
    """The id of a commit, by the hash that an id of that length comes from."""
    whole = b"commit %d\0" % len(data) + data
    if len(like) == 64:
        return hashlib.sha256(whole).hexdigest()
    return hashlib.sha1(whole, usedforsecurity=False).hexdigest()


def _entry(data: bytes) -> bytes:
    """A commit as a pack holds it, in zlib's blocks of plain bytes."""
    size, first = len(data) >> 4, 1 << 4 | len(data) & 15
    head = bytearray([first | 128 * (size > 0)])
    while size:
        head.append(size & 127 | 128 * (size > 127))
        size >>= 7
    out = bytes(head) + b"\x78\x01"
    for at in range(0, max(len(data), 1), 0xFFFF):
        block = data[at : at + 0xFFFF]
        last = at + 0xFFFF >= len(data)
        length = len(block)
        out += (
            bytes([last]) + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little")
        )
        out += block
    return out + zlib.adler32(data).to_bytes(4, "big")


def left_note(packs: int, loose: Loose, others: int, *, linked: bool = False) -> str:
    """One sentence about what was taken and what was left."""
    note = (
        f"a git repository: {packs:,} packs and {loose.taken:,} loose commits (as one pack) were "
        f"taken; {others:,} other loose objects, the working files, hooks, configuration and names "
        "of branches were left: they hold no times of people. Name a file to have it read"
    )
    if loose.misnamed:
        note += f". WARNING: {loose.misnamed:,} loose commits do not hash to their names"
    if linked:
        note += ". WARNING: it borrows objects from another repository, which was not followed"
    return note


def _is_repository(folder: Path) -> bool:
    """True for a folder with the parts of a repository; a link is not followed."""
    return not folder.is_symlink() and all((folder / part).exists() for part in _PARTS)


def _files(folder: Path) -> list[Path]:
    """Regular files right in a folder, by name; no links."""
    if folder.is_symlink() or not folder.is_dir():
        return []
    return sorted(one for one in folder.iterdir() if one.is_file() and not one.is_symlink())


def _commit_in(file: Path) -> bool:
    with file.open("rb") as stream:
        return is_loose_commit(stream.read(START_BYTES))


def may_be_history(name: str) -> bool:
    """True for the path of a pack or of a loose object inside a repository, by its name."""
    return _HISTORY.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Inside:
    """A repository among the files of an archive."""

    root: str
    """Its folder with a slash at the end; empty for the archive itself."""
    git: str
    """The folder that holds `objects`, likewise."""
    packs: tuple[str, ...]
    loose: tuple[str, ...]
    """Names of loose commits."""
    others: int
    """Other loose objects."""


def repositories(names: Sequence[str], is_commit: Callable[[str], bool]) -> tuple[Inside, ...]:
    """The repositories with commits among the files of an archive, by their folders.

    Args:
        names: Paths inside the archive, of all regular files in it.
        is_commit: Whether the loose object of that name is a commit.
    """
    given = frozenset(names)
    by_git: dict[str, list[str]] = {}
    for name in names:
        match = _HISTORY.fullmatch(name)
        if match is not None and _whole(match["git"], given):
            by_git.setdefault(match["git"], []).append(name)
    found = []
    for git, mine in sorted(by_git.items()):
        packs = tuple(sorted(name for name in mine if name.endswith(".pack")))
        others = sorted(set(mine) - set(packs))
        loose = tuple(name for name in others if is_commit(name))
        if packs or loose:
            inner = git == ".git/" or git.endswith("/.git/")
            root = git.removesuffix(".git/") if inner else git
            found.append(Inside(root, git, packs, loose, len(others) - len(loose)))
    return tuple(found)


def _whole(git: str, names: Iterable[str]) -> bool:
    """True for a folder called `.git`, or a bare repository, which has a HEAD."""
    return git.endswith("/.git/") or git == ".git/" or f"{git}HEAD" in names
