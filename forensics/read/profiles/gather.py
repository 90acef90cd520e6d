"""The facts of accounts in one file: one row for each distinct account, field and value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from forensics.read import times
from forensics.read.database import first_row, ident, literal, scalar
from forensics.read.profiles.names import CAPTURED, COLUMNS, FIELDS, OFFSET, ordered
from forensics.read.profiles.people import PROFILE, People

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from forensics.read.options import Table

FACTS = """
CREATE TEMP TABLE facts (
    original VARCHAR, account VARCHAR, field VARCHAR, value VARCHAR, captured_us BIGINT, row BIGINT,
    n BIGINT, first_us BIGINT, last_us BIGINT);
CREATE TEMP TABLE listed (original VARCHAR, account VARCHAR, key VARCHAR);
"""
"""The facts of all files; accounts of lists, with the other names they are known by there."""
MOST_CHARS = 2_000
"""Characters kept of a value."""
_NOTHING = "('', 'nan', 'none', 'null', 'nat', 'n/a', '-', '\\n', '[]', '{}', '未知')"
"""Lower-case texts that stand for a missing value, in all fields but those of free text."""
_FREE = ("name", "bio")
_SPAN = "sum(n) AS n, min(first_us) AS first_us, max(last_us) AS last_us"


def of_posts(
    con: DuckDBPyConnection, original: str, table: Table, columns: Mapping[str, str]
) -> None:
    """Put what the posts of a file say of their accounts into `facts`.

    Runs when the rows of the file stand in `rows`; the table must still be open.

    Args:
        con: The connection.
        original: SHA-256 of the file.
        table: The file as its reader opened it.
        columns: Field -> column, for tables that have such columns.
    """
    mine = f"rows.original = {literal(original)} AND trim(rows.account) <> ''"
    seen = """min(rows.row) AS row, count(*) FILTER (reason IS NULL) AS n,
        min(t_us) FILTER (reason IS NULL) AS first_us,
        max(t_us) FILTER (reason IS NULL) AS last_us"""
    if table.people is not None:
        _people(con, table.people)
        source = f"""SELECT sums.account, people.* EXCLUDE (code),
                sums.* EXCLUDE (account, code) FROM people JOIN (
            SELECT rows.account, TRY_CAST(said.code AS BIGINT) AS code, {seen}
            FROM ({table.select({"code": PROFILE})}) AS said JOIN rows USING (row)
            WHERE {mine} AND said.code IS NOT NULL GROUP BY ALL) AS sums USING (code)
            UNION ALL BY NAME
            SELECT apart.account, people.* EXCLUDE (code), apart.row, 0 AS n
            FROM apart JOIN people USING (code)"""
        fields: Sequence[str] = table.people.fields()
        _keep(con, original, source, fields, documented_utc=table.documented_utc, walked=True)
        _list(con, original, "SELECT account, account AS key FROM apart")
        _list(con, original, "SELECT account, other AS key FROM also")
    if columns:
        fields = ordered(columns)
        wanted = {field: columns[field] for field in fields}
        picked = ", ".join(f"{_text(field)} AS {ident(field)}" for field in fields)
        source = f"""SELECT rows.account, {picked}, {seen}
            FROM ({table.select(wanted)}) AS said JOIN rows USING (row)
            WHERE {mine} GROUP BY ALL"""
        _keep(con, original, source, fields, documented_utc=table.documented_utc)


def of_list(con: DuckDBPyConnection, original: str, people: People) -> int:
    """Put accounts that a walking reader found without posts into `facts`; gives their number."""
    _people(con, people)
    source = """SELECT apart.account, people.* EXCLUDE (code), min(apart.row) AS row, 0 AS n,
        NULL::BIGINT AS first_us, NULL::BIGINT AS last_us
        FROM apart JOIN people USING (code) GROUP BY ALL"""
    _keep(con, original, source, people.fields(), documented_utc=True, walked=True)
    _list(con, original, "SELECT account, account AS key FROM apart")
    _list(con, original, "SELECT account, other AS key FROM also")
    return len(people.apart)


def of_accounts(
    con: DuckDBPyConnection,
    original: str,
    table: Table,
    account: str,
    columns: Mapping[str, str],
) -> int:
    """Put a list of accounts into `facts`, and rows without an account into `bad_rows`.

    Args:
        con: The connection.
        original: SHA-256 of the file.
        table: The file as its reader opened it.
        account: Column that names the account.
        columns: Field -> column.

    Returns:
        Rows read.
    """
    fields = ordered(columns)
    wanted = {"account": account} | {field: columns[field] for field in fields}
    picked = "".join(f", {_text(field)} AS {ident(field)}" for field in fields)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE listing AS
        SELECT row, NULLIF(trim(CAST(said.account AS VARCHAR)), '') AS account{picked}
        FROM ({table.select(wanted)}) AS said"""
    )
    con.execute(
        """INSERT INTO bad_rows SELECT row, 'account', 'no_account', '' FROM listing
        WHERE account IS NULL"""
    )
    source = """SELECT * EXCLUDE (row), min(row) AS row, 0 AS n, NULL::BIGINT AS first_us,
        NULL::BIGINT AS last_us FROM listing WHERE account IS NOT NULL GROUP BY ALL"""
    _keep(con, original, source, fields, documented_utc=table.documented_utc)
    for key in ("account", "id"):  # not the name shown: others may call themselves so
        if key == "account" or key in columns:
            _list(con, original, f"SELECT account, {key} AS key FROM listing")
    read = scalar(con, "SELECT count(*) FROM listing WHERE account IS NOT NULL")
    con.execute("DROP TABLE listing")
    return read


def _list(con: DuckDBPyConnection, original: str, source: str) -> None:
    """Keep by which names the accounts of a list may be found in posts."""
    con.execute(
        f"""INSERT INTO listed SELECT DISTINCT {literal(original)}, account,
            lower(ltrim(trim(key), '@')) FROM ({source})
        WHERE account IS NOT NULL AND trim(key) <> ''"""
    )


def counted(con: DuckDBPyConnection, original: str) -> dict[str, int]:
    """Field -> accounts of a file that have a value, in the order of the fields."""
    rows = con.execute(
        f"""SELECT field, count(DISTINCT account) FROM facts
        WHERE original = {literal(original)} GROUP BY field"""
    ).fetchall()
    found = {str(field): int(n) for field, n in rows}
    return {field: found[field] for field in FIELDS if field in found}


def _text(field: str) -> str:
    """SQL: a column of the file as text that can be grouped by."""
    return f"left(trim(CAST(said.{ident(field)} AS VARCHAR)), {MOST_CHARS})"


def _people(con: DuckDBPyConnection, people: People) -> None:
    """The collected facts as the tables `people`, `apart` and `also`."""
    names = ", ".join(f"{ident(name)} VARCHAR" for name in COLUMNS)
    con.execute(f"CREATE OR REPLACE TEMP TABLE people (code BIGINT, captured_us BIGINT, {names})")
    con.execute("CREATE OR REPLACE TEMP TABLE apart (account VARCHAR, row BIGINT, code BIGINT)")
    con.execute("CREATE OR REPLACE TEMP TABLE also (account VARCHAR, other VARCHAR)")
    codes = range(1, len(people.codes) + 1)
    captured = [people.captured_us.get(code) for code in codes]
    _fill(con, "people", [[*codes], captured, *zip(*map(_cleaned, people.codes), strict=True)])
    accounts = [(_clean(account), row, code) for account, row, code in people.apart]
    _fill(con, "apart", [*zip(*accounts, strict=True)])
    _fill(con, "also", [*zip(*((_clean(a), _clean(b)) for a, b in people.also), strict=True)])


def _cleaned(key: tuple[str | None, ...]) -> list[str | None]:
    """A set of facts as the database can hold it."""
    return [_clean(text) for text in key]


def _fill(con: DuckDBPyConnection, table: str, columns: Sequence[Sequence[object]]) -> None:
    """Put columns into a table."""
    import numpy as np

    if not columns or not columns[0]:
        return
    batch = {}
    for place, column in enumerate(columns):
        batch[str(place)] = np.empty(len(column), dtype=object)
        batch[str(place)][:] = column
    con.register("batch", batch)
    con.execute(f"INSERT INTO {table} SELECT * FROM batch")
    con.unregister("batch")


def _clean(text: str | None) -> str | None:
    """Text the database can hold."""
    if not text:
        return None
    kept = text[:MOST_CHARS].replace("\0", "\N{REPLACEMENT CHARACTER}").strip()
    return kept.encode("utf-8", "replace").decode() or None


def _keep(
    con: DuckDBPyConnection,
    original: str,
    source: str,
    fields: Sequence[str],
    *,
    documented_utc: bool,
    walked: bool = False,
) -> None:
    """Turn sets of facts into facts: one row a field."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE sets AS {source}")
    if CAPTURED in fields:
        _capture(con)
    captured = "captured_us" if CAPTURED in fields or walked else "CAST(NULL AS BIGINT)"
    if "created" in fields:
        _date(con, documented_utc=documented_utc)
    plain = [field for field in FIELDS if field in fields]
    if OFFSET in fields and "zone" not in fields:
        # Readers that walk a file have the column, also where no account states a zone.
        con.execute(
            f"""ALTER TABLE sets ADD COLUMN IF NOT EXISTS zone VARCHAR;
            UPDATE sets SET zone = {_offset()}"""
        )
        plain.append("zone")
    elif OFFSET in fields:
        con.execute(f"UPDATE sets SET zone = {_offset()} WHERE zone IS NULL OR trim(zone) = ''")
    for field in plain:
        value = ident(field)
        nothing = "('')" if field in _FREE else _NOTHING
        con.execute(
            f"""INSERT INTO facts SELECT {literal(original)}, account, {literal(field)},
                trim({value}) AS value, min({captured}), min(row), {_SPAN}
            FROM sets WHERE {value} IS NOT NULL AND lower(trim({value})) NOT IN {nothing}
            GROUP BY account, value"""
        )
    con.execute("DROP TABLE sets")


def _capture(con: DuckDBPyConnection) -> None:
    """Read the times of capture in `sets`: only those whose zone is written."""
    source = f"SELECT *, {ident(CAPTURED)} AS t FROM sets"
    found = times.detect(con, source, "VARCHAR")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE sets AS SELECT * EXCLUDE
            (t, local_us, off_min, precision_s, instant), CASE WHEN local_us < 0 THEN NULL
                WHEN instant THEN local_us WHEN off_min IS NOT NULL
                THEN local_us - off_min * 60000000 END AS captured_us
        FROM ({times.parsed(found, source)})"""
    )


def _offset() -> str:
    """SQL: an offset as `+03:00`. Seconds, minutes and hours cannot be confused by their size."""
    number = f"TRY_CAST({ident(OFFSET)} AS DOUBLE)"
    minutes = f"""CASE WHEN abs({number}) <= 14 THEN {number} * 60
        WHEN abs({number}) <= 840 THEN {number}
        WHEN abs({number}) <= 50400 THEN {number} / 60 END"""
    whole = f"CAST(round({minutes}) AS BIGINT)"
    return f"""CASE WHEN regexp_full_match(trim({ident(OFFSET)}), '[+-]\\d{{2}}:\\d{{2}}')
            THEN trim({ident(OFFSET)})
        WHEN {whole} IS NOT NULL THEN (CASE WHEN {whole} < 0 THEN '-' ELSE '+' END)
            || lpad(CAST(abs({whole}) // 60 AS VARCHAR), 2, '0') || ':'
            || lpad(CAST(abs({whole}) % 60 AS VARCHAR), 2, '0') END"""


def _date(con: DuckDBPyConnection, *, documented_utc: bool) -> None:
    """Write the times of creation in one form; what is no time with a clock stays as it is."""
    source = "SELECT DISTINCT created AS t FROM sets WHERE created IS NOT NULL"
    if not first_row(con, f"{source} LIMIT 1"):
        return
    found = times.detect(con, source, "VARCHAR")
    utc = "instant OR off_min IS NOT NULL" + (" OR TRUE" if documented_utc else "")
    moment = "make_timestamp(local_us - COALESCE(off_min, 0) * 60000000)"
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE creations AS SELECT t, CASE
            WHEN local_us IS NULL OR local_us < 0 THEN t
            ELSE CASE WHEN precision_s >= 60 THEN strftime({moment}, '%Y-%m-%dT%H:%M')
                ELSE strftime({moment}, '%Y-%m-%dT%H:%M:%S') END
                || CASE WHEN {utc} THEN 'Z' ELSE '' END END AS written
        FROM ({times.parsed(found, source)})"""
    )
    con.execute(
        """UPDATE sets SET created = creations.written FROM creations
        WHERE sets.created = creations.t"""
    )
    con.execute("DROP TABLE creations")
