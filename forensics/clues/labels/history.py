"""How the label of an account changed over time: stretches, and the moments between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from forensics.clock import utc_text
from forensics.clues.labels.shown import Shown
from forensics.clues.labels.tally import apart, covers, names
from forensics.model import Json, Observation, RowRef
from forensics.version import __version__

if TYPE_CHECKING:
    from forensics.reference.places import Gazetteer

METHOD = "labels"
LISTED = 50
"""Changes written out in the observation; the others are counted."""
SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time over which one account was shown in one area."""

    area: str
    first_us: int
    last_us: int
    n: int
    rows: tuple[RowRef, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One account, shown in one area and then in another that does not overlap with it."""

    account: str
    before: Stretch
    after: Stretch


def stretches(items: Iterable[Shown], places: Gazetteer) -> Mapping[tuple[str, str], list[Stretch]]:
    """(Account, label) -> its stretches in their order; finer and wider names of one place join.

    Args:
        items: Labels in order of time within an account and a label.
        places: Knows which area lies in which.
    """
    found: dict[tuple[str, str], list[Stretch]] = {}
    dated = [item for item in items if item.first_us is not None and item.by_platform]
    for item in sorted(dated, key=lambda one: (one.account, one.label.key, one.first_us or 0)):
        if item.first_us is None or item.last_us is None:
            continue
        line = found.setdefault((item.account, item.label.key), [])
        if line and not apart(line[-1].area, item.area, places):
            last = line[-1]
            line[-1] = Stretch(
                item.area if covers(last.area, item.area, places) else last.area,
                last.first_us,
                max(last.last_us, item.last_us),
                last.n + item.n,
                (last.rows[0], item.rows[-1]),
            )
        else:
            line.append(Stretch(item.area, item.first_us, item.last_us, item.n, item.rows))
    return found


def changes(found: Mapping[tuple[str, str], Sequence[Stretch]]) -> list[Change]:
    """All changes, in order of time and account."""
    every = [
        Change(account, before, after)
        for (account, _), line in found.items()
        for before, after in pairwise(line)
    ]
    return sorted(every, key=lambda one: (one.after.first_us, one.account))


def changes_observation(
    unit: str, accounts: int, items: Iterable[Shown], places: Gazetteer
) -> Observation | None:
    """The changes of a unit as one observation; None if no account changed."""
    found = stretches(items, places)
    every = changes(found)
    if not every:
        return None
    changed = {one.account for one in every}
    followed = {account for account, _ in found}
    parts = [
        f"{names([one.before.area], places, short=True)} until "
        f"{utc_text(one.before.last_us, seconds=False)}, then "
        f"{names([one.after.area], places, short=True)} from "
        f"{utc_text(one.after.first_us, seconds=False)}"
        for one in every[:SENTENCES]
    ]
    more = f"; {len(every) - SENTENCES:,} more" if len(every) > SENTENCES else ""
    listed: list[Json] = [
        {
            "account": one.account,
            "from": one.before.area,
            "to": one.after.area,
            "last_seen_us": one.before.last_us,
            "first_seen_us": one.after.first_us,
            "posts_before": one.before.n,
            "posts_after": one.after.n,
        }
        for one in every[:LISTED]
    ]
    rows = [row for one in every for row in (one.before.rows[-1], one.after.rows[0])]
    return Observation(
        id=f"labels:{unit}:changes",
        about=unit,
        statement=f"{len(changed):,} of {len(followed):,} accounts with dated labels "
        f"({accounts:,} in all) changed their area, {len(every):,} times: "
        f"{'; '.join(parts)}{more}. A journey, another network or another hand can do that.",
        value={"accounts": len(changed), "changes": len(every), "listed": listed},
        interval=None,
        unit="accounts, changes",
        rows=tuple(dict.fromkeys(rows))[:10],
        rows_total=len(rows),
        method=METHOD,
        version=f"gnomon {__version__}",
    )
