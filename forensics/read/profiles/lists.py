"""Which files list accounts and hold no posts.

A file is a list of accounts if it names accounts and at least one fact of them, and

- the user says that it has no times of posts (`--map time=-`), or
- no column holds times of posts and none holds what only posts have (a text, a kind, an original
  that is shared or answered), or
- its only time is one that accounts and posts both have (`created_at`), no column holds what only
  posts have, a column holds what only lists of accounts have (`followers_count`), and no account
  has two different such times.

The last rule is there because a list of users, read as posts, would give every account one post at
the moment it was created.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forensics.read import columns
from forensics.read.database import scalar
from forensics.read.options import ReadOptions, Table, UnreadableFileError, column_list
from forensics.read.profiles.names import MARKS_OF_ACCOUNTS, OF_ACCOUNTS, ROLES, found_by_name, told

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_EITHER = frozenset(OF_ACCOUNTS["created"])
"""Names of times that may be an account's creation or a post's."""
_BOTH = frozenset({"description", "type", "id", "id_str", "url", "link"})
"""Names that posts and accounts share."""
_ONLY_POSTS = frozenset(
    columns.normal(name)
    for role in ("text", "kind", "is_repost", "repost_of", "reply_to", "quote_of", "id")
    for name in columns.SYNONYMS[role]
) - {columns.normal(name) for name in _BOTH}


@dataclass(frozen=True, slots=True)
class AccountColumns:
    """The columns of a list of accounts."""

    account: str
    fields: Mapping[str, str]
    """Field -> column."""
    why: str = "it was said to have no times of posts"
    """Why the file is taken for one."""

    def shown(self) -> dict[str, str]:
        """Role -> column; for the source list."""
        listed = {ROLES[field]: column for field, column in self.fields.items()}
        return dict(sorted(({"account": self.account} | listed).items()))


def account_columns(
    con: DuckDBPyConnection, table: Table, options: ReadOptions, where: str
) -> AccountColumns | None:
    """The columns of a list of accounts; None for a file that is none.

    Raises:
        UnreadableFileError: the user says that the file holds no times of posts, and it names no
            accounts or says nothing of them.
    """
    said = options.columns.get("time")
    no_times = said in ("", "-")
    if table.people is not None or (not no_times and (said or "time" in table.preferred)):
        return None
    by_normal: dict[str, str] = {}
    for name in table.columns:
        by_normal.setdefault(columns.normal(name), name)
    found = _columns(by_normal, options, table)
    if no_times:
        return _wanted(found, list(table.columns), where)
    if found is None or _ONLY_POSTS & by_normal.keys() or said:
        return None
    times = [name for name in map(columns.normal, columns.SYNONYMS["time"]) if name in by_normal]
    if not times:
        why = "no column holds times, texts or kinds of posts"
        return replace(found, why=why) if found.fields.keys() - {"id", "captured"} else None
    if not _EITHER.issuperset(times) or by_normal.keys().isdisjoint(MARKS_OF_ACCOUNTS):
        return None
    time = by_normal[times[0]]
    mark = next(by_normal[name] for name in MARKS_OF_ACCOUNTS if name in by_normal)
    why = (
        f"{mark} is of accounts, no column is of posts alone, and no account has two {time}; "
        f"if these are posts: --map time={time}"
    )
    return replace(found, why=why) if _one_each(con, table, found.account, time) else None


def _columns(
    by_normal: Mapping[str, str], options: ReadOptions, table: Table
) -> AccountColumns | None:
    """The columns by the user's word, then by name."""
    known = (*columns.SYNONYMS["account"], *OF_ACCOUNTS["account"])
    wanted = options.columns.get("account", "") or table.preferred.get("account", "")
    names = [wanted] if wanted and not wanted.startswith("=") else known
    account = next((by_normal[n] for n in map(columns.normal, names) if n in by_normal), None)
    if account is None:
        return None
    by_hand = {
        field: by_normal.get(columns.normal(value))
        for field, value in told(options.columns).items()
    }
    taken = {account, *(column for column in by_hand.values() if column)}
    fields = found_by_name(by_normal, taken, accounts=True)
    fields = {field: column for field, column in fields.items() if field not in by_hand}
    fields |= {field: column for field, column in by_hand.items() if column}
    return AccountColumns(account, fields)


def _wanted(found: AccountColumns | None, names: list[str], where: str) -> AccountColumns:
    """The columns of a list the user says is one."""
    if found is None or not found.fields:
        what = (
            "no column names accounts" if found is None else "no column says anything of accounts"
        )
        raise UnreadableFileError(
            what,
            reason="no_account_column",
            where=where,
            todo=f"its columns are {column_list(names)}; map them: --map account=COLUMN, "
            "--map location=COLUMN",
        )
    return found


def _one_each(con: DuckDBPyConnection, table: Table, account: str, time: str) -> bool:
    """True if no account has two different times."""
    wanted = table.select({"account": account, "created": time})
    return not scalar(
        con,
        f"""SELECT count(*) FROM (SELECT account FROM ({wanted}) WHERE account IS NOT NULL
        GROUP BY account HAVING count(DISTINCT created) > 1 LIMIT 1)""",
    )
