"""Texts that are nearly the same, among any number of distinct ones: MinHash and banding in numpy.

A text is the set of its stretches of five characters. Texts of which seven tenths of all stretches
are common (Jaccard) are near. Candidates come from 64 minima in 16 bands (Broder 1997; Leskovec,
Rajaraman and Ullman, ch. 3): two texts at .7 meet with probability .99, at .8 with .9998. Every
candidate is then counted exactly, so that a chance meeting makes no tie.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forensics.links.content.signatures import BANDS, ROWS, Signatures

LENGTH = 5
"""Characters of a stretch."""
NEAR_PPM = 700_000
LEAST_CHARACTERS = 30
"""Shorter texts share stretches by chance; they are compared as a whole only."""
MOST_CHARACTERS = 600
MOST_TEXTS = 2_000_000
NEIGHBOURS = 12
"""Others of its bucket that a text is compared with: next ones in the order of keys. More would
grow with the square of a bucket; who is near meets in other bands and through the leader."""
LEAST_AGREEING = 32
"""Equal minima of 64 below which a pair is not counted exactly: at .7 one pair in 3,000 is lost."""
_CHUNK = 400_000
"""Characters hashed at a time: they stay in the processor's cache."""
_PAIRS = 20_000
"""Pairs that are counted exactly at a time; only their texts are held."""
_SETS = 4_000
"""Texts whose stretches are kept: one is compared with many, and pairs come in order."""
_SEED = 20_260_101
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


class LongTexts(Protocol):
    """Distinct normalised texts of at least `LEAST_CHARACTERS`, cut to `MOST_CHARACTERS`."""

    def __len__(self) -> int:
        """How many there are, at most `MOST_TEXTS`."""
        ...

    def parts(self) -> Iterable[Sequence[str]]:
        """All of them in order, some at a time."""
        ...

    def some(self, places: NDArray[np.int64]) -> Mapping[int, str]:
        """Those at some places."""
        ...


@dataclass(frozen=True, slots=True)
class Near:
    """Which texts stand in one group with which leader."""

    leader: NDArray[np.int64]
    """Place of the leader of each text; its own place where it has no company."""
    candidates: int
    """Pairs that were counted exactly."""
    pairs: int
    """Those that are near."""


def near(texts: LongTexts, folder: Path) -> Near:
    """Groups of texts that are near to one leader, the first in the order given.

    Members are near to the leader and not only to each other, so that a group does not drift from
    one text to quite another by small steps.

    Args:
        texts: What is compared.
        folder: Where minima lie meanwhile if they are many.
    """
    leader = np.arange(len(texts), dtype=np.int64)
    if len(texts) < 2:
        return Near(leader, 0, 0)
    with Signatures(len(texts), folder) as table:
        first = 0
        for part in texts.parts():
            table.put(first, _signatures(part))
            first += len(part)
        a, b = _candidates(table)
        alike = _agreeing(table, a, b) >= LEAST_AGREEING
    a, b = a[alike], b[alike]
    close = np.zeros(len(a), dtype=bool)
    for begin in range(0, len(a), _PAIRS):
        some = slice(begin, begin + _PAIRS)
        close[some] = _close(texts, a[some], b[some])
    taken = np.zeros(len(texts), dtype=bool)
    for x, y in zip(a[close].tolist(), b[close].tolist(), strict=True):
        # Sorted by the first: a text that follows somebody leads nobody.
        if leader[x] == x and not taken[y] and leader[y] == y:
            leader[y] = x
            taken[x] = True
    return Near(leader, len(a), int(close.sum()))


def _close(texts: LongTexts, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pairs are near, counted exactly."""
    held = texts.some(np.unique(np.concatenate([a, b])))

    @lru_cache(maxsize=_SETS)
    def stretches(at: int) -> frozenset[str]:
        text = held[at]
        return frozenset(text[one : one + LENGTH] for one in range(len(text) - LENGTH + 1))

    return np.fromiter(
        (_near(stretches(x), stretches(y)) for x, y in zip(a.tolist(), b.tolist(), strict=True)),
        dtype=bool,
        count=len(a),
    )


def _agreeing(table: Signatures, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int16]:
    """Equal minima of each pair."""
    out = np.zeros(len(a), dtype=np.int16)
    for band in range(BANDS):
        minima = table.band(band)
        for first in range(0, len(a), _CHUNK):
            part = slice(first, first + _CHUNK)
            out[part] += np.sum(minima[a[part]] == minima[b[part]], axis=1, dtype=np.int16)
    return out


def _near(one: frozenset[str], other: frozenset[str]) -> bool:
    """True if enough of all stretches of both are common."""
    short, long = sorted((len(one), len(other)))
    if short * 1_000_000 < long * NEAR_PPM:
        return False
    common = len(one & other)
    return common * 1_000_000 >= (short + long - common) * NEAR_PPM


def _candidates(table: Signatures) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (a < b) that meet in a bucket, each once, sorted."""
    count = np.uint64(table.texts)
    found: list[NDArray[np.uint64]] = []
    for band in range(BANDS):
        minima = table.band(band)
        bucket = np.zeros(table.texts, dtype=np.uint64)
        for row in range(ROWS):
            bucket = (bucket ^ minima[:, row].astype(np.uint64)) * _GOLDEN
            bucket ^= bucket >> np.uint64(29)
        order = np.argsort(bucket, kind="stable")
        sorted_ = bucket[order]
        head = np.maximum.accumulate(
            np.where(np.r_[True, sorted_[1:] != sorted_[:-1]], np.arange(len(order)), 0)
        )
        alive = np.arange(len(order))
        for step in range(1, NEIGHBOURS + 1):
            alive = alive[alive + step < len(order)]
            alive = alive[sorted_[alive] == sorted_[alive + step]]
            if not len(alive):
                break
            found.append(_coded(order[alive], order[alive + step], count))
        # The first of its bucket leads: every other one is compared with it.
        others = np.flatnonzero(head != np.arange(len(order)))
        found.append(_coded(order[head[others]], order[others], count))
        found = [np.unique(np.concatenate(found))]
    code = found[0]
    return (code // count).astype(np.int64), (code % count).astype(np.int64)


def _coded(a: NDArray[np.int64], b: NDArray[np.int64], count: np.uint64) -> NDArray[np.uint64]:
    return np.unique(
        np.minimum(a, b).astype(np.uint64) * count + np.maximum(a, b).astype(np.uint64)
    )


def _signatures(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Minima of 64 hash functions, shape (texts, 64)."""
    rng = np.random.default_rng(_SEED)
    odd = rng.integers(1, 1 << 62, BANDS * ROWS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    shift = rng.integers(0, 1 << 62, BANDS * ROWS, dtype=np.uint64)
    out = np.empty((len(texts), BANDS * ROWS), dtype=np.uint32)
    for first, last in _chunks(texts):
        stretches, starts = _stretches(texts[first:last])
        for number in range(BANDS * ROWS):
            mixed = ((stretches * odd[number] + shift[number]) >> np.uint64(32)).astype(np.uint32)
            out[first:last, number] = np.minimum.reduceat(mixed, starts)
    return out


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Ranges of texts of about `_CHUNK` characters together."""
    first = size = 0
    for at, text in enumerate(texts):
        size += min(len(text), MOST_CHARACTERS)
        if size >= _CHUNK:
            yield first, at + 1
            first, size = at + 1, 0
    if first < len(texts):
        yield first, len(texts)


def _stretches(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of all stretches one after the other, and where each text begins among them."""
    cut = [text[:MOST_CHARACTERS] for text in texts]
    points = np.frombuffer("".join(cut).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    wide = points.astype(np.uint64)
    size = np.asarray([len(text) for text in cut], dtype=np.int64)
    hashes = np.zeros(len(wide) - LENGTH + 1, dtype=np.uint64)
    for step in range(LENGTH):
        hashes = (hashes ^ wide[step : len(wide) - LENGTH + 1 + step]) * _GOLDEN
        hashes ^= hashes >> np.uint64(31)
    begin = np.cumsum(size) - size
    inside = np.ones(len(hashes), dtype=bool)
    for back in range(1, LENGTH):
        at = begin[1:] - back
        inside[at[(at >= 0) & (at < len(inside))]] = False
    starts = np.cumsum(size - LENGTH + 1) - (size - LENGTH + 1)
    return hashes[inside], starts
