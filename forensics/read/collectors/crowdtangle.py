"""CrowdTangle: the CSV that its web pages exported (Facebook pages and groups, Instagram).

**What writes it.** The download of a list or a search: `Page Name` (or `Group Name`, `Account`),
`User Name`, `Facebook Id`, `Post Created`, `Post Created Date`, `Post Created Time`, `Type`,
`Message` or `Description`, counts.

**Clock.** `Post Created` is the platform's time, shown **in the zone of the dashboard** (often US
Eastern; exports in other zones have been seen), with the abbreviation of that zone behind it:
`2021-03-01 09:00:00 EST`. No documentation settles the zone, so only the abbreviation counts, and
only where it has one meaning: EST, EDT and PDT (United States), CET and CEST, SGT, UTC and GMT.
One second. Where EST, EDT and the like contradict the zone's own rule for that date ("EST" in
July), the abbreviation was fixed text, and the row counts as a time without a zone. Abbreviations
with several meanings (PST, CST, IST, BST) count as none. `Post Created Date` and `… Time`
carry no zone; they are used only where `Post Created` is not there, and then refused until a zone
is stated.

**Traps.** In exports of groups the account is the group, not its authors. `Page Admin Top Country`
is a label of the platform: where most administrators of the page were. Types do not tell reposts.
The API (not this format) writes UTC. 4CAT's import drops the abbreviation; see `fourcat`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from forensics.clock import EARLIEST_US, LATEST_US, local_segments
from forensics.read.collectors.common import BLOCKED, NONE, header_of
from forensics.read.database import ident, integers, literal
from forensics.read.delimited import open_delimited
from forensics.read.options import Reader, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CREATED, DATE, TIME = "Post Created", "Post Created Date", "Post Created Time"
JOINED = f"{DATE} + {TIME}"
"""Name of the column made of the two."""
ABBREVIATIONS: Mapping[str, tuple[str, int]] = {
    "EST": ("America/New_York", -300),
    "EDT": ("America/New_York", -240),
    "PDT": ("America/Los_Angeles", -420),
    "CET": ("Europe/Berlin", 60),
    "CEST": ("Europe/Berlin", 120),
    "SGT": ("Asia/Singapore", 480),
    "UTC": ("UTC", 0),
    "GMT": ("UTC", 0),
}
"""Abbreviation -> zone whose rule it must follow, minutes east."""
_BARE = r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}"
_NOTE = (
    "the zone is the abbreviation in Post Created, of the dashboard that made the export; it was "
    "checked against the rule of that zone"
)


def is_crowdtangle(path: Path, head: bytes) -> bool:
    """True if the header is that of an export of CrowdTangle's pages."""
    names = header_of(path, head, b"Post Created", b"User Name")
    posts = CREATED in names or {DATE, TIME} <= names
    return posts and {"User Name", "Type", "Likes"} <= names


def open_crowdtangle(con: DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Table:
    """Open such an export; the abbreviations become offsets where they can be trusted."""
    base = open_delimited(con, path, name, scratch)
    time = CREATED if CREATED in base.columns else JOINED
    if time == CREATED:
        _keep_rules(con)
        _keep_hours(con, base)

    def select(wanted: Mapping[str, str]) -> str:
        inner = {a: (DATE if c == JOINED else c) for a, c in wanted.items()}
        joined = [alias for alias, column in wanted.items() if column == JOINED]
        timed = [alias for alias, column in wanted.items() if column == CREATED]
        if joined:
            inner["joined_time"] = TIME
            picked = ", ".join(f"{ident(a)} || ' ' || joined_time AS {ident(a)}" for a in joined)
            return f"SELECT * EXCLUDE (joined_time) REPLACE ({picked}) FROM ({base.select(inner)})"
        found = base.select(inner)
        for alias in timed:
            found = _with_offset(found, ident(alias))
        return found

    columns = dict(base.columns)
    if time == JOINED:
        columns[JOINED] = "VARCHAR"
    return Table(
        f"{base.format}, CrowdTangle",
        columns,
        select,
        base.rows_present,
        preferred=_preferred(base.columns, time),
        clock_writer="platform",
        clock_note=_NOTE if time == CREATED else "Post Created Date and Time name no zone",
        profile={
            "name": next((n for n in ("Page Name", "Account") if n in base.columns), ""),
            "created": "Page Created",
            "bio": "Page Description",
            "managed_from": "Page Admin Top Country",
        },
        notes=(*base.notes, *_notes(con, base, time)),
    )


def _preferred(columns: Mapping[str, str], time: str) -> dict[str, str]:
    """Role -> column."""
    accounts = ("Facebook Id", "Page Name", "Group Name", "User Name")
    instagram = "Message" not in columns
    account = "User Name" if instagram else next(n for n in accounts if n in columns)
    return dict(BLOCKED) | {
        "account": account,
        "time": time,
        "text": "Description" if instagram else "Message",
        "label": "Page Admin Top Country",
        "urls": next((n for n in ("Final Link", "Link") if n in columns), NONE),
        "url": "URL",
    }


def _keep_rules(con: DuckDBPyConnection) -> None:
    """Fill `abbreviated`: when, as local time in text, each abbreviation is in force."""
    rows = [
        (word, piece.start_s, piece.end_s, minutes)
        for word, (zone, minutes) in ABBREVIATIONS.items()
        for piece in local_segments(zone, EARLIEST_US // 1_000_000, LATEST_US // 1_000_000)
        if piece.status == "ambiguous" or (piece.status == "ok" and piece.offset_s == minutes * 60)
    ]
    con.execute(
        """CREATE OR REPLACE TEMP TABLE abbreviated AS SELECT word AS rule,
            strftime(make_timestamp(from_s * 1000000), '%Y-%m-%d %H:%M:%S') AS from_t,
            strftime(make_timestamp(to_s * 1000000), '%Y-%m-%d %H:%M:%S') AS to_t,
            (CASE WHEN minutes < 0 THEN '-' ELSE '+' END)
                || lpad(CAST(abs(minutes) // 60 AS VARCHAR), 2, '0') || ':'
                || lpad(CAST(abs(minutes) % 60 AS VARCHAR), 2, '0') AS written
        FROM (SELECT unnest(CAST(? AS VARCHAR[])) AS word, unnest(CAST(? AS BIGINT[])) AS from_s,
            unnest(CAST(? AS BIGINT[])) AS to_s, unnest(CAST(? AS BIGINT[])) AS minutes)""",
        [[row[index] for row in rows] for index in range(4)],
    )


def _keep_hours(con: DuckDBPyConnection, base: Table) -> None:
    """Fill `dashboard_hours`: each hour and abbreviation of the export that go together.

    Clocks of these zones change on whole hours, so the hour settles it; the posts are then joined
    on equal keys.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE dashboard_hours AS
        SELECT key, written FROM (
            SELECT DISTINCT key, upper(substr(key, 15)) AS word, left(key, 13) || ':00:00' AS hour
            FROM (SELECT {_key("t")} AS key
                FROM (SELECT trim(t) AS t FROM ({base.select({"t": CREATED})})))) AS export
        ASOF JOIN abbreviated
            ON export.word = abbreviated.rule AND export.hour >= abbreviated.from_t
        WHERE hour < to_t"""
    )


def _key(column: str) -> str:
    """SQL: date, hour and abbreviation of a time; NULL where it has another form."""
    return f"CASE WHEN {_named(column)} THEN left({column}, 13) || ' ' || substr({column}, 21) END"


def _named(column: str) -> str:
    """SQL: whether a text is a local time with letters behind it (cheap tests first)."""
    letters = f"regexp_full_match(substr({column}, 21), '[A-Za-z]{{3,5}}')"
    return f"({column} LIKE '____-__-__ __:__:__ ___%' AND {letters})"


def _with_offset(source: str, column: str) -> str:
    """SQL: a SELECT whose column is a local time and its offset, or the local time alone."""
    return f"""SELECT * EXCLUDE (named, key, written)
            REPLACE (CASE WHEN named IS NULL THEN {column}
                ELSE left({column}, 19) || COALESCE(written, '') END AS {column})
        FROM (SELECT *, {_key(column)} AS named
            FROM (SELECT * REPLACE (trim({column}) AS {column}) FROM ({source}))) AS export
        LEFT JOIN dashboard_hours ON export.named = dashboard_hours.key"""


def _notes(con: DuckDBPyConnection, base: Table, time: str) -> tuple[str, ...]:
    """Abbreviations that could not be used, and what the account is."""
    notes = []
    if "Group Name" in base.columns:
        notes.append("the account is the group in which a post stands, not its author")
    if time != CREATED:
        return tuple(notes)
    known = ", ".join(literal(word) for word in ABBREVIATIONS)
    raw = base.select({"t": CREATED})
    named = f"SELECT upper(substr({_key('t')}, 15)) AS word FROM (SELECT trim(t) AS t FROM ({raw}))"
    odd = con.execute(
        f"""SELECT word, count(*) AS n FROM ({named}) WHERE word <> '' AND word NOT IN ({known})
        GROUP BY word ORDER BY n DESC, word LIMIT 5"""
    ).fetchall()
    if odd:
        listed = ", ".join(f"{word} ({int(n):,})" for word, n in odd)
        notes.append(
            f"WARNING: abbreviations without one meaning: {listed}; these times count as times "
            "without a zone"
        )
    (wrong,) = integers(
        con,
        f"""SELECT count(*) FROM ({_with_offset(raw, "t")}) AS read
        WHERE regexp_full_match(t, {literal(_BARE)})""",
    )
    wrong -= sum(int(n) for _, n in odd)
    if wrong > 0:
        notes.append(
            f"WARNING: {wrong:,} times name no zone, or an abbreviation that is not in force on "
            "their date; they count as times without a zone"
        )
    return tuple(notes)


READER = Reader(
    "crowdtangle",
    is_crowdtangle,
    open_crowdtangle,
    "CSV of CrowdTangle's pages; zone by its own abbreviation, checked against the zone's rule",
)
