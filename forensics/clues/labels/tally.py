"""Counting labels: accounts, not posts, and which areas are an answer of a unit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from forensics.clues.labels.shown import Shown
from forensics.model import RowRef
from forensics.reference.platform_labels import PlatformLabel
from forensics.reference.territories import world_regions

if TYPE_CHECKING:
    from forensics.reference.places import Gazetteer

SUBSTANTIAL = Fraction(1, 5)
"""Share of labelled accounts from which an area is a second answer and not an exception."""
LEAST_CARRIERS = Fraction(1, 2)
"""If the substantial areas hold less than this share of the labelled accounts, the labels scatter:
no clue is made of whichever area happens to lead."""
NAMED = 6
"""Areas named in one sentence; the others are counted."""


@dataclass
class Tally:
    """What one kind of label says about the accounts of one unit."""

    label: PlatformLabel
    by_platform: bool
    earlier: bool = False
    """True for labels of earlier owners."""
    posts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Area -> account -> posts (people, for managers of pages)."""
    rows: dict[str, list[RowRef]] = field(default_factory=lambda: defaultdict(list))
    latest: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Account -> (capture, area) of its last dated profile."""
    notes: Counter[str] = field(default_factory=Counter)
    times: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Area -> moments at which it was shown."""

    def add(self, item: Shown) -> None:
        """Count one item."""
        self.posts[item.area][item.account] += item.n
        self.rows[item.area].extend(item.rows)
        if item.note:
            self.notes[item.note] += item.n
        if item.first_us is not None and item.last_us is not None:
            self.times[item.area] += [item.first_us, item.last_us]
            if self.label.carrier == "account":
                before = self.latest.get(item.account, (item.last_us, item.area))
                self.latest[item.account] = max(before, (item.last_us, item.area))

    @property
    def moves(self) -> bool:
        """True if it speaks for the present owner and was not typed."""
        return self.by_platform and not self.earlier

    @property
    def suffix(self) -> str:
        """What sets its ids apart: nothing, `:typed` or `:earlier`."""
        return ":earlier" if self.earlier else ("" if self.by_platform else ":typed")

    def accounts(self) -> set[str]:
        """Every account with a label that was read."""
        return {account for table in self.posts.values() for account in table}

    def home_of(self) -> Mapping[str, str]:
        """Account -> its area: of the last capture, else of most of its posts (ties: by code)."""
        best: dict[str, tuple[int, str]] = {}
        for area in sorted(self.posts):
            for account, n in self.posts[area].items():
                if account not in best or n > best[account][0]:
                    best[account] = (n, area)
        homes = {account: best[account][1] for account in sorted(best)}
        return homes | {account: area for account, (_, area) in sorted(self.latest.items())}

    def span(self, areas: Iterable[str]) -> tuple[int, int] | None:
        """First and last moment of some areas; None if none has a time."""
        moments = [at for area in areas for at in self.times.get(area, ())]
        return (min(moments), max(moments)) if moments else None


def tallies(items: Iterable[Shown]) -> tuple[Tally, ...]:
    """One tally for each label, owner and who set it: the present owner's of platforms first."""
    found: dict[tuple[bool, bool, str], Tally] = {}
    for item in items:
        key = (item.earlier, not item.by_platform, item.label.key)
        if key not in found:
            found[key] = Tally(item.label, item.by_platform, item.earlier)
        found[key].add(item)
    return tuple(found[key] for key in sorted(found))


def substantial(homes: Mapping[str, str], places: Gazetteer) -> tuple[str, ...]:
    """Areas that are an answer of the unit, as label keys, most accounts first.

    An area counts if at least a fifth of the labelled accounts, and at least two where there are
    ten or more, have it as their home. The largest always counts. Where a wide label (China) and
    finer ones inside it (Jiangsu) both count, the side with more accounts stays: both can be true
    of the same desk, but a few fine labels do not speak for many wide ones.

    Args:
        homes: Account -> label key, area codes joined by `|`.
        places: Knows which area lies in which.
    """
    counts = Counter(homes.values())
    total = counts.total()
    order = sorted(counts, key=lambda area: (-counts[area], area))
    least = max(SUBSTANTIAL * total, Fraction(2 if total >= 10 else 1))
    kept = [area for number, area in enumerate(order) if number == 0 or counts[area] >= least]
    dropped: set[str] = set()
    for wide in kept:
        fine = [other for other in kept if other != wide and covers(wide, other, places)]
        if fine and sum(counts[area] for area in fine) >= counts[wide]:
            dropped.add(wide)
        else:
            dropped.update(fine)
    return tuple(area for area in kept if area not in dropped)


def covers(wide: str, fine: str, places: Gazetteer) -> bool:
    """True if every area of one label key lies inside an area of another."""
    outer = wide.split("|")
    return all(any(places.within(code, area) for area in outer) for code in fine.split("|"))


def apart(one: str, other: str, places: Gazetteer) -> bool:
    """True if no area of one key lies inside an area of the other, either way."""
    return not any(
        places.within(a, b) or places.within(b, a) for a in one.split("|") for b in other.split("|")
    )


def names(keys: Iterable[str], places: Gazetteer, *, short: bool = False) -> str:
    """Label keys for a sentence: `Jiangsu (江苏省), China or United States`, `South Asia`."""
    parts: dict[str, None] = {}
    for key in keys:
        codes = key.split("|")
        region = _region(tuple(codes))
        if region:
            parts[f"the region {region}"] = None
        else:
            parts.update((places.area(c).name if short else places.label(c), None) for c in codes)
    listed = list(parts)
    more = f" or {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return " or ".join(listed[:NAMED]) + more


def _region(codes: tuple[str, ...]) -> str:
    """Name of the wide region with just these countries; empty if there is none."""
    if len(codes) < 4:
        return ""
    return next((name.title() for name, held in world_regions().items() if held == codes), "")


def slug(keys: Iterable[str]) -> str:
    """Label keys for an id: codes joined by `+`; the name of a wide region instead of its codes."""
    parts = {_region(tuple(key.split("|"))) or key for key in keys}
    codes = sorted({code for part in parts for code in part.split("|")})
    return "+".join(code.lower().replace(" ", "-") if " " in code else code for code in codes)
