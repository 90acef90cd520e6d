"""What was said about a labelled set, beside the truth, and every number read off it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forensics import clock
from forensics.evaluate import metrics
from forensics.evaluate.labels import UNUSABLE, Labels
from forensics.evaluate.metrics import Interval, Scored
from forensics.reference.templates import library
from forensics.version import __version__

PRIORS = ("uniform", "population")
SCHEMA = "gnomon.evaluate/1"
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One scored account."""

    account: str
    truth_min: int
    group: str
    status: str
    active_hours: int
    best_min: tuple[int, int]
    """Most probable offset under the uniform and the population prior."""
    set80: tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was said about a labelled set, beside the truth."""

    labels: Labels
    rows: tuple[Row, ...]
    """One an account, in order of account."""
    scored: tuple[Scored, Scored]
    """(uniform, population)"""
    answered: np.ndarray[tuple[int], np.dtype[np.bool_]]
    """(accounts) whether the answer stands; the others are `insufficient`."""
    reasons: Mapping[str, int]
    """First words of a reason to abstain -> accounts."""
    without_posts: int
    """Labelled accounts without a post."""
    without_labels: int
    """Accounts with posts and no label."""
    outside: int
    """Accounts whose zone had an offset that is no candidate, such as UTC+14."""
    rows_refused: int
    settings: Mapping[str, int | str | None]
    notes: tuple[str, ...]
    seed: int

    def figures(self, prior: int, *, answered: bool = False) -> dict[str, Interval]:
        """Figure -> mean and interval, of all accounts or of those with an answer."""
        scored = self.scored[prior]
        if answered:
            scored = scored.some(self.answered)
        rng = np.random.default_rng([self.seed, prior, int(answered)])
        return metrics.intervals(metrics.rows_of(scored), rng)

    def at_coverage(self, prior: int, percent: int) -> tuple[float, dict[str, Interval]]:
        """(least confidence, figures) where only the surest `percent` of accounts are answered."""
        rng = np.random.default_rng([self.seed, prior, 2, percent])
        return metrics.at_coverage(self.scored[prior], percent, rng)

    def as_json(self) -> dict[str, Any]:
        """All numbers, rounded to four digits."""
        return {
            "schema": SCHEMA,
            "tool": "gnomon",
            "version": __version__,
            "zone_database": clock.ZONE_DATABASE,
            "library": library().version,
            "settings": dict(self.settings),
            "labels": {
                "file": self.labels.name,
                "sha256": self.labels.sha256,
                "column": self.labels.column,
                "rows": self.labels.rows,
                "accounts": len(self.labels.by_account),
                "unusable": {UNUSABLE[key]: n for key, n in self.labels.unusable.items()},
                "without_posts": self.without_posts,
                "posts_without_label": self.without_labels,
                "offset_no_candidate": self.outside,
            },
            "rows_refused": self.rows_refused,
            "accounts": len(self.rows),
            "answered": int(self.answered.sum()),
            "abstained_because": dict(self.reasons),
            "notes": list(self.notes),
            "most_frequent_offset": _simple(self.rows),
            "priors": {name: self._prior_json(prior) for prior, name in enumerate(PRIORS)},
            "groups": _groups(self.rows, self.scored),
        }

    def _prior_json(self, prior: int) -> dict[str, Any]:
        scored = self.scored[prior]
        per_offset = metrics.by_offset(scored)
        curve = metrics.risk_coverage(scored)
        masses = np.arange(1, 20) / 20
        held = metrics.set_coverage(scored, masses)
        return {
            "all": {name: one.as_json() for name, one in self.figures(prior).items()},
            "answered": {
                name: one.as_json() for name, one in self.figures(prior, answered=True).items()
            },
            "per_offset": {
                str(offset): {"accounts": n, **{k: round(v, DIGITS) for k, v in means.items()}}
                for offset, (n, means) in per_offset.items()
            },
            "mean_over_offsets": {
                name: metrics.rounded(value) for name, value in metrics.macro(per_offset).items()
            },
            "reliability": [
                {
                    "accounts": one.n,
                    "predicted": round(one.predicted, DIGITS),
                    "observed": one.observed.as_json(),
                }
                for one in metrics.reliability(scored)
            ],
            "set_coverage": [
                {"mass": round(float(mass), 2), "held": round(float(share), DIGITS)}
                for mass, share in zip(masses, held, strict=True)
            ],
            "risk_coverage": {
                "coverage": _rounded(curve.coverage),
                "wrong_1h": _rounded(curve.wrong_1h),
                "wrong_exact": _rounded(curve.wrong_exact),
                "area_1h": round(float(curve.wrong_1h.mean()), DIGITS),
            },
            "at_coverage": {
                str(percent): {
                    "least_confidence": round(least, DIGITS),
                    **{name: one.as_json() for name, one in found.items()},
                }
                for percent in metrics.COVERAGES_PERCENT
                for least, found in [self.at_coverage(prior, percent)]
            },
        }


def _rounded(values: metrics.FloatArray) -> list[float]:
    return [round(float(value), DIGITS) for value in values]


def _simple(rows: Sequence[Row]) -> dict[str, Any]:
    """What one answer for everybody would reach."""
    offset, exact, near = metrics.one_offset_for_all([row.truth_min for row in rows])
    return {
        "offset_min": offset,
        "exact": round(exact, DIGITS),
        "within_1h": round(near, DIGITS),
    }


def _groups(rows: Sequence[Row], scored: tuple[Scored, Scored]) -> dict[str, Any]:
    """Group -> accounts and the population prior's figures; empty without a group column."""
    found: dict[str, Any] = {}
    for name in sorted({row.group for row in rows if row.group}):
        mine = np.array([row.group == name for row in rows])
        values = metrics.rows_of(scored[1].some(mine))
        found[name] = {
            "accounts": int(mine.sum()),
            **{key: round(float(column.mean()), DIGITS) for key, column in values.items()},
        }
    return found
