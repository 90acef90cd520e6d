"""How firmly a group and each of its members stand when facts are drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.links.groups.communities import communities
from forensics.links.groups.facts import Facts, IntArray, summed


@dataclass(frozen=True, slots=True)
class Stability:
    """What resampling says about one group."""

    stability_ppm: int
    """Mean Jaccard overlap with the most similar community of each draw (Hennig 2007)."""
    shares_ppm: tuple[int, ...]
    """Of each member, in order: share of the draws in which it is in that community."""


def resampled(
    facts: Facts, groups: Sequence[IntArray], cost_mdb: int, draws: int, seed: int
) -> list[Stability]:
    """Stability of groups when facts are drawn with replacement.

    A fact drawn twice counts once: it says nothing new the second time. So 37 % of the facts are
    missing from each draw, a pair costs as much less, and a member that rests on a single fact is
    lost as often.

    Args:
        facts: All facts.
        groups: Members of each group, in order.
        cost_mdb: Cost of a pair.
        draws: Resamples.
        seed: Same seed, same answer.
    """
    rng = np.random.default_rng(seed)
    overlap = np.zeros(len(groups))
    inside = [np.zeros(len(one)) for one in groups]
    for draw in range(draws):
        drawn = np.unique(rng.integers(0, max(len(facts), 1), len(facts)))
        pairs = summed(len(facts.names), facts.a[drawn], facts.b[drawn], facts.mdb[drawn])
        cost = max(1, cost_mdb * len(drawn) // max(1, len(facts)))
        label = communities(len(facts.names), pairs, cost, seed + draw)
        for i, members in enumerate(groups):
            best, score = _most_similar(members, label)
            overlap[i] += score
            if best >= 0:
                inside[i] += label[members] == best
    return [
        Stability(_ppm(overlap[i] / draws), tuple(_ppm(x / draws) for x in inside[i]))
        for i in range(len(groups))
    ]


def most_similar_ppm(members: IntArray, label: IntArray) -> int:
    """Jaccard overlap of a group with the most similar community, in millionths."""
    return _ppm(_most_similar(members, label)[1])


def _most_similar(members: IntArray, label: IntArray) -> tuple[int, float]:
    """(Community that overlaps most, Jaccard overlap); -1 and 0 where none does."""
    found: NDArray[np.int64] = label[members]
    found = found[found >= 0]
    if not len(found):
        return -1, 0.0
    seen, both = np.unique(found, return_counts=True)
    sizes = np.asarray([np.sum(label == one) for one in seen])
    scores = both / (sizes + len(members) - both)
    best = int(np.argmax(scores))
    return int(seen[best]), float(scores[best])


def _ppm(share: float) -> int:
    return round(1_000_000 * share)
