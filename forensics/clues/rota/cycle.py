"""A cycle of days other than the week: how long it is, how strong, and whether chance makes it.

Two tests, and both must speak. Autocorrelation at lags of 2 to 28 days, weekday means removed, the
highest lag against days permuted within weekday and quarter of a year. And the phase: days folded
at each period, against blocks of two weeks that are each turned by a random number of days. Bursts
of work pass the first test and fail the second, because no phase of theirs lasts; see Bartlett
1950 for the periodogram of such series.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.rota.series import Days, residuals

LAGS = (2, 28)
SHOWN_LAGS = (2, 14)
BLOCK = 14
"""Days that are turned together in the placebo of phases."""
QUARTER = 84
"""Days inside which days of one weekday are exchanged."""
PLACEBOS = 199
FIRST, GO_ON = 19, 0.1
"""A first few placebos; the rest only where these leave a cycle possible (Besag, Clifford 1991)."""
LARGEST_P = 0.01
LEAST_SHARE = 0.2
"""Part of the variance of days that a cycle must explain."""
NEAR_BEST = 0.8
"""The shortest period that explains this part of what the best one does."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cycle:
    """The best cycle, whether it is real or not."""

    period: int
    """Days."""
    share: float
    """Part of the variance of days that it explains, adjusted for its number of phases."""
    p_phase: float
    p_lag: float
    best_lag: int
    correlations: tuple[float, ...]
    """At lags 2 to 14."""
    on_rates: tuple[float, ...]
    """Share of days worked in each phase; the first phase begins the longest run of work."""
    parts: tuple[tuple[float, ...], ...]
    """Share of days worked in each six hours, by phase."""

    @property
    def real(self) -> bool:
        """Both tests speak, and the cycle explains enough."""
        return max(self.p_phase, self.p_lag) <= LARGEST_P and self.share >= LEAST_SHARE

    @property
    def pattern(self) -> str:
        """`1100` for two days on, two off."""
        middle = (max(self.on_rates) + min(self.on_rates)) / 2
        if max(self.on_rates) - min(self.on_rates) < FLAT:
            return "1" * len(self.on_rates)
        return "".join("1" if rate > middle else "0" for rate in self.on_rates)


FLAT = 0.15
"""On-rates that differ by less are one: the cycle is in the hours then, not in the days."""


def find_cycle(days: Days, seed: int) -> Cycle:
    """The best cycle of a unit's days.

    Args:
        days: At least two blocks long.
        seed: Seed of both placebos.
    """
    left = residuals(days)
    rng = np.random.default_rng(seed)
    lags = _correlations(left[None], days.covered)[0]
    share = _shares(left[None], int(days.covered.sum()))[0]
    p_lag, p_phase = _tests(days, left, FIRST, rng)
    if max(p_lag, p_phase) <= GO_ON:
        p_lag, p_phase = _tests(days, left, PLACEBOS, rng)
    # the adjusted share may be negative everywhere: days without any pattern
    near = share.max() - (1 - NEAR_BEST) * abs(share.max())
    period = int(np.flatnonzero(share >= near)[0]) + LAGS[0]
    cycle = Cycle(
        period=period,
        share=float(share[period - LAGS[0]]),
        p_phase=p_phase,
        p_lag=p_lag,
        best_lag=int(np.argmax(lags)) + LAGS[0],
        correlations=tuple(lags[: SHOWN_LAGS[1] - SHOWN_LAGS[0] + 1].tolist()),
        on_rates=(),
        parts=(),
    )
    return _described(days, cycle)


def _tests(
    days: Days, left: FloatArray, placebos: int, rng: np.random.Generator
) -> tuple[float, float]:
    """P of the highest lag and of the best phase."""
    shuffled = np.stack([left, *(left[_permuted(days, rng)] for _ in range(placebos))])
    high = _correlations(shuffled, days.covered).max(axis=1)
    p_lag = (1 + int((high[1:] >= high[0] - 1e-12).sum())) / (1 + placebos)
    turned = np.stack([left, *(left[_turned(len(left), rng)] for _ in range(placebos))])
    share = _shares(turned, int(days.covered.sum()))
    standard = (share - share[1:].mean(axis=0)) / (share[1:].std(axis=0) + 1e-6)
    top = standard.max(axis=1)
    return p_lag, (1 + int((top[1:] >= top[0] - 1e-12).sum())) / (1 + placebos)


def _permuted(days: Days, rng: np.random.Generator) -> IntArray:
    """Days exchanged within weekday and quarter of a year; days outside coverage stay."""
    place = np.arange(len(days.on))
    key = (place // QUARTER) * 7 + days.weekday
    key = np.where(days.covered, key, -1 - place)
    order = np.argsort(key, kind="stable")
    noise = np.lexsort((rng.random(len(place)), key))
    out = np.empty_like(place)
    out[order] = place[noise]
    return out


def _turned(size: int, rng: np.random.Generator) -> IntArray:
    """Each block of two weeks turned by a random number of days."""
    place = np.arange(size)
    block = place // BLOCK
    last = size // BLOCK * BLOCK
    length = np.where(place < last, BLOCK, max(size - last, 1))
    turn = rng.integers(0, BLOCK, size=block[-1] + 1)[block]
    return np.asarray(block * BLOCK + (place - block * BLOCK + turn) % length)


def _correlations(rows: FloatArray, covered: NDArray[np.bool_]) -> FloatArray:
    """(rows, lags) correlation of days with those some days later, over all five columns."""
    size = 1 << int(rows.shape[1] + LAGS[1]).bit_length()
    spectrum = np.fft.rfft(rows, n=size, axis=1)
    power = (spectrum * np.conj(spectrum)).sum(axis=2).real
    products = np.fft.irfft(power, n=size, axis=1)[:, : LAGS[1] + 1]
    seen = np.fft.rfft(covered.astype(np.float64), n=size)
    pairs = np.fft.irfft((seen * np.conj(seen)).real, n=size)[: LAGS[1] + 1]
    scaled = products / np.maximum(pairs, 1.0)
    return np.asarray(scaled[:, LAGS[0] :] / np.maximum(scaled[:, :1], 1e-12))


def _shares(rows: FloatArray, covered: int) -> FloatArray:
    """(rows, periods) part of the variance that each period explains, adjusted for its phases."""
    number, size, columns = rows.shape
    flat = np.ascontiguousarray(rows.transpose(0, 2, 1)).reshape(number * columns, size)
    total = (flat**2).sum(axis=1).reshape(number, columns).sum(axis=1)
    out = []
    for period in range(LAGS[0], LAGS[1] + 1):
        turns = -(-size // period)
        padded = np.zeros((number * columns, turns * period))
        padded[:, :size] = flat
        sums = padded.reshape(number, columns, turns, period).sum(axis=2)
        held = max(covered / period, 1.0)
        raw = (sums**2).sum(axis=(1, 2)) / held / np.maximum(total, 1e-12)
        out.append(1 - (1 - raw) * (covered - 1) / max(covered - period, 1))
    return np.stack(out, axis=1)


def _described(days: Days, cycle: Cycle) -> Cycle:
    """The cycle with its phases, turned so that the longest run of work comes first."""
    place = np.arange(len(days.on)) % cycle.period
    weight = days.covered.astype(np.float64)
    number = np.maximum(np.bincount(place, weights=weight, minlength=cycle.period), 1.0)

    def rates(values: FloatArray) -> FloatArray:
        worked = np.bincount(place, weights=values * weight, minlength=cycle.period)
        return np.asarray(worked / number)

    on = rates(days.on)
    parts = np.stack([rates(column) for column in days.parts.T], axis=1)
    first = _longest_run(on > (on.max() + on.min()) / 2)
    if on.max() - on.min() < FLAT:
        first = int(np.argmax(parts[:, 0] - parts[:, 2]))
    return Cycle(
        cycle.period,
        cycle.share,
        cycle.p_phase,
        cycle.p_lag,
        cycle.best_lag,
        cycle.correlations,
        tuple(np.roll(on, -first).tolist()),
        tuple(tuple(row) for row in np.roll(parts, -first, axis=0).tolist()),
    )


def _longest_run(worked: NDArray[np.bool_]) -> int:
    """Phase at which the longest run of work begins."""
    size = len(worked)
    best, start = -1, 0
    for phase in range(size):
        if worked[phase] and not worked[phase - 1]:
            run = 0
            while run < size and worked[(phase + run) % size]:
                run += 1
            if run > best:
                best, start = run, phase
    return start
