"""Posts as counts: any number of them becomes a table of quarter-hours and a few sums beside it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from forensics.engine import statements
from forensics.engine.embedded import ENGINE
from forensics.engine.parts import SPILL, Parts
from forensics.engine.runner import open_runner
from forensics.errors import EngineError
from forensics.model import RowRef
from forensics.read.database import scalar

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

CELLS = "cells.parquet"
POOL = "all accounts"
"""Name of the one unit when nothing is told apart."""
NO_UNIT = "(none)"
"""Unit of accounts whose rows carry none."""
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """One account in numbers."""

    account: str
    n: int
    """Posts."""
    first_us: int
    """Time of the first post, UTC microseconds."""
    last_us: int
    active_hours: int
    """Distinct UTC clock hours with a post."""
    active_days: int
    """Distinct UTC dates with a post."""
    unit: str
    """Unit most of its posts belong to; `(none)` without one."""


class LabelRun(NamedTuple):
    """A stretch of posts of one account on one platform that carry one label."""

    account: str
    platform: str
    """As stated by the caller for the file; empty where it was not."""
    label: str
    n: int
    first: RowRef
    last: RowRef
    first_us: int
    last_us: int


class TextHit(NamedTuple):
    """A post whose text matches a pattern."""

    original: str
    row: int
    account: str
    t_us: int
    text: str


class PostTable:
    """The table of posts of a case and what can be counted from it.

    Answers come from tables of posts and of cells; both are only read. Results are ordered
    by unique keys, so that equal tables give equal answers with any number of threads.
    """

    def __init__(self, parts: Parts) -> None:
        """Take tables that exist; they are opened at the first question."""
        self.parts = parts
        self._opened: DuckDBPyConnection | None = None

    @classmethod
    def build(
        cls,
        posts: Path,
        tables: Path,
        *,
        engine: str = ENGINE,
        memory_limit_mb: int = 1500,
        threads: int = 2,
    ) -> PostTable:
        """Count posts into `tables/cells.parquet` and open both tables.

        Args:
            posts: `posts.parquet` as the readers write it.
            tables: Folder for the cells.
            engine: Which engine counts; see `runner.open_runner`. The cells do not depend on it.
            memory_limit_mb: Upper limit for the database's memory; beyond it, it works on disk.
            threads: Threads used; the bytes written do not depend on it.

        Raises:
            EngineError: the table of posts is missing or is no such table, or the engine fails.
        """
        if not posts.is_file():
            raise EngineError("the table of posts is missing", where=posts.name, todo="read again")
        tables.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=tables, prefix=SPILL) as scratch,
            open_runner(
                engine, memory_limit_mb=memory_limit_mb, threads=threads, scratch=Path(scratch)
            ) as runner,
        ):
            runner.table("posts", [posts])
            runner.write(
                statements.CELLS.format(posts="posts"), tables / CELLS, ("account", "kind", "q")
            )
        return cls(Parts((posts,), (tables / CELLS,), memory_limit_mb, threads))

    def close(self) -> None:
        """Give back the connection; the table can still be asked, which opens it anew."""
        if self._opened is not None:
            self.parts.close(self._opened)
            self._opened = None

    def __enter__(self) -> PostTable:
        """The table itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @property
    def _con(self) -> DuckDBPyConnection:
        """The connection, opened at first use, with `posts` and `cells` as views."""
        if self._opened is None:
            self._opened = self.parts.open()
        return self._opened

    def connected(self, *, share: int = 1) -> AbstractContextManager[DuckDBPyConnection]:
        """Another connection, with the same views, for statements of one's own.

        Args:
            share: Part of the memory limit that it may use: 2 for a half.
        """
        return self.parts.connected(share=share)

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        return self._con.execute(sql, list(values)).fetchall()

    def count(self) -> int:
        """Number of posts."""
        return scalar(self._con, "SELECT COUNT(*) FROM posts")

    def kinds(self) -> dict[str, int]:
        """Kind (model.PostKind) -> posts, in order of name; kinds without posts are left out."""
        sql = statements.KINDS.format(posts="posts")
        return {str(kind): int(n) for kind, n in self._rows(sql)}

    def accounts(self) -> list[AccountSummary]:
        """One summary an account, in order of account."""
        units = self._unit_of_accounts()
        return [
            AccountSummary(account, n, first, last, hours, days, units[account])
            for account, n, first, last, hours, days in self._rows(
                statements.ACCOUNTS.format(posts="posts")
            )
        ]

    def _unit_of_accounts(self) -> dict[str, str]:
        """Account -> the unit most of its posts belong to (the first by name in a tie)."""
        units: dict[str, str] = {}
        for account, unit, _ in self._rows(statements.ACCOUNT_UNITS.format(posts="posts")):
            units.setdefault(str(account), str(unit))
        return units

    def divided_accounts(self) -> tuple[str, ...]:
        """Accounts with posts in more than one unit: the grouping does not hold for them."""
        seen: dict[str, int] = {}
        for account, _, _ in self._rows(statements.ACCOUNT_UNITS.format(posts="posts")):
            seen[str(account)] = seen.get(str(account), 0) + 1
        return tuple(account for account, count in seen.items() if count > 1)

    def units(self, by: Literal["account", "unit", "pool"]) -> dict[str, tuple[str, ...]]:
        """Unit -> its accounts, both in order.

        Args:
            by: `account` makes each account its own unit, `unit` uses the column the readers
                copied, `pool` puts all into one.
        """
        owner = self._unit_of_accounts()
        groups: dict[str, list[str]] = {}
        for account, unit in owner.items():
            key = {"account": account, "unit": unit, "pool": POOL}[by]
            groups.setdefault(key, []).append(account)
        return {key: tuple(groups[key]) for key in sorted(groups)}

    def hours(
        self, accounts: Sequence[str] | None = None, kinds: Sequence[str] | None = None
    ) -> tuple[NDArray[np.int32], list[str], NDArray[np.int64], NDArray[np.int64]]:
        """Active clock hours, thinned to one event an account and UTC clock hour.

        Args:
            accounts: Accounts to look at; None for all.
            kinds: Kinds of post to look at; None for all.

        Returns:
            (codes, names, q, n), ordered by account and q: `names[codes[i]]` is the account,
            `q[i]` the UTC quarter-hour number (UTC second // 900) of its first post in that hour,
            `n[i]` the posts of that hour. The thinned event counts once, whatever `n` says.
        """
        import numpy as np

        keep, values = self._keep(accounts, kinds)
        sql = statements.THINNED.format(cells="cells", keep=keep)
        coded = f"""WITH thinned AS ({sql}) SELECT
            CAST(DENSE_RANK() OVER (ORDER BY account) - 1 AS INTEGER) AS code, account, q,
            CAST(n AS BIGINT) AS n FROM thinned ORDER BY account, q"""
        table = self._con.execute(
            f"SELECT code, q, n FROM ({coded}) ORDER BY code, q", values
        ).fetchnumpy()
        names = self._rows(
            f"SELECT DISTINCT account FROM cells WHERE {keep} ORDER BY account", values
        )
        return (
            np.asarray(table["code"], dtype=np.int32),
            [str(name) for (name,) in names],
            np.asarray(table["q"], dtype=np.int64),
            np.asarray(table["n"], dtype=np.int64),
        )

    def week(
        self, accounts: Sequence[str] | None = None, kinds: Sequence[str] | None = None
    ) -> NDArray[np.int64]:
        """Posts per UTC quarter-hour of the week, shape (672,), Monday 00:00 first; not thinned."""
        keep, values = self._keep(accounts, kinds)
        sql = statements.WEEK.format(cells="cells", keep=keep)
        return self._histogram(sql, values, statements.QUARTERS_PER_WEEK)

    def quarters(
        self, accounts: Sequence[str] | None = None, kinds: Sequence[str] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(q, n): UTC quarter-hours with posts, rising, and the posts in each; not thinned."""
        import numpy as np

        keep, values = self._keep(accounts, kinds)
        table = self._con.execute(
            f"""SELECT q, CAST(SUM(n) AS BIGINT) AS n FROM cells WHERE {keep}
            GROUP BY q ORDER BY q""",
            values,
        ).fetchnumpy()
        return np.asarray(table["q"], dtype=np.int64), np.asarray(table["n"], dtype=np.int64)

    def minutes(self, accounts: Sequence[str] | None = None) -> NDArray[np.int64]:
        """Posts per minute of the hour, shape (60,): at most one post per account and 15 minutes.

        Without that limit, conversations would look like schedules.
        """
        keep, values = self._keep(accounts, None)
        sql = statements.MINUTES.format(posts="posts", keep=keep)
        return self._histogram(sql, values, 60)

    def _histogram(self, sql: str, values: Sequence[object], size: int) -> NDArray[np.int64]:
        """Counts by bin as an array."""
        import numpy as np

        out = np.zeros(size, dtype=np.int64)
        for bin_, n in self._rows(sql, values):
            out[int(bin_)] = int(n)
        return out

    def label_runs(
        self, platforms: Mapping[str, str] | None = None, borders: Sequence[int] = ()
    ) -> list[LabelRun]:
        """Stretches of equal labels, by account, platform and time.

        Args:
            platforms: SHA-256 of a file -> name of its platform. Labels of one account on two
                platforms are two histories.
            borders: Moments, in UTC microseconds, that no stretch crosses.
        """
        named = sorted((platforms or {}).items())
        self._con.execute(
            "CREATE OR REPLACE TEMP TABLE platforms AS SELECT UNNEST(CAST(? AS VARCHAR[])) AS "
            "original, UNNEST(CAST(? AS VARCHAR[])) AS platform",
            [[original for original, _ in named], [platform for _, platform in named]],
        )
        era = " + ".join(f"CASE WHEN t_us >= {int(at)} THEN 1 ELSE 0 END" for at in borders) or "0"
        placed = statements.PLACED.format(posts="posts")
        runs = statements.LABEL_RUNS.format(placed=placed, platforms="platforms", era=era)
        rows = self._rows(
            f"""WITH placed AS ({placed}), runs AS ({runs})
            SELECT r.account, r.platform, r.label, r.n, f.original, f.row, l.original, l.row,
                r.first_us, r.last_us
            FROM runs AS r JOIN placed AS f ON f.place = r.first_place
            JOIN placed AS l ON l.place = r.last_place
            ORDER BY r.account, r.platform, r.first_place"""
        )
        return [
            LabelRun(
                str(account), str(platform), str(label), int(n), RowRef(str(first), int(first_row)),
                RowRef(str(last), int(last_row)), int(first_us), int(last_us),
            )
            for account, platform, label, n, first, first_row, last, last_row, first_us, last_us
            in rows
        ]  # fmt: skip

    def texts(self, *patterns: str) -> Iterator[TextHit]:
        """Posts whose text matches one of some RE2 patterns anywhere, in the order of the table.

        Several patterns are tried one by one: joined, their automaton can outgrow its memory and
        be a hundred times slower than all of them together.

        Raises:
            EngineError: a pattern is no RE2 expression.
        """
        import duckdb

        with self.connected() as con:
            try:
                found = con.execute(
                    f"""SELECT original, row, account, t_us, text FROM posts
                    WHERE text IS NOT NULL
                        AND ({" OR ".join(["regexp_matches(text, ?)"] * len(patterns))})
                    ORDER BY account, t_us, original, row""",
                    list(patterns),
                )
                while rows := found.fetchmany(_BATCH):
                    yield from map(TextHit._make, rows)
            except duckdb.InvalidInputException as error:
                raise EngineError(
                    f"the pattern is not valid ({str(error).splitlines()[0][:120]})",
                    where=patterns[0][:60],
                    todo="use RE2 syntax",
                ) from None

    def sample_rows(self, accounts: Sequence[str] | None = None, limit: int = 10) -> list[RowRef]:
        """Rows spread evenly over the posts of some accounts, at most `limit`, in table order."""
        keep, values = self._keep(accounts, None)
        sql = statements.SAMPLE_ROWS.format(posts="posts", keep=keep, limit=max(limit, 1))
        return [RowRef(str(original), int(row)) for original, row in self._rows(sql, values * 2)][
            :limit
        ]

    def media(self) -> dict[str, tuple[str, ...]]:
        """File name -> accounts whose posts name it, both in order."""
        names: dict[str, set[str]] = {}
        for account, listed in self._rows(
            "SELECT DISTINCT account, media FROM posts WHERE media IS NOT NULL"
        ):
            for name in str(listed).split("|"):
                names.setdefault(name, set()).add(str(account))
        return {name: tuple(sorted(names[name])) for name in sorted(names)}

    def _keep(
        self, accounts: Sequence[str] | None, kinds: Sequence[str] | None
    ) -> tuple[str, list[object]]:
        """A condition on rows and its values."""
        parts: list[str] = []
        values: list[object] = []
        for column, wanted in (("account", accounts), ("kind", kinds)):
            if wanted is not None:
                parts.append(f"{column} IN (SELECT UNNEST(CAST(? AS VARCHAR[])))")
                values.append(list(wanted))
        return " AND ".join(parts) or "TRUE", values
