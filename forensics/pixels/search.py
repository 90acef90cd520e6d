"""Which of many hashes lie close together, without comparing all with all.

Multi-index hashing: a hash is cut into bands of 16 bits. Two hashes that differ in at most `radius`
bits differ in at most `radius // bands` bits in one band at least, so it is enough to compare
hashes that share a band up to that many bits. Equal hashes are one hash.

Real pictures crowd (ten thousand copies of one joke, each a little different), and a crowded band
would make the search quadratic again. Where a band value is held by more than `crowd` hashes, they
are compared with the first `pivots` of them only. The members of a crowd that resemble those are
still found; that pairs may be missing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
_BAND_BITS = 16
_VALUES = 1 << _BAND_BITS
_CHUNK = 1 << 19
"""Pairs compared at a time: about 50 MB."""
CROWD = 400
PIVOTS = 16
DIRECT = 1_000
"""Up to so many hashes each is compared with each, which is quicker than an index."""
MOST_PAIRS = 1_000_000
"""Above this many pairs only the closest ties that hold each group together are kept."""


@dataclass(frozen=True, slots=True)
class Near:
    """Pairs of hashes within the radius."""

    first: Ints
    second: Ints
    """Positions in the list of hashes, `first < second`, sorted."""
    distance: Ints
    thinned: bool
    """True if there were more pairs than are kept: those left connect the same hashes, by the
    closest ties there are (a minimum spanning forest)."""
    compared: int
    """Pairs that were compared."""
    crowded: int
    """Values of bands that more hashes shared than are compared with each other. If 0, every pair
    within the radius was found; else pairs of which one is no pivot may be missing."""


def as_words(hashes: Sequence[str]) -> Words:
    """Hashes in hex, all of one length (a multiple of 16 digits), as rows of 64-bit words."""
    if not hashes:
        return np.empty((0, 0), dtype=np.uint64)
    raw = np.frombuffer(bytes.fromhex("".join(hashes)), dtype=">u8")
    return raw.reshape(len(hashes), -1).astype(np.uint64)


def near_pairs(
    words: Words,
    radius: int,
    *,
    parts: int = 1,
    crowd: int = CROWD,
    pivots: int = PIVOTS,
) -> Near:
    """All pairs of different rows whose hashes differ in at most `radius` bits.

    Args:
        words: Distinct hashes, shape (n, bits / 64); see `distinct`.
        radius: Bits.
        parts: Several hashes of equal length may stand side by side in a row; then each of them
            has to lie within the radius, and the distance is the largest of theirs.
        crowd: Most hashes that share a value of a band and are still compared with each other.
        pivots: How many of a crowd the others are compared with.

    Returns:
        Pairs in order. Time grows with the pairs that share a band; memory with the pairs found,
        up to `MOST_PAIRS`.
    """
    count = len(words)
    found = _Found(count)
    columns = [np.ascontiguousarray(column) for column in words.T]
    compared = crowded = 0
    for left, right, full in _proposed(words, radius, parts, crowd, pivots):
        compared += left.size
        crowded += full
        found.add(_close(columns, left, right, radius, parts))
    first, second, apart = found.pairs()
    return Near(first, second, apart, found.thinned, compared, crowded)


def _proposed(
    words: Words, radius: int, parts: int, crowd: int, pivots: int
) -> Iterator[tuple[Ints, Ints, int]]:
    """Pairs worth comparing, in chunks, and how many crowds were met."""
    if len(words) <= DIRECT:
        left, right = np.triu_indices(len(words), 1)
        yield left.astype(np.int64), right.astype(np.int64), 0
        return
    # To lie within the radius in every part is to lie within it in the first: only that is indexed.
    bands = words.shape[1] // parts * 64 // _BAND_BITS
    for band in range(bands):
        index = _Band.of(words, band)
        for flips in range(radius // bands + 1):
            for bits in combinations(range(_BAND_BITS), flips):
                yield from index.joined(sum(1 << bit for bit in bits), crowd, pivots)


class _Found:
    """Pairs gathered so far, never many more than are kept."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._parts: list[tuple[Ints, Ints, Ints]] = []
        self._size = 0
        self.thinned = False

    def add(self, pairs: tuple[Ints, Ints, Ints]) -> None:
        self._parts.append(pairs)
        self._size += pairs[0].size
        if self._size > 2 * MOST_PAIRS or len(self._parts) > 256:
            self.pairs()

    def pairs(self) -> tuple[Ints, Ints, Ints]:
        """All pairs once, sorted; thinned out if they are too many."""
        whole = _merged(self._parts)
        if whole[0].size > MOST_PAIRS:
            whole = _forest(whole, self._count)
            self.thinned = True
        self._parts, self._size = [whole], whole[0].size
        return whole


def _forest(pairs: tuple[Ints, Ints, Ints], count: int) -> tuple[Ints, Ints, Ints]:
    """The closest pairs that connect what all pairs connect.

    Nothing is lost on the way: the forest of all pairs is the forest of earlier ones' forest and
    the pairs that came later.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    first, second, apart = pairs
    graph = coo_array((apart.astype(np.float64), (first, second)), shape=(count, count))
    tree = minimum_spanning_tree(graph.tocsr()).tocoo()
    low = np.minimum(tree.row, tree.col).astype(np.int64)
    high = np.maximum(tree.row, tree.col).astype(np.int64)
    return _merged([(low, high, np.rint(tree.data).astype(np.int64))])


def distinct(words: Words) -> tuple[Words, Ints]:
    """The different rows, sorted, and for each row of the input its place among them."""
    if not words.size:
        return words, np.empty(0, dtype=np.int64)
    rows, place = np.unique(words, axis=0, return_inverse=True)
    return rows, place.reshape(-1).astype(np.int64)


def _close(
    columns: Sequence[Words], left: Ints, right: Ints, radius: int, parts: int
) -> tuple[Ints, Ints, Ints]:
    """Those of the pairs that are within the radius, the smaller position first.

    Args:
        columns: The words of all rows, one array a word: reading them one by one is ten times as
            quick as reading rows.
        left: Positions of one end.
        right: Positions of the other.
        radius: Bits.
        parts: Hashes in a row.
    """
    width = len(columns) // parts
    largest = np.zeros(left.size, dtype=np.int64)
    for part in range(parts):
        apart = np.zeros(left.size, dtype=np.int64)
        for column in columns[part * width : (part + 1) * width]:
            apart += np.bitwise_count(column[left] ^ column[right])
            # Strangers are ruled out by the first words; only what is left is read on.
            kept = np.flatnonzero(apart <= radius)
            left, right, apart, largest = left[kept], right[kept], apart[kept], largest[kept]
        largest = np.maximum(largest, apart)
    return np.minimum(left, right), np.maximum(left, right), largest


def _merged(parts: Sequence[tuple[Ints, Ints, Ints]]) -> tuple[Ints, Ints, Ints]:
    """All pairs once, sorted."""
    if not parts:
        none = np.empty(0, dtype=np.int64)
        return none, none, none
    first, second, apart = (np.concatenate([part[at] for part in parts]) for at in range(3))
    order = np.lexsort((second, first))
    first, second, apart = first[order], second[order], apart[order]
    fresh = np.ones(first.size, dtype=bool)
    fresh[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return first[fresh], second[fresh], apart[fresh]


@dataclass(frozen=True, slots=True)
class _Band:
    """Rows in the order of one band's value."""

    rows: Ints
    starts: Ints
    """Where each of the 65,536 values begins in `rows`; one more at the end."""

    @classmethod
    def of(cls, words: Words, band: int) -> _Band:
        shift = np.uint64(_BAND_BITS * (band % 4))
        values = ((words[:, band // 4] >> shift) & np.uint64(_VALUES - 1)).astype(np.int64)
        starts = np.zeros(_VALUES + 1, dtype=np.int64)
        np.cumsum(np.bincount(values, minlength=_VALUES), out=starts[1:])
        return cls(np.argsort(values, kind="stable").astype(np.int64), starts)

    def joined(self, mask: int, crowd: int, pivots: int) -> Iterator[tuple[Ints, Ints, int]]:
        """Chunks of pairs of rows whose values differ by exactly this mask, and how many crowds."""
        values = np.flatnonzero(np.diff(self.starts))
        others = values ^ mask
        if mask:
            keep = values < others
            values, others = values[keep], others[keep]
        sizes = self.starts[values + 1] - self.starts[values]
        widths = self.starts[others + 1] - self.starts[others]
        full = (sizes > crowd) | (widths > crowd)
        # In a crowd the first few stand for the side they are on.
        sizes = np.where(full, np.minimum(sizes, pivots), sizes)
        keep = (sizes > 0) & (widths > 0)
        values, others, sizes, widths, full = (
            part[keep] for part in (values, others, sizes, widths, full)
        )
        # one entry for each row of the left side
        left = np.repeat(self.starts[values] - np.cumsum(sizes) + sizes, sizes)
        left += np.arange(left.size)
        begin = np.repeat(self.starts[others], sizes)
        count = np.repeat(widths, sizes)
        if not mask:
            begin, count = left + 1, begin + count - left - 1
        said = int(full.sum())
        ends = np.cumsum(count)
        at = 0
        while at < left.size:
            base = int(ends[at - 1]) if at else 0
            to = max(int(np.searchsorted(ends, base + _CHUNK, side="right")), at + 1)
            many = count[at:to]
            one = np.repeat(left[at:to], many)
            two = np.repeat(begin[at:to] - (ends[at:to] - many - base), many)
            two += np.arange(two.size)
            yield self.rows[one], self.rows[two], said
            said, at = 0, to
