"""Which pictures are the same one, and which look alike enough to be shown side by side.

Three grades, never mixed: equal pixels; the same picture by PDQ, upright, mirrored or without its
frame (proof); and candidates by pHash and dHash together, which a person has to compare. Pictures
with too little to see take no part beyond equal pixels, and are counted. Measured recall and false
pairs: docs/methods/same-picture.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from forensics.pixels.picture import CLEAR_QUALITY, Picture
from forensics.pixels.search import CROWD, Near, as_words, distinct, near_pairs

PDQ_SAME_BITS = 31
"""Two pictures differ in at most this many of 256 bits of PDQ: the same picture."""
BLANK_QUALITY = 10
"""Below this a picture is an empty area. Equal pixels still make a group, which is marked."""
CANDIDATE_BITS = 8
"""pHash and dHash both differ in at most this many of 64 bits: a candidate."""
SET_DIGITS = 12
"""Hex digits in the name of a same-picture set."""
How = Literal["pixels", "pdq", "pdq_mirror", "pdq_inner", "candidate"]
_STRENGTH: tuple[How, ...] = ("pixels", "pdq", "pdq_inner", "pdq_mirror", "candidate")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files with one picture, or a candidate for that."""

    first: str
    second: str
    """SHA-256 of the files, `first < second`."""
    how: How
    """What it rests on; the strongest reason there is."""
    bits: int
    """Distance: 0 for equal pixels, of 256 bits for PDQ, the larger of both for a candidate."""


@dataclass(frozen=True, slots=True)
class Group:
    """Files that show one picture. Each is tied to another of them, not to every other."""

    originals: tuple[str, ...]
    """SHA-256 of the files, sorted."""
    how: How
    """The weakest tie that holds the group together."""
    widest_bits: int
    """Distance of that weakest tie."""
    quality: int
    """The lowest PDQ quality among them."""

    @property
    def telling(self) -> bool:
        """False for blank pictures: equal pixels of an empty area tie nobody to anybody."""
        return self.quality >= BLANK_QUALITY


@dataclass(frozen=True, slots=True)
class SamePictures:
    """What a search among pictures found."""

    looked_at: int
    groups: tuple[Group, ...]
    """Of proof only: candidates form no groups."""
    pairs: tuple[Pair, ...]
    """The ties of the groups. Equal pictures are tied to one of them, not each to each, and of
    more than a million ties only the closest that hold the groups together are kept."""
    candidates: tuple[Pair, ...]
    """To be compared by a person."""
    too_flat: int
    """Pictures below the quality: compared by pixels only."""
    crowded: int
    """Above 0, some bands were so crowded that ties may be missing; see `search`."""

    def sets(self) -> dict[str, str]:
        """File -> name of its same-picture set, for every file that has company in one.

        The name is the first 12 digits of the first hash in the set, so a file alone in its set
        would be named by its own hash: see `set_name`. Blank pictures are not called the same.
        """
        return {
            name: group.originals[0][:SET_DIGITS]
            for group in self.groups
            if group.telling
            for name in group.originals
        }


def set_name(sets: Mapping[str, str], original: str) -> str:
    """Name of the same-picture set of a file; of a file without company, its own hash cut short."""
    return sets.get(original, original[:SET_DIGITS])


def same_pictures(
    pictures: Iterable[Picture], *, candidates: bool = True, crowd: int = CROWD
) -> SamePictures:
    """Groups of files that show one picture, and candidates.

    Args:
        pictures: Pictures; of equal files the first counts.
        candidates: Whether to search for candidates too.
        crowd: See `search.near_pairs`.

    Returns:
        The same for the same pictures in any order.
    """
    given: dict[str, Picture] = {}
    for one in pictures:
        given.setdefault(one.original, one)
    items = [given[name] for name in sorted(given)]
    clear = [one for one in items if one.quality >= CLEAR_QUALITY]
    ties: dict[tuple[str, str], Pair] = {}
    _add(ties, _equal_pixels(items))
    found, crowded = _by_pdq(clear, crowd)
    _add(ties, found)
    maybe: dict[tuple[str, str], Pair] = {}
    if candidates:
        more, packed = _by_both(clear, crowd)
        crowded += packed
        _add(maybe, (pair for pair in more if (pair.first, pair.second) not in ties))
    groups = _groups(ties.values(), {one.original: one.quality for one in items})
    member = {name: at for at, group in enumerate(groups) for name in group.originals}
    return SamePictures(
        looked_at=len(items),
        groups=groups,
        pairs=tuple(ties[key] for key in sorted(ties)),
        candidates=tuple(
            maybe[key]
            for key in sorted(maybe)
            if key[0] not in member or member[key[0]] != member.get(key[1])
        ),
        too_flat=len(items) - len(clear),
        crowded=crowded,
    )


def _add(ties: dict[tuple[str, str], Pair], pairs: Iterable[Pair]) -> None:
    """Keep the strongest reason for each pair."""
    for pair in pairs:
        key = (pair.first, pair.second)
        known = ties.get(key)
        if known is None or _rank(pair) < _rank(known):
            ties[key] = pair


def _rank(pair: Pair) -> tuple[int, int]:
    return _STRENGTH.index(pair.how), pair.bits


def _pair(one: str, other: str, how: How, bits: int) -> Pair:
    return Pair(min(one, other), max(one, other), how, bits)


def _equal_pixels(items: Sequence[Picture]) -> list[Pair]:
    by_pixels: dict[str, list[str]] = defaultdict(list)
    for one in items:
        if one.pixels_sha256 is not None:
            by_pixels[one.pixels_sha256].append(one.original)
    return [
        Pair(first, second, "pixels", 0)
        for names in by_pixels.values()
        for first, second in pairwise(names)
    ]


@dataclass(frozen=True, slots=True)
class _View:
    """One hash of one picture: upright, without its frame, or mirrored."""

    hashed: str
    original: str
    how: How


def _by_pdq(items: Sequence[Picture], crowd: int) -> tuple[list[Pair], int]:
    """Ties by PDQ, all views of all pictures in one search.

    Two mirrored views tell nothing that the two upright ones do not, so of each tie one end at
    least is upright.
    """
    views = [_View(one.pdq, one.original, "pdq") for one in items]
    views += [_View(one.pdq_inner, one.original, "pdq_inner") for one in items if one.pdq_inner]
    views += [_View(one.pdq_mirror, one.original, "pdq_mirror") for one in items]
    rows, place = distinct(as_words([view.hashed for view in views]))
    near = near_pairs(rows, PDQ_SAME_BITS, crowd=crowd)
    holders: list[list[_View]] = [[] for _ in range(len(rows))]
    for view, row in zip(views, place.tolist(), strict=True):
        holders[row].append(view)
    pairs: list[Pair] = []
    for held in holders:
        if len(held) > 1:
            pairs += _tied(held[:1], held[1:], 0)
    for one, other, bits in _listed(near):
        pairs += _tied(holders[one], holders[other], bits)
    return pairs, near.crowded


def _tied(one: Sequence[_View], other: Sequence[_View], bits: int) -> list[Pair]:
    """Ties between pictures of two hashes: through the first upright view, so they stay few."""
    if one[0].how == "pdq_mirror":
        one, other = other, one
    head = one[0]
    if head.how == "pdq_mirror":
        return []
    # Upright views of equal hash are tied to each other already; mirrored ones may not be.
    reached = other if other[0].how == "pdq_mirror" or bits == 0 else other[:1]
    return [
        _pair(head.original, view.original, max(head.how, view.how, key=_STRENGTH.index), bits)
        for view in reached
        if view.original != head.original
    ]


def _listed(near: Near) -> Iterator[tuple[int, int, int]]:
    """The pairs as plain numbers."""
    for at in range(0, near.first.size, 4096):
        yield from zip(
            near.first[at : at + 4096].tolist(),
            near.second[at : at + 4096].tolist(),
            near.distance[at : at + 4096].tolist(),
            strict=True,
        )


def _by_both(items: Sequence[Picture], crowd: int) -> tuple[list[Pair], int]:
    """Candidates: pHash and dHash both close. Equal pairs of hashes are tied to the first."""
    rows, place = distinct(as_words([one.phash + one.dhash for one in items]))
    near = near_pairs(rows, CANDIDATE_BITS, parts=2, crowd=crowd)
    heads: dict[int, str] = {}
    pairs: list[Pair] = []
    for one, row in zip(items, place.tolist(), strict=True):
        head = heads.setdefault(row, one.original)
        if head != one.original:
            pairs.append(_pair(head, one.original, "candidate", 0))
    pairs += [
        _pair(heads[one], heads[other], "candidate", bits) for one, other, bits in _listed(near)
    ]
    return pairs, near.crowded


def _groups(pairs: Iterable[Pair], quality: Mapping[str, int]) -> tuple[Group, ...]:
    """Files that ties connect, with the weakest tie of each group; in order of their first file."""
    parent: dict[str, str] = {}

    def head(name: str) -> str:
        path = []
        while (above := parent.setdefault(name, name)) != name:
            path.append(name)
            name = above
        for one in path:
            parent[one] = name
        return name

    ties = sorted(pairs, key=lambda pair: (_rank(pair), pair.first, pair.second))
    weakest: dict[str, Pair] = {}
    for pair in ties:
        one, other = head(pair.first), head(pair.second)
        if one == other:
            continue
        low, high = min(one, other), max(one, other)
        parent[high] = low
        # ties come strongest first, so the one that joins two groups is the weakest in both
        held = [found for name in (low, high) if (found := weakest.pop(name, None))]
        weakest[low] = max([*held, pair], key=lambda tie: (_STRENGTH.index(tie.how), tie.bits))
    members: dict[str, list[str]] = defaultdict(list)
    for name in sorted(parent):
        members[head(name)].append(name)
    return tuple(
        Group(
            tuple(names),
            weakest[top].how,
            weakest[top].bits,
            min(quality[name] for name in names),
        )
        for top, names in sorted(members.items())
    )
