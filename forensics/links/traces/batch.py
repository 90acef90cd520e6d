"""Ties by creation: accounts made in one sitting, against the rate of the same weeks.

Scan statistic: in every window of an hour, six hours, a day and three days, accounts created in it
against what the sixty days around it let expect. Chance: every account's time is moved by up to
thirty days either way, which keeps seasons and fashions, and the best window is searched anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from forensics.clock import instant
from forensics.clues import Evidence
from forensics.engine import POOL
from forensics.errors import ClockError
from forensics.links.edges import Burst, Edge, Ties
from forensics.links.limits import MOST_EXAMPLES, MOST_PAIRED
from forensics.model import Finding, Json, Profile, RowRef

CEILING_MDB = 12_000
HOUR = 3600
WINDOWS_S = (HOUR, 6 * HOUR, 24 * HOUR, 72 * HOUR)
AROUND_S = 30 * 86_400
SHIFT_S = 30 * 86_400
LEAST = 3
LEAST_ACCOUNTS = 10
DRAWS = 199
LEVEL_PPM = 20_000
SEED = 8
LIMITS = (
    "A platform that opens to a country, a campaign or an event also makes many accounts at once.",
    "Bought accounts share a batch with those of the seller's other customers.",
    "The rate is that of the accounts of the case; with few of them only tight batches show.",
)

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Accounts created closer together than the weeks around let expect."""

    members: tuple[int, ...]
    window_s: int
    expected_milli: int
    p_ppm: int
    mdb: int


def edges(evidence: Evidence) -> Ties:
    """Accounts created in one batch, and a finding."""
    created = dict(sorted(_created(evidence.profiles)))
    names = list(created)
    times = np.asarray([created[name][0] for name in names], dtype=np.int64)
    fine = np.asarray([created[name][1] for name in names], dtype=bool)
    found = batches(times, fine, seed=SEED) if len(names) >= LEAST_ACCOUNTS else []
    made: list[Edge] = []
    bursts: list[Burst] = []
    for batch in found:
        if len(batch.members) > MOST_PAIRED:
            bursts.append(_burst(batch, names, created))
            continue
        made += [
            _edge(batch, names[i], names[j], created) for i, j in combinations(batch.members, 2)
        ]
    made.sort(key=lambda one: (one.a, one.b))
    return Ties(made, bursts, [_finding(found, len(names), len(made))])


_Created = dict[str, tuple[int, bool, RowRef]]


def _created(profiles: Sequence[Profile]) -> Iterator[tuple[str, tuple[int, bool, RowRef]]]:
    """(Account, (UTC second, known to the second, row)); the earliest where exports differ."""
    best: _Created = {}
    for one in profiles:
        if one.field != "created":
            continue
        fine = "T" in one.value
        try:
            at = instant(one.value if fine else f"{one.value}T00:00:00Z", clock_writer="platform")
        except ClockError:
            continue  # no time with a zone: an hour cannot be told from another
        told = (at.utc_us // 1_000_000, fine, RowRef(one.original, one.row))
        if one.account not in best or told[0] < best[one.account][0]:
            best[one.account] = told
    yield from best.items()


def batches(times: IntArray, fine: NDArray[np.bool_], *, seed: int) -> list[Batch]:
    """Batches that beat the best window of moved times; each account in one, the surest first.

    Args:
        times: UTC seconds of creation.
        fine: Which are known to the second; dates alone are looked at by day only.
        seed: For the moves.
    """
    if len(times) < LEAST:
        return []
    rng = np.random.default_rng(seed)
    windows = WINDOWS_S if fine.all() else WINDOWS_S[2:]
    drawn = np.zeros(DRAWS)
    for draw in range(DRAWS):
        shift = rng.integers(-SHIFT_S, SHIFT_S + 1, len(times))
        if not fine.all():
            shift = shift // 86_400 * 86_400
        moved = np.sort(times + shift)
        drawn[draw] = max(float(_scores(moved, w)[0].max()) for w in windows)
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    candidates = []
    for window in windows:
        score, first, after, expected = _scores(ordered, window)
        for i in np.flatnonzero(score > np.quantile(drawn, 1 - LEVEL_PPM / 1e6)):
            p = (1 + int(np.sum(drawn >= score[i]))) * 1_000_000 // (1 + DRAWS)
            span = (int(first[i]), int(after[i]))
            candidates.append((-float(score[i]), window, span, float(expected[i]), p))
    candidates.sort()
    taken = np.zeros(len(times), dtype=bool)
    found = []
    for _, window, (start, stop), expected_one, p in candidates:
        if p > LEVEL_PPM or taken[start:stop].any():
            continue
        taken[start:stop] = True
        ratio = (stop - start) / max(expected_one, 0.05)
        members = tuple(sorted(int(x) for x in order[start:stop]))
        mdb = min(CEILING_MDB, round(10_000 * float(np.log10(max(1.0, ratio)))))
        found.append(Batch(members, window, round(1000 * expected_one), p, mdb))
    return sorted(found, key=lambda one: one.members)


def _scores(
    ordered: IntArray, window: int
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Score, first, end and expected number of the window that starts with each account.

    The score is the log likelihood ratio of a Poisson scan (Kulldorff 1997); 0 below three.
    """
    first = np.searchsorted(ordered, ordered, side="left")
    after = np.searchsorted(ordered, ordered + window, side="left")
    n = (after - first).astype(np.float64)
    left = np.searchsorted(ordered, ordered - AROUND_S, side="left")
    right = np.searchsorted(ordered, ordered + window + AROUND_S, side="left")
    around = (right - left - n) + 0.5
    expected = around * window / (2 * AROUND_S)
    score = np.where(n >= LEAST, n * np.log(np.maximum(n, 1) / expected) - (n - expected), 0.0)
    return np.maximum(score, 0.0), first, after, expected


def _edge(batch: Batch, one: str, other: str, created: _Created) -> Edge:
    a, b = sorted((one, other))
    at = sorted((created[a][0], created[b][0]))
    refs = sorted({created[a][2], created[b][2]}, key=lambda r: (r.original, r.row))
    return Edge(
        a=a,
        b=b,
        kind="same_batch",
        directed=False,
        n=1,
        share_first_ppm=None,
        expected_milli=batch.expected_milli,
        p_ppm=batch.p_ppm,
        mdb=batch.mdb,
        low_mdb=batch.mdb // 2,
        high_mdb=CEILING_MDB,
        basis="modelled",
        first_us=at[0] * 1_000_000,
        last_us=at[1] * 1_000_000,
        rows=tuple(refs[:MOST_EXAMPLES]),
        rows_total=len(refs),
        statement=(
            f"Both were created in one batch: {len(batch.members):,} accounts within "
            f"{_span(batch.window_s)} where {batch.expected_milli / 1000:.1f} are expected."
        ),
    )


def _burst(batch: Batch, names: Sequence[str], created: _Created) -> Burst:
    mine = sorted((names[i] for i in batch.members), key=lambda name: (created[name][0], name))
    refs = tuple(created[name][2] for name in mine[:MOST_EXAMPLES])
    first, last = created[mine[0]][0], created[mine[-1]][0]
    return Burst(
        "same_batch", f"created from {first}", first * 1_000_000, last * 1_000_000, len(mine),
        mine[0], refs, len(mine),
        f"{len(mine):,} accounts were created within {_span(batch.window_s)}: no pairs are made.",
    )  # fmt: skip


def _span(seconds: int) -> str:
    hours = seconds // HOUR
    if hours < 24:
        return f"{hours} hour{'s' * (hours != 1)}"
    return f"{hours // 24} day{'s' * (hours != 24)}"


def _finding(found: Sequence[Batch], accounts: int, edges_made: int) -> Finding:
    inside = sum(len(one.members) for one in found)
    details: dict[str, Json] = {
        "accounts_with_time": accounts,
        "edges": edges_made,
        "draws": DRAWS,
        "batches": [
            {
                "accounts": len(one.members),
                "window_s": one.window_s,
                "expected_milli": one.expected_milli,
                "p_ppm": one.p_ppm,
                "mdb": one.mdb,
            }
            for one in found
        ],
    }
    if accounts < LEAST_ACCOUNTS:
        text = f"Times of creation are known of {accounts:,} accounts: too few to look for batches."
        return Finding("same_batch", POOL, "insufficient", text, (), (), LIMITS, details)
    text = f"No batch of accounts: {accounts:,} times of creation lie as the weeks around them do."
    if found:
        many = "batch" if len(found) == 1 else "batches"
        text = f"{len(found):,} {many} of {inside:,} accounts of {accounts:,} were created together"
        text += f" (p at most {max(one.p_ppm for one in found) / 1e6:.3f})."
    status = "found" if found else "nothing_found"
    return Finding("same_batch", POOL, status, text, (), (), LIMITS, details)  # type: ignore[arg-type]
