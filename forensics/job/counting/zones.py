"""The quick look at the time zone of each of any number of accounts, from counts alone.

The hours finder's own functions answer, account by account, from the cells of a folder of counts.
Blocks of some thousand accounts are read and answered one after the other, so that memory does not
grow with their number. It is a quick look: what the full answer takes out first is still in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
            found += sum(answer.status == "found" for answer, _ in answers)
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


def answered(con: DuckDBPyConnection) -> Iterator[list[tuple[BriefAnswer, int]]]:
    """Block by block: the short answer about each account, and the reposts that were left out.

    Args:
        con: Shows `cells` and `clocks` and holds the table `blocks`.
    """
    from forensics.clues.hours.brief import brief_answers
    from forensics.reference.templates import library

    weeks = library()
    for first, last in con.execute("SELECT first, last FROM blocks ORDER BY first").fetchall():
        block = _read(con, str(first), str(last))
        answers = brief_answers([activity for activity, _ in block], weeks)
        yield [(answer, left) for answer, (_, left) in zip(answers, block, strict=True)]


_CELLS = """
SELECT DENSE_RANK() OVER (ORDER BY account) - 1 AS code, kind = 'repost' AS repost, q,
    CAST(SUM(n) AS BIGINT) AS n
FROM cells WHERE account BETWEEN ? AND ? GROUP BY account, kind = 'repost', q
ORDER BY code, q, repost"""
_CLOCKS = """
SELECT account, basis, precision_s > 900 AS coarse, CAST(SUM(n) AS BIGINT) AS n
FROM clocks WHERE account BETWEEN ? AND ? GROUP BY account, basis, precision_s > 900
ORDER BY account, basis, coarse"""


def _read(con: DuckDBPyConnection, first: str, last: str) -> list[tuple[Activity, int]]:
    """The activities of the accounts from one to another, in order, and their reposts left out."""
    import numpy as np

    clocks: dict[str, dict[tuple[str, bool], int]] = {}
    for account, basis, coarse, n in con.execute(_CLOCKS, [first, last]).fetchall():
        clocks.setdefault(str(account), {})[str(basis), bool(coarse)] = int(n)
    cells = con.execute(_CELLS, [first, last]).fetchnumpy()
    code, repost, q, n = (np.asarray(cells[name]) for name in ("code", "repost", "q", "n"))
    edges = np.searchsorted(code, np.arange(len(clocks) + 1))
    return [
        _activity(account, clocks[account], q[low:high], n[low:high], repost[low:high])
        for account, low, high in zip(clocks, edges[:-1], edges[1:], strict=True)
    ]


def _activity(
    account: str, clocks: dict[tuple[str, bool], int], q: Any, n: Any, repost: Any
) -> tuple[Activity, int]:
    """What an account did, without reposts where enough is left, as `clues.times` decides it."""
    import numpy as np

    from forensics.clues.activity import Activity
    from forensics.clues.hours.rules import ENOUGH_HOURS
    from forensics.clues.quarters import thin

    left = 0
    if repost.any():
        own = ~repost
        if len(np.unique(q[own] // 4)) >= ENOUGH_HOURS:
            left = int(n[repost].sum())
            q, n = q[own], n[own]
        else:
            q, starts = np.unique(q, return_index=True)
            n = np.add.reduceat(n, starts)
    return Activity(account, (account,), (thin(q),), q, n, clocks, ()), left


def _insert(con: DuckDBPyConnection, answers: Sequence[tuple[BriefAnswer, int]]) -> None:
    """Add some answers to the table `zones`."""
    import numpy as np
    import pandas as pd

    from forensics.clues.hours.rules import active_hours
    from forensics.clues.quarters import DAY

    rows = [
        (
            answer.activity.unit,
            answer.activity.n_posts + left,
            left,
            active_hours(answer.activity),
            1 + np.count_nonzero(np.diff(answer.activity.q // DAY)),
            answer.status,
            "" if answer.point_min is None else str(answer.point_min),
            answer.point_worth_ppm,
            " ".join(map(str, answer.set80[0])),
            " ".join(map(str, answer.set80[1])),
            " ".join(answer.reasons),
        )
        for answer, left in answers
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    con.register("answers", frame)
    con.execute(
        """INSERT INTO zones SELECT account, posts, reposts_left_out, active_hours, active_days,
            status, TRY_CAST(NULLIF(point_min, '') AS INTEGER), point_worth_ppm,
            CAST(string_split(set80_uniform_min, ' ') AS INTEGER[]),
            CAST(string_split(set80_population_min, ' ') AS INTEGER[]), reasons
        FROM answers"""
    )
    con.unregister("answers")
