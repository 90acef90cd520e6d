"""Times of a whole column as integers: SQL that never lets a cast decide what an offset means.

The format is found once, on a sample; rows in another format take the slow branch of the same
statement; what neither reads is refused. Wall-clock times stay apart from instants: a time without
an offset is only counted as if it were UTC (`local_us`) until a zone is stated for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from forensics.clock import EARLIEST_US, LATEST_US
from forensics.read.database import among, integers, literal
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
EMPTY = ("", "nan", "none", "null", "nat", "n/a", "-", r"\n")
"""Lower-case texts that stand for a missing time."""
_MONTHS = "'janfebmaraprmayjunjulaugsepoctnovdec'"
Unit = Literal["", "s", "ms", "us", "ns"]
_UNITS: tuple[Unit, ...] = ("s", "ms", "us", "ns")
MAX_OFFSET_MIN = 14 * 60
_SHAPE = re.compile(
    r"0000-00-00[T ]00:00(?::(?P<s>00)(?:\.(?P<f>0{1,9}))?)?(?: ?(?P<z>Z|\+00:?00))?"
)
"""Layouts that can be read by position."""
_UTC_WORDS = r"[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} \+0000 [0-9]{4}"
"""The layout of Twitter, in UTC as it always is."""
_SCALE = {"s": 1_000_000, "ms": 1_000, "us": 1}


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """How the times of a column are written."""

    form: Form
    unit: Unit = ""
    """For `epoch`: unit of the count."""
    day_first: bool | None = None
    """For dates such as 03/04/2019: the order the whole column shows; None if it shows none."""
    shape: str = ""
    """For `iso`: the commonest layout, digits as 0, such as `0000-00-00T00:00:00Z`."""
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
            SELECT CAST(t AS VARCHAR) AS t FROM sampled
                WHERE NOT {among("lower(t::VARCHAR)", EMPTY)}),
        formed AS (SELECT t, {form_of("t")} AS form FROM sample)
        SELECT count(*) FILTER (form = 'number'), count(*) FILTER (form = 'iso'),
            count(*) FILTER (form IN ('twitter', 'mail')), count(*) FILTER (form = 'slashed'),
            count(*) FILTER (form = 'number' AND {_in_unit("t", "s")}),
            count(*) FILTER (form = 'number' AND {_in_unit("t", "ms")}),
            count(*) FILTER (form = 'number' AND {_in_unit("t", "us")}),
            count(*) FILTER (form = 'number' AND {_in_unit("t", "ns")}),
            count(*) FILTER (form = 'number' AND TRY_CAST(t AS DOUBLE) BETWEEN 36526 AND 73050),
            count(*) FILTER (regexp_full_match(t, '\\d{{1,2}}:\\d{{2}}.*')),
            count(*) FILTER (regexp_full_match(t, '[0-9]{{1,4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,4}}'))
        FROM formed""",
    )
    number, iso, words, slashed, *rest = counts
    units, (serial, clock_only, date_only) = rest[:4], rest[4:]
    order = _order(con, source) if slashed else None
    note = _note(serial, clock_only, date_only, slashed and order is None)
    best = max(number, iso, words, slashed)
    if best == 0 or (best == number and max(units) == 0):
        return TimeFormat("none", day_first=order, note=note)
    if best == number:
        return TimeFormat("epoch", _UNITS[units.index(max(units))], order, note=note)
    if best == iso:
        return TimeFormat("iso", day_first=order, shape=_shape(con), note=note)
    return TimeFormat("words" if best == words else "slashed", day_first=order, note=note)


def _shape(con: DuckDBPyConnection) -> str:
    """The commonest layout of the ISO times in the sample, digits as 0 and signs as +."""
    rows = con.execute(
        f"""SELECT regexp_replace(
            regexp_replace(t, '[0-9]', '0', 'g'), '-(00:?00)$', '+\\1') AS shape
        FROM sampled WHERE regexp_full_match(t, {literal(ISO)})
        GROUP BY shape ORDER BY count(*) DESC, shape LIMIT 1"""
    ).fetchall()
    return str(rows[0][0]) if rows else ""


def _note(serial: int, clock_only: int, date_only: int, undecided: bool | int) -> str | None:
    """What is wrong with a column whose values are refused, if it has a name."""
    if serial:
        return (
            "the times are a spreadsheet's serial days; export the column as text with its offset"
        )
    if undecided:
        return (
            "dates such as 03/04/2019 may be day first or month first, and the column does not "
            "decide it; export them as year-month-day"
        )
    if clock_only:
        return f"a time of day without a date is no instant; {_APART}"
    if date_only:
        return f"a date without a time of day says nothing about hours; {_APART}"
    return None


_APART = "where both are there, name them: --map time=DATE,time_of_day=CLOCK"


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
    """SQL: a number lies in 2000 to 2037 if it counts that unit. The four ranges are disjoint."""
    low, high = EARLIEST_US, LATEST_US
    whole = f"TRY_CAST(split_part({t}, '.', 1) AS BIGINT)"
    if unit == "ns":
        return f"{whole} BETWEEN {low * 1000} AND {high * 1000 - 1}"
    scale = _SCALE[unit]
    return f"{whole} BETWEEN {low // scale} AND {high // scale - 1}"


def parsed(found: TimeFormat, source: str) -> str:
    """SQL over a SELECT with a column `t` that adds local_us, off_min, precision_s and instant.

    `local_us` is NULL where the text is no time. `instant` is true where the count is UTC already.
    """
    if found.form == "timestamptz":
        return _native(source, "epoch_us(t)", instant=True)
    if found.form == "timestamp":
        return _native(source, "epoch_us(CAST(t AS TIMESTAMP))", instant=False)
    if found.form == "id":
        return _native(source, snowflake_us("t"), instant=True)
    fast = _fast(found)
    matched = f"""SELECT *, CASE WHEN NOT fast
            THEN regexp_extract({_as_iso(found)}, {literal("^" + ISO + "$")}, {ISO_PARTS}) END AS m
        FROM (SELECT *, COALESCE({fast.matches}, FALSE) AS fast FROM ({source}))"""
    # Each part stands behind its own condition, so that the many rows of the quick branch, whose
    # match is empty, cost nothing here.
    parts = ", ".join(
        f"CASE WHEN NOT fast THEN {part} END AS {name}" for name, part in _PARTS.items()
    )
    numbers = f"""SELECT * EXCLUDE (m), CASE WHEN fast THEN {fast.local_us} END AS fast_us,
        CASE WHEN fast THEN {fast.off_min} END AS fast_off, {parts} FROM ({matched})"""
    return f"""SELECT * EXCLUDE
            (fast, fast_us, fast_off, days, hour, minute, second, micro, zone_min, has_s, zoned),
        CASE WHEN fast THEN fast_us
            WHEN hour < 24 AND minute < 60 AND second < 60
                AND (NOT zoned OR zone_min BETWEEN -{MAX_OFFSET_MIN} AND {MAX_OFFSET_MIN})
            THEN ((days * 86400 + hour * 3600 + minute * 60 + second) * 1000000 + micro) END
            AS local_us,
        CASE WHEN fast THEN fast_off WHEN zoned THEN zone_min END AS off_min,
        CASE WHEN fast THEN {fast.precision_s} WHEN has_s THEN 1 ELSE 60 END AS precision_s,
        {"fast" if found.form == "epoch" else "FALSE"} AS instant FROM ({numbers})"""


@dataclass(frozen=True, slots=True)
class _Fast:
    """The quick branch for the format most of a column is written in, as SQL over `t`."""

    matches: str = "FALSE"
    local_us: str = "CAST(NULL AS BIGINT)"
    off_min: str = "CAST(NULL AS BIGINT)"
    precision_s: int = 1


def _fast(found: TimeFormat) -> _Fast:
    """The quick branch of a column; one that matches nothing where there is none."""
    if found.form == "epoch":
        return _Fast(f"regexp_full_match(t, {literal(NUMBER)})", _epoch(found))
    if found.form == "words":
        return _Fast(f"regexp_full_match(t, {literal(_UTC_WORDS)})", _UTC_WORDS_US, "0")
    shape = _SHAPE.fullmatch(found.shape)
    if shape is None:
        return _Fast()
    # Only what can be a wall clock takes this branch; the rest of the shape has none in either.
    clock = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]" + (":[0-5][0-9]" if shape["s"] else "")
    end = shape.end("s") if shape["s"] else shape.start() + 16
    rest = re.escape(found.shape[end:]).replace("0", "[0-9]").replace(r"\+", "[+-]")
    pattern = "[0-9]{4}-[0-9]{2}-[0-9]{2}" + re.escape(found.shape[10]) + clock + rest

    def number(start: int) -> str:
        return f"TRY_CAST(substr(t, {start}, 2) AS BIGINT)"

    # The text is cut before its offset, which the cast would drop.
    wall = f"epoch_us(TRY_CAST(left(t, {end}) AS TIMESTAMP))"
    off_min = "CAST(NULL AS BIGINT)"
    if shape["f"]:
        digits = min(len(shape["f"]), 6)
        wall += f" + CAST(rpad(substr(t, 21, {digits}), 6, '0') AS BIGINT)"
    if shape["z"] == "Z":
        off_min = "CAST(0 AS BIGINT)"
    elif shape["z"]:
        at, minute = shape.start("z") + 1, number(len(found.shape) - 1)
        sign = f"CASE WHEN substr(t, {at}, 1) = '-' THEN -1 ELSE 1 END"
        off_min = f"({sign}) * ({number(at + 1)} * 60 + {minute})"
        wall = f"CASE WHEN abs({off_min}) <= {MAX_OFFSET_MIN} AND {minute} < 60 THEN {wall} END"
    return _Fast(
        f"regexp_full_match(t, {literal(pattern)})", wall, off_min, 1 if shape["s"] else 60
    )


def _as_iso(found: TimeFormat) -> str:
    """SQL: the text rewritten to the order of ISO 8601; NULL if no pattern fits."""
    return f"""CASE
        WHEN substr(t, 5, 1) IN ('-', '/') THEN t
        WHEN regexp_full_match(t, {literal(TWITTER)})
            THEN regexp_replace(t, {literal(TWITTER)}, '\\5-\\1-\\2 \\3 \\4')
        WHEN regexp_full_match(t, {literal(MAIL)})
            THEN regexp_replace(t, {literal(MAIL)}, '\\3-\\2-\\1 \\4 \\5')
        {_slashed(found.day_first)} END"""


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
_PARTS = {
    "days": f"""TRY_CAST(m.y || '-' || {_MONTH} || '-' || lpad(m.d, 2, '0') AS DATE)
        - DATE '1970-01-01'""",
    "hour": _HOUR,
    "minute": "TRY_CAST(m.mi AS BIGINT)",
    "second": "CASE WHEN m.s = '' THEN 0 ELSE TRY_CAST(m.s AS BIGINT) END",
    "micro": "CASE WHEN m.f = '' THEN 0 ELSE CAST(rpad(left(m.f, 6), 6, '0') AS BIGINT) END",
    "zone_min": _ZONE,
    "has_s": "m.s <> ''",
    "zoned": "m.z <> ''",
}
"""SQL: name -> the number in one group of a match."""


_UTC_WORDS_US = f"""CASE WHEN strpos({_MONTHS}, lower(substr(t, 5, 3))) % 3 = 1
        AND TRY_CAST(substr(t, 12, 2) AS BIGINT) < 24 AND TRY_CAST(substr(t, 15, 2) AS BIGINT) < 60
        AND TRY_CAST(substr(t, 18, 2) AS BIGINT) < 60
    THEN ((TRY_CAST(right(t, 4) || '-'
            || CAST((strpos({_MONTHS}, lower(substr(t, 5, 3))) + 2) // 3 AS VARCHAR) || '-'
            || substr(t, 9, 2) AS DATE) - DATE '1970-01-01') * 86400
        + TRY_CAST(substr(t, 12, 2) AS BIGINT) * 3600 + TRY_CAST(substr(t, 15, 2) AS BIGINT) * 60
        + TRY_CAST(substr(t, 18, 2) AS BIGINT)) * 1000000 END"""


def _slashed(day_first: bool | None) -> str:
    """SQL branch for dates in day or month order; none if the column does not show the order."""
    if day_first is None:
        return ""
    target = "\\3-\\2-\\1 \\4" if day_first else "\\3-\\1-\\2 \\4"
    return f"""WHEN regexp_full_match(t, {literal(SLASHED)})
        THEN regexp_replace(t, {literal(SLASHED)}, '{target}')"""


def _epoch(found: TimeFormat) -> str:
    """SQL: microseconds of an epoch count, by the unit of the column; -1 where out of range."""
    whole = "TRY_CAST(split_part(t, '.', 1) AS BIGINT)"
    if found.unit == "ns":
        value = f"({whole} - {whole} % 1000) // 1000"
    else:
        scale = _SCALE[found.unit or "s"]
        digits = len(str(scale)) - 1
        fraction = f"rpad(left(split_part(t, '.', 2), {digits}), {digits}, '0')"
        part = f" + COALESCE(TRY_CAST({fraction} AS BIGINT), 0)" if digits else ""
        value = f"{whole} * {scale}{part}"
    return f"CASE WHEN {_in_unit('t', found.unit or 's')} THEN {value} ELSE -1 END"


def _native(source: str, value: str, *, instant: bool) -> str:
    """SQL for a column that is a time already."""
    return f"""SELECT *, {value} AS local_us, CAST(NULL AS BIGINT) AS off_min, 1 AS precision_s,
        {str(instant).lower()} AS instant FROM ({source})"""
