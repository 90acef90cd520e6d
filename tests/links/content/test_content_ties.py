"""From a table of posts to edges, bursts and findings: what ties and what does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from forensics.clues import Evidence
from forensics.clues.controls.given import controls_of
from forensics.engine import PostTable
from forensics.links.content.addresses import canonical
from forensics.links.content.find import KINDS, edges
from forensics.links.edges import Edge, Ties
from forensics.model import Profile
from forensics.reference.places import load_gazetteer

START_S = 1_600_000_000
Row = dict[str, Any]


def row(account: str, second: int, text: str | None = None, **more: str) -> Row:
    return {"account": account, "second": second, "text": text, "kind": "original"} | more


def crowd(count: int, posts: int = 12, seed: int = 1, prefix: str = "user") -> list[Row]:
    """Accounts that post texts of their own and a greeting."""
    rng = np.random.default_rng(seed)
    letters = list("abcdefghijklmnopqrstuvwxyz")
    known = ["".join(rng.choice(letters, int(rng.integers(3, 9)))) for _ in range(600)]
    rows = []
    for number in range(count):
        name = f"{prefix}{number:03d}"
        for _ in range(posts):
            said = " ".join(rng.choice(known, 12))
            rows.append(row(name, int(rng.integers(60 * 86_400)), said))
        rows.append(
            row(name, int(rng.integers(86_400)), "A happy new year to all of you, friends!")
        )
        rows.append(row(name, int(rng.integers(86_400)), "Thank you!!"))
    return rows


def table(rows: list[Row], folder: Path, *, threads: int = 1, bare: bool = False) -> PostTable:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "posts.parquet"
    columns = ("account", "second", "text", "kind", "urls", "repost_of", "media")
    with duckdb.connect() as con:
        lists = [[one.get(name) for one in rows] for name in columns]
        types = ["BIGINT" if name == "second" else "VARCHAR" for name in columns]
        made = ", ".join(
            f"unnest(?::{kind}[]) AS {name}" for name, kind in zip(columns, types, strict=True)
        )
        con.execute(
            f"CREATE TABLE p AS SELECT {made}, unnest(range(1, {len(rows) + 1})) AS row", lists
        )
        more = "" if bare else ", urls, repost_of"
        con.execute(
            "COPY (SELECT repeat('a', 64) AS original, row, account,"
            f" (second + {START_S}) * 1000000 AS t_us, 1::INTEGER AS precision_s,"
            " 'platform_utc' AS basis,"
            " NULL::SMALLINT AS offset_min, NULL::VARCHAR AS id, kind, NULL::VARCHAR AS client,"
            " NULL::VARCHAR AS language, text, NULL::VARCHAR AS label, media,"
            f" NULL::VARCHAR AS unit, NULL::BIGINT AS id_gap_s{more} FROM p"
            f" ORDER BY account, t_us, row) TO '{path}' (FORMAT parquet)"
        )
    return PostTable.build(path, folder, threads=threads)


def evidence(rows: list[Row], folder: Path, **more: Any) -> Evidence:
    posts = table(rows, folder, **more)
    return Evidence(posts=posts, images=(), units=posts.units("pool"), places=load_gazetteer())


def of(told: Ties, kind: str) -> list[Edge]:
    return [one for one in told.edges if one.kind == kind]


COPIED = "our city has the cleanest air and the best schools of the whole province"


@pytest.fixture(scope="module")
def tied(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Row], Ties]:
    rows = crowd(80)
    for day in range(4):
        said = f"{COPIED} as page {day} of our report on {'abcd'[day] * 9} will show you"
        begin = day * 86_400 + 5000
        rows += [
            row("user001", begin, said),
            row("user002", begin + 5, said.upper() + "\u200b !!!"),
            row("user003", begin + 9, said.replace("a", "\u0430") + " https://t.co/x"),
            row("user004", begin + 40_000, said.replace("schools", "roads")),
        ]
    rows += [row(f"user{n:03d}", 900_000 + 7000 * n, "call +86 515 8832 1234") for n in (10, 11)]
    for n in range(2):
        rows += [
            row(f"user{k:03d}", 90_000 * n + 4000 * k, urls=f"https://www.x.example/a/{n}?utm_source={k}")
            for k in (20, 21)
        ]  # fmt: skip
    folder = tmp_path_factory.mktemp("tied")
    return rows, edges(evidence(rows, folder))


def test_copies_are_tied_through_their_disguise(tied: tuple[list[Row], Ties]) -> None:
    rows, told = tied
    same = of(told, "same_text")
    assert [(one.a, one.b, one.n) for one in same] == [
        ("user001", "user002", 4),
        ("user001", "user003", 4),
        ("user002", "user003", 4),
        ("user010", "user011", 1),
    ]
    first = same[0]
    assert first.mdb > 10_000
    assert first.low_mdb <= first.mdb <= first.high_mdb
    assert first.share_first_ppm == 1_000_000
    assert first.rows_total == 8
    assert {rows[ref.row - 1]["account"] for ref in first.rows} == {"user001", "user002"}
    assert COPIED[:8] not in first.statement


def test_near_texts_are_tied_apart_from_equal_ones(tied: tuple[list[Row], Ties]) -> None:
    near = of(tied[1], "near_text")
    assert {(one.a, one.b) for one in near} == {
        ("user001", "user004"), ("user002", "user004"), ("user003", "user004"),
    }  # fmt: skip


def test_greetings_weigh_nothing(tied: tuple[list[Row], Ties]) -> None:
    finding = next(one for one in tied[1].findings if one.finder == "same_text")
    assert finding.details["short_texts"] == 1
    assert finding.details["pairs_without_weight"] == 80 * 79 // 2 - 4
    assert "5 of 80 accounts" in finding.statement


def test_codes_tie_and_stay_masked(tied: tuple[list[Row], Ties]) -> None:
    (one,) = of(tied[1], "same_code")
    assert (one.a, one.b) == ("user010", "user011")
    assert "8832" not in repr(tied[1])


def test_addresses_tie_from_two_on(tied: tuple[list[Row], Ties]) -> None:
    assert [(one.a, one.b, one.n) for one in of(tied[1], "same_url")] == [("user020", "user021", 2)]


def test_co_posting_is_directed_from_the_first(tied: tuple[list[Row], Ties]) -> None:
    found = of(tied[1], "co_posting")
    assert {(one.a, one.b) for one in found} == {
        ("user001", "user002"), ("user001", "user003"), ("user002", "user003"),
    }  # fmt: skip
    assert all(one.directed and one.share_first_ppm == 1_000_000 for one in found)
    finding = next(one for one in tied[1].findings if one.finder == "co_posting")
    windows: Any = finding.details["windows"]
    assert [one["window_s"] for one in windows] == [10, 60, 600]
    assert windows[0]["pairs_beyond_chance"] == 3


def test_one_post_with_text_and_address_counts_once(tmp_path: Path) -> None:
    rows = crowd(30)
    said = "a text of ours that is long enough to be compared with others"
    rows += [row(f"user{n:03d}", 100 + n, said, urls="https://x.example/1") for n in (1, 2)]
    assert of(edges(evidence(rows, tmp_path)), "co_posting") == []


def test_reposts_meet_by_what_they_repeat(tmp_path: Path) -> None:
    rows = crowd(40)
    for n in range(6):
        rows += [
            row(
                f"user{k:03d}", n * 90_000 + k, "RT @x: something", kind="repost", repost_of=f"p{n}"
            )
            for k in (1, 2)
        ]
    told = edges(evidence(rows, tmp_path))
    assert [(one.a, one.b, one.n) for one in told.edges] == [("user001", "user002", 6)]


def test_what_went_round_is_one_burst(tmp_path: Path) -> None:
    viral = "everybody in the whole country posted this very sentence today"
    rows = [row(f"u{n:04d}", n % 50, viral) for n in range(600)]
    told = edges(evidence(rows, tmp_path))
    assert told.edges == []
    assert [(one.kind, one.accounts, one.first) for one in told.bursts] == [
        ("same_text", 600, "u0000"),
        ("co_posting", 600, "u0000"),
    ]
    assert all(len(one.rows) == 10 and one.rows_total == 600 for one in told.bursts)


def test_controls_tell_a_network_from_a_fashion(tmp_path: Path) -> None:
    said = "a sentence that all accounts of this small case have posted"
    rows = [row(f"op{n:02d}", n * 500, said) for n in range(12)]
    rows += [row(f"op{n:02d}", 90_000 + n, f"own {n} " * 6) for n in range(12)]
    alone = evidence(rows, tmp_path / "case")
    assert of(edges(alone), "same_text") == []
    others = table(crowd(60, prefix="control"), tmp_path / "controls")
    names = [one.account for one in alone.posts.accounts()] if alone.posts else []
    against = replace(alone, controls=controls_of(others, names))
    told = of(edges(against), "same_text")
    assert len(told) == 12 * 11 // 2
    assert {one.basis for one in told} == {"measured"}
    fashion = table(
        [*crowd(60, prefix="control"), *(row(f"control{n:03d}", n, said) for n in range(50))],
        tmp_path / "fashion",
    )
    common = replace(alone, controls=controls_of(fashion, names))
    assert of(edges(common), "same_text") == []


def test_numbers_in_profiles_tie_too(tmp_path: Path) -> None:
    said = evidence(crowd(40), tmp_path)
    profiles = tuple(
        Profile(f"user{n:03d}", "bio", "call +86 515 8832 1234", None, "b" * 64, n) for n in (3, 9)
    )
    (one,) = of(edges(replace(said, profiles=profiles)), "same_code")
    assert (one.a, one.b, one.first_us, one.rows) == ("user003", "user009", None, ())


def test_uploaders_of_pictures_tie(tmp_path: Path) -> None:
    rows = crowd(40)
    # Eight digits of the uploader's number stand first in the name, in hexadecimal.
    name = "6d4a5b2cgy1h0000000000j20u00u0abc.jpg"
    rows += [row(f"user{n:03d}", n, media=name) for n in (5, 6)]
    (one,) = of(edges(evidence(rows, tmp_path)), "same_uploader")
    assert (one.a, one.b) == ("user005", "user006")


def test_without_posts_and_with_one_account(tmp_path: Path) -> None:
    none = Evidence(posts=None, images=(), units={}, places=load_gazetteer())
    told = edges(none)
    assert [(one.finder, one.status) for one in told.findings] == [(k, "not_looked") for k in KINDS]
    alone = edges(evidence(crowd(1), tmp_path))
    assert {one.status for one in alone.findings} == {"insufficient"}


def test_nothing_in_noise_and_old_tables_without_columns(tmp_path: Path) -> None:
    told = edges(evidence(crowd(120), tmp_path, bare=True))

    assert told.edges == []
    assert {one.status for one in told.findings} == {"nothing_found"}


def test_same_posts_in_another_order_give_the_same_ties(
    tied: tuple[list[Row], Ties], tmp_path: Path
) -> None:
    rows, told = tied
    again = edges(evidence(rows, tmp_path, threads=2))
    assert again[:3] == told[:3]
    one, other = told.shares, again.shares
    assert one is not None
    assert other is not None
    assert len(one.lines) > 0
    assert (one.names, one.wide, one.left) == (other.names, other.wide, other.left)
    for name in ("key", "account", "t_us", "place"):
        assert np.array_equal(getattr(one.lines, name), getattr(other.lines, name)), name
    assert not list(tmp_path.glob(".spill"))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.X.example/a/?utm_source=t&b=2&a=1#top", "x.example/a?a=1&b=2"),
        ("http://x.example:80/a", "x.example/a"),
        ("http://x.example:8080/a", "x.example:8080/a"),
        ("https://x.example/", ""),
        ("https://twitter.com/u/status/1?s=20", "twitter.com/u/status/1"),
        ("https://shop.example/i?t=5", "shop.example/i?t=5"),
        ("https://x.example:port/a", ""),
        ("http://[bad/a", ""),
        ("http://x.example/a?b=\ud800", "x.example/a?b=%3F"),
        ("http://[::1]/a", "[::1]/a"),
        ("http://[::1]:8/a", "[::1]:8/a"),
        ("", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_addresses_in_one_spelling(url: str, name: str) -> None:
    assert canonical(url) == name
