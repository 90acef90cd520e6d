"""Ids that a spreadsheet or a program with floating numbers has cut, and what they still say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forensics.clock import TWITTER_EPOCH_MS, offset_text
from forensics.read import fields
from forensics.read.database import integers, literal, scalar

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def id_notes(
    con: DuckDBPyConnection, rows: str, field: str, id_field: str, *, clocks_used: bool
) -> tuple[str, ...]:
    """Ids that a spreadsheet or a program with floating numbers has cut short.

    Args:
        con: Connection that holds `rows`.
        rows: SQL condition on the rows of the file.
        field: Name of the time column.
        id_field: Name of the id column.
        clocks_used: The ids are taken as Twitter ids.
    """
    form = f"(id LIKE '%17' OR id LIKE '%18') AND regexp_full_match(id, {literal(_SCIENTIFIC)})"
    likely, scientific, digits = integers(
        con,
        f"""SELECT count(*) FILTER (strlen(id) BETWEEN 17 AND 19), count(*) FILTER (form),
            min(CASE WHEN form THEN length(replace(regexp_extract(id, '^[^eE]+'), '.', '')) END)
        FROM (SELECT id, {form} AS form FROM rows WHERE {rows} AND id IS NOT NULL)""",
    )
    long, cut, rounded = _cut_ids(con, rows, likely)
    notes = []
    clock = " The clock inside is still right to the millisecond." if clocks_used else ""
    for count, how in ((cut, "cut to 15 digits"), (rounded, "rounded to hundreds")):
        if long >= 20 and count * 100 >= long * 99:
            notes.append(
                f"{id_field}: {count:,} of {long:,} ids are {how}, as a spreadsheet or a program "
                f"with floating numbers does. Do not cite or join by them.{clock}"
            )
            break
    if scientific:
        notes.append(
            f"{id_field}: {scientific:,} ids are in the form 5.7E+17; their last digits are lost "
            f"for good{_rough_clock(con, rows, field, digits)}"
        )
    return tuple(notes)


def _cut_ids(con: DuckDBPyConnection, rows: str, likely: int) -> tuple[int, int, int]:
    """Long ids, those cut to 15 digits, and those rounded to hundreds; zeros if they are few.

    Something is said only where nearly all long ids are rounded. So some rows decide first: more
    whole ids among them than one in a hundred of all (`likely`, of their length) settle it.
    """
    long = fields.digits("id", 17, 19)
    whole = scalar(
        con,
        f"""SELECT count(*) FROM (SELECT id FROM rows WHERE {rows} AND id IS NOT NULL
            LIMIT {likely // 50 + 1000}) WHERE id NOT LIKE '%00' AND {long}""",
    )
    if not likely or whole * 100 > likely:
        return 0, 0, 0
    counted = integers(
        con,
        f"""SELECT count(*), count(*) FILTER (zeros >= length(id) - 15),
            count(*) FILTER (zeros >= 2)
        FROM (SELECT id, length(id) - length(rtrim(id, '0')) AS zeros FROM rows
            WHERE {rows} AND {long})""",
    )
    return counted[0], counted[1], counted[2]


_SCIENTIFIC = r"\d([.,]\d+)?[eE]\+?1[78]"
MAX_ROUGH_S = 300
"""Ids with fewer digits say nothing about quarter-hours."""
ENOUGH_ROUGH = 20


def _rough_clock(con: DuckDBPyConnection, rows: str, field: str, digits: int) -> str:
    """What ids such as 5.70306E+17, of so many digits, still say about the column; or nothing."""
    error_s = (10 ** max(18 - digits, 0) // 2 >> 22) // 1000 + 1
    if error_s > MAX_ROUGH_S:
        return ""
    number = "CAST(CAST(replace(id, ',', '.') AS DOUBLE) AS BIGINT)"
    found = integers(
        con,
        f"""WITH gaps AS (
            SELECT local_us // 1000000 - (({number} >> 22) + {TWITTER_EPOCH_MS}) // 1000 AS gap_s
            FROM rows WHERE {rows} AND local_us > 0
                AND regexp_full_match(id, {literal(_SCIENTIFIC)})),
        near AS (SELECT CAST(floor((gap_s + 450) / 900.0) AS BIGINT) AS quarter FROM gaps
            WHERE abs(gap_s - floor((gap_s + 450) / 900.0) * 900) <= {error_s}
                AND abs(gap_s) <= 50400)
        SELECT (SELECT count(*) FROM gaps), quarter, count(*) AS n FROM near
        GROUP BY quarter ORDER BY n DESC, quarter LIMIT 1""",
    )
    if not found or found[0] < ENOUGH_ROUGH or found[2] * 100 < found[0] * 95:
        return ""
    return (
        f". If they are Twitter ids, their clock is still right to {error_s} s and puts {field} in "
        f"{offset_text(found[1] * 15)} on {found[2]:,} of {found[0]:,} posts"
    )
