"""Lines and values come out of the database in order, some at a time, of both tables."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pytest

from forensics.clues import Evidence
from forensics.clues.controls.given import controls_of
from forensics.engine import PostTable
from forensics.links.content.incidence import digest, firsts_of, joined
from forensics.links.content.reader import Reader, column
from forensics.links.content.spelling import lines_of, respell
from forensics.links.content.texts import Written
from forensics.reference.places import load_gazetteer

Row = tuple[str, int, str | None]


def table(rows: list[Row], folder: Path) -> PostTable:
    folder.mkdir()
    path = folder / "posts.parquet"
    account, second, text = (list(one) for one in zip(*rows, strict=True))
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE p AS SELECT unnest(?::VARCHAR[]) AS account, "
            "unnest(?::BIGINT[]) * 1000000 AS t_us, unnest(?::VARCHAR[]) AS text",
            [account, second, text],
        )
        con.execute(
            "COPY (SELECT repeat('a', 64) AS original, row_number() OVER () AS row, account, t_us,"
            " 1::INTEGER AS precision_s, 'platform_utc' AS basis, 'original' AS kind, text,"
            " NULL::VARCHAR AS client, NULL::VARCHAR AS language, NULL::VARCHAR AS media,"
            " NULL::VARCHAR AS unit FROM p ORDER BY account, t_us, row)"
            f" TO '{path}' (FORMAT parquet)"
        )
    return PostTable.build(path, folder)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    rng = np.random.default_rng(8)
    rows = [
        (f"user{int(rng.integers(9))}", int(rng.integers(500)), f"text {int(rng.integers(40))}")
        for _ in range(300)
    ]
    folder = tmp_path_factory.mktemp("reader")
    posts = table(rows, folder / "case")
    more = [("control1", 7, "text 3"), ("control2", 9, "TEXT 3"), ("control2", 9, None)]
    return Evidence(
        posts=posts,
        images=(),
        units=posts.units("pool"),
        places=load_gazetteer(),
        controls=controls_of(table(more, folder / "others"), [one for one, *_ in rows]),
    )


TEXT = ("text", "text IS NOT NULL")


def test_blocks_hold_whole_things_in_order(given: Evidence) -> None:
    with Reader(given) as reader:
        stored = reader.ordered("posted", column(*TEXT))
        parts = list(stored.blocks(17))
        whole = joined(parts)
        assert len(parts) > 5
        assert len(stored) == len(whole) == 302
        assert whole.ordered() is whole
        assert all(a.key[-1] < b.key[0] for a, b in pairwise(parts))
        assert joined(stored.blocks(100_000)).place.tolist() == whole.place.tolist()
        # Controls have numbers behind the case's, and stand in no line of its table.
        assert set(whole.account[whole.place < 0].tolist()) == {9, 10}
        assert sorted(whole.place[whole.place >= 0].tolist()) == list(range(300))


def test_values_become_one_spelling_and_are_counted_once(given: Evidence) -> None:
    with Reader(given) as reader:

        def spell(values: list[str]) -> list[tuple[int, int, str] | None]:
            return [
                None if one == "text 1" else (digest("t", one.lower()), len(one), one.lower())
                for one in values
            ]

        distinct = respell(reader, "words", TEXT, spell)
        lines = lines_of(reader, "words", TEXT)
        whole = joined(lines.blocks())
        assert distinct == len(set(whole.key.tolist())) == 39
        three = whole.where(whole.key == digest("t", "text 3"))
        assert {9, 10} <= set(three.account.tolist())
        assert digest("t", "text 1") not in whole.key
        assert len(reader.folder().parts) > 1
        left = reader.folder()
    assert not left.exists()


def test_firsts_leave_out_what_one_account_alone_posted(given: Evidence) -> None:
    with Reader(given) as reader:
        lines = reader.ordered("posted", column(*TEXT))
        every = joined(lines.blocks())
        told = firsts_of(lines, 9)
        rare = np.unique(every.key)[:1]
        own = every.where((every.key == rare[0]) & (every.account < 9))
        alone = own.where(own.account == own.account[0])
        assert told.things == len(np.unique(every.key))
        for account in range(9):
            mine = np.unique(every.key[every.account == account])
            assert told.of_account[account] == len(mine)
        assert len(firsts_of(alone, 9).lines) == 0
        assert firsts_of(alone, 9).things == 1
        assert firsts_of(alone, 9, rare).lines.key.tolist() == rare.tolist()


def test_long_texts_are_read_by_place(given: Evidence) -> None:
    said = {n: f"a text that is long enough to be compared, number {n}" for n in range(50)}

    with Reader(given) as reader:

        def spell(values: list[str]) -> list[tuple[int, int, str | None] | None]:
            numbers = [int(one.split()[1]) for one in values]
            return [(number, 9, None if number == 5 else said[number]) for number in numbers]

        respell(reader, "texts", TEXT, spell)
        written = Written(reader)
        assert written.key.tolist() == [n for n in range(40) if n != 5]
        assert [one for part in written.parts() for one in part] == [
            said[int(key)] for key in written.key
        ]
        assert written.some(np.array([0, 7])) == {0: said[0], 7: said[int(written.key[7])]}
