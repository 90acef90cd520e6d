"""A unit's activity as a raster of days and quarter-hours: the data of an actogram."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forensics.clues.activity import Activity
from forensics.clues.quarters import DAY, EPOCH_WEEKDAY
from forensics.model import Json
from forensics.reference.zones import local_quarters

MOST_ROWS = 400
"""Rows above which days are drawn together."""
SHADES = 9
CAP_QUANTILE = 0.95


@dataclass(frozen=True, slots=True)
class Actogram:
    """Shades by day and quarter-hour of the local day, from midnight."""

    zone: str
    first_day: int
    """Local day number since 1970 of the first row's first day."""
    days_per_row: int
    """Days drawn in one row: 1, or full weeks."""
    cap: int
    """Posts of a cell drawn darkest."""
    posts: int
    rows: tuple[str, ...]
    """96 digits a row, `0` for none to `9` for the cap and above."""

    @property
    def first_date(self) -> str:
        """`2024-01-08`."""
        return date_text(self.first_day)

    def as_json(self) -> dict[str, Json]:
        """The same as whole numbers and text."""
        return {
            "zone": self.zone,
            "first_day": self.first_day,
            "first_date": self.first_date,
            "days_per_row": self.days_per_row,
            "cap": self.cap,
            "posts": self.posts,
            "rows": list(self.rows),
        }


def date_text(day: int) -> str:
    """ISO date of a day number since 1970."""
    return str(np.datetime64(day, "D"))


def actogram(activity: Activity, zone: str, *, most_rows: int = MOST_ROWS) -> Actogram:
    """The raster of a unit in a zone; long spans are drawn with full weeks to a row.

    Args:
        activity: The unit.
        zone: IANA zone of the local day.
        most_rows: Upper limit of rows.
    """
    if not len(activity.q):
        return Actogram(zone, 0, 1, 1, 0, ())
    local = local_quarters(zone, activity.q)
    first, last = int(local.min() // DAY), int(local.max() // DAY)
    together = 1
    if last - first + 1 > most_rows:
        together = 7 * -(-(last - first + 7) // (7 * most_rows))
        first -= (first + EPOCH_WEEKDAY) % 7
    number = (last - first) // together + 1
    row = (local // DAY - first) // together
    cells = np.bincount(row * DAY + local % DAY, weights=activity.n, minlength=number * DAY)
    table = np.rint(cells).astype(np.int64).reshape(number, DAY)
    cap = max(1, int(np.quantile(table[table > 0], CAP_QUANTILE)))
    return Actogram(zone, first, together, cap, int(activity.n.sum()), tuple(_digits(table, cap)))


def _digits(table: NDArray[np.int64], cap: int) -> list[str]:
    """Counts as digits, linear from 0 and capped; what is not nothing is at least 1."""
    shade = -(-np.minimum(table, cap) * SHADES // cap)
    return ["".join(map(str, row)) for row in shade.tolist()]
