"""Made-up posts to measure with: equal numbers and seed give equal posts, at any size.

Accounts are heavy-tailed (the busiest post a thousand times what the median does), posts come in
the order of time with a day's rhythm, texts are two sentences of common words with tags, mentions,
addresses, quotes and line ends in them (244 bytes a row of CSV, as exports with few columns have),
one post in a hundred is part of a wave of one text by many accounts within two minutes, and
one row in a thousand is broken: no time, a time that is none, no account, and in CSV also rows with
a field too few or too many, in NDJSON also lines that are cut.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Form = Literal["csv", "ndjson", "parquet"]
FORMS: tuple[Form, ...] = get_args(Form)
COLUMNS = ("id", "account", "created_at", "text", "language", "client")
SEED = 11
"""Decides the posts."""
FIRST_US = 1_514_764_800_000_000
"""1 January 2018; the posts span two years."""
DAYS = 730
ROWS_AN_ACCOUNT = 200
"""Mean; the median is far lower."""
PHRASES = 4_096
WAVE_POSTS = 50
_BLOCK = 250_000
"""Rows made at a time, so that memory does not grow with the file."""
_WORDS = (
    "the a to of and we you they people news today just never always really why this that city "
    "council government border water price school match team song love hate vote free truth lie "
    "country street morning night work home world video watch read share say says said asked told "
    "again more less new old big small good bad best worst first last all none some many help stop "
    "start make made take took give gave see seen look like want need know think feel hope fear "
    "media paper story facts police court law war peace trade money tax bank oil food market farm"
)
_ENDS = (
    "", "", "", "", "!", "?", "...", " #news", " #breaking", " @someone", " 😀", ' "so they say"',
    ", again", " https://example.org/a/{}", "\nmore tomorrow", " 新闻",
)  # fmt: skip


def make(rows: int, form: Form, path: Path) -> None:
    """Write that many rows to one file; of the broken ones, all count as rows.

    Raises:
        ValueError: a format that is not known.
    """
    import duckdb

    con = duckdb.connect(config={"memory_limit": "1500MB", "threads": "2"})
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET enable_progress_bar = false")
    con.execute(f"SET temp_directory = '{path.parent / 'making'}'")
    try:
        _phrases(con)
        writers = {"csv": _csv, "ndjson": _ndjson, "parquet": _parquet}
        if form not in writers:
            raise ValueError(form)
        writers[form](con, rows, path)
    finally:
        con.close()


def _phrases(con: DuckDBPyConnection) -> None:
    """The pieces that texts are made of: each of 10 to 22 words, and what may follow."""
    words = "[" + ", ".join(f"'{word}'" for word in _WORDS.split()) + "]"
    count = len(_WORDS.split())
    con.execute(
        f"""CREATE TEMP TABLE phrases AS SELECT i AS p, array_to_string(list_transform(
            range(10 + (hash(i * 17 + {SEED}) % 13)::BIGINT),
            lambda k: {words}[1 + (hash(i * 31 + k * 7 + {SEED}) % {count})::BIGINT]), ' ') AS said
        FROM range({PHRASES}) t(i)"""
    )
    con.execute(
        "CREATE TEMP TABLE ends AS SELECT unnest(range(?)) AS e, unnest(?) AS ending",
        [len(_ENDS), list(_ENDS)],
    )


def _posts(rows: int, low: int, high: int) -> str:
    """SQL: rows `low` to `high` of the posts, in order, `i` beside them.

    hash() spreads well enough here: these are loads for a clock, not results of anything.
    """
    accounts = max(rows // ROWS_AN_ACCOUNT, 20)
    span_us = DAYS * 86_400_000_000

    def part(salt: int) -> str:
        return f"((hash(i * 64 + {salt + SEED * 977}) >> 11) / {1 << 53}.0)"

    # The cube of a uniform number: few accounts write most.
    number = f"CAST(floor({accounts} * pow({part(1)}, 3)) AS BIGINT)"
    hour = f"(({part(3)} + {part(4)} + {part(5)}) / 3)"
    wave = f"(i // 100 // {WAVE_POSTS})"
    start = f"({FIRST_US} + ({wave} * 100 * {WAVE_POSTS}) * {span_us // max(rows, 1)})"
    day_us = f"({FIRST_US} + (i * {DAYS} // {rows}) * 86400000000)"
    return f"""SELECT i, viral,
            'user' || (hash(number * 3 + 5) % 100000) || '_' || number AS account,
            CASE WHEN viral THEN {start} + CAST({part(2)} * 120 AS BIGINT) * 1000000
                ELSE {day_us} + CAST(floor({hour} * 72000) AS BIGINT) * 1000000
                    + (number % 5) * 2880000000 END AS t_us,
            CAST(CASE WHEN viral THEN hash({wave} * 5 + 1) ELSE hash(i * 5 + 2) END % {PHRASES}
                AS BIGINT) AS a,
            CAST(CASE WHEN viral THEN hash({wave} * 5 + 3) ELSE hash(i * 5 + 4) END % {PHRASES}
                AS BIGINT) AS b,
            CAST(CASE WHEN viral THEN 0 ELSE hash(i * 7 + 6) % {len(_ENDS)} END AS BIGINT) AS e,
            ['en', 'de', 'ru', 'es'][1 + (hash(number) % 4)::BIGINT] AS language,
            ['Web App', 'Android', 'iPhone', 'Scheduler'][1 + (hash(number * 11) % 4)::BIGINT]
                AS client
        FROM (SELECT i, i % 100 = 7 AS viral, {number} AS number
            FROM range({low}, {high}) t(i))"""


def _rows(rows: int, low: int, high: int) -> str:
    """SQL: the rows as columns of text, with what is broken in `fault` (0 for nothing)."""
    number = "CAST(((t_us // 1000 - 1288834974657) << 22) + i % 4194304 AS VARCHAR)"
    return f"""SELECT i, fault, {number} AS id,
            CASE fault WHEN 3 THEN '' ELSE account END AS account,
            CASE fault WHEN 1 THEN 'soon' WHEN 2 THEN ''
                ELSE strftime(make_timestamp(t_us), '%Y-%m-%dT%H:%M:%SZ') END AS created_at,
            p.said || ' ' || q.said || replace(ending, '{{}}', CAST(i % 9973 AS VARCHAR)) AS text,
            language, client
        FROM (SELECT *, CASE WHEN i % 1000 = 501 THEN 1 + (i // 1000) % 5 ELSE 0 END AS fault
            FROM ({_posts(rows, low, high)}))
        JOIN phrases AS p ON p.p = a JOIN phrases AS q ON q.p = b JOIN ends USING (e) ORDER BY i"""


def _lines(con: DuckDBPyConnection, rows: int, path: Path, line: str, head: str) -> None:
    """Write one text a row, block by block; `line` is SQL over `_rows`."""
    with path.open("w", encoding="utf-8", newline="") as whole:
        whole.write(head)
        for low in range(0, rows, _BLOCK):
            block = _rows(rows, low, min(low + _BLOCK, rows))
            lines = con.execute(f"SELECT {line} AS line FROM ({block}) ORDER BY i").fetchnumpy()
            whole.write("\n".join(lines["line"]))
            whole.write("\n")


def _csv(con: DuckDBPyConnection, rows: int, path: Path) -> None:
    """Quotes stand where they must; faults 4 and 5 have a field too few and one too many."""
    text = """CASE WHEN regexp_matches(text, '[",\n]')
        THEN '"' || replace(text, '"', '""') || '"' ELSE text END"""
    line = f"""id || ',' || account || ',' || created_at || ',' || {text} || ',' || language
        || CASE fault WHEN 4 THEN '' WHEN 5 THEN ',' || client || ',surplus'
            ELSE ',' || client END"""
    _lines(con, rows, path, line, ",".join(COLUMNS) + "\n")


def _ndjson(con: DuckDBPyConnection, rows: int, path: Path) -> None:
    """One object a line; faults 4 and 5 are lines that were cut in the middle."""
    fields = ", ".join(f"'{name}', {name}" for name in COLUMNS)
    whole = f"CAST(json_object({fields}) AS VARCHAR)"
    _lines(con, rows, path, f"CASE WHEN fault < 4 THEN {whole} ELSE left({whole}, 60) END", "")


def _parquet(con: DuckDBPyConnection, rows: int, path: Path) -> None:
    """Faults 4 and 5 cannot be in it; those rows are good."""
    parts = []
    for low in range(0, rows, _BLOCK):  # a file each, so that memory stays that of a block
        part = path.with_name(f"{path.name}.{low}")
        block = _rows(rows, low, min(low + _BLOCK, rows))
        con.execute(
            f"COPY (SELECT {', '.join(COLUMNS)} FROM ({block})) TO '{part}' (FORMAT parquet)"
        )
        parts.append(part)
    listed = ", ".join(f"'{part}'" for part in parts)
    con.execute(f"COPY (FROM read_parquet([{listed}])) TO '{path}' (FORMAT parquet)")
    for part in parts:
        part.unlink()
