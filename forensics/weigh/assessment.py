"""What weighing gives back: one assessment per unit. Integers only; nothing here computes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forensics.model import Access, Category, Clue, Conclusion, Hypothesis, Rung, Weight
from forensics.words import EVEN, term_index


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
    basis: str = ""
    """measured, modelled or judged: the weakest of its clues."""
    cost: str = ""
    """What faking it costs: low, medium, high or very high."""
    days: int = 1
    """Days for which the fake would have to be kept up; 1 for what is set once."""
    moved_ppm: int = 0
    """Total variation between the aimed answer over places with and without the group."""
    left_ppm: int = 0
    """What the aimed answer leaves without the group of `PlacePosterior.leading`."""
    valid_from: str = ""
    """First day for which any of its clues holds; empty if none says."""
    valid_to: str = ""


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


def lowest(tests: Sequence[StandingTest]) -> StandingTest:
    """The headline: the lowest test for the assessed row; ties go to the first."""
    return min((test for test in tests if test.in_headline), key=lambda test: test.assessed_ppm)


@dataclass(frozen=True, slots=True)
class Claim:
    """A place that might be named, as one row or several counted together."""

    rung: Rung
    label: str
    rows: tuple[str, ...]
    """The rows counted, the coarsest first."""
    leader: str
    """The leading row among them; their sum bears its name in the tests."""
    tests: tuple[StandingTest, ...]

    @property
    def lowest(self) -> StandingTest:
        """Its lowest standing test."""
        return lowest(self.tests)

    @property
    def carried(self) -> bool:
        """True if it leads with all groups and its lowest test is above roughly even."""
        first = self.tests[0]
        leads = first.leader_ppm == first.assessed_ppm
        return leads and term_index(self.lowest.assessed_ppm) > EVEN


@dataclass(frozen=True, slots=True)
class AreaShare:
    """Posterior probability of an area."""

    code: str
    name: str
    level: str
    """country, admin1, admin2 or zone."""
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
    cities: tuple[AreaShare, ...] = ()
    """Second-level areas; 14 % of the world's places lie in none."""
    zones: tuple[AreaShare, ...] = ()
    cities_rest_ppm: int = 0
    zones_rest_ppm: int = 0
    credible: tuple[CredibleSet, ...] = ()
    """Smallest sets of 50, 80 and 95 % at every level, places too (aimed)."""
    swept: tuple[Swept, ...] = ()
    """The leading area of each level under other exponents of the prior."""
    leads: tuple[Lead, ...] = ()
    """The leading area of each level against the second, parted into prior and clues."""
    leading: str = ""
    """Code of the area that `Group.left_ppm` is about: the leading province, else the country."""


@dataclass(frozen=True, slots=True)
class CredibleSet:
    """The smallest set of areas, or places, that holds a share of the aimed answer."""

    level: str
    """country, admin1, admin2, zone or place."""
    share_ppm: int
    codes: tuple[str, ...]
    """The first of them, most probable first; empty for places, which are never pinned. The empty
    code stands for all places without an area of that level."""
    size: int
    """How many there are."""
    held_ppm: int
    """What the set holds."""


@dataclass(frozen=True, slots=True)
class Swept:
    """The probability of one area under one exponent of the prior."""

    level: str
    code: str
    alpha_milli: int
    """Exponent on the population, in thousandths."""
    aimed_ppm: int


@dataclass(frozen=True, slots=True)
class Lead:
    """How far the leading area is ahead of the second, and where that comes from."""

    level: str
    code: str
    rival: str
    prior_mdb: int
    """Decibans of the lead that the prior gives."""
    clues_mdb: int
    """Decibans that the clues give, planting allowed for."""


@dataclass(frozen=True, slots=True)
class Faking:
    """What an imitator of the leading row would have to do."""

    row: str
    groups: tuple[str, ...]
    """Groups that speak for it and could be set by the operator: all of them, together."""
    beyond: tuple[str, ...]
    """Groups that speak for it and are out of the operator's reach."""
    days: int
    """Days for which the longest of them would have to be kept up."""
    dearest: str
    """The group that costs most; empty if there is none to fake."""
    cost: str
    """Its class."""


@dataclass(frozen=True, slots=True)
class KindCell:
    """One cell of category against access. An empty one is a gap."""

    category: Category
    access: Access
    clues: tuple[str, ...]
    groups: tuple[str, ...]
    settable: tuple[str, ...]
    """Groups among them that the operator could have set."""


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
    claims: tuple[Claim, ...] = ()
    """Everything that might be claimed, with its own standing tests: what the program tried, the
    finest rung first, then each row of a place alone. A person who concludes chooses among them."""
    faking: Faking | None = None
    """None where no row of a place leads."""
    kinds: tuple[KindCell, ...] = ()
    """Technical, behavioural, contextual against open, proprietary, classified."""
    divided: str = ""
    """Why the unit is not one, where its pieces contradict each other; then nothing finer than a
    set of zones is named for it. Empty if nothing says so."""
    aside: tuple[str, ...] = ()
    """Clues among `unweighed` that hold for another time than the one asked about."""
