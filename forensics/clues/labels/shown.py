"""Labels as they were read: one item for each account, label and stretch of time, by unit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forensics.model import Profile, RowRef
from forensics.reference.panels import read_managers, read_phone_country, read_store
from forensics.reference.platform_labels import (
    PlatformLabel,
    eras,
    label_of_accounts,
    label_of_posts,
)
from forensics.reference.regions import LabelReading, LabelRefusal, read_label

if TYPE_CHECKING:
    from forensics.clues.evidence import Evidence
    from forensics.engine.posts import LabelRun

QUARTER_US = 900_000_000
LABEL_FIELDS = ("based_in", "connected_via", "region", "managed_from", "phone_country")
"""Fields of a profile that the platform fills."""
_READERS: Mapping[str, Callable[[str], LabelReading]] = {
    "connected_via": read_store,
    "phone_country": read_phone_country,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One area that an account was shown with, over one stretch of time."""

    account: str
    label: PlatformLabel
    area: str
    """Codes joined by `|`, in order."""
    n: int
    """Posts, or people who manage a page; 1 for a profile."""
    rows: tuple[RowRef, ...]
    first_us: int | None
    """First post, or capture of the profile; None if the capture has no time."""
    last_us: int | None
    by_platform: bool
    """False if it is older than the platform's own label: then the user typed it."""
    note: str = ""
    earlier: bool = False
    """True if it belongs to an earlier owner of the account."""


@dataclass
class UnitLabels:
    """The labels of one unit."""

    shown: list[Shown] = field(default_factory=list)
    """In order of account, platform and time."""
    refused: Counter[tuple[str, LabelRefusal]] = field(default_factory=Counter)
    """(Label, reason) -> posts or profiles."""
    doubted: set[str] = field(default_factory=set)
    """Accounts whose place the platform marks as not accurate."""


def read_labels(evidence: Evidence) -> Mapping[str, UnitLabels]:
    """Unit -> its labels, from posts and profiles; every unit has an entry."""
    found: dict[str, UnitLabels] = {unit: UnitLabels() for unit in evidence.units}
    units_of: dict[str, list[UnitLabels]] = defaultdict(list)
    for unit, accounts in evidence.units.items():
        for account in accounts:
            units_of[account].append(found[unit])
    panels: set[tuple[str, str]] = set()
    for profile in evidence.profiles:
        if profile.field in LABEL_FIELDS and profile.account in units_of:
            label = label_of_accounts(evidence.platforms.get(profile.original, ""), profile.field)
            if label is None:
                continue
            panels.add((profile.account, label.key))
            for reading, n in _readings(profile):
                _keep(units_of[profile.account], reading, _of_profile(profile, label, reading, n))
    runs = evidence.posts.label_runs(evidence.platforms, eras()) if evidence.posts else []
    for run in runs:
        reading = read_label(run.label)
        label = label_of_posts(run.platform, chinese=reading.script == "han")
        # Readers copy the panel of an account to each of its posts; the profile says it once.
        if run.account in units_of and (run.account, label.key) not in panels:
            until_us = evidence.earlier_until.get(run.account, -QUARTER_US) + QUARTER_US
            _keep(units_of[run.account], reading, _of_run(run, label, reading, until_us))
    return found


def _readings(profile: Profile) -> Iterator[tuple[LabelReading, int]]:
    """What a field of a profile says, with how many people or profiles say so."""
    if profile.field == "managed_from":
        yield from ((one.reading, one.n) for one in read_managers(profile.value))
    else:
        yield _READERS.get(profile.field, read_label)(profile.value), 1


def _of_profile(profile: Profile, label: PlatformLabel, reading: LabelReading, n: int) -> Shown:
    """A field of a profile: it belongs to the capture, not to a post."""
    at = profile.captured_us
    return Shown(
        account=profile.account,
        label=label,
        area="|".join(reading.areas),
        n=n,
        rows=(RowRef(profile.original, profile.row),),
        first_us=at,
        last_us=at,
        by_platform=at is None or at >= label.since_us,
        note=reading.note,
    )


def _of_run(run: LabelRun, label: PlatformLabel, reading: LabelReading, until_us: int) -> Shown:
    """A stretch of posts. A label of accounts that stands beside posts has no time of its own.

    Args:
        run: The stretch.
        label: What the platform shows there.
        reading: What it names.
        until_us: End of an earlier owner; a stretch that ends before is that owner's.
    """
    of_account = label.carrier == "account"
    return Shown(
        account=run.account,
        label=label,
        area="|".join(reading.areas),
        n=run.n,
        rows=(run.first,) if run.first == run.last else (run.first, run.last),
        first_us=None if of_account else run.first_us,
        last_us=None if of_account else run.last_us,
        by_platform=of_account or run.first_us >= label.since_us,
        note=reading.note,
        earlier=not of_account and run.last_us < until_us,
    )


def _keep(units: list[UnitLabels], reading: LabelReading, item: Shown) -> None:
    """Put an item, or its refusal, to the units of its account."""
    for unit in units:
        if reading.refusal is None:
            unit.shown.append(item)
            continue
        unit.refused[reading.label[:60], reading.refusal] += item.n
        if reading.refusal == "marked_inaccurate":
            unit.doubted.add(item.account)
