"""The likelihood over a grid of the whole globe, sea included: for drawing.

At a fixed moment it depends on latitude and hour angle; another moment turns the globe under it.
So an interval of time is a running mean along the parallels, and costs next to nothing.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from forensics.clues.sun.likelihood import DAY_S, FLOOR, band
from forensics.clues.sun.position import TURN_DEG_S, subsolar
from forensics.errors import ClueError
from forensics.model import SunLikelihood, SunShot

SmallArray = NDArray[np.float32]
FloatArray = NDArray[np.float64]

STEP_DEG = 0.1


def axes(step: float = STEP_DEG) -> tuple[FloatArray, FloatArray]:
    """(latitudes, longitudes) of the centres of the cells, in degrees, rising."""
    rows: FloatArray = np.arange(round(180 / step), dtype=np.float64) + 0.5
    columns: FloatArray = np.arange(round(360 / step), dtype=np.float64) + 0.5
    return step * rows - 90, step * columns - 180


def world(likelihood: SunLikelihood, step: float = STEP_DEG) -> SmallArray:
    """(latitudes, longitudes) likelihood, at most about 1, of every cell of the globe.

    The declination is that of the middle of each interval: an hour moves it by 0.02 degrees.

    Raises:
        ClueError: a time is of a local clock, a date is unknown, or an error of a clock is shared.
    """
    if likelihood.one_clock and len(likelihood.shots) > 1:
        raise ClueError("shots that share the error of a clock are not drawn over the globe")
    out: SmallArray | None = None
    for shot in likelihood.shots:
        values = _shot(shot, step)
        values += np.float32(FLOOR)
        out = values if out is None else np.multiply(out, values, out=out)
    if out is None:
        raise ClueError("nothing was seen of the sun")
    return out


def _shot(shot: SunShot, step: float) -> SmallArray:
    if shot.local or shot.days != 1:
        raise ClueError("a grid of the globe needs a date and a time in UTC")
    width_s = (shot.to_us - shot.from_us) / 1e6
    declination, below = subsolar((shot.from_us + shot.to_us) / 2e6)
    fixed = _fixed(shot, math.radians(float(declination)), float(below), step)
    cells = width_s * TURN_DEG_S / step
    if width_s >= DAY_S:
        return np.broadcast_to(fixed.mean(axis=1, keepdims=True), fixed.shape).copy()
    return fixed if cells < 1 else _running_mean(fixed, cells)


def _fixed(shot: SunShot, delta: float, below: float, step: float) -> SmallArray:
    """Fit of every cell at one moment; 0 out of reach."""
    lat, lon = (np.radians(axis) for axis in axes(step))
    hour = (lon - math.radians(below)).astype(np.float32)
    sin_lat, cos_lat = np.sin(lat).astype(np.float32), np.cos(lat).astype(np.float32)
    sine = (cos_lat * np.float32(math.cos(delta)))[:, None] * np.cos(hour)[None, :]
    sine += (sin_lat * np.float32(math.sin(delta)))[:, None]
    low, high = band(shot.sightings)
    index = np.flatnonzero((sine >= low) & (sine <= high))
    up = sine.ravel()[index]
    out: SmallArray = np.zeros(sine.size, dtype=np.float32)
    square = np.zeros(len(index), dtype=np.float32)
    height = np.degrees(np.arcsin(np.clip(up, -1, 1)))
    for seen in shot.sightings:
        if seen.elevation_mdeg is not None:
            sigma = np.float32(seen.elevation_sigma_mdeg / 1000)
            square += ((height - np.float32(seen.elevation_mdeg / 1000)) / sigma) ** 2
        if seen.azimuth_mdeg is not None:
            row, column = np.divmod(index, len(lon))
            east = -math.cos(delta) * np.sin(hour[column])
            north = (math.sin(delta) - up * sin_lat[row]) / np.maximum(cos_lat[row], 1e-6)
            apart = np.degrees(np.arctan2(east, north)) - np.float32(seen.azimuth_mdeg / 1000)
            apart = (apart + 180) % 360 - 180
            square += (apart * np.float32(1000 / seen.azimuth_sigma_mdeg)) ** 2
    out[index] = np.exp(-square / 2)
    return out.reshape(sine.shape)


def _running_mean(values: SmallArray, cells: float) -> SmallArray:
    """Mean over so many neighbours along each parallel, round the globe; parts of cells count."""
    columns = values.shape[1]
    whole = max(int(cells) - 1 + int(cells) % 2, 1)  # odd, so that there is a middle
    half = whole // 2
    padded = np.concatenate([values[:, -half - 1 :], values, values[:, : half + 1]], axis=1)
    sums = np.cumsum(padded, axis=1, dtype=np.float32)
    mean = np.empty_like(values)
    inner = sums[:, whole + 1 : whole + 1 + columns - 1]
    mean[:, 0] = sums[:, whole] - sums[:, 0]
    mean[:, 1:] = inner - sums[:, 1:columns]
    edge = (cells - whole) / 2
    mean += np.float32(edge) * (padded[:, :columns] + padded[:, whole + 1 : whole + 1 + columns])
    mean /= np.float32(cells)
    return np.maximum(mean, 0, out=mean)
