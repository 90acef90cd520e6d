"""Tests of a time column that need no ids: skipped spring hours, and damage done by spreadsheets.

Where clocks are set forward, an hour of the wall clock does not occur. A column that holds as many
posts in such an hour as in the hours around it was not written by that clock; one that is empty
there, though posts surround the gap, was. The posts themselves are the measure: the same hours on
the same weekday of the four weeks before and after say how many would be ordinary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from forensics.clock import local_segments, parse_offset_min
from forensics.read.database import among, integers, literal
from forensics.read.resolve import segments_of
from forensics.read.times import EMPTY, SLASHED, TimeFormat, form_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HOUR_S, WEEK_H = 3_600, 168
WEEKS = (-4, -3, -2, -1, 1, 2, 3, 4)
"""Weeks whose same hours say what is ordinary; whole weeks, so that weekday and hour agree."""
AROUND_H = 3
"""Hours before and after the gap that show whether anybody posted on that day."""
RULES: Mapping[str, str] = {
    "America/New_York": "US and Canada",
    "America/Mexico_City": "Mexico until 2022",
    "America/Havana": "Cuba",
    "America/Sao_Paulo": "south-east Brazil until 2018",
    "America/Santiago": "Chile",
    "Europe/London": "Britain, Ireland, Portugal",
    "Europe/Berlin": "central Europe",
    "Europe/Kiev": "eastern Europe",
    "Europe/Moscow": "Moscow until 2011",
    "Asia/Jerusalem": "Israel",
    "Asia/Tehran": "Iran until 2022",
    "Africa/Cairo": "Egypt",
    "Australia/Sydney": "south-east Australia",
    "Pacific/Auckland": "New Zealand",
}
"""One zone a rule. Zones that skip the same hour of the wall clock on the same date cannot be told
apart by it: New York, Chicago and Los Angeles all skip 02:00 to 03:00."""
FEWEST_HITS = 3
"""Accounts seen in skipped hours before a zone is excluded: one or two may be damaged rows."""
EXCLUDED_PART = 4
"""They must also be at least one in this many of what is ordinary."""
QUIET_PART = 20
"""A gap counts as empty with up to one in this many of what is ordinary."""
FEWEST_EXPECTED, FEWEST_EXPECTED_CLAIMED = 6, 15
"""Ordinary number from which emptiness is said of a column without a zone, or of one that claims
UTC: by chance alone 6 give none once in 400 times, 15 once in three million."""

Verdict = Literal["excluded", "empty", "undecided"]


@dataclass(frozen=True, slots=True)
class SkippedHours:
    """Posts in the hours of the wall clock that one zone skipped."""

    zone: str
    gaps: int
    """Skipped hours that lie in the span of the column."""
    hits: int
    """Accounts that posted in them, by the column; an account counts once an hour."""
    expected_milli: int
    """How many would be ordinary if no hour were skipped, in thousandths."""

    @property
    def expected(self) -> int:
        """The ordinary number, rounded."""
        return (self.expected_milli + 500) // 1000

    def verdict(self, fewest_expected: int = FEWEST_EXPECTED) -> Verdict:
        """What it says about that zone as the clock of the column."""
        if self.hits >= FEWEST_HITS and self.hits * 1000 * EXCLUDED_PART >= self.expected_milli:
            return "excluded"
        enough = self.expected_milli >= fewest_expected * 1000
        if enough and self.hits * 1000 * QUIET_PART <= self.expected_milli:
            return "empty"
        return "undecided"

    def words(self) -> str:
        """`Europe/Berlin (central Europe): 12 seen, 11 ordinary in 3 gaps`."""
        rule = f" ({RULES[self.zone]})" if self.zone in RULES else ""
        gaps = "1 gap" if self.gaps == 1 else f"{self.gaps} gaps"
        return f"{self.zone}{rule}: {self.hits:,} seen, {self.expected:,} ordinary in {gaps}"


def skipped_hours(
    con: DuckDBPyConnection, keep: str, zones: Sequence[str] = tuple(RULES)
) -> tuple[SkippedHours, ...]:
    """Counts for each zone that skipped an hour within the span of the column, in given order.

    Args:
        con: Connection that holds `rows`; their `local_us` is the wall clock of the column.
        keep: SQL condition on the rows to look at.
        zones: IANA names.
    """
    low, high, count = integers(
        con,
        f"SELECT min(local_us) // 1000000, max(local_us) // 1000000 + 1, count(*) FROM rows "
        f"WHERE {keep}",
    )
    if not count:
        return ()
    gaps = {zone: _gaps(zone, low, high) for zone in zones}
    cells = [
        (zone, number, part, hour)
        for zone in zones
        for number, gap in enumerate(gaps[zone])
        for part, hour in _cells(gap)
    ]
    if not cells:
        return ()
    names = ("zone", "gap", "part", "hour")
    types = ("VARCHAR", "BIGINT", "VARCHAR", "BIGINT")
    columns = ", ".join(
        f"unnest(CAST(? AS {kind}[])) AS {name}" for name, kind in zip(names, types, strict=True)
    )
    values = [[cell[index] for cell in cells] for index in range(len(names))]
    con.execute(f"CREATE OR REPLACE TEMP TABLE gap_cells AS SELECT {columns}", values)
    counted = con.execute(
        f"""WITH active AS (
            SELECT DISTINCT account, local_us // {HOUR_S * 1_000_000} AS hour FROM rows
            WHERE {keep} AND hour IN (SELECT hour FROM gap_cells)),
        hourly AS (SELECT hour, count(*) AS n FROM active GROUP BY hour)
        SELECT zone, part, sum(n) FROM gap_cells JOIN hourly USING (hour) GROUP BY zone, part"""
    ).fetchall()
    sums = {(str(zone), str(part)): int(n) for zone, part, n in counted}
    return tuple(_judged(zone, len(gaps[zone]), sums) for zone in zones if gaps[zone])


def _gaps(zone: str, low_s: int, high_s: int) -> list[int]:
    """Hours (since 1970, of the wall clock) that a zone skipped whole between two local seconds."""
    return [
        piece.start_s // HOUR_S
        for piece in local_segments(zone, low_s, high_s)
        if piece.status == "missing"
        and piece.start_s % HOUR_S == 0
        and piece.end_s - piece.start_s == HOUR_S
    ]


def _cells(gap: int) -> Iterator[tuple[str, int]]:
    """The hours looked at for one gap: itself, those around it, and the same in other weeks."""
    around = [step for step in range(-AROUND_H, AROUND_H + 1) if step]
    yield "gap", gap
    yield from (("around", gap + step) for step in around)
    for week in WEEKS:
        yield "gap_ref", gap + week * WEEK_H
        yield from (("around_ref", gap + week * WEEK_H + step) for step in around)


def _judged(zone: str, gaps: int, sums: Mapping[tuple[str, str], int]) -> SkippedHours:
    """Counts of one zone: hours around the gap, times what the gap's hour has for each of them."""
    hits, around, gap_ref, around_ref = (
        sums.get((zone, part), 0) for part in ("gap", "around", "gap_ref", "around_ref")
    )
    expected = around * gap_ref * 1000 // around_ref if around_ref else 0
    return SkippedHours(zone, gaps, hits, expected)


def naive_gap_notes(
    con: DuckDBPyConnection, keep: str, field: str, stated: str | None
) -> tuple[str, ...]:
    """What the skipped hours say of a column without a zone; nothing where posts are too few.

    Args:
        con: Connection that holds `rows`.
        keep: SQL condition on the rows of the column, also those refused for their zone.
        field: Name of the column.
        stated: Zone that the user stated for it, if any.
    """
    named = stated if stated and parse_offset_min(stated) is None and segments_of(stated) else None
    zones = [*dict.fromkeys([*([named] if named else []), *RULES])]
    found = skipped_hours(con, keep, zones)
    notes = [
        f"WARNING: {field} holds posts in hours that {named} skipped ({one.words()}), so that is "
        "not its clock: find out which is"
        for one in found
        if one.zone == named and one.verdict() == "excluded"
    ]
    excluded = [one.words() for one in found if one.zone != named and one.verdict() == "excluded"]
    empty = [one.words() for one in found if one.verdict() == "empty"]
    if excluded:
        notes.append(
            f"skipped spring hours: {field} holds posts in them, so these are not its clock: "
            f"{'; '.join(excluded)}. UTC and zones that skip no hour are not tested by this"
        )
    if empty:
        notes.append(
            f"skipped spring hours: {field} is empty in them, as a zone with the same rule would "
            "leave it: " + "; ".join(empty)
        )
    return tuple(notes)


def claimed_gap_notes(con: DuckDBPyConnection, keep: str, field: str) -> tuple[str, ...]:
    """A warning where a column that claims UTC is empty in the hours that some zone skipped."""
    empty = [
        one.words()
        for one in skipped_hours(con, keep)
        if one.verdict(FEWEST_EXPECTED_CLAIMED) == "empty"
    ]
    if not empty:
        return ()
    note = (
        f"WARNING: {field} claims UTC, but is empty in the spring hours that a zone skipped, as if "
        f"it had been written there: {'; '.join(empty)}. Check one post against the platform"
    )
    return (note,)


def column_notes(
    con: DuckDBPyConnection, rows: str, field: str, found: TimeFormat
) -> tuple[str, ...]:
    """Columns that mix formats or zones, and dates that a spreadsheet has turned round.

    Uses the table `sampled` that `times.detect` left behind, and the raw text of refused rows.
    """
    if found.form in ("timestamp", "timestamptz", "id"):
        return ()
    return (
        *_mixed(con, field),
        *_turned(con, field),
        *_refused_forms(con, rows, field),
    )


_FORM_WORDS = {
    "iso": "ISO 8601",
    "number": "counts since 1970",
    "serial": "serial days",
    "words": "day and month names",
    "slashed": "days and months as numbers",
}


def _mixed(con: DuckDBPyConnection, field: str) -> Iterator[str]:
    """A note where a sample of the column shows more than one format."""
    counted = con.execute(
        f"""SELECT CASE WHEN form = 'number' AND {_serial("t")} THEN 'serial'
            WHEN form IN ('twitter', 'mail') THEN 'words' ELSE form END AS kind, count(*) AS n
        FROM (SELECT t, {form_of("t")} AS form FROM (SELECT CAST(t AS VARCHAR) AS t FROM sampled)
            WHERE NOT {among("lower(t)", EMPTY)})
        WHERE form IS NOT NULL GROUP BY kind ORDER BY n DESC, kind"""
    ).fetchall()
    if len(counted) > 1:
        listed = ", ".join(f"{int(n):,} {_FORM_WORDS[str(kind)]}" for kind, n in counted)
        yield f"{field} mixes formats (in a sample: {listed}): it was put together from several"


def _serial(t: str) -> str:
    """SQL: a number that can be a spreadsheet's serial day between 2000 and 2100."""
    return f"TRY_CAST({t} AS DOUBLE) BETWEEN 36526 AND 73050"


def _turned(con: DuckDBPyConnection, field: str) -> Iterator[str]:
    """A warning where only days up to 12 were taken for dates: a spreadsheet in another language.

    It reads 03/04/2019 as 4 March, writes 2019-03-04, and leaves 25/04/2019 as text.
    """
    iso, highest, slashed, lowest = integers(
        con,
        f"""SELECT count(*) FILTER (form = 'iso'),
            max(TRY_CAST(substr(t, 9, 2) AS INTEGER)) FILTER (form = 'iso'),
            count(*) FILTER (form = 'slashed'),
            min(greatest(TRY_CAST(m.a AS INTEGER), TRY_CAST(m.b AS INTEGER)))
                FILTER (form = 'slashed')
        FROM (SELECT t, {form_of("t")} AS form,
                regexp_extract(t, {literal("^" + SLASHED)}, ['a', 'b', 'c', 'd']) AS m
            FROM (SELECT CAST(t AS VARCHAR) AS t FROM sampled))""",
    )
    if iso >= 20 and slashed >= 5 and 0 < highest <= 12 < lowest:
        yield (
            f"WARNING: {field}: in a sample, {iso:,} dates have no day above 12 and {slashed:,} "
            "others, left as text, have only such: a spreadsheet has swapped day and month of "
            "the first. Ask for the export as it was before the spreadsheet"
        )


def _refused_forms(con: DuckDBPyConnection, rows: str, field: str) -> Iterator[str]:
    """Notes on refused times that have a name: two-digit years, both orders, serial days."""
    day, month, two_digits, serial = integers(
        con,
        f"""SELECT count(*) FILTER (first > 12 AND second <= 12),
            count(*) FILTER (second > 12 AND first <= 12),
            count(*) FILTER (regexp_full_match(raw, {literal(_TWO_DIGITS)})),
            count(*) FILTER ({_serial("replace(raw, ',', '.')")})
        FROM (SELECT raw, TRY_CAST(m.a AS INTEGER) AS first, TRY_CAST(m.b AS INTEGER) AS second
            FROM (SELECT raw, regexp_extract(raw, {literal("^" + SLASHED)}, ['a', 'b', 'c', 'd'])
                AS m FROM rows
                WHERE {rows} AND reason IN ('bad_time', 'time_out_of_range')))""",
    )
    if day and month:
        yield (
            f"{field}: {day:,} dates can only be day first and {month:,} only month first: the "
            "column mixes both orders, so none of its dates was read; export year-month-day"
        )
    if two_digits:
        yield (
            f"{field}: {two_digits:,} dates have a year of two digits and were refused; export "
            "the year with four"
        )
    if serial:
        yield (
            f"{field}: {serial:,} times are a spreadsheet's serial days and were refused. To read "
            "them, give the column the format yyyy-mm-dd hh:mm:ss in the spreadsheet, save it as "
            "CSV, and state whose clock it was with --assume-zone ZONE --because TEXT"
        )


_TWO_DIGITS = r"(?i)\d{1,2}[/.-]\d{1,2}[/.-]\d{2},?[T ]+\d{1,2}:\d{2}.*"
