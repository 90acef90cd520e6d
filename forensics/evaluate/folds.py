"""Folds: everybody is scored by a library of the labelled people who do not work with them.

The bundled library was fitted on one set of people. Scoring that set with it flatters; scoring any
other set says how well the bundled library travels. With folds the set itself makes the libraries:
for each fold one, from the accounts of all other folds, by the same fit as the bundled one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from forensics.clues.quarters import thin, week_bins
from forensics.engine import PostTable
from forensics.errors import UsageError
from forensics.evaluate.labels import Label
from forensics.reference import templates
from forensics.reference.templates import Library
from forensics.reference.zones import local_quarters

FEWEST_PEOPLE = 20
"""People outside a fold from which a library is fitted."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def fold_of(labels: Mapping[str, Label], folds: int) -> dict[str, int]:
    """Account -> fold. Groups in falling size go each to the smallest fold so far.

    Colleagues stay together, so that nobody's library holds them; an account without a group is
    its own group.
    """
    team = {name: label.group or f"\0{name}" for name, label in labels.items()}
    sizes = Counter(team.values())
    filled = [0] * folds
    place: dict[str, int] = {}
    for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        place[name] = filled.index(min(filled))
        filled[place[name]] += size
    return {name: place[one] for name, one in team.items()}


def libraries(
    posts: PostTable, labels: Mapping[str, Label], folds: Mapping[str, int], *, per_row: bool
) -> list[Library]:
    """One library per fold, fitted on the accounts of the other folds.

    Args:
        posts: The posts; `offset_min` of each row is the label where `per_row`.
        labels: Labels of the accounts in `folds`.
        folds: Account -> fold.
        per_row: Whether every post carries its own offset, which then tells its local time.

    Raises:
        UsageError: too few people remain outside a fold.
    """
    names = sorted(folds)
    counts = _local_weeks(posts, names, labels, per_row=per_row)
    where = np.array([folds[name] for name in names])
    found = []
    for fold in range(max(folds.values()) + 1):
        outside = counts[(where != fold) & (counts.sum(axis=1) > 0)]
        if len(outside) < FEWEST_PEOPLE:
            raise UsageError(
                f"only {len(outside)} people remain outside fold {fold + 1}; "
                f"{FEWEST_PEOPLE} are needed to fit a library",
                where="--folds",
                todo="leave it out: the bundled library is used then",
            )
        weeks = templates.quantised(templates.profiles(outside))
        found.append(templates.library_from(weeks, f"fold {fold + 1}, {len(outside)} people"))
    return found


def _local_weeks(
    posts: PostTable, names: Sequence[str], labels: Mapping[str, Label], *, per_row: bool
) -> FloatArray:
    """(accounts, 672) thinned active hours in local time."""
    with posts.connected() as database:
        fetched = database.execute(
            "SELECT n.code, t_us // 900000000 AS q, coalesce(min(offset_min), 0) AS offset_min "
            "FROM posts JOIN "
            "(SELECT unnest(?::VARCHAR[]) AS account, unnest(?::BIGINT[]) AS code) AS n "
            "USING (account) GROUP BY n.code, q ORDER BY n.code, q",
            [list(names), list(range(len(names)))],
        ).fetchnumpy()
    code, q, offset = (np.asarray(fetched[k], dtype=np.int64) for k in ("code", "q", "offset_min"))
    edges = np.searchsorted(code, np.arange(len(names) + 1))
    out = np.zeros((len(names), templates.WEEK))
    for at, name in enumerate(names):
        rows = slice(int(edges[at]), int(edges[at + 1]))
        first = thin(q[rows])
        label = labels[name]
        if label.zone is not None:
            local = local_quarters(label.zone, first)
        elif per_row:
            local = first + offset[rows][np.searchsorted(q[rows], first)] // 15
        else:
            local = first + (label.offset_min or 0) // 15
        out[at] = np.bincount(week_bins(local), minlength=templates.WEEK)
    return out
