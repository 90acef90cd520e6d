"""The pieces that templates print: rows, columns, panels and maps of one unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from forensics.model import Finding, Weight
from forensics.show.contactsheet import Sheet
from forensics.show.phrases import count
from forensics.show.timepictures import TimePictures
from forensics.show.view import ClaimedPlace, ClueView, HoursFigure
from forensics.weigh.assessment import AreaShare, Assessment, StandingTest


@dataclass(frozen=True, slots=True)
class Column:
    """A group as a column heading."""

    id: str
    label: str
    set_by: str
    ceiling_mdb: int
    numbers: tuple[str, ...]
    settable: bool
    index: int
    mdb: int
    """Its weight for the leading hypothesis."""
    basis: str
    """How all its weights were come by, if all alike; else empty, and each cell says it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One weight with its interval as text."""

    group: Column
    mdb: int
    interval: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One hypothesis with its weights in the order of the columns."""

    id: str
    statement: str
    prior_ppm: int
    sum_mdb: int
    equal_ppm: int
    stated_ppm: int
    leads: bool
    claimed: bool
    """One of the rows that the conclusion counts together."""
    first: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing of hours and the counts of its table."""

    stem: str
    zone: str
    svg: Markup
    counts: tuple[int, ...]
    missing: frozenset[int]

    def cell(self, number: int) -> str:
        """Count of one hour, or `–` where nothing was collected."""
        if number in self.missing and not self.counts[number]:
            return "–"
        return count(self.counts[number])


@dataclass(frozen=True, slots=True)
class HoursPair:
    """A figure with its two panels: raw UTC always beside the local one."""

    figure: HoursFigure
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """One drawn map."""

    svg: Markup
    title: str
    attribution: str


@dataclass(frozen=True, slots=True)
class Level:
    """Shares of one level of areas, as a table."""

    id: str
    caption: str
    areas: tuple[AreaShare, ...]
    more: int
    rest_ppm: int


@dataclass(frozen=True, slots=True)
class UnitContext:
    """One unit, ready for the templates."""

    id: str
    assessment: Assessment
    clues: tuple[ClueView, ...]
    findings: tuple[Finding, ...]
    claimed: tuple[ClaimedPlace, ...]
    group_numbers: tuple[Mapping[str, Any], ...] = ()
    in_full: tuple[ClueView, ...] = ()
    """The clues told in full; all others are rows of one table."""
    groups: tuple[Column, ...] = ()
    resting: tuple[Column, ...] = ()
    matrix: tuple[MatrixRow, ...] = ()
    reasons: tuple[Weight, ...] = ()
    reference: str = ""
    """Against whom all weights compare, if all alike; else empty, and each row says it."""
    wide: bool = False
    assessed_id: str = "assessed"
    leader: str = "none"
    all_test: StandingTest | None = None
    lowest: StandingTest | None = None
    changes: bool = False
    hours: tuple[HoursPair, ...] = ()
    times: tuple[Finding, ...] = ()
    """Findings about when, in the order in which they are asked."""
    pictures: TimePictures = field(default_factory=TimePictures)
    """Figures of days, weeks and calendars."""
    crews: Finding | None = None
    """The finding about crews, where there are crews or pairs that take turns."""
    crew_matrix: Markup | None = None
    """Drawn from two crews on."""
    maps: tuple[PlaceMap, ...] = ()
    levels: tuple[Level, ...] = ()
    area_names: Mapping[str, str] = field(default_factory=dict)
    sheet: Sheet | None = None
    """Contact sheet and claims of its images; None without any."""
    anchors: Mapping[str, str] = field(default_factory=dict)
    """Group id -> anchor of its column."""
