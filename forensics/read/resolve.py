"""From parsed times to instants: zones by a join on integers, a reason for every refused row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forensics.clock import (
    EARLIEST_US,
    LATEST_US,
    LocalSegment,
    local_segments,
    parse_offset_min,
)
from forensics.clock import zone as find_zone
from forensics.errors import ClockError
from forensics.read import times
from forensics.read.database import among, literal
from forensics.read.idrules import TWITTER, IdRule

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DAY_S = 86_400
_START_S, _END_S = EARLIEST_US // 1_000_000 - 2 * _DAY_S, LATEST_US // 1_000_000 + 2 * _DAY_S
_ZONE_NAME = re.compile(r"[A-Za-z0-9_+\-/]{1,64}", re.ASCII)
BUCKET_S = 4_000_000
"""Width of the buckets of local time that the join on zones uses; about 46 days."""
MAX_ZONES = 10_000
"""Distinct zone texts looked up per file; rows beyond are refused as naive."""
OFFSET_MIN = """CASE
    WHEN regexp_full_match(offset_text, '[+-]?\\d{1,3}(\\.0)?')
        THEN CAST(split_part(offset_text, '.', 1) AS BIGINT)
    WHEN regexp_full_match(offset_text, '[+-]\\d{2}:?\\d{2}')
        THEN (CASE WHEN left(offset_text, 1) = '-' THEN -1 ELSE 1 END)
            * (CAST(substr(offset_text, 2, 2) AS BIGINT) * 60
                + CAST(right(offset_text, 2) AS BIGINT))
    END"""
"""SQL: minutes east from a mapped offset column (minutes, or `+08:00`)."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """What is known about the zone of naive times in a file."""

    documented_utc: bool
    from_ids: bool
    assume_zone: str | None
    zone_mapped: bool
    offset_mapped: bool
    ids: IdRule = TWITTER
    """How a clock is read out of the ids."""


def segments_of(name: str) -> tuple[LocalSegment, ...]:
    """How local times of a zone or offset are read; empty if there is no such zone.

    Raises nothing: an unknown zone makes refusals, row by row.
    """
    if not _ZONE_NAME.fullmatch(name) and parse_offset_min(name) is None:
        return ()
    minutes = parse_offset_min(name)
    if minutes is not None:
        return (LocalSegment(_START_S, _END_S, minutes * 60, "ok"),)
    try:
        find_zone(name)
    except ClockError:
        return ()
    return local_segments(name, _START_S, _END_S)


def resolved(con: DuckDBPyConnection, source: str, found: times.TimeFormat, clocks: Clocks) -> str:
    """SQL that adds to each row t_us and basis, or the reason why it is refused.

    `source` is a SELECT of row, account (without surrounding space), t, id, zone_text, offset_text
    and whatever else is to be kept; local_us, off_min, precision_s, t_us, basis, id_us and reason
    come to it.
    """
    zone_text = "NULLIF(trim(zone_text), '')" if clocks.zone_mapped else "NULL"
    stated = literal(clocks.assume_zone) if clocks.assume_zone else "NULL"
    offset = OFFSET_MIN if clocks.offset_mapped else "NULL"
    parsed = f"""SELECT * EXCLUDE (zone_text, offset_text),
            CAST(COALESCE({zone_text}, {stated}) AS VARCHAR) AS zone_name,
            CAST({offset} AS BIGINT) AS offset_beside
        FROM ({_parsed(found, source, clocks)})"""
    zones = [clocks.assume_zone] if clocks.assume_zone and not clocks.documented_utc else []
    if clocks.zone_mapped:
        rows = con.execute(
            f"SELECT DISTINCT zone_name FROM ({parsed}) WHERE zone_name IS NOT NULL "
            f"ORDER BY zone_name LIMIT {MAX_ZONES}"
        ).fetchall()
        zones = [str(name) for (name,) in rows]
    joined = _with_instants(_with_segments(con, parsed, zones), clocks)
    id_us = f"CASE WHEN {clocks.ids.where} THEN {clocks.ids.us('id')} END"
    return f"""SELECT * EXCLUDE (status, zone_name), {id_us} AS id_us,
            {_reason()} AS reason
        FROM ({joined})"""


def _parsed(found: times.TimeFormat, source: str, clocks: Clocks) -> str:
    """SQL that reads the times: out of the ids by their rule, or as they are written."""
    if found.form != "id" or clocks.ids is TWITTER:
        return times.parsed(found, source)
    return f"""SELECT *, {clocks.ids.us("t")} AS local_us, CAST(NULL AS BIGINT) AS off_min,
        1 AS precision_s, TRUE AS instant FROM ({source})"""


def _with_segments(con: DuckDBPyConnection, parsed: str, zones: Sequence[str]) -> str:
    """SQL over `parsed` that adds how the zone of each row reads its wall-clock time.

    Segments are cut at bucket edges, so that the join is one on equal (zone, bucket) with at most
    a few segments each: it hashes the small side and streams the posts.
    """
    if not zones:
        return f"""SELECT *, CAST(NULL AS BIGINT) AS offset_s, CAST(NULL AS VARCHAR) AS status
            FROM ({parsed})"""
    rows = [
        (name, bucket, piece.start_s, piece.end_s, piece.offset_s, piece.status)
        for name in zones
        for piece in segments_of(name)
        for bucket in range(piece.start_s // BUCKET_S, (piece.end_s - 1) // BUCKET_S + 1)
    ]
    names = ("zone_name", "bucket", "from_s", "to_s", "offset_s", "status")
    texts = ("zone_name", "status")
    columns = ", ".join(
        f"unnest(CAST(? AS {'VARCHAR' if name in texts else 'BIGINT'}[])) AS {name}"
        for name in names
    )
    values = [[row[index] for row in rows] for index in range(len(names))]
    con.execute(f"CREATE OR REPLACE TEMP TABLE segments AS SELECT {columns}", values)
    return f"""SELECT parsed.*, s.offset_s, s.status FROM ({parsed}) AS parsed
        LEFT JOIN segments AS s ON parsed.zone_name = s.zone_name
            AND parsed.local_us // {BUCKET_S * 1_000_000} = s.bucket
            AND parsed.local_us // 1000000 >= s.from_s AND parsed.local_us // 1000000 < s.to_s"""


def _with_instants(joined: str, clocks: Clocks) -> str:
    """SQL that adds the instant and how its zone is known."""
    utc = "TRUE" if clocks.documented_utc else "FALSE"
    counted = "id_clock" if clocks.from_ids else "written_offset"
    return f"""SELECT * EXCLUDE (offset_s, offset_beside, instant, off_min),
        COALESCE(off_min, offset_beside) AS off_min,
        CASE WHEN instant THEN local_us
            WHEN off_min IS NOT NULL THEN local_us - off_min * 60000000
            WHEN offset_beside IS NOT NULL THEN local_us - offset_beside * 60000000
            WHEN {utc} THEN local_us
            WHEN status = 'ok' THEN local_us - offset_s * 1000000 END AS t_us,
        CASE WHEN {utc} AND NOT instant AND off_min IS NULL THEN 'platform_utc'
            WHEN instant THEN '{counted}'
            WHEN off_min IS NOT NULL OR offset_beside IS NOT NULL THEN 'written_offset'
            ELSE 'stated' END AS basis
        FROM ({joined})"""


def _reason() -> str:
    """SQL: why a row is refused; NULL if it is not. One reason a row, in this order."""
    return f"""CASE
        WHEN account IS NULL OR account = '' THEN 'no_account'
        WHEN local_us IS NULL THEN CASE
            WHEN t IS NULL OR {among("lower(CAST(t AS VARCHAR))", times.EMPTY)} THEN 'no_time'
            ELSE 'bad_time' END
        WHEN local_us = -1 THEN 'time_out_of_range'
        WHEN t_us IS NULL AND status = 'ambiguous' THEN 'ambiguous_time'
        WHEN t_us IS NULL AND status = 'missing' THEN 'missing_local_time'
        WHEN t_us IS NULL AND (local_us < {EARLIEST_US} OR local_us >= {LATEST_US})
            THEN 'time_out_of_range'
        WHEN t_us IS NULL THEN 'naive_time'
        WHEN t_us < {EARLIEST_US} OR t_us >= {LATEST_US} THEN 'time_out_of_range' END"""
