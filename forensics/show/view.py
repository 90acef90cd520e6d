"""`ReportView`: everything the report, the map and `summary.json` print, and nothing they compute.

`job/gather.py` fills it from the tables of a case and from the assessments; `show/` only formats
what stands here. Every string is treated as hostile, also those that our own finders wrote, because
they may quote a label or a file name.

All numbers are integers with their unit in the name. An empty tuple means "looked, there is none";
`None` means "not known".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from forensics.model import Clue, Finding, Image, Observation, Rung
from forensics.show.collectionview import CollectionView
from forensics.show.glossary import GLOSSARY
from forensics.show.groups import GroupsView
from forensics.show.imagesview import ImagesView
from forensics.show.people import PeopleView
from forensics.show.reviews import RegradeView, ReviewView
from forensics.show.ties import TiesView
from forensics.show.timesview import TimesFigures
from forensics.weigh.assessment import Assessment
from forensics.weigh.same_place import SamePlace

HOURS_IN_WEEK = 168


@dataclass(frozen=True, slots=True)
class Integrity:
    """Whether the case is whole, and what that proves."""

    originals: int
    """Files received."""
    originals_match: int
    """Files whose bytes still have the hash they were received with."""
    record_lines: int
    """Lines of the record that this report is made from."""
    record_whole: bool
    """True if every line holds the hash of the one before it."""
    proof_level: int
    """0 chain only, 1 sealed here, 2 head held by somebody else, 3 outside timestamp."""
    proof_says: str
    """What that level would show, and what it would not, in one sentence."""
    signatures: tuple[str, ...] = ()
    """Who signed, each with the fingerprint of the key; empty if nobody did."""


@dataclass(frozen=True, slots=True)
class SourceView:
    """One original and what its reader made of it."""

    sha256: str
    name: str
    """Name as received; data, never a path."""
    size: int
    """Bytes."""
    reader: str
    """Reader that took it; empty if none did."""
    format: str
    rows_present: int
    rows_read: int
    rows_refused: int
    clock: str
    """Whose clock wrote the times, in which zone, how precisely, and how that is known."""
    assumption: str | None = None
    """The stated assumption the times rest on; None if they rest on none."""
    notes: tuple[str, ...] = ()
    received: str = ""
    """From whom, by whom, when and how, as claimed."""


@dataclass(frozen=True, slots=True)
class RefusalExample:
    """One refused item."""

    original: str
    """SHA-256 of the file, or its name where it could not be read."""
    where: str
    raw: str


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """One kind of refusal, counted."""

    reason: str
    """A key of `model.REFUSAL_REASONS`."""
    n: int
    share_ppm: int
    """Share of everything of that kind that was received."""
    of: str
    """The denominator in words, such as `3,120 rows`."""
    examples: tuple[RefusalExample, ...] = ()
    """At most a few; the rest stand in tables/refusals.parquet."""


@dataclass(frozen=True, slots=True)
class ZoneSet:
    """Zones that the hours cannot tell apart, under one named prior."""

    prior: str
    """The prior in words, such as `equal for all offsets` or `by population`."""
    level_ppm: int
    """Level of the set: 800,000 for a set that should hold the truth in 80 of 100 cases."""
    zones: tuple[str, ...]
    """Offsets or zone names, as text, in order."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HoursFigure:
    """Counts per hour of the week, in UTC and in one zone; drawn side by side.

    Both count tuples have 168 entries, Monday 00:00 first. `counts_local` was binned from the
    instants by the rules of the zone at each date: it is not `counts_utc` rotated.
    """

    split: str
    """Which posts: `originals`, `reposts`, `pooled` ..."""
    zone_label: str
    """Zone of the local panel, such as `Asia/Shanghai rules (UTC+8)`."""
    counts_utc: tuple[int, ...]
    counts_local: tuple[int, ...]
    n: int
    """Posts drawn: the sum of either panel."""
    n_all: int
    """Posts of this unit that could have been drawn."""
    period: str
    """First and last day, as text."""
    zone_sets: tuple[ZoneSet, ...] = ()
    alternatives: tuple[str, ...] = ()
    """Sentences: which other zone and shift start give the same picture."""
    missing_utc: tuple[int, ...] = ()
    """Bins (0-167) in which nothing was collected: hatched, not empty."""
    missing_local: tuple[int, ...] = ()
    audience_label: str | None = None
    """Audience zone and its stated waking hours, in words; None if no audience was named."""
    audience_utc: tuple[int, ...] = ()
    """Bins inside the waking hours of the audience, in the UTC panel."""
    audience_local: tuple[int, ...] = ()
    footnotes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """A figure with another number of cells would be drawn wrong without a word."""
        for counts in (self.counts_utc, self.counts_local):
            if len(counts) != HOURS_IN_WEEK:
                msg = f"hour of week needs {HOURS_IN_WEEK} counts, got {len(counts)}"
                raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Says:
    """One line of what a clue says: which zones or countries, and how well they explain it."""

    text: str
    mdb: int
    """Relative to the best."""


@dataclass(frozen=True, slots=True)
class ClueView:
    """One clue as the report numbers it, with what it rests on."""

    number: str
    """C1, C2 ... counted over the whole report."""
    clue: Clue
    group: str
    """Id of its `Group` in the assessment; empty if it was not weighed."""
    observations: tuple[Observation, ...]
    command: str
    """The command that prints the same numbers again."""
    carriers: str = ""
    """How many of N accounts carry it, in words."""
    control: str = ""
    """How common it is among comparable accounts, or that there are no controls."""
    first: str = ""
    """Who showed it first, in words."""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """The three as numbers: a row of `numbers.jsonl`."""
    known_answer: str = ""
    """Score of the method on cases with known answers, with n; empty if there is none."""
    says: tuple[Says, ...] = ()
    """What it says about zones, countries or kinds of hypotheses, best first."""
    says_more: int = 0
    """Lines of it that are not printed."""


@dataclass(frozen=True, slots=True)
class ControlUnit:
    """How many accounts of one unit have controls."""

    unit: str
    accounts: int
    with_controls: int
    controls: int
    words: str
    """How they were matched."""


@dataclass(frozen=True, slots=True)
class ControlsView:
    """The accounts that were given to compare with."""

    accounts: int
    posts: int
    in_both: tuple[str, ...]
    """Accounts that are assessed too: refused as controls."""
    units: tuple[ControlUnit, ...]


@dataclass(frozen=True, slots=True)
class ClaimedPlace:
    """What personas of a unit say about their home, against what was assessed."""

    claimed: str
    """Name of the claimed area."""
    claimed_area: str | None
    """Its code, if it has one."""
    assessed: str
    assessed_area: str | None
    rung: Rung | None
    """None where no place is named."""
    accounts: int
    """Accounts that claim it."""


@dataclass(frozen=True, slots=True)
class UnitView:
    """One unit (account, cluster or pool) with everything said about it."""

    assessment: Assessment
    accounts: tuple[str, ...]
    """Account names, in order."""
    hours: tuple[HoursFigure, ...] = ()
    times: TimesFigures | None = None
    """Figures of days, weeks and calendars; None for units that are not printed in full."""
    clues: tuple[ClueView, ...] = ()
    """Weighed and unweighed ones, in the order of their numbers."""
    findings: tuple[Finding, ...] = ()
    """Answers of all finders, also `nothing_found`, `insufficient` and `not_looked`."""
    claimed: tuple[ClaimedPlace, ...] = ()
    group_numbers: tuple[Mapping[str, Any], ...] = ()
    """Rows of `group_numbers.jsonl`: what reviewers ask of each group of clues."""


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account, counted."""

    account: str
    unit: str
    posts: int
    first: str
    """Time of the first post, as text in UTC."""
    last: str
    active_days: int


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One line of the record in short form, without its time (times are claims of one machine)."""

    seq: int
    kind: str
    text: str
    cut: int = 0
    """Characters of the body that the short form leaves out."""


@dataclass(frozen=True, slots=True)
class AssumptionView:
    """Something taken as given."""

    text: str
    because: str
    rests: str = ""
    """What rests on it, such as `1,203 rows`."""
    if_wrong: str = ""
    """The headline if it were wrong by one hour, or another stated amount."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command line with what it shows."""

    shows: str
    line: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """The whole report. Filled by `job/gather.py`, printed by `show/`."""

    question: str
    """The question as it stands in the case."""
    digest: str
    """`Case.digest()`: equal for equal input, whoever ran it and when."""
    period: str
    """First and last day of the posts and images, as text; empty if there are none."""
    tool: str
    """Name and version, such as `gnomon 0.1.0`."""
    integrity: Integrity
    sources: tuple[SourceView, ...]
    units: tuple[UnitView, ...]
    """In the order to print; the first six are printed in full, the others as rows of a table."""
    images: tuple[Image, ...] = ()
    sheet: ImagesView = field(default_factory=ImagesView)
    """Sets, thumbnails and signatures of the images."""
    refusals: tuple[RefusalCount, ...] = ()
    accounts: tuple[AccountView, ...] = ()
    assumptions: tuple[AssumptionView, ...] = ()
    record: tuple[RecordLine, ...] = ()
    commands: tuple[Command, ...] = ()
    collection: CollectionView = field(default_factory=CollectionView)
    """How much is documented of who collected what, and with what."""
    controls: ControlsView | None = None
    """None where no accounts were given to compare with."""
    ties: TiesView = field(default_factory=TiesView)
    """What ties accounts of the case to each other."""
    groups: GroupsView = field(default_factory=GroupsView)
    """Groups that the ties form."""
    same_place: tuple[SamePlace, ...] = ()
    """Accounts, crews and units, and how well one place explains two of them."""
    people: PeopleView = field(default_factory=PeopleView)
    """Conclusions, notes and answers that people wrote into the record."""
    reviews: tuple[ReviewView, ...] = ()
    regrades: tuple[RegradeView, ...] = ()
    """Blind grades of reviewers beside those of the analyst."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Everything a number may depend on: Python, zone database, gazetteer, engine ..."""
    attributions: tuple[str, ...] = ()
    """Notices of data and libraries that must travel along."""
    glossary: tuple[tuple[str, str], ...] = GLOSSARY


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Outlines for the maps: our own packed data, or the user's. GeoJSON, WGS-84 degrees.

    Each feature has `properties.code` (ISO 3166-1 alpha-2 or ISO 3166-2) and `properties.name`.
    """

    countries: Mapping[str, Any]
    """FeatureCollection of all countries."""
    admin1: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Country code -> FeatureCollection of its provinces."""
    admin2: Mapping[str, Any] = field(default_factory=dict)
    """FeatureCollection of second-level areas; `boundary_kind` is approximate or imported."""
    attribution: str = "Natural Earth (public domain)"
