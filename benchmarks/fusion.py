"""Fusion over places: is it calibrated, what do decoys do to it, and how fast is it?

    python benchmarks/fusion.py [--cases 400] [--seed 7]

Cases are drawn from the model, not from the field: a true place by population, three clues about it
(hours, a label of a province, a position), each group wrong at a stated rate and then about a false
place drawn by population. Coverage: how often the smallest set of places that holds 95 % holds the
true one. Intervals are 95 %, Wilson. Times are of this machine: say which with the figures.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from forensics.clock import offset_s
from forensics.model import (
    AreaLikelihood,
    Category,
    Clue,
    Likelihood,
    PointLikelihood,
    Position,
    SetBy,
    ZoneLikelihood,
)
from forensics.reference.places import Gazetteer, load_gazetteer
from forensics.weigh import assess
from forensics.weigh.groups import ClueGroup, group_clues
from forensics.weigh.places import FloatArray, Fusion, Ground, at_random, hear_aimed
from forensics.weigh.posterior import place_posterior
from forensics.words import MILLION

WINTER = 1_642_204_800
"""15 January 2022: offsets of the hours are those of that day."""
HOUR_MDB = 10_000
"""Hours lose this much for each hour beside the true offset."""
PLANTED_PPM = 100_000
LEVELS = (0.50, 0.80, 0.95)
MISS = 0.05
CITY, PROVINCE = "CN-JS.3209", "CN-JS"


class World:
    """The gazetteer, its prior, and clues about its places."""

    def __init__(self, gazetteer: Gazetteer, rng: np.random.Generator) -> None:
        self.gazetteer = gazetteer
        self.ground = Ground.of(gazetteer)
        self.rng = rng
        names, _ = gazetteer.partition("zone")
        self.offsets = {name: offset_s(name, WINTER) / 3600 for name in names}
        self.tables: dict[float, ZoneLikelihood] = {}

    def somewhere(self) -> int:
        """A place drawn by population."""
        return int(self.rng.choice(len(self.ground.prior), p=self.ground.prior))

    def hours(self, offset: float) -> ZoneLikelihood:
        """Hours that fit one offset best."""
        if offset not in self.tables:
            self.tables[offset] = ZoneLikelihood(
                {
                    zone: -min(round(HOUR_MDB * _apart(offset, other)), 60_000)
                    for zone, other in self.offsets.items()
                }
            )
        return self.tables[offset]

    def clues(self, places: Sequence[int]) -> list[Clue]:
        """Hours, label and position, each about its own place, drawn as the model says."""
        hours, label, point = places
        g = self.gazetteer
        told = float(self.offsets[str(g.zone[hours])])
        beside = np.array([0, 1, -1, 2, -2])  # the histogram may favour an hour beside the truth
        told += float(self.rng.choice(beside, p=_shares(10.0 ** -np.abs(beside))))
        code = str(g.admin1[label]) or str(g.country[label])
        if self.rng.random() < MISS:  # an honest miss: the label of a populous area
            other = self.somewhere()
            code = str(g.admin1[other]) or str(g.country[other])
        spread = float(self.rng.choice([10.0, 60.0, 5_000.0], p=[0.70, 0.25, 0.05]))
        north, east = self.rng.normal(0, spread / 111.2, 2)
        lat = float(np.clip(g.lat[point] + north, -85, 85))
        lon = float(g.lon[point] + east / max(math.cos(math.radians(lat)), 0.05))
        lon = (lon + 180) % 360 - 180
        where = Position(round(lat * 1e6), round(lon * 1e6), 1_000, "exif")
        return [
            _clue("h", "hours", self.hours(told)),
            _clue("l", "label", AreaLikelihood((code,), round(MISS * MILLION))),
            _clue("p", "image_position", PointLikelihood(where)),
        ]


def _apart(one: float, other: float) -> float:
    return min(abs(one - other), 24 - abs(one - other))


def _shares(values: FloatArray) -> FloatArray:
    return np.asarray(values / values.sum())


def _clue(
    name: str,
    kind: str,
    likelihood: Likelihood,
    *,
    planted: int = PLANTED_PPM,
    group: tuple[str, ...] = (),
    category: Category = "technical",
    set_by: SetBy = "operator",
) -> Clue:
    return Clue(
        id=name, kind=kind, unit="u", statement="", observations=(), group=group,
        role="device_present", set_by=set_by, category=category, grade="F6",
        planted_chance_ppm=planted, likelihood=likelihood,
    )  # fmt: skip


def _fusions(ground: Ground, groups: Sequence[ClueGroup]) -> tuple[Fusion, Fusion]:
    """The random and the aimed fusion."""
    aimed = Fusion.of(ground, [hear_aimed(group, ground) for group in groups])
    return Fusion.of(ground, [at_random(one) for one in aimed.groups]), aimed


def covered(values: FloatArray, truth: int) -> list[bool]:
    """Whether the smallest sets that hold each level hold the true place."""
    above = float(values[values > values[truth]].sum())
    return [above < level for level in LEVELS]


def wilson(hits: int, n: int) -> str:
    """Share with its interval, such as `.960 [.936, .975]`."""
    z, p = 1.96, hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return f"{p:.3f} [{middle - half:.3f}, {middle + half:.3f}]"


def simulate(world: World, name: str, cases: int, draw: Callable[[int], list[Clue]]) -> None:
    """Coverage of both runs in one scenario, and how often they speak above 90 %."""
    hits = {run: [0, 0, 0] for run in ("random", "aimed")}
    bold = {run: [0, 0] for run in hits}
    g = world.gazetteer
    for _ in range(cases):
        truth = world.somewhere()
        groups, _ = group_clues(draw(truth))
        for run, fusion in zip(hits, _fusions(world.ground, groups), strict=True):
            values = fusion.posterior()
            for at, inside in enumerate(covered(values, truth)):
                hits[run][at] += inside
            codes, index = g.partition("admin1")
            sums = np.bincount(index, weights=values, minlength=len(codes))
            best = int(sums.argmax())
            if sums[best] > 0.9:
                bold[run][0] += 1
                bold[run][1] += codes[best] == g.admin1[truth]
    for run, counts in hits.items():
        told, right = bold[run]
        said = f"{told / cases:.2f}, right {right / told:.2f}" if told else "never"
        shares = "  ".join(wilson(count, cases) for count in counts)
        print(f"{name:44} {run:7} {shares}   > 90 %: {said}")


def calibration(world: World, cases: int) -> None:
    """The scenarios: as modelled, too many bad clues, and a decoy that two clues share."""

    def bad(rate: float) -> Callable[[int], list[Clue]]:
        return lambda truth: world.clues(
            [world.somewhere() if world.rng.random() < rate else truth for _ in range(3)]
        )

    def decoy(*, together: bool) -> Callable[[int], list[Clue]]:
        def draw(truth: int) -> list[Clue]:
            lie = world.somewhere() if world.rng.random() < 0.15 else truth
            hours = world.somewhere() if world.rng.random() < 0.15 else truth
            first, *others = world.clues([hours, lie, lie])
            key = ("persona:x",) if together else ()
            return [first, *(replace(clue, group=key) for clue in others)]

        return draw

    print(f"Coverage of sets of 50, 80 and 95 % in {cases} cases each")
    simulate(world, "as modelled (bad rate .15)", cases, bad(0.15))
    simulate(world, "bad rate .35", cases, bad(0.35))
    simulate(world, "decoy (.15), told by two groups", cases, decoy(together=False))
    simulate(world, "decoy (.15), the same in one group", cases, decoy(together=True))


def yancheng(world: World) -> dict[str, Clue]:
    """The made-up case: hours, label, code and position of Yancheng, a planted Manila."""
    label = AreaLikelihood((PROVINCE,), 50_000)
    code = AreaLikelihood((CITY,), 50_000)
    here = PointLikelihood(Position(33_402_500, 120_157_300, 1_000, "exif"))
    manila = PointLikelihood(Position(14_599_500, 120_984_200, 1_000, "text"))
    return {
        "hours": _clue("h", "hours", world.hours(8.0), planted=200_000, category="behavioural"),
        "label": _clue("l", "label", label, set_by="platform"),
        "code": _clue("c", "phone", code, planted=200_000, category="contextual"),
        "position": _clue("e", "image_position", here),
        "manila": _clue("m", "text_position", manila, planted=200_000),
    }


def repeats(world: World) -> None:
    """The same image ten times, and three clues of one persona."""
    case = yancheng(world)
    image = replace(case["manila"], group=("content:m",))
    rest = [clue for name, clue in case.items() if name != "manila"]
    tens = [replace(image, id=f"m{number}") for number in range(10)]
    once = assess("u", [*rest, image], None, world.gazetteer, accounts=1, posts=1)
    often = assess("u", [*rest, *tens], None, world.gazetteer, accounts=1, posts=1)
    same = (once.weights, once.tests, once.places) == (often.weights, often.tests, often.places)
    print(f"\nThe same image planted ten times: {'no change' if same else 'CHANGED'}")
    key = ("persona:a",)
    one = [
        case["hours"],
        *(replace(case[name], group=key) for name in ("label", "code", "position")),
    ]
    print("Label, area code and position of one persona, with hours:")
    for name, clues in (("alone", one), ("against Manila", [*one, case["manila"]])):
        groups, _ = group_clues(clues)
        result = assess("u", clues, None, world.gazetteer, accounts=1, posts=1)
        away = [
            1 - float(fusion.posterior()[world.gazetteer.mask(CITY)].sum())
            for fusion in _fusions(world.ground, groups)
        ]
        print(f"  {name}: P(not Yancheng) random {away[0]:.3f}, aimed {away[1]:.3f}")
        print(f"    {result.conclusion.statement}")


def speed(world: World, rounds: int = 15) -> None:
    """25 clues in 25 groups over all places: fusion, the whole posterior, and all of weighing."""
    case = list(yancheng(world).values())
    clues = []
    for number in range(5):
        for clue in case:
            likelihood = clue.likelihood
            if isinstance(likelihood, PointLikelihood):
                moved = replace(likelihood.position, radius_m=1_000 + number)
                likelihood = PointLikelihood(moved)
            clues.append(replace(clue, id=f"{clue.id}{number}", likelihood=likelihood))
    groups, _ = group_clues(clues)

    def fuse_all() -> tuple[Fusion, Fusion]:
        random, aimed = _fusions(world.ground, groups)
        for number in range(len(groups)):
            random.support_mdb(number)
            random.wrong(number)
            aimed.without(number)
        return random, aimed

    def posterior() -> object:
        return place_posterior(groups, *fuse_all())

    def whole() -> object:
        return assess("u", clues, None, world.gazetteer, accounts=1, posts=1)

    print(f"\n25 clues in {len(groups)} groups over {len(world.gazetteer):,} places, ms (median)")
    start = time.perf_counter()
    whole()
    print(f"  all of weighing, the first time        {1000 * (time.perf_counter() - start):6.0f}")
    runs: tuple[tuple[str, Callable[[], object]], ...] = (
        ("fusion: both runs, support, leave-one-out", fuse_all),
        ("the same and posterior with swept priors", posterior),
        ("all of weighing: table and tests as well", whole),
    )
    for name, run in runs:
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            run()
            times.append(1000 * (time.perf_counter() - start))
        low, middle, high = np.quantile(times, [0.05, 0.5, 0.95])
        print(f"  {name:40} {middle:5.0f}  [5-95 %: {low:.0f}, {high:.0f}]")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args()
    world = World(load_gazetteer(), np.random.default_rng(told.seed))
    calibration(world, told.cases)
    repeats(world)
    speed(world)


if __name__ == "__main__":
    main()
