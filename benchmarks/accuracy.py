"""Accuracy of the hours model on people whose offset is known, beside what one would take instead.

The labelled data does not travel with the project; give its folder:

    python benchmarks/accuracy.py ../shared/data             # the whole protocol, some minutes
    python benchmarks/accuracy.py ../shared/data --quick     # 100 random posts only
    python benchmarks/accuracy.py ../shared/data --transfer  # other kinds of people
    python benchmarks/accuracy.py ../shared/data --groups    # ten accounts as one unit
    python benchmarks/accuracy.py ../shared/data --rules     # how often the rules abstain

Protocol (docs/methods/hours.md): commits of 506 people with the offset their own machine wrote;
five folds by work group, so that no colleague of a test person is in the library; per person two
draws of n posts, at random or as one block; truth is the most frequent offset written in the draw.
Every fold fits its own library. Seeds are fixed: the same data gives the same figures.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from fit_templates import read_people, thinned_counts

from forensics.clues import hours_group as group
from forensics.clues import hours_model as model
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
FIGURES = ("within 1 h", "exact", "MAE h", "cov 80 %", "size", "NLL")
REFERENCE = {
    ("random", 25, "pop"): "within .67  exact .38  MAE 1.5  cov .88 (5)  NLL 1.86",
    ("random", 100, "pop"): "within .74  exact .45  MAE 1.1  cov .89 (5)  NLL 1.69",
    ("random", 250, "pop"): "within .79  exact .47  MAE 1.0  cov .87 (4)  NLL 1.57",
    ("random", 1000, "pop"): "within .83  exact .31  MAE 1.0  cov .79 (4)  NLL 1.75",
    ("random", 25, "uni"): "            exact .21  MAE 1.7  cov .81 (8)  NLL 2.46",
    ("random", 100, "uni"): "            exact .26  MAE 1.3  cov .84 (7)  NLL 2.23",
    ("random", 250, "uni"): "            exact .29  MAE 1.1  cov .87 (6)  NLL 2.06",
    ("random", 1000, "uni"): "            exact .23  MAE 1.1  cov .83 (6)  NLL 2.19",
}
"""Figures of an earlier, separate implementation of the same model on the same data."""


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
    q = model.thin(person.times_s[rows] // 900)
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


def figures(probabilities: FloatArray, truth_min: int) -> list[float]:
    """The six figures of one posterior over the candidate offsets."""
    candidates = candidate_offsets()
    error = circular_error_min(candidates[int(np.argmax(probabilities))], truth_min)
    held = model.credible_set(probabilities, 0.8)
    place = candidates.index(truth_min)
    return [
        float(error <= 60),
        float(error == 0),
        error / 60,
        float(place in held),
        float(len(held)),
        -float(np.log(max(probabilities[place], 1e-4))),
    ]


def point_figures(offset_min: int, truth_min: int) -> list[float]:
    """The figures of a method that names one offset and no probability."""
    error = circular_error_min(offset_min, truth_min)
    return [float(error <= 60), float(error == 0), error / 60, np.nan, np.nan, np.nan]


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
        bins = model.week_bins(q + offset // 15)
        hour = bins % 96 // 4
        shares.append(int(((bins < 5 * 96) & (hour >= 9) & (hour < 18)).sum()))
    return candidate_offsets()[int(np.argmax(shares))]


def fold_library(members: Sequence[Person], fold: int) -> tuple[Library, FloatArray]:
    """Library and mean 24-hour curve of everybody outside a fold."""
    counts = np.stack([person.week for person in members if person.fold != fold])
    weeks = templates.quantised(templates.profiles(counts))
    day = (counts / counts.sum(axis=1, keepdims=True)).mean(axis=0)
    return (
        templates.library_from(weeks, f"fold {fold}"),
        day.reshape(7, 24, 4).sum(axis=(0, 2)),
    )


METHODS = ("method 4, population", "method 4, uniform", "prior alone, population", "EMD", "office")


def cell(
    members: Sequence[Person],
    libraries: Sequence[tuple[Library, FloatArray]],
    n: int,
    mode: str,
    draws: int,
) -> tuple[IntArray, dict[str, FloatArray]]:
    """(person of each row, method -> (rows, 6) figures) for one n and mode."""
    owners: list[int] = []
    found: dict[str, list[list[float]]] = {name: [] for name in METHODS}
    for fold, (weeks, mean_day) in enumerate(libraries):
        drawn = [
            draw(person, number, n, mode, turn)
            for number, person in enumerate(members)
            if person.fold == fold and len(person.times_s) >= n
            for turn in range(draws)
        ]
        scored = model.score_units([one.q for one in drawn], weeks)
        for one, scores in zip(drawn, scored, strict=True):
            uniform, population = model.posteriors(scores)
            alone = model.posteriors(
                model.ClassScores(
                    scores.classes, scores.modal_min, np.zeros(len(scores.modal_min)), scores.hours
                )
            )[1]
            owners.append(one.person)
            found[METHODS[0]].append(figures(population.offsets, one.truth_min))
            found[METHODS[1]].append(figures(uniform.offsets, one.truth_min))
            found[METHODS[2]].append(figures(alone.offsets, one.truth_min))
            found[METHODS[3]].append(point_figures(earth_mover(one.q, mean_day), one.truth_min))
            found[METHODS[4]].append(point_figures(office_share(one.q), one.truth_min))
    return np.array(owners), {name: np.array(rows) for name, rows in found.items()}


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


def protocol(members: Sequence[Person], *, quick: bool) -> None:
    """The tables of the protocol."""
    libraries = [fold_library(members, fold) for fold in range(FOLDS)]
    for mode in ("random",) if quick else ("random", "consecutive"):
        for n in (100,) if quick else SIZES:
            owners, found = cell(members, libraries, n, mode, 1 if quick else DRAWS)
            print(f"{mode}, n = {n}: {len(np.unique(owners))} people, {len(owners)} draws")
            for name, rows in found.items():
                show(name, owners, rows)
            for prior in ("pop", "uni"):
                if (mode, n, prior) in REFERENCE:
                    print(f"  reference, {prior}:          {REFERENCE[mode, n, prior]}")


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
        rows.append(figures(population.offsets, truth) + figures(uniform.offsets, truth))
    mean = np.mean(rows, axis=0)
    return f"cov {mean[3]:.2f} ({mean[4]:.1f}) / {mean[9]:.2f} ({mean[10]:.1f})"


def groups(members: Sequence[Person], folder: Path) -> None:
    """Ten accounts x 50 posts with one offset: coverage by the assumed common shift."""
    from transfer import ira_accounts

    sets: list[tuple[str, list[IntArray], list[int], Library]] = []
    weeks = fold_library(members, 0)[0]
    drawn = [
        draw(person, number, 50, "random", 0)
        for number, person in enumerate(members)
        if person.fold == 0
    ]
    sets.append(("commits, fold 0", [d.q for d in drawn], [d.truth_min for d in drawn], weeks))
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
    told = parser.parse_args()
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
    protocol(members, quick=told.quick)


if __name__ == "__main__":
    main()
