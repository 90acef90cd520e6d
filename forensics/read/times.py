"""Times of a whole column as integers: SQL that reads text without ever casting it to a timestamp.

The format is found once, on a sample; rows in another format take the slow branch of the same
statement; what neither reads is refused. Wall-clock times stay apart from instants: a time without
an offset is only counted as if it were UTC (`local_us`) until a zone is stated for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from forensics.clock import EARLIEST_US, LATEST_US
from forensics.read.database import integers, literal
from forensics.read.fields import snowflake_us

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Form = Literal["epoch", "iso", "words", "slashed", "timestamp", "timestamptz", "id", "none"]
SAMPLE = 2_000
HASH_STEP = 512
"""One distinct text in this many is looked at beyond the first rows."""

ISO = (
    r"(?i)(\d{4})[-/](\d{1,2}|[a-z]{3})[-/](\d{1,2})[T ]+(\d{1,2}):(\d{2})"
    r"(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:([ap])\.?m\.?)?\s*"
    r"(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
)
"""ISO 8601 and what the other patterns are rewritten to (month names, AM and PM)."""
ISO_PARTS = "['y', 'mo', 'd', 'h', 'mi', 's', 'f', 'ap', 'z']"
TWITTER = r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}:\d{2}:\d{2}) ([+-]\d{4}) (\d{4})"
"""Mon Mar 04 12:34:56 +0000 2019"""
MAIL = (
    r"(?:[A-Z][a-z]{2}, *)?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) "
    r"(\d{2}:\d{2}(?::\d{2})?) (Z|UTC|GMT|[+-]\d{4})"
)
"""Mon, 04 Mar 2019 12:34:56 +0000"""
SLASHED = (
    r"(?i)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}),?[T ]+(\d{1,2}:\d{2}(?::\d{2})?"
    r"\s*(?:[ap]\.?m\.?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?)"
)
"""Day and month in an order that one row cannot tell."""
NUMBER = r"-?\d{1,20}(?:\.\d{1,9})?"
EMPTY = "('', 'nan', 'none', 'null', 'nat', 'n/a', '-', '\\n')"
"""Lower-case texts that stand for a missing time."""
_MONTHS = "'janfebmaraprmayjunjulaugsepoctnovdec'"
_SCALE = {"s": 1_000_000, "ms": 1_000, "us": 1}


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """How the times of a column are written."""

    form: Form
    unit: Literal["", "s", "ms", "us", "ns"] = ""
    """For `epoch`: unit of the count."""
    day_first: bool | None = None
    """For dates such as 03/04/2019: the order the whole column shows; None if it shows none."""
    note: str | None = None
    """What the user should know about the column."""

    def described(self) -> str:
        """The format for the source list."""
        names = {
            "epoch": f"epoch {self.unit}".strip(),
            "iso": "ISO 8601",
            "words": "day and month names",
            "slashed": {True: "day/month/year", False: "month/day/year"}.get(
                self.day_first is True, "day and month in unknown order"
            ),
            "timestamp": "timestamp without zone",
            "timestamptz": "timestamp with zone",
            "id": "clock inside the ids",
            "none": "unreadable",
        }
        return names[self.form]


def detect(con: DuckDBPyConnection, source: str, sql_type: str) -> TimeFormat:
    """The time format of the column `t` of a SELECT, from its type and a sample of its values.

    The sample is the first rows and, by a hash of the text, some of the whole column: no random
    source, and no trust in the first rows alone.
    """
    if sql_type == "TIMESTAMP WITH TIME ZONE":
        return TimeFormat("timestamptz")
    if sql_type.startswith("TIMESTAMP"):
        return TimeFormat("timestamp")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE sampled AS
        SELECT t FROM (SELECT t FROM ({source}) LIMIT {SAMPLE})
        UNION ALL SELECT t FROM ({source}) WHERE hash(t) % {HASH_STEP} = 0"""
    )
    counts = integers(
        con,
        f"""WITH sample AS (
            SELECT CAST(t AS VARCHAR) AS t FROM sampled WHERE lower(t::VARCHAR) NOT IN {EMPTY}),
        formed AS (SELECT t, {form_of("t")} AS form FROM sample)
        SELECT count(*) FILTER (form = 'number'), count(*) FILTER (form = 'iso'),
            count(*) FILTER (form IN ('twitter', 'mail')), count(*) FILTER (form = 'slashed'),
            count(*) FILTER (form = 'number' AND {_in_unit("t", "s")}),
            count(*) FILTER (form = 'number' AND {_in_unit("t", "ms")}),
            count(*) FILTER (form = 'number' AND {_in_unit("t", "us")}),
            count(*) FILTER (form = 'number' AND {_in_unit("t", "ns")}),
            count(*) FILTER (form = 'number' AND TRY_CAST(t AS DOUBLE) BETWEEN 30000 AND 80000),
            count(*) FILTER (regexp_full_match(t, '\\d{{1,2}}:\\d{{2}}.*')),
            count(*) FILTER (regexp_full_match(t, '[0-9]{{1,4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,4}}'))
        FROM formed""",
    )
    number, iso, words, slashed, *rest = counts
    units, (serial, clock_only, date_only) = rest[:4], rest[4:]
    order = _order(con, source) if slashed else None
    note = _note(serial, clock_only, date_only, slashed and order is None)
    best = max(number, iso, words, slashed)
    if best == 0:
        return TimeFormat("none", day_first=order, note=note)
    if best == number:
        if max(units) == 0:
            return TimeFormat("none", day_first=order, note=note)
        names: tuple[Literal["s"], Literal["ms"], Literal["us"], Literal["ns"]]
        names = ("s", "ms", "us", "ns")
        return TimeFormat("epoch", names[units.index(max(units))], order, note)
    form: Form = "iso" if best == iso else "words" if best == words else "slashed"
    return TimeFormat(form, day_first=order, note=note)


def _note(serial: int, clock_only: int, date_only: int, undecided: bool | int) -> str | None:
    """What is wrong with a column whose values are refused, if it has a name."""
    if serial:
        return (
            "the times are a spreadsheet's serial days; export the column as text with its offset"
        )
    if undecided:
        return (
            "dates such as 03/04/2019 may be day first or month first, and no value of the column "
            "decides it; export them as year-month-day"
        )
    if clock_only:
        return "a time of day without a date is no instant; export the date with it"
    if date_only:
        return "a date without a time of day says nothing about hours; export the time with it"
    return None


def _order(con: DuckDBPyConnection, source: str) -> bool | None:
    """True if the whole column shows day first, False for month first, None if it shows neither."""
    first, second = integers(
        con,
        f"""SELECT max(TRY_CAST(m.a AS INTEGER)), max(TRY_CAST(m.b AS INTEGER)) FROM (
            SELECT regexp_extract(t, {literal(SLASHED)}, ['a', 'b', 'c', 'd']) AS m FROM ({source})
            WHERE regexp_full_match(t, {literal(SLASHED)}))""",
    )
    if (first > 12) == (second > 12):
        return None
    return first > 12


def form_of(t: str) -> str:
    """SQL: which pattern a text fits; cheap tests first."""
    return f"""CASE
        WHEN substr({t}, 5, 1) IN ('-', '/') AND regexp_full_match({t}, {literal(ISO)}) THEN 'iso'
        WHEN regexp_full_match({t}, {literal(NUMBER)}) THEN 'number'
        WHEN regexp_full_match({t}, {literal(TWITTER)}) THEN 'twitter'
        WHEN regexp_full_match({t}, {literal(MAIL)}) THEN 'mail'
        WHEN regexp_full_match({t}, {literal(SLASHED)}) THEN 'slashed' END"""


def _in_unit(t: str, unit: str) -> str:
    """SQL: a number lies in 2000 to 2100 if it counts that unit. The four ranges are disjoint."""
    low, high = EARLIEST_US, LATEST_US
    whole = f"TRY_CAST(split_part({t}, '.', 1) AS BIGINT)"
    if unit == "ns":
        return f"{whole} BETWEEN {low * 1000} AND {high * 1000 - 1}"
    scale = _SCALE[unit]
    return f"{whole} BETWEEN {low // scale} AND {high // scale - 1}"


def parsed(found: TimeFormat, source: str) -> str:
    """SQL over a SELECT with a column `t`: every column of it plus local_us, off_min, precision_s, instant.

    `local_us` is NULL where the text is no time. `instant` is true where the count is UTC already.
    """
    if found.form == "timestamptz":
        return _native(source, "epoch_us(t)", instant=True)
    if found.form == "timestamp":
        return _native(source, "epoch_us(CAST(t AS TIMESTAMP))", instant=False)
    if found.form == "id":
        return _native(source, snowflake_us("t"), instant=True)
    rewritten = f"""SELECT *, CASE
        WHEN substr(t, 5, 1) IN ('-', '/') THEN t
        WHEN regexp_full_match(t, {literal(TWITTER)})
            THEN regexp_replace(t, {literal(TWITTER)}, '\\5-\\1-\\2 \\3 \\4')
        WHEN regexp_full_match(t, {literal(MAIL)})
            THEN regexp_replace(t, {literal(MAIL)}, '\\3-\\2-\\1 \\4 \\5')
        {_slashed(found.day_first)} END AS iso FROM ({source})"""
    if found.form == "epoch":
        rewritten = rewritten.replace(
            "CASE\n", f"CASE WHEN regexp_full_match(t, {literal(NUMBER)}) THEN NULL\n", 1
        )
    pattern = literal("^" + ISO + "$")
    matched = f"""SELECT * EXCLUDE (iso), regexp_extract(iso, {pattern}, {ISO_PARTS}) AS m
        FROM ({rewritten})"""
    numbers = f"""SELECT * EXCLUDE (m), {_PARTS}, {_epoch(found)} AS epoch_us FROM ({matched})"""
    return f"""SELECT
        * EXCLUDE (days, hour, minute, second, micro, zone_min, has_s, epoch_us, zoned),
        COALESCE(epoch_us, CASE WHEN hour < 24 AND minute < 60 AND second < 60
            AND (NOT zoned OR zone_min BETWEEN -840 AND 840)
            THEN ((days * 86400 + hour * 3600 + minute * 60 + second) * 1000000 + micro) END)
            AS local_us,
        CASE WHEN epoch_us IS NULL AND zoned THEN zone_min END AS off_min,
        CASE WHEN epoch_us IS NOT NULL OR has_s THEN 1 ELSE 60 END AS precision_s,
        epoch_us IS NOT NULL AS instant FROM ({numbers})"""


_HOUR = """CASE lower(m.ap) WHEN '' THEN TRY_CAST(m.h AS BIGINT)
    WHEN 'a' THEN CASE WHEN TRY_CAST(m.h AS BIGINT) BETWEEN 1 AND 12
        THEN TRY_CAST(m.h AS BIGINT) % 12 END
    ELSE CASE WHEN TRY_CAST(m.h AS BIGINT) BETWEEN 1 AND 12
        THEN TRY_CAST(m.h AS BIGINT) % 12 + 12 END END"""
_MONTH = f"""CASE WHEN regexp_full_match(m.mo, '\\d+') THEN lpad(m.mo, 2, '0')
    WHEN strpos({_MONTHS}, lower(m.mo)) % 3 = 1
        THEN lpad(CAST(CAST((strpos({_MONTHS}, lower(m.mo)) + 2) / 3 AS BIGINT) AS VARCHAR), 2, '0')
    END"""
_ZONE = """CASE WHEN m.z = '' THEN NULL WHEN upper(m.z) IN ('Z', 'UTC', 'GMT') THEN 0
    WHEN COALESCE(TRY_CAST(substr(replace(m.z, ':', ''), 4, 2) AS BIGINT), 0) < 60 THEN
        (CASE WHEN left(m.z, 1) = '-' THEN -1 ELSE 1 END) * (
            CAST(substr(m.z, 2, 2) AS BIGINT) * 60
            + COALESCE(TRY_CAST(substr(replace(m.z, ':', ''), 4, 2) AS BIGINT), 0)) END"""
_PARTS = f"""TRY_CAST(m.y || '-' || {_MONTH} || '-' || lpad(m.d, 2, '0') AS DATE)
        - DATE '1970-01-01' AS days,
    {_HOUR} AS hour, TRY_CAST(m.mi AS BIGINT) AS minute,
    CASE WHEN m.s = '' THEN 0 ELSE TRY_CAST(m.s AS BIGINT) END AS second,
    CASE WHEN m.f = '' THEN 0 ELSE CAST(rpad(left(m.f, 6), 6, '0') AS BIGINT) END AS micro,
    {_ZONE} AS zone_min, m.s <> '' AS has_s, m.z <> '' AS zoned"""


def _slashed(day_first: bool | None) -> str:
    """SQL branch for dates in day or month order; none if the column does not show the order."""
    if day_first is None:
        return ""
    target = "\\3-\\2-\\1 \\4" if day_first else "\\3-\\1-\\2 \\4"
    return f"""WHEN regexp_full_match(t, {literal(SLASHED)})
        THEN regexp_replace(t, {literal(SLASHED)}, '{target}')"""


def _epoch(found: TimeFormat) -> str:
    """SQL: microseconds of an epoch count, by the unit of the column."""
    if found.form != "epoch":
        return "CAST(NULL AS BIGINT)"
    whole = "TRY_CAST(split_part(t, '.', 1) AS BIGINT)"
    if found.unit == "ns":
        value = f"({whole} - {whole} % 1000) // 1000"
    else:
        scale = _SCALE[found.unit or "s"]
        digits = len(str(scale)) - 1
        fraction = f"rpad(left(split_part(t, '.', 2), {digits}), {digits}, '0')"
        part = f" + COALESCE(TRY_CAST({fraction} AS BIGINT), 0)" if digits else ""
        value = f"{whole} * {scale}{part}"
    return f"""CASE WHEN regexp_full_match(t, {literal(NUMBER)})
        THEN CASE WHEN {_in_unit("t", found.unit or "s")} THEN {value} ELSE -1 END END"""


def _native(source: str, value: str, *, instant: bool) -> str:
    """SQL for a column that is a time already."""
    return f"""SELECT *, {value} AS local_us, CAST(NULL AS BIGINT) AS off_min, 1 AS precision_s,
        {str(instant).lower()} AS instant FROM ({source})"""
