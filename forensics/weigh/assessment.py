"""What weighing gives back: one assessment per unit. Integers only; nothing here computes."""

from __future__ import annotations

from dataclasses import dataclass

from forensics.model import Clue, Conclusion, Hypothesis, Weight


@dataclass(frozen=True, slots=True)
class Group:
    """Clues that fail together and are weighed once."""

    id: str
    """G1, G2 ... in the order of the report."""
    label: str
    """Short name for a column heading, such as `platform label`."""
    clues: tuple[Clue, ...]
    planted_chance_ppm: int
    """Highest chance among its clues."""
    set_by: str
    """platform, operator, third_party or unknown: the weakest of its clues (operator if any is)."""
    ceiling_mdb: int
    """No weight of this group can exceed it: 10 log10(1/planted chance)."""
    support_mdb: int
    """How well the rest of the evidence agrees with it; negative is a conflict."""
    wrong_ppm: int
    """Probability that the group is wrong or planted, given the rest."""


@dataclass(frozen=True, slots=True)
class Row:
    """One hypothesis with its sum and its probabilities."""

    hypothesis: Hypothesis
    sum_mdb: int
    equal_ppm: int
    """Probability if all open rows had equal priors (standing small priors kept)."""
    stated_ppm: int
    """Probability under the stated priors."""


@dataclass(frozen=True, slots=True)
class StandingTest:
    """The table recomputed under a fixed worse assumption."""

    id: str
    """all, without:G1, no_operator_set, no_judged, prior_x10, low_end."""
    label: str
    leader: str
    """Hypothesis that leads under this test."""
    leader_ppm: int
    assessed_ppm: int
    """Probability of the hypothesis that leads in test `all`."""
    in_headline: bool
    """The lowest of these tests is the headline."""


@dataclass(frozen=True, slots=True)
class AreaShare:
    """Posterior probability of an area."""

    code: str
    name: str
    level: str
    """country, admin1 or admin2."""
    parent: str
    random_ppm: int
    """Posterior if clues fail at random only."""
    aimed_ppm: int
    """Posterior if clues may have been planted on purpose; the headline."""
    prior_ppm: int


@dataclass(frozen=True, slots=True)
class PlacePosterior:
    """Where the clues of a unit point, over real places."""

    countries: tuple[AreaShare, ...]
    """Highest first; the rest is summed in `countries_rest_ppm`."""
    provinces: tuple[AreaShare, ...]
    countries_rest_ppm: int
    provinces_rest_ppm: int
    credible80: tuple[str, ...]
    """Smallest set of countries holding 80 % (aimed)."""
    prior_note: str
    """What the prior is and how many decibans of the leader came from it."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Groups by hypotheses for one unit, the standing tests, the places and the conclusion."""

    unit: str
    accounts: int
    posts: int
    rows: tuple[Row, ...]
    groups: tuple[Group, ...]
    weights: tuple[Weight, ...]
    tests: tuple[StandingTest, ...]
    places: PlacePosterior | None
    conclusion: Conclusion
    unweighed: tuple[Clue, ...]
    """Clues shown but not weighed, because of their role."""
    notes: tuple[str, ...]
    claim_rows: tuple[str, ...] = ()
    """Rows that `tests` count together, the coarsest first, where the conclusion is about a wider
    place than its leading row; in the tests the leading row stands for all of them."""
    row_tests: tuple[StandingTest, ...] = ()
    """Standing tests of the leading row alone, where `tests` count several together."""
    claim_label: str = ""
    """The place as the conclusion words it, such as `Jiangsu (CN-JS)`; empty if it names none."""
