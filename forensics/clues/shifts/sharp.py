"""Are the edges of a day sharper than a smooth day would make them? A placebo that moves days.

Each day is moved by its own random amount, up to two hours either way. That blurs edges which the
days share and hardly changes a curve that is smooth anyway; bursts inside a day stay whole. No
model of the smooth day is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import DAY
from forensics.clues.shifts.days import LocalDays

MOVE = 8
"""Days are moved by up to this many quarter-hours."""
SIDE = 3
"""Quarter-hours on either side of an edge."""
PLACEBOS = 199
DIRECT = 3_000_000
"""Up to this many moved events they are counted one by one, above it by products of matrices."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sharpness:
    """How sharp the sharpest rise and fall are."""

    value: float
    """Sum of the two, each as a difference of 45 minutes over its Poisson error."""
    expected: float
    """Median of the same for moved days."""
    p: float
    """(1 + placebos at least as sharp) / (1 + placebos)."""
    moved: FloatArray = field(repr=False, compare=False)
    """(placebos, 96) the moved days, for other tests."""

    @property
    def ratio(self) -> float:
        """Value over the expected one."""
        return self.value / max(self.expected, 1e-9)


def sharpest(profiles: FloatArray) -> FloatArray:
    """(rows) sharpest rise plus sharpest fall of (rows, 96) days."""
    wrapped = np.concatenate((profiles, profiles[:, : 2 * SIDE]), axis=1)
    total = np.zeros((len(profiles), DAY + 2 * SIDE + 1))
    np.cumsum(wrapped, axis=1, out=total[:, 1:])
    left = total[:, SIDE : SIDE + DAY] - total[:, :DAY]
    right = total[:, 2 * SIDE : 2 * SIDE + DAY] - total[:, SIDE : SIDE + DAY]
    step = (right - left) / np.sqrt(right + left + 1.0)
    return np.asarray(step.max(axis=1) - step.min(axis=1))


def sharpness(days: LocalDays, seed: int, placebos: int = PLACEBOS) -> Sharpness:
    """Sharpness of the edges that the days share, against moved days."""
    rows, index = np.unique(days.day, return_inverse=True)
    rng = np.random.default_rng(seed)
    moves = rng.integers(-MOVE, MOVE + 1, size=(placebos, len(rows)), dtype=np.int8)
    value = float(sharpest(days.profile()[None, :])[0])
    moved = np.zeros((placebos, DAY))
    if placebos * len(index) <= DIRECT:
        cells = (days.bin + moves[:, index]) % DAY + DAY * np.arange(placebos)[:, None]
        weights = np.broadcast_to(days.weight, cells.shape)
        moved += np.bincount(
            cells.ravel(), weights=weights.ravel(), minlength=placebos * DAY
        ).reshape(placebos, DAY)
    else:
        by_day = days.by_day().astype(np.float32)
        for move in range(-MOVE, MOVE + 1):
            moved += np.roll((moves == move).astype(np.float32) @ by_day, move, axis=1)
    placebo = sharpest(moved)
    above = int((placebo >= value - 1e-9).sum())
    return Sharpness(value, float(np.median(placebo)), (1 + above) / (1 + placebos), moved)
