"""Accuracy of the hours model on people whose offset is known, beside what one would take instead.

The labelled data does not travel with the project; give its folder:

    python benchmarks/accuracy.py ../shared/data             # the whole protocol, some minutes
    python benchmarks/accuracy.py ../shared/data --quick     # 100 random posts only
    python benchmarks/accuracy.py ../shared/data --transfer  # other kinds of people
    python benchmarks/accuracy.py ../shared/data --groups    # ten accounts as one unit
    python benchmarks/accuracy.py ../shared/data --rules     # how often the rules abstain
    python benchmarks/accuracy.py ../shared/data --points    # one offset for some, none for others
    python benchmarks/accuracy.py ../shared/data --speed     # 100,000 made-up accounts

Protocol (docs/methods/hours.md): commits of 506 people with the offset their own machine wrote;
five folds by work group, so that no colleague of a test person is in the library; per person two
draws of n posts, at random or as one block; truth is the most frequent offset written in the draw.
Every fold fits its own library. Seeds are fixed: the same data gives the same figures. "Before" is
the first model ("method 4": smoother library, no term for clock changes, plain sets, the most
probable offset as the point), run on the same draws; differences are paired by person.
"""

# long: one protocol with its draws, its rivals and its tables, read from top to bottom
from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from fit_templates import read_people, thinned_counts

from forensics.clues.hours import group, model, steady
from forensics.clues.quarters import thin, week_bins
from forensics.reference import templates
from forensics.reference.templates import Library
from forensics.reference.zones import candidate_offsets

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
SIZES = (25, 50, 100, 250, 500, 1000)
DRAWS = 2
FOLDS = 5
SEED = 20
RESAMPLES = 1000
GROUPS_DRAWN = 200
FIGURES = ("within 1 h", "exact", "MAE h", "cov 80 %", "size", "NLL", "cov 95 %")
RARE_MIN = (540, 420, 240, 0)
"""Offsets that a population prior makes hard: Japan and Korea, Indochina, the Gulf, Britain."""


@dataclass(frozen=True, slots=True)
class Person:
    """One labelled person."""

    times_s: IntArray
    offsets_min: IntArray
    fold: int
    week: FloatArray


@dataclass(frozen=True, slots=True)
class Draw:
    """Some posts of one person."""

    person: int
    q: IntArray
    """Thinned UTC quarter-hours."""
    truth_min: int


def people_with_folds(path: Path) -> list[Person]:
    """Labelled people; groups in falling size go each to the fold that is smallest so far."""
    raw = read_people(path)
    sizes = Counter(name for _, _, name in raw)
    fold_of: dict[str, int] = {}
    filled = [0] * FOLDS
    for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        fold_of[name] = filled.index(min(filled))
        filled[fold_of[name]] += size
    return [
        Person(times, offsets, fold_of[name], thinned_counts(times, offsets))
        for times, offsets, name in raw
    ]


def draw(person: Person, number: int, n: int, mode: str, turn: int) -> Draw:
    """One draw of n posts: at random without replacement, or one block."""
    rng = np.random.default_rng([SEED, number, turn, n, int(mode == "random")])
    total = len(person.times_s)
    if mode == "random":
        rows = np.sort(rng.choice(total, n, replace=False))
    else:
        start = int(rng.integers(0, total - n + 1))
        rows = np.arange(start, start + n)
    values, counts = np.unique(person.offsets_min[rows], return_counts=True)
    q = thin(person.times_s[rows] // 900)
    return Draw(number, q, int(values[np.argmax(counts)]))


def all_draws(members: Sequence[Person], n: int) -> list[Draw]:
    """One random draw of every person with at least n posts."""
    return [
        draw(person, number, n, "random", 0)
        for number, person in enumerate(members)
        if len(person.times_s) >= n
    ]


def circular_error_min(first: int, second: int) -> int:
    """Distance of two offsets on the circle of a day."""
    apart = abs(first - second) % 1440
    return min(apart, 1440 - apart)


def figures(
    probabilities: FloatArray,
    truth_min: int,
    *,
    hours: int = 1,
    population: bool = True,
    before: bool = False,
) -> list[float]:
    """The figures of one posterior over the candidate offsets."""
    candidates = candidate_offsets()
    best = int(np.argmax(probabilities)) if before else model.point(probabilities)[0]
    error = circular_error_min(candidates[best], truth_min)
    held, most = (
        model.credible_set(probabilities, mass)
        if before
        else model.sharpened_set(probabilities, mass, hours=hours, population=population)
        for mass in (0.8, 0.95)
    )
    place = candidates.index(truth_min)
    return [
        float(error <= 60),
        float(error == 0),
        error / 60,
        float(place in held),
        float(len(held)),
        -float(np.log(max(probabilities[place], 1e-4))),
        float(place in most),
    ]


def point_figures(offset_min: int, truth_min: int) -> list[float]:
    """The figures of a method that names one offset and no probability."""
    error = circular_error_min(offset_min, truth_min)
    return [float(error <= 60), float(error == 0), error / 60, *[np.nan] * 4]


def earth_mover(q: IntArray, mean_day: FloatArray) -> int:
    """Baseline: the whole-hour offset whose 24-hour curve is nearest to the mean person's."""
    day = np.bincount(q // 4 % 24, minlength=24) / len(q)
    best, found = np.inf, 0
    for hour in range(-11, 13):
        apart = np.cumsum(np.roll(day, hour) - mean_day)
        cost = float(np.abs(apart - np.median(apart)).sum())
        if cost < best:
            best, found = cost, hour * 60
    return found


def office_share(q: IntArray) -> int:
    """Baseline: the offset with most posts from Monday to Friday, 09-18 local time."""
    shares = []
    for offset in candidate_offsets():
        bins = week_bins(q + offset // 15)
        hour = bins % 96 // 4
        shares.append(int(((bins < 5 * 96) & (hour >= 9) & (hour < 18)).sum()))
    return candidate_offsets()[int(np.argmax(shares))]


@contextmanager
def as_before() -> Iterator[None]:
    """The settings of the first model while it runs."""
    with ExitStack() as changed:
        for module, name, value in (
            (templates, "PROFILE_SD", 3.0),
            (templates, "PROFILE_PSEUDO", 40.0),
            (templates, "UNIFORM", 0.03),
            (steady, "WEIGHT", 0.0),
            (model, "LEAST_SHARE", 1e9),
        ):
            changed.enter_context(patch.object(module, name, value))
        yield


@dataclass(frozen=True, slots=True)
class Fold:
    """What is fitted to everybody outside a fold."""

    library: Library
    before: Library
    mean_day: FloatArray
    """(24) mean curve."""


def fold_library(members: Sequence[Person], fold: int) -> Fold:
    """Libraries and mean 24-hour curve of everybody outside a fold."""
    counts = np.stack([person.week for person in members if person.fold != fold])
    weeks = templates.fitted(counts)
    with as_before():
        old = templates.quantised(templates.profiles(counts))
    day = (counts / counts.sum(axis=1, keepdims=True)).mean(axis=0)
    return Fold(
        templates.library_from(weeks, f"fold {fold}", len(templates.FLATTENED)),
        templates.library_from(old, f"fold {fold} before"),
        day.reshape(7, 24, 4).sum(axis=(0, 2)),
    )


METHODS = (
    "method 6, population",
    "method 6, uniform",
    "before, population",
    "before, uniform",
    "prior alone, population",
    "EMD",
    "office",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One n and one way of drawing."""

    owners: IntArray
    """(rows) person."""
    folds: IntArray
    truths: IntArray
    figures: dict[str, FloatArray]
    """Method -> (rows, 7)."""
    posteriors: tuple[FloatArray, FloatArray]
    """(rows, 42) under the (uniform, population) prior."""


def cell(members: Sequence[Person], folds: Sequence[Fold], n: int, mode: str, draws: int) -> Cell:
    """All figures of one n and mode."""
    kept: list[Draw] = []
    found: dict[str, list[list[float]]] = {name: [] for name in METHODS}
    both: tuple[list[FloatArray], list[FloatArray]] = ([], [])
    for fold, fitted in enumerate(folds):
        drawn = [
            draw(person, number, n, mode, turn)
            for number, person in enumerate(members)
            if person.fold == fold and len(person.times_s) >= n
            for turn in range(draws)
        ]
        kept += drawn
        samples = [one.q for one in drawn]
        for one, scores in zip(drawn, model.score_units(samples, fitted.library), strict=True):
            uniform, population = model.posteriors(scores)
            nothing = replace(scores, log_likelihood=np.zeros(len(scores.modal_min)))
            alone = model.posteriors(nothing)[1]
            both[0].append(uniform.offsets)
            both[1].append(population.offsets)
            found[METHODS[0]].append(figures(population.offsets, one.truth_min, hours=scores.hours))
            found[METHODS[1]].append(
                figures(uniform.offsets, one.truth_min, hours=scores.hours, population=False)
            )
            found[METHODS[4]].append(figures(alone.offsets, one.truth_min, before=True))
            mean_day = fitted.mean_day
            found[METHODS[5]].append(point_figures(earth_mover(one.q, mean_day), one.truth_min))
            found[METHODS[6]].append(point_figures(office_share(one.q), one.truth_min))
        with as_before():
            for one, scores in zip(drawn, model.score_units(samples, fitted.before), strict=True):
                uniform, population = model.posteriors(scores)
                found[METHODS[2]].append(figures(population.offsets, one.truth_min, before=True))
                found[METHODS[3]].append(figures(uniform.offsets, one.truth_min, before=True))
    return Cell(
        np.array([one.person for one in kept]),
        np.array([members[one.person].fold for one in kept]),
        np.array([one.truth_min for one in kept]),
        {name: np.array(rows) for name, rows in found.items()},
        (np.stack(both[0]), np.stack(both[1])),
    )


def intervals(owners: IntArray, rows: FloatArray) -> list[tuple[float, float, float]]:
    """(mean, low, high) of each figure; 95 % by resampling persons, draws of one kept together."""
    persons = np.unique(owners)
    each = np.stack([rows[owners == person].mean(axis=0) for person in persons])
    rng = np.random.default_rng(SEED)
    picks = rng.integers(0, len(each), size=(RESAMPLES, len(each)))
    means = each[picks].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return list(zip(each.mean(axis=0), low, high, strict=True))


def show(name: str, owners: IntArray, rows: FloatArray) -> None:
    """One line of the table."""
    parts = []
    for figure, (mean, low, high) in zip(FIGURES, intervals(owners, rows), strict=True):
        text = "-" if np.isnan(mean) else f"{mean:.2f} [{low:.2f}, {high:.2f}]"
        parts.append(f"{figure} {text}")
    print(f"  {name:<24} " + "  ".join(parts), flush=True)


def differences(one: Cell) -> None:
    """Paired differences of this model and the one before, and the rare offsets."""
    for prior in ("population", "uniform"):
        apart = one.figures[f"method 6, {prior}"] - one.figures[f"before, {prior}"]
        show(f"gain, {prior}", one.owners, apart)
    rare = np.isin(one.truths, RARE_MIN)
    if rare.any():
        for name in METHODS[:4]:
            show(f"rare, {name}", one.owners[rare], one.figures[name][rare])


def protocol(members: Sequence[Person], *, quick: bool) -> None:
    """The tables of the protocol."""
    folds = [fold_library(members, fold) for fold in range(FOLDS)]
    for mode in ("random",) if quick else ("random", "consecutive"):
        for n in (100,) if quick else SIZES:
            one = cell(members, folds, n, mode, 1 if quick else DRAWS)
            print(f"{mode}, n = {n}: {len(np.unique(one.owners))} people, {len(one.owners)} draws")
            for name, rows in one.figures.items():
                show(name, one.owners, rows)
            differences(one)


def grouped(
    samples: Sequence[IntArray],
    truths: Sequence[int],
    curves: FloatArray,
    *,
    tau_min: int,
    pick: Callable[[np.random.Generator], Sequence[int]],
) -> str:
    """Coverage and size of 80 % sets for random groups of ten accounts with one truth."""
    rng = np.random.default_rng([SEED, tau_min])
    rows = []
    for _ in range(GROUPS_DRAWN):
        chosen = list(pick(rng))
        kept = [samples[i] for i in chosen]
        scores = group.group_scores(kept, curves[chosen].sum(axis=0), tau_min)
        uniform, population = model.posteriors(scores)
        truth = truths[chosen[0]]
        # At 3 h the set is wide by assumption and is not sharpened.
        plain = tau_min >= group.TAU_OPERATION_MIN
        rows.append(
            figures(population.offsets, truth, before=plain)
            + figures(uniform.offsets, truth, population=False, before=plain)
        )
    mean = np.mean(rows, axis=0)
    return (
        f"within 1 h {mean[0]:.2f} / {mean[7]:.2f}  "
        f"cov {mean[3]:.2f} ({mean[4]:.1f}) / {mean[10]:.2f} ({mean[11]:.1f})"
    )


def groups(members: Sequence[Person], folder: Path) -> None:
    """Ten accounts x 50 posts with one offset: coverage by the assumed common shift."""
    from transfer import ira_accounts

    sets: list[tuple[str, list[IntArray], list[int], Library]] = []
    for fold in range(FOLDS):
        drawn = [
            draw(person, number, 50, "random", 0)
            for number, person in enumerate(members)
            if person.fold == fold
        ]
        weeks = fold_library(members, fold).library
        name = f"commits, fold {fold}"
        sets.append((name, [d.q for d in drawn], [d.truth_min for d in drawn], weeks))
    for name, samples in ira_accounts(folder, 50).items():
        sets.append((f"IRA {name}", samples, [180] * len(samples), templates.library()))
    print("ten accounts x 50 posts: coverage (size) of the 80 % set, population / uniform")
    for name, samples, truths, library in sets:
        same = {t: [i for i, u in enumerate(truths) if u == t] for t in set(truths)}
        large = sorted(t for t, rows in same.items() if len(rows) >= 10)
        if not large:
            continue

        def pick(
            rng: np.random.Generator,
            same: dict[int, list[int]] = same,
            large: list[int] = large,
        ) -> Sequence[int]:
            rows = same[large[int(rng.integers(len(large)))]]
            return [int(i) for i in rng.choice(rows, 10, replace=False)]

        curves = group.phase_curves(samples, library)
        for tau in (1, 42, 90, 180):
            line = grouped(samples, truths, curves, tau_min=tau, pick=pick)
            print(f"  {name:<20} tau {tau / 60:.1f} h: {line}")


def main() -> None:
    """Read the arguments and print the tables asked for."""
    parser = argparse.ArgumentParser(description="accuracy of the hours model")
    parser.add_argument("data", type=Path, help="folder with commits_dev.parquet")
    parser.add_argument("--quick", action="store_true", help="100 random posts, one draw")
    parser.add_argument("--transfer", action="store_true", help="other kinds of people")
    parser.add_argument("--groups", action="store_true", help="ten accounts as one unit")
    parser.add_argument("--rules", action="store_true", help="how often the rules abstain")
    parser.add_argument("--points", action="store_true", help="when to name one offset")
    parser.add_argument("--speed", action="store_true", help="100,000 made-up accounts")
    told = parser.parse_args()
    if told.speed:
        from speed import speed

        speed()
        return
    if told.transfer:
        from transfer import transfer

        transfer(told.data)
        return
    members = people_with_folds(told.data / "commits_dev.parquet")
    if told.groups:
        groups(members, told.data)
        return
    if told.rules:
        from rules import rules

        rules(lambda n: all_draws(members, n))
        return
    if told.points:
        from points import points

        folds = [fold_library(members, fold) for fold in range(FOLDS)]
        points(lambda n, mode: cell(members, folds, n, mode, DRAWS))
        return
    protocol(members, quick=told.quick)


if __name__ == "__main__":
    main()
