"""How often a group is named where there is none: measured on made-up noise, by size of the case.

Printed beside every answer about groups. The figures are those of `benchmarks/links_groups.py`
(docs/methods/groups.md): ties at random, three for each account, with weights as planted groups
have them, and things that a few unrelated accounts share. Real ties may fall otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

from forensics.model import Json

MILLION = 1_000_000
CASES = 100
FALSE_ALARMS: tuple[tuple[int, int], ...] = (
    (20, 3),
    (30, 1),
    (50, 1),
    (100, 2),
    (300, 3),
    (1000, 2),
)
"""(Accounts of a made-up case, cases of 100 in which a group was named)."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What was measured at the size that is nearest to a case."""

    accounts: int
    """Accounts of the made-up cases."""
    false: int
    """Cases in which a group was named."""
    cases: int
    low_ppm: int
    """95 % interval of the share."""
    high_ppm: int

    def as_json(self) -> dict[str, Json]:
        """The same as a row."""
        return {name: getattr(self, name) for name in self.__slots__}


def noise_of(accounts: int) -> Noise:
    """What was measured nearest to a case of so many accounts, by ratio."""
    size, false = min(FALSE_ALARMS, key=lambda one: (abs(log(one[0] / max(accounts, 1))), one[0]))
    z, share = 1.96, false / CASES
    middle = (share + z * z / (2 * CASES)) / (1 + z * z / CASES)
    half = z * sqrt(share * (1 - share) / CASES + z * z / (4 * CASES**2)) / (1 + z * z / CASES)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Noise(size, false, CASES, round(MILLION * low), round(MILLION * high))


def noise_sentence(accounts: int) -> str:
    """The same as a sentence."""
    one = noise_of(accounts)
    return (
        f"Among {one.accounts:,} made-up accounts with ties at random a group was named in "
        f"{one.false} of {one.cases} cases ({one.low_ppm / 10_000:.0f} to "
        f"{one.high_ppm / 10_000:.0f} %)."
    )
