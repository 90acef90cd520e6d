"""The quick look at the time zone of each of any number of accounts, from counts alone.

The hours finder's own functions answer, account by account, from the cells of a folder of counts.
Blocks of some thousand accounts are read and answered one after the other, so that memory does not
grow with their number. It is a quick look: what the full answer takes out first is still in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forensics.case.files import no_glob
from forensics.engine.reduction import reduction
from forensics.job.counting.folder import ZONES, Folder, silent, writing
from forensics.model import Json, Progress
from forensics.read.database import connected, literal, write_parquet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from forensics.clues.activity import Activity
    from forensics.clues.hours.brief import BriefAnswer
    from forensics.job.counting.adding import Machine

BLOCK_ACCOUNTS = 4000
BLOCK_POSTS = 4_000_000
"""Posts of a block, unless one account alone has more."""
LEAVES_OUT = (
    "A quick look, if ordinary hours are kept: one account at a time, reposts left out where fifty "
    "active hours remain. Machines, changes of hands, calendars, clock changes and an audience's "
    "clock were not looked at, and any of them may void it: gnomon hours and gnomon run do."
)
COLUMNS: dict[str, str] = {
    "account": "VARCHAR",
    "posts": "BIGINT",
    "reposts_left_out": "BIGINT",
    "active_hours": "BIGINT",
    "active_days": "BIGINT",
    "status": "VARCHAR",
    "point_min": "INTEGER",
    "point_worth_ppm": "INTEGER",
    "set80_uniform_min": "INTEGER[]",
    "set80_population_min": "INTEGER[]",
    "reasons": "VARCHAR",
}
"""Columns of `zones.parquet`."""


@dataclass(frozen=True, slots=True)
class ZonesLook:
    """What the quick look wrote."""

    path: Path
    accounts: int
    found: int
    """Accounts whose hours may be read as a zone."""
    leaves_out: str = LEAVES_OUT

    def as_json(self) -> dict[str, Json]:
        """For `--json`."""
        return {
            "file": str(self.path),
            "accounts": self.accounts,
            "found": self.found,
            "insufficient": self.accounts - self.found,
            "leaves_out": self.leaves_out,
        }


def write_zones(folder: Folder, machine: Machine, progress: Progress = silent) -> ZonesLook:
    """Answer for every account of a folder of counts and write `zones.parquet`.

    Args:
        folder: A folder of counts.
        machine: What the database may use; the answers take one core.
        progress: Called as ("zones", accounts done, accounts).

    Raises:
        CaseError: the disk refuses, or another command writes to the folder.
    """
    path = folder.root / ZONES
    with (
        writing(folder.root, folder.settings, "zones") as (now, scratch),
        connected(
            memory_limit_mb=machine.memory_mb, threads=machine.threads, scratch=scratch / "spill"
        ) as con,
    ):
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        con.execute(f"CREATE TEMP TABLE zones ({columns})")
        accounts = found = 0
        total = _show(con, now)
        for answers in answered(con):
            _insert(con, answers)
            accounts += len(answers)
            found += sum(answer.status == "found" for _, answer in answers)
            progress("zones", accounts, total)
        write_parquet(con, "SELECT * FROM zones ORDER BY account", path)
    return ZonesLook(path, accounts, found)


def _show(con: DuckDBPyConnection, folder: Folder) -> int:
    """Make views of all parts, and the table `blocks` of accounts; gives how many accounts."""
    for name in ("cells", "clocks", "spans"):
        files = ", ".join(literal(no_glob(path)) for path in folder.files(name))
        con.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet([{files}])")
    spans = reduction("spans").merged("spans")
    con.execute(
        f"""CREATE TEMP TABLE blocks AS
        SELECT MIN(account) AS first, MAX(account) AS last, COUNT(*) AS n FROM (
            SELECT account, (ROW_NUMBER() OVER ordered - 1) // {BLOCK_ACCOUNTS} AS by_number,
                CAST(SUM(n) OVER ordered AS BIGINT) // {BLOCK_POSTS} AS by_posts
            FROM ({spans}) WINDOW ordered AS (ORDER BY account ROWS UNBOUNDED PRECEDING))
        GROUP BY by_number, by_posts"""
    )
    told = con.execute("SELECT CAST(SUM(n) AS BIGINT) FROM blocks").fetchone()
    return int(told[0]) if told else 0


@dataclass(frozen=True, slots=True)
class Counted:
    """What an account did, and counts that its row of `zones.parquet` shows."""

    activity: Activity
    posts: int
    """All of them, reposts that were left out as well."""
    left_out: int
    days: int
    """Distinct UTC dates with a post that counted."""


def answered(con: DuckDBPyConnection) -> Iterator[list[tuple[Counted, BriefAnswer]]]:
    """Block by block: each account and the short answer about it.

    Args:
        con: Shows `cells` and `clocks` and holds the table `blocks`.
    """
    from forensics.clues.hours.brief import brief_answers
    from forensics.reference.templates import library

    weeks = library()
    for first, last in con.execute("SELECT first, last FROM blocks ORDER BY first").fetchall():
        block = _read(con, str(first), str(last))
        answers = brief_answers([one.activity for one in block], weeks)
        yield list(zip(block, answers, strict=True))


_CLOCKS = """
SELECT account, basis, precision_s > 900 AS coarse, CAST(SUM(n) AS BIGINT) AS n
FROM clocks WHERE account BETWEEN ? AND ? GROUP BY account, basis, precision_s > 900
ORDER BY account, basis, coarse"""
_CELLS = """
SELECT code, q, kind = 'repost' AS repost, n
FROM cells JOIN (
    SELECT account, ROW_NUMBER() OVER (ORDER BY account) - 1 AS code
    FROM (SELECT DISTINCT account FROM clocks WHERE account BETWEEN $first AND $last)
) USING (account)
WHERE account BETWEEN $first AND $last"""
_CODE = 96 << 34
"""What lies between the quarter-hours of two accounts where all accounts of a block lie in one row:
whole days, and more than any quarter-hour."""


def _read(con: DuckDBPyConnection, first: str, last: str) -> list[Counted]:
    """What the accounts from one to another did, in order."""
    import numpy as np

    from forensics.clues.activity import Activity
    from forensics.clues.quarters import DAY, thin

    clocks: dict[str, dict[tuple[str, bool], int]] = {}
    for account, basis, coarse, n in con.execute(_CLOCKS, [first, last]).fetchall():
        clocks.setdefault(str(account), {})[str(basis), bool(coarse)] = int(n)
    cells = con.execute(_CELLS, {"first": first, "last": last}).fetchnumpy()
    code, q, repost, n = (np.asarray(cells[name]) for name in ("code", "q", "repost", "n"))
    posts = np.bincount(code, weights=n, minlength=len(clocks)).astype(np.int64).tolist()
    place, n, left_out = _without_reposts(code * _CODE + q, n, repost, len(clocks))
    hours = thin(place)
    new_day = np.append(True, place[1:] // DAY != place[:-1] // DAY)
    days = np.bincount(place[new_day] // _CODE, minlength=len(clocks)).tolist()
    edges = np.arange(len(clocks) + 1) * _CODE
    ends, hour_ends = (np.searchsorted(some, edges).tolist() for some in (place, hours))
    q, hours = place % _CODE, hours % _CODE
    found = []
    for number, (account, own) in enumerate(clocks.items()):
        its = slice(ends[number], ends[number + 1])
        rising = (hours[hour_ends[number] : hour_ends[number + 1]],)
        activity = Activity(account, (account,), rising, q[its], n[its], own, ())
        found.append(Counted(activity, posts[number], left_out[number], days[number]))
    return found


def _without_reposts(place: Any, n: Any, repost: Any, accounts: int) -> tuple[Any, Any, list[int]]:
    """Distinct places, rising; posts in each; and of each account the reposts that were left out.

    They are left out where enough hours remain without, as `clues.times` decides it.

    Args:
        place: (cells, in any order) account times `_CODE` plus UTC quarter-hour.
        n: (cells) posts.
        repost: (cells) whether they are reposts.
        accounts: How many.
    """
    import numpy as np

    from forensics.clues.hours.rules import ENOUGH_HOURS
    from forensics.clues.quarters import thin

    lost = np.zeros(accounts, dtype=np.int64)
    if repost.any():
        own_hours = np.bincount(thin(place[~repost]) // _CODE, minlength=accounts)
        drop = repost & (own_hours >= ENOUGH_HOURS)[place // _CODE]
        np.add.at(lost, place[drop] // _CODE, n[drop])
        place, n = place[~drop], n[~drop]
    order = np.argsort(place, kind="stable")  # parts are in order: little is to be moved
    place, n = place[order], n[order]
    starts = np.flatnonzero(np.append(True, place[1:] != place[:-1]))
    return place[starts], np.add.reduceat(n, starts), lost.tolist()


def _insert(con: DuckDBPyConnection, block: Sequence[tuple[Counted, BriefAnswer]]) -> None:
    """Add some answers to the table `zones`."""
    import pandas as pd

    from forensics.clues.hours.rules import active_hours

    rows = [
        (
            one.activity.unit,
            one.posts,
            one.left_out,
            active_hours(one.activity),
            one.days,
            answer.status,
            _text(() if answer.point_min is None else (answer.point_min,)),
            answer.point_worth_ppm,
            _text(answer.set80[0]),
            _text(answer.set80[1]),
            " ".join(answer.reasons),
        )
        for one, answer in block
    ]
    columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    con.register("answers", pd.DataFrame(columns))
    con.execute(
        """INSERT INTO zones SELECT account, posts, reposts_left_out, active_hours, active_days,
            status, TRY_CAST(NULLIF(point_min, '') AS INTEGER), point_worth_ppm,
            CAST(string_split(set80_uniform_min, ' ') AS INTEGER[]),
            CAST(string_split(set80_population_min, ' ') AS INTEGER[]), reasons
        FROM answers"""
    )
    con.unregister("answers")


@lru_cache(maxsize=65_536)
def _text(offsets: tuple[int, ...]) -> str:
    """Offsets as text; few sets come up in most accounts."""
    return " ".join(map(str, offsets))
