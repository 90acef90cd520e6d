"""Which files show one picture: in files, folders and archives, without a case."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from forensics.case.files import sha256_of
from forensics.errors import CaseError
from forensics.job.image_inputs import Given, Inputs, image_inputs
from forensics.model import Progress
from forensics.pixels import ImageFile, Pair, Picture, SamePictures, pictures, same_pictures
from forensics.pixels.same import How

STAGE = "comparing pictures"
STRANGER_PAIRS = 220_888
"""Pairs of different pictures on which the rates were measured: docs/methods/same-picture.md."""
FALSE_PAIRS_PPM = 17
"""Upper end of the 95 % interval of the share of strangers that PDQ calls the same picture, and of
those that pHash and dHash together make candidates; of the pairs measured neither had one."""
Tie = Literal["first", "bytes"] | How


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a group."""

    shown: str
    """Its path, or `archive.zip!member`."""
    how: Tie
    """What ties it to the file `to`; `first` for the one the others are compared with."""
    bits: int
    """Distance: 0 for equal bytes and pixels, else of 256 bits of PDQ."""
    to: str
    """The file it is tied to; empty for the first."""


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Files that show one picture."""

    members: tuple[Member, ...]
    """The largest picture first; the others in the order in which ties lead from it."""
    telling: bool
    """False for empty areas: equal pixels of these tie nobody to anybody."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two files that look alike: a person has to compare them."""

    first: str
    second: str
    phash_bits: int
    dhash_bits: int
    """Of 64 bits each."""


@dataclass(frozen=True, slots=True)
class SameFiles:
    """What comparing the files gave."""

    files: int
    """Files whose picture was decoded, equal ones included."""
    pictures: int
    """Different files by SHA-256."""
    groups: tuple[FileGroup, ...]
    candidates: tuple[Candidate, ...]
    too_flat: int
    """Pictures with too little to see: compared by bytes and pixels only."""
    crowded: int
    """Above 0, ties may be missing; see `pixels.search`."""
    refused: tuple[tuple[str, int], ...]
    """Reason and number of the files whose picture was not decoded."""

    @property
    def false_pairs_milli(self) -> int:
        """Thousandths of false pairs to be expected at most, of PDQ and of candidates each."""
        return self.pictures * (self.pictures - 1) // 2 * FALSE_PAIRS_PPM // 1_000


def same_images(paths: Sequence[str | Path], progress: Progress | None = None) -> SameFiles:
    """Which of the files show one picture, exactly or nearly.

    Args:
        paths: Files, folders, archives.
        progress: Called with (stage, done, total) after each file.

    Raises:
        ReadError: a path is not there.
    """
    names: dict[str, list[str]] = {}
    looks: list[Picture] = []
    refused = Counter[str]()
    with image_inputs([Path(path) for path in paths]) as inputs:
        for sha256, look in _looks(inputs, names, refused, progress):
            if isinstance(look, Picture):
                looks.append(look)
            else:
                refused[look] += len(names.pop(sha256))
    return _answer(looks, names, refused)


def _looks(
    inputs: Inputs,
    names: dict[str, list[str]],
    refused: Counter[str],
    progress: Progress | None,
) -> Iterator[tuple[str, Picture | str]]:
    """Hash and picture (or why there is none) of each different file; all names are noted."""
    waiting: deque[Given] = deque()
    done = 0

    def files() -> Iterator[ImageFile]:
        nonlocal done
        for given in inputs.files():
            done += 1
            if progress is not None:
                progress(STAGE, done, inputs.total)
            if given.refusal is not None:
                refused[given.refusal.reason] += 1
                continue
            try:
                sha256, _ = sha256_of(given.path)
            except CaseError:  # it may not be read
                refused["unreadable"] += 1
                continue
            known = names.setdefault(sha256, [])
            known.append(given.shown)
            if len(known) == 1:
                waiting.append(given)
                yield ImageFile(sha256, given.path)
            elif given.fleeting:
                given.path.unlink(missing_ok=True)

    for one in pictures(files()):
        given = waiting.popleft()
        if given.fleeting:
            given.path.unlink(missing_ok=True)
        yield one.original, one if isinstance(one, Picture) else one.reason


def _answer(
    looks: Sequence[Picture], names: dict[str, list[str]], refused: Counter[str]
) -> SameFiles:
    same = same_pictures(looks)
    by_hash = {one.original: one for one in looks}
    alone = sorted({key for key, held in names.items() if len(held) > 1} - set(same.sets()))
    groups = [
        *_proven(same, by_hash, names),
        *(FileGroup(tuple(_copies(names[key])), telling=True) for key in alone),
    ]
    return SameFiles(
        files=sum(map(len, names.values())),
        pictures=len(looks),
        groups=tuple(sorted(groups, key=lambda group: group.members[0].shown)),
        candidates=tuple(_candidate(pair, by_hash, names) for pair in same.candidates),
        too_flat=same.too_flat,
        crowded=same.crowded,
        refused=tuple(sorted(refused.items())),
    )


def _copies(names: Sequence[str]) -> Iterator[Member]:
    """A file and those with equal bytes."""
    yield Member(names[0], "first", 0, "")
    yield from _equal(names)


def _equal(names: Sequence[str]) -> Iterator[Member]:
    for name in names[1:]:
        yield Member(name, "bytes", 0, names[0])


def _proven(
    same: SamePictures, by_hash: dict[str, Picture], names: dict[str, list[str]]
) -> Iterator[FileGroup]:
    """Groups of different files, walked from the largest picture along the ties."""
    ties: dict[str, list[tuple[str, Pair]]] = {}
    for pair in same.pairs:
        ties.setdefault(pair.first, []).append((pair.second, pair))
        ties.setdefault(pair.second, []).append((pair.first, pair))
    for group in same.groups:
        first = max(
            group.originals, key=lambda key: (by_hash[key].width_px * by_hash[key].height_px, key)
        )
        members = list(_copies(names[first]))
        reached, waiting = {first}, deque([first])
        while waiting:
            here = waiting.popleft()
            for other, pair in sorted(ties.get(here, []), key=lambda tie: (tie[1].bits, tie[0])):
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)
                    members.append(Member(names[other][0], pair.how, pair.bits, names[here][0]))
                    members.extend(_equal(names[other]))
        yield FileGroup(tuple(members), group.telling)


def _candidate(pair: Pair, by_hash: dict[str, Picture], names: dict[str, list[str]]) -> Candidate:
    one, other = by_hash[pair.first], by_hash[pair.second]
    first, second = sorted((names[pair.first][0], names[pair.second][0]))
    return Candidate(first, second, _apart(one.phash, other.phash), _apart(one.dhash, other.dhash))


def _apart(one: str, other: str) -> int:
    """Bits in which two hashes in hex differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
