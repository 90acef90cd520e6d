"""Who came first: how often one account precedes the others with what several of them posted.

Null hypothesis: whoever posts a content is placed in its order at random. The accounts of each
content are shuffled; the account that comes first most clearly is compared with the clearest of
each shuffle, which pays for having looked at all of them. A lead over a platform border also holds
what the two clocks differ by.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.model import Json

SHUFFLES = 499
LEAST_PAIRS = 5
"""An account is named as the first only with so many pairs."""
SEED = 12
MILLION = 1_000_000
US = 1_000_000

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Posting:
    """One account's first posting of one content."""

    content: str
    account: str
    t_us: int


@dataclass(frozen=True, slots=True)
class Lead:
    """The account that precedes the others most clearly."""

    account: str
    before: int
    """Pairs in which it is earlier; a pair is one content and one other account."""
    pairs: int
    """Pairs with different times."""
    contents: int
    """Contents that it and others posted."""
    shared: int
    """All contents that two or more accounts posted."""
    median_lead_s: int
    """Median over its contents of the others' median time less its own; negative if it lags."""
    p_ppm: int

    def as_json(self) -> dict[str, Json]:
        """The lead as a row."""
        return {name: getattr(self, name) for name in self.__slots__}


def lead(postings: Sequence[Posting]) -> Lead | None:
    """Who precedes the others in contents that several accounts posted; None without enough pairs.

    Args:
        postings: One for each content and account. Contents of one account are left out.
    """
    several = _several(postings)
    accounts = sorted({one.account for one in several})
    if not accounts:
        return None
    numbers = {name: number for number, name in enumerate(accounts)}
    contents = {key: number for number, key in enumerate(sorted({one.content for one in several}))}
    content = np.array([contents[one.content] for one in several])
    owner = np.array([numbers[one.account] for one in several])
    time = np.array([one.t_us for one in several])
    later, earlier = _ranks(content, time)
    pairs = np.bincount(owner, later + earlier, minlength=len(accounts))
    z = _z(owner, later, earlier, len(accounts))
    z[pairs < LEAST_PAIRS] = -np.inf
    best = int(z.argmax())
    if not np.isfinite(z[best]):
        return None
    mine = owner == best
    ahead = [
        float(np.median(time[(content == one) & ~mine]) - time[(content == one) & mine][0])
        for one in content[mine].tolist()
    ]
    return Lead(
        account=accounts[best],
        before=int(later[mine].sum()),
        pairs=int(pairs[best]),
        contents=int(mine.sum()),
        shared=len(contents),
        median_lead_s=round(float(np.median(ahead)) / US),
        p_ppm=round(MILLION * _chance(content, owner, (later, earlier), z[best])),
    )


@dataclass(frozen=True, slots=True)
class Ahead:
    """Whether some accounts post before others what both post."""

    before: int
    """Pairs of one of them and another account, with one content, in which it was earlier."""
    pairs: int
    """Such pairs with different times."""
    contents: int
    """Contents that one of them and another account posted."""


def ahead(postings: Sequence[Posting], some: Collection[str]) -> Ahead:
    """Whether some accounts lead or follow the others in contents that both posted.

    Args:
        postings: One for each content and account.
        some: The accounts that are compared with all others.
    """
    by_content: dict[str, list[Posting]] = {}
    for one in _several(postings):
        by_content.setdefault(one.content, []).append(one)
    before = pairs = contents = 0
    for posted in by_content.values():
        mine = [one.t_us for one in posted if one.account in some]
        others = [one.t_us for one in posted if one.account not in some]
        pairs += sum(a != b for a in mine for b in others)
        before += sum(a < b for a in mine for b in others)
        contents += bool(mine and others)
    return Ahead(before, pairs, contents)


def _several(postings: Sequence[Posting]) -> list[Posting]:
    """First posting of each content and account, for contents of two or more accounts."""
    first: dict[tuple[str, str], Posting] = {}
    for one in sorted(postings, key=lambda one: (one.content, one.t_us, one.account)):
        first.setdefault((one.content, one.account), one)
    number: dict[str, int] = {}
    for one in first.values():
        number[one.content] = number.get(one.content, 0) + 1
    return [one for one in first.values() if number[one.content] > 1]


def _ranks(content: IntArray, time: IntArray) -> tuple[FloatArray, FloatArray]:
    """(later, earlier): others of the same content with a later and with an earlier time.

    Args:
        content: Numbers of contents, rising.
        time: Times, rising within a content.
    """
    starts = np.searchsorted(content, content, side="left")
    ends = np.searchsorted(content, content, side="right")
    later, earlier = np.zeros(len(time)), np.zeros(len(time))
    for number in range(len(time)):
        part = time[starts[number] : ends[number]]
        earlier[number] = np.searchsorted(part, time[number], side="left")
        later[number] = len(part) - np.searchsorted(part, time[number], side="right")
    return later, earlier


def _z(owner: IntArray, later: FloatArray, earlier: FloatArray, accounts: int) -> FloatArray:
    """By account: pairs won less pairs lost, by the spread a random order would give."""
    won = np.bincount(owner, later - earlier, minlength=accounts)
    size = later + earlier + 1
    spread = np.bincount(owner, (size**2 - 1) / 3, minlength=accounts)
    return np.asarray(np.where(spread > 0, won / np.sqrt(np.where(spread > 0, spread, 1)), 0.0))


def _chance(
    content: IntArray, owner: IntArray, ranks: tuple[FloatArray, FloatArray], best: float
) -> float:
    """Permutation p of the clearest lead: accounts shuffled within each content."""
    later, earlier = ranks
    accounts = int(owner.max()) + 1
    pairs = np.bincount(owner, later + earlier, minlength=accounts)
    random = np.random.default_rng(SEED)
    above = 0
    for _ in range(SHUFFLES):
        order = np.lexsort((random.random(len(owner)), content))
        z = _z(owner[order], later, earlier, accounts)
        above += z[pairs >= LEAST_PAIRS].max() >= best - 1e-9
    return (1 + above) / (SHUFFLES + 1)
