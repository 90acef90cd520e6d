"""Co-posting: who posts the same things as whom within a minute, more often than shifted clocks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forensics.engine import POOL
from forensics.engine.runs import begins
from forensics.links.content.incidence import Lines, Population
from forensics.links.content.reader import Reader
from forensics.links.content.weights import adjusted, decibans, rates_of, tail
from forensics.links.coposting.chance import expected, possible_pairs, shared_posts
from forensics.links.coposting.gathered import Gathered, gathered
from forensics.links.edges import Burst, Edge, Ties
from forensics.links.limits import MOST_EXAMPLES, MOST_PAIRED
from forensics.model import Finding, Json

WINDOW_S = 60
WINDOWS_S = (10, 60, 600)
"""Windows the table of sensitivity is made for; the edges are those of `WINDOW_S`."""
LEAST_THINGS = 2
"""Things two accounts must have met on."""
HOUR_US = 3_600_000_000
LEVEL_PPM = 50_000
"""False discovery rate up to which a pair is an edge."""
CEILING = 20_000
LEAST_MDB = 3_000
MOST_EDGES = 20_000
MOST_BURSTS = 1_000
LIMITS = (
    "Accounts fed by one public source, such as a news ticker, post together but are not run so.",
    "Two schedulers set to the same full minutes meet more often than shifted clocks do.",
)


@dataclass(frozen=True, slots=True)
class Told:
    """What one window shows."""

    window_s: int
    found: Gathered
    a: NDArray[np.int32]
    b: NDArray[np.int32]
    order: NDArray[np.int32]
    """Meetings by pair, the rarest first."""
    start: NDArray[np.int64]
    n: NDArray[np.int64]
    expected: NDArray[np.float64]
    q: NDArray[np.float64]
    """Of meeting in so many different hours: what is posted in one go is one occasion."""

    @property
    def good(self) -> NDArray[np.bool_]:
        """Pairs that met often enough, and more often than chance explains."""
        return (self.n >= LEAST_THINGS) & (self.q * 1_000_000 <= LEVEL_PPM)


def co_posting(reader: Reader, things: Lines) -> Ties:
    """Directed edges, bursts and the finding, with a table of other windows.

    Args:
        reader: Gives rows for examples.
        things: Every post of a thing: a post repeated, an address, a text.
    """
    all_ = reader.population
    precision = reader.precision_us() if len(things) else 1_000_000
    tests = possible_pairs(things, len(all_.names))
    told, table = None, []
    for window_s in WINDOWS_S:
        one = look(things, all_, window_s, precision, tests)
        table.append(_row(one))
        if window_s == WINDOW_S:
            told = one
        del one  # else the tables of two windows would be held at once
    if told is None:
        raise AssertionError
    edges = _edges(reader, told)
    bursts = _bursts(reader, told)
    return Ties(edges, bursts, [_finding(all_, told, table, (edges, bursts))])


def look(things: Lines, all_: Population, window_s: int, precision_us: int, tests: int) -> Told:
    """Meetings in one window, by pair, with their chance."""
    window_us = window_s * 1_000_000
    case = len(all_.names)
    found = gathered(things, window_us, case)
    met, lines = found.met, found.lines
    order = np.lexsort((lines.crowd[met.line_a], met.b, met.a)).astype(np.int32)
    a, b = met.a[order], met.b[order]
    new = begins(a) | begins(b)
    start = np.flatnonzero(new)
    pair = (np.cumsum(new) - 1).astype(np.int32)
    n = np.minimum.reduce(
        [
            _distinct(pair, lines.key[met.line_a[order]].view(np.int64), len(start)),
            _distinct(pair, lines.place[met.line_a[order]], len(start)),
            _distinct(pair, lines.place[met.line_b[order]], len(start)),
        ]
    )
    a, b = a[start], b[start]
    hours = lines.t_us[met.line_a[order]] // HOUR_US
    occasions = np.minimum(n, _distinct(pair, hours, len(start)))
    enough = np.flatnonzero(n >= LEAST_THINGS)
    chance = np.zeros(len(n))
    chance[enough] = expected(
        shared_posts(found.shared, case, a[enough], b[enough]), window_us, precision_us
    )
    q = np.ones(len(n))
    q[enough] = adjusted(tail(occasions[enough], chance[enough]), tests)
    # What the chance came from is not asked again.
    return Told(window_s, replace(found, shared=()), a, b, order, start, n, chance, q)


def _distinct(pair: NDArray[np.int32], value: NDArray[np.int64], pairs: int) -> NDArray[np.int64]:
    """Different values of each pair."""
    if not len(pair):
        return np.zeros(0, dtype=np.int64)
    order = np.lexsort((value, pair))
    p, v = pair[order], value[order]
    new = begins(p) | begins(v)
    return np.bincount(p[new], minlength=pairs).astype(np.int64)


def _weights(told: Told, all_: Population) -> tuple[NDArray[np.int64], ...]:
    """Milli-decibans of every pair with the ends of their interval.

    A thing weighs by how few accounts posted it in that window (see `content/weights.py`).
    """
    found, met = told.found, told.found.met
    crowd = np.maximum(found.lines.crowd[met.line_a], found.lines.crowd[met.line_b])
    outside = max(len(all_.names) + all_.controls - 2, 0)
    rate = rates_of(np.maximum(crowd[told.order] - 1, 0), outside)
    size = np.diff(np.r_[told.start, len(told.order)])
    rank = np.arange(len(told.order)) - np.repeat(told.start, size) + 1
    real = np.clip(1 - told.expected / np.maximum(told.n, 1), 0, 1)
    out = []
    for values in (rate.rate, rate.high, rate.low):
        each = 1000 * np.minimum(decibans(values, np.ones(1)) / rank, CEILING)
        summed = np.add.reduceat(each, told.start) if len(told.start) else each
        out.append(np.rint(np.minimum(summed * real, CEILING)).astype(np.int64))
    return tuple(out)


def _edges(reader: Reader, told: Told) -> list[Edge]:
    """Pairs that pass as directed edges, ordered by name."""
    all_ = reader.population
    mdb, low, high = _weights(told, all_)
    good = np.flatnonzero(told.good & (mdb >= LEAST_MDB))
    good = good[np.lexsort((told.b[good], told.a[good], -mdb[good]))][:MOST_EDGES]
    lines, met = told.found.lines, told.found.met
    size = np.diff(np.r_[told.start, len(told.order)])
    picked = []
    for at in good.tolist():
        mine = told.order[told.start[at] : told.start[at] + size[at]]
        both = np.stack([met.line_a[mine], met.line_b[mine]], axis=1).ravel()
        picked.append((at, mine, list(dict.fromkeys(lines.place[both].tolist()))))
    refs = reader.rows([one for _, _, places in picked for one in places[:MOST_EXAMPLES]])
    out = []
    for at, mine, places in picked:
        lead = lines.t_us[met.line_b[mine]] - lines.t_us[met.line_a[mine]]
        share = 500_000 * (int(np.sign(lead).sum()) + len(lead)) // len(lead)
        a, b = all_.names[int(told.a[at])], all_.names[int(told.b[at])]
        if share < 500_000:
            a, b, share, lead = b, a, 1_000_000 - share, -lead
        times = lines.t_us[np.concatenate([met.line_a[mine], met.line_b[mine]])]
        expected_n = float(told.expected[at])
        median_ms = round(float(np.median(lead)) / 1000)
        out.append(
            Edge(
                a=a,
                b=b,
                kind="co_posting",
                directed=True,
                n=int(told.n[at]),
                share_first_ppm=share,
                expected_milli=round(1000 * expected_n),
                p_ppm=round(1_000_000 * float(told.q[at])),
                mdb=int(mdb[at]),
                low_mdb=int(low[at]),
                high_mdb=int(high[at]),
                basis="modelled",
                first_us=int(times.min()),
                last_us=int(times.max()),
                rows=tuple(refs[one] for one in places[:MOST_EXAMPLES] if one in refs),
                rows_total=len(places),
                statement=f"{int(told.n[at]):,} posts of the same things within "
                f"{told.window_s} s of each other, {expected_n:.2f} expected with shifted clocks; "
                f"the first account leads by {median_ms / 1000:.1f} s (median).",
            )
        )
    return sorted(out, key=lambda one: (one.a, one.b))


def _bursts(reader: Reader, told: Told) -> list[Burst]:
    """Stretches with more accounts than pairs are made of, widest first."""
    all_ = reader.population
    order = np.argsort([-one.accounts for one in told.found.bursts], kind="stable")
    picked = [told.found.bursts[at] for at in order[:MOST_BURSTS].tolist()]
    refs = reader.rows([place for one in picked for place in one.examples.place.tolist()])
    out = []
    for one in picked:
        begin, places = int(one.examples.t_us[0]), one.examples.place.tolist()
        out.append(
            Burst(
                kind="co_posting",
                key=f"thing {int(one.examples.key[0]):016x}",
                first_us=begin,
                last_us=one.last_us,
                accounts=one.accounts,
                first=all_.names[int(one.examples.account[0])],
                rows=tuple(refs[place] for place in places if place in refs),
                rows_total=one.posts,
                statement=f"{one.accounts:,} accounts posted one thing within "
                f"{_span(one.last_us - begin)}: "
                f"more than the {MOST_PAIRED} in {told.window_s} s that make pairs.",
            )
        )
    return out


def _span(us: int) -> str:
    seconds = us // 1_000_000
    return f"{seconds:,} s" if seconds < 600 else f"{seconds // 60:,} min"


def _row(told: Told) -> dict[str, Json]:
    """A line of the table of windows."""
    return {
        "window_s": told.window_s,
        "pairs": len(told.n),
        "pairs_least_things": int(np.sum(told.n >= LEAST_THINGS)),
        "pairs_beyond_chance": int(np.sum(told.good)),
        "bursts": len(told.found.bursts),
        "things_left_out": told.found.things_left_out,
    }


def _finding(
    all_: Population, told: Told, table: list[dict[str, Json]], made: tuple[list[Edge], list[Burst]]
) -> Finding:
    """Who posts together, in numbers."""
    edges, bursts = made
    tied = len({name for one in edges for name in (one.a, one.b)})
    row = next(one for one in table if one["window_s"] == told.window_s)
    text = (
        f"{tied:,} of {len(all_.names):,} accounts post the same things within {told.window_s} s "
        f"of each other in {len(edges):,} pairs, more often than with shifted clocks (false "
        f"discovery rate 5 %); {row['pairs_least_things']:,} pairs met {LEAST_THINGS} times or "
        "more."
    )
    if not edges:
        text = (
            f"No two of {len(all_.names):,} accounts post the same things within "
            f"{told.window_s} s of each other more often than with shifted clocks: "
            f"{row['pairs_least_things']:,} pairs met {LEAST_THINGS} times or more."
        )
    if bursts:
        text += (
            f" {len(bursts):,} burst{'s' * (len(bursts) != 1)} of more than {MOST_PAIRED} accounts "
            "made no pairs."
        )
    windows: list[Json] = list(table)
    details: dict[str, Json] = {
        "accounts": len(all_.names),
        "controls": all_.controls,
        "window_s": told.window_s,
        "least_things": LEAST_THINGS,
        "edges": len(edges),
        "tied_accounts": tied,
        "bursts": len(bursts),
        "windows": windows,
        "ceiling_mdb": CEILING,
    }
    return Finding(
        finder="co_posting",
        unit=POOL,
        status="found" if edges or bursts else "nothing_found",
        statement=text,
        limits=LIMITS,
        details=details,
    )
