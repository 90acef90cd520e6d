"""Small tables of posts with texts, and the evidence of assessed accounts beside controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

from forensics.clues.controls.given import controls_of
from forensics.clues.evidence import Evidence
from forensics.engine import POOL, PostTable
from forensics.reference.places import load_gazetteer

Texts = Mapping[str, Sequence[str | tuple[int, str]]]
START_S = 1_672_531_200
"""1 January 2023."""


@pytest.fixture
def write_texts(
    tmp_path: Path, side_database: Callable[[], duckdb.DuckDBPyConnection]
) -> Callable[..., PostTable]:
    """`write_texts({account: [text or (second, text), ...]})` -> PostTable; hourly texts."""
    made = 0

    def build(
        texts: Texts,
        *,
        language: str | None = "en",
        labels: Mapping[str, str] | None = None,
        start_s: int = START_S,
        kind: str = "original",
    ) -> PostTable:
        nonlocal made
        made += 1
        folder = tmp_path / f"texts{made}"
        folder.mkdir()
        sha = f"{made:x}" * 64
        rows = []
        for account in sorted(texts):
            for number, one in enumerate(texts[account]):
                at, text = one if isinstance(one, tuple) else (start_s + 3600 * number, one)
                rows.append((account, at * 1_000_000, text, (labels or {}).get(account)))
        rows.sort(key=lambda row: row[:2])
        with side_database() as con:
            con.execute(
                "CREATE TEMP TABLE p (account VARCHAR, t_us BIGINT, text VARCHAR, label VARCHAR)"
            )
            for first in range(0, len(rows), 5_000):
                columns = list(zip(*rows[first : first + 5_000], strict=True))
                con.execute(
                    "INSERT INTO p SELECT unnest(?::VARCHAR[]), unnest(?::BIGINT[]),"
                    " unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
                    [list(column) for column in columns],
                )
            spoken = "NULL" if language is None else f"'{language}'"
            con.execute(
                f"COPY (SELECT '{sha[:64]}' AS original,"
                " row_number() OVER (ORDER BY account, t_us, text) AS row, account, t_us,"
                " 1::INTEGER AS precision_s, 'platform_utc' AS basis, NULL::SMALLINT AS offset_min,"
                f" NULL::VARCHAR AS id, '{kind}' AS kind, NULL::VARCHAR AS client,"
                f" {spoken}::VARCHAR AS language, text, label, NULL::VARCHAR AS media,"
                " NULL::VARCHAR AS unit, NULL::BIGINT AS id_gap_s"
                f" FROM p ORDER BY account, t_us, row) TO '{folder / 'posts.parquet'}'"
                " (FORMAT parquet)"
            )
        return PostTable.build(folder / "posts.parquet", folder)

    return build


@pytest.fixture
def compare() -> Callable[..., Evidence]:
    """`compare(case, controls, named_areas=...)` -> the evidence of one pool with its controls."""

    def build(
        case: PostTable, controls: PostTable | None, *, named_areas: Sequence[str] = ()
    ) -> Evidence:
        names = tuple(one.account for one in case.accounts())
        given = None if controls is None else controls_of(controls, names, named_areas=named_areas)
        return Evidence(case, (), {POOL: names}, load_gazetteer(), controls=given)

    return build
