"""Sun and shadow: directions, speed, and whether regions hold the truth.

    python benchmarks/sun.py                                  # all but ShadowFinder
    python benchmarks/sun.py --shadowfinder VENV/bin/python   # with it

ShadowFinder needs pandas before 3 and cannot stand beside this package: give the Python of an
environment that has it. Both are timed in turns on the same job, and the ratio is printed.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from forensics.clues.sun.answer import land_points
from forensics.clues.sun.likelihood import Points, gazetteer_points, log_likelihood
from forensics.clues.sun.position import horizontal, wrapped
from forensics.clues.sun.shadow import sight
from forensics.clues.sun.when import When, read_when
from forensics.clues.sun.world import world
from forensics.model import SunLikelihood
from forensics.reference.land import Land, load_land
from forensics.reference.places import load_gazetteer
from forensics.weigh.places import Ground

FloatArray = NDArray[np.float64]

ORACLE = Path(__file__).resolve().parents[1] / "fixtures" / "sun" / "oracle.csv"
CASES = 1000
SIGMA_DEG, HALF_S = 2.0, 1800
SEED = 17
FIRST_S, LAST_S = 1_262_304_000, 2_114_380_800
"""2010 to 2036: the times a written time may have."""
LOWEST_DEG = 5.0
ROUNDS = 5
OTHER = """
import sys, time
from datetime import datetime
from shadowfinder import ShadowFinder
local = ShadowFinder(1.7, 2.4, datetime(2024, 5, 9, 14, 30), time_format="local")
utc = ShadowFinder(1.7, 2.4, datetime(2024, 5, 9, 6, 30))
for finder in (local, utc):
    finder.load_timezone_grid(sys.argv[1])
def whole():
    finder = ShadowFinder(1.7, 2.4, datetime(2024, 5, 9, 6, 30))
    finder.load_timezone_grid(sys.argv[1])
    finder.find_shadows()
jobs = {"utc": utc.find_shadows, "local": local.find_shadows, "whole": whole}
for line in sys.stdin:
    start = time.process_time()
    jobs[line.strip()]()
    print(time.process_time() - start, flush=True)
"""
"""Three jobs of it: its grid for a moment in UTC, the same for a local clock, and all that
`quick_find` does before it draws (drawing needs coastlines from the network)."""
GRID = """
import json, sys
import numpy as np
lat, lon = np.arange(-60, 85, 0.5), np.arange(-180, 180, 0.5)
row = ["Etc/GMT%+d" % -round(float(one) / 15) for one in np.clip(lon, -172, 172)]
row = [name.replace("+0", "") if name.endswith("+0") else name for name in row]
json.dump({"min_lat": -60, "max_lat": 85, "min_lon": -180, "max_lon": 180,
           "angular_resolution": 0.5, "timezones": row * len(lat)}, open(sys.argv[1], "w"))
"""
"""Its grid of time zones: nominal ones, since looking them up takes it many minutes."""


def wilson(hits: int, n: int) -> str:
    """`.900 [.880, .917]`: a share with its 95 % Wilson interval."""
    z, p = 1.96, hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * float(np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)
    return f"{p:.3f} [{middle - half:.3f}, {middle + half:.3f}]"


def directions() -> None:
    """Largest error of direction against the frozen table of another program."""
    utc_s, lat, lon, h, _, az = np.loadtxt(ORACLE, delimiter=",", skiprows=2).T
    up, towards = horizontal(utc_s, lat, lon)
    p, q = np.radians(up), np.radians(h)
    half = np.sin((p - q) / 2) ** 2
    half += np.cos(p) * np.cos(q) * np.sin(np.radians(towards - az) / 2) ** 2
    off = np.degrees(2 * np.arcsin(np.sqrt(half)))
    high = h > LOWEST_DEG
    print(
        f"direction, {high.sum()} of {len(h)} moments 1990-2040 with sun > 5 deg: "
        f"largest {off[high].max():.4f}, "
        f"root mean square {np.sqrt((off[high] ** 2).mean()):.4f} deg"
    )


def best_of(job: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Least processor time of a few rounds, in seconds."""
    found = []
    for _ in range(rounds):
        start = time.process_time()
        job()
        found.append(time.process_time() - start)
    return min(found)


def likelihood(when: When, elevation: float, sigma: float = SIGMA_DEG) -> SunLikelihood:
    """One height."""
    return SunLikelihood((when.shot((sight((elevation, sigma), None, air=False).sighting(),)),))


def speed(other: Path | None) -> None:
    """World answers, the gazetteer, and the default job of ShadowFinder."""
    exact = read_when(time="2024-05-09T06:30Z")
    half = read_when(time="2024-05-09T06:30Z", error_s=HALF_S)
    points = gazetteer_points(load_gazetteer())
    jobs: dict[str, Callable[[], object]] = {
        "world at 0.1 deg, known moment": lambda: world(likelihood(exact, 35.3), 0.1),
        "world at 0.1 deg, +-30 min": lambda: world(likelihood(half, 35.3), 0.1),
        "gazetteer, known moment": lambda: log_likelihood(likelihood(exact, 35.3), points),
        "gazetteer, +-30 min": lambda: log_likelihood(likelihood(half, 35.3), points),
        "gazetteer, all year": lambda: log_likelihood(
            likelihood(read_when(unknown="both"), 35.3), points
        ),
    }
    for name, job in jobs.items():
        print(f"{name}: {best_of(job):.3f} s of processor time")
    if other is not None:
        local = read_when(local_time="2024-05-09T14:30")
        cells = land_points(load_gazetteer())
        against(
            other,
            {
                "utc": lambda: world(likelihood(exact, 35.3), 0.5),
                "local": lambda: log_likelihood(likelihood(local, 35.3), cells),
                "whole": lambda: world(likelihood(exact, 35.3), 0.5),
            },
        )


def against(python: Path, jobs: dict[str, Callable[[], object]]) -> None:
    """Both programs in turns, without starting up, looking up zones, and drawing.

    Theirs runs over 208,800 points between 60 S and 85 N; ours over the whole globe for UTC, and
    over the 60,000 cells of land, each with its own clock, for local times.
    """
    grid = python.parent / "timezone_grid.json"
    subprocess.run([python, "-c", GRID, grid], check=True)
    with subprocess.Popen(
        [python, "-c", OTHER, grid],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdin is None or process.stdout is None:
            return
        for name, job in jobs.items():
            pairs = []
            for _ in range(ROUNDS + 1):
                process.stdin.write(f"{name}\n")
                process.stdin.flush()
                theirs = float(process.stdout.readline())
                pairs.append((theirs, best_of(job, 3)))
            ratios = np.array([theirs / ours for theirs, ours in pairs[1:]])
            theirs, ours = np.median(np.array(pairs[1:]), axis=0)
            print(
                f"ShadowFinder, {name}: {theirs:.4f} s, ours {ours:.5f} s; "
                f"ratio {np.median(ratios):.0f} [{ratios.min():.0f}, {ratios.max():.0f}]"
            )
        process.stdin.close()


def draw_time(rng: np.random.Generator, lat: float, lon: float) -> tuple[int, float]:
    """A moment with the sun well up at a point, and its height."""
    while True:
        utc_s = int(rng.integers(FIRST_S, LAST_S))
        elevation = float(horizontal(utc_s, lat, lon)[0])
        if elevation > LOWEST_DEG:
            return utc_s, elevation


def cases(name: str, clock_error: Callable[[np.random.Generator], float], sigma: float) -> None:
    """Share of regions of 90 % that hold the truth, by land and by people, and their size."""
    gazetteer = load_gazetteer()
    land, cells, places = load_land(gazetteer), land_points(gazetteer), gazetteer_points(gazetteer)
    prior = Ground.of(gazetteer).prior
    rng = np.random.default_rng(SEED)
    by_land, by_people, sizes = 0, 0, []
    for _ in range(CASES):
        held, size = one_case(rng, (land, cells), clock_error, sigma)
        by_land += held
        sizes.append(size)
        place = int(rng.choice(len(prior), p=prior))
        utc_s, up = draw_time(rng, float(gazetteer.lat[place]), float(gazetteer.lon[place]))
        logs = log_likelihood(blurred(rng, utc_s, up, clock_error, sigma), places)
        by_people += inside(logs + np.log(prior), np.log(prior), place)
    print(
        f"{name}: by land {wilson(by_land, CASES)}, by people {wilson(by_people, CASES)}; "
        f"median region {np.median(sizes):.1%} of land"
    )


def blurred(
    rng: np.random.Generator,
    utc_s: int,
    up: float,
    clock_error: Callable[[np.random.Generator], float],
    sigma: float,
) -> SunLikelihood:
    """What somebody would measure: a height with an error, at a time with another."""
    told = round((utc_s + clock_error(rng)) * 1e6)
    when = When(told - HALF_S * 1_000_000, told + HALF_S * 1_000_000, 1, local=False)
    seen = min(max(up + float(rng.normal(0, sigma)), -0.9), 90.0)
    return likelihood(when, seen)


def one_case(
    rng: np.random.Generator,
    ground: tuple[Land, Points],
    clock_error: Callable[[np.random.Generator], float],
    sigma: float,
) -> tuple[bool, float]:
    """(whether the region by land holds a random truth, its part of all land)."""
    land, cells = ground
    cell, half = int(rng.choice(len(land.lat), p=land.share)), land.step / 2
    lat = float(land.lat[cell] + rng.uniform(-half, half))
    lon = float(wrapped(land.lon[cell] + rng.uniform(-half, half)))
    utc_s, up = draw_time(rng, lat, lon)
    logs = log_likelihood(blurred(rng, utc_s, up, clock_error, sigma), cells)
    held = region(logs + np.log(land.share), np.log(land.share))
    return bool(held[cell]), float(land.share[held].sum())


def region(logs: FloatArray, base: FloatArray, mass: float = 0.9) -> NDArray[np.bool_]:
    """The likeliest points, by likelihood, that hold so much of the probability."""
    p = np.exp(logs - logs.max())
    order = np.argsort(-(logs - base), kind="stable")
    count = int(np.searchsorted(np.cumsum(p[order]) / p.sum(), mass)) + 1
    out = np.zeros(len(order), dtype=bool)
    out[order[:count]] = True
    return out


def inside(logs: FloatArray, base: FloatArray, index: int) -> bool:
    """Whether the region holds a point."""
    return bool(region(logs, base)[index])


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shadowfinder", type=Path, help="Python of an environment that has it")
    told = parser.parse_args()
    directions()
    speed(told.shadowfinder)
    uniform = "2 deg, clock anywhere in +-30 min"
    cases(uniform, lambda rng: float(rng.uniform(-HALF_S, HALF_S)), SIGMA_DEG)
    cases("2 deg, clock right after all", lambda _: 0.0, SIGMA_DEG)
    cases("2 deg, clock off by 30 min SD", lambda rng: float(rng.normal(0, HALF_S)), SIGMA_DEG)
    cases("4 deg, told as 2", lambda rng: float(rng.uniform(-HALF_S, HALF_S)), 2 * SIGMA_DEG)
    cases("2 deg, clock an hour off", lambda _: 3600.0, SIGMA_DEG)


if __name__ == "__main__":
    main()
