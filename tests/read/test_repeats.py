"""Exports overlap: a post that stands in two files counts once."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.read import Reading, ReadOptions, SourceFile, read_posts
from forensics.read.database import connected, literal
from forensics.read.profiles.kept import Earlier

HEADER = "created_at,username,id,text\n"
NIGHT = "2023-11-15T00:00:0{second}Z"


def file(folder: Path, name: str, rows: list[tuple[int, str, str, str]]) -> SourceFile:
    """A file of posts: (second, account, id, text)."""
    path = folder / name
    lines = [f"{NIGHT.format(second=at)},{who},{id_},{text}\n" for at, who, id_, text in rows]
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return SourceFile(hashlib.sha256(name.encode()).hexdigest(), name, path)


def read(files: list[SourceFile], out: Path, earlier: Earlier | None = None) -> Reading:
    """Read some files."""
    return read_posts(files, ReadOptions(), out, lambda *_: None, earlier=earlier)


def posts(path: Path) -> list[tuple[int, str, str | None, str]]:
    """(second, account, id, text) of each post, in order."""
    with connected(memory_limit_mb=200, threads=1, scratch=None) as con:
        return con.execute(
            f"""SELECT t_us // 1000000 % 60, account, id, text
            FROM read_parquet({literal(str(path))}) ORDER BY ALL"""
        ).fetchall()


def test_the_same_id_at_the_same_time_counts_once(tmp_path: Path) -> None:
    one = file(tmp_path, "a.csv", [(0, "u", "1", "x"), (1, "u", "2", "y")])
    two = file(tmp_path, "b.csv", [(0, "u", "1", "x"), (1, "v", "2", "y"), (2, "u", "1", "x")])
    reading = read([one, two], tmp_path / "out")
    assert [row[:3] for row in posts(reading.posts)] == [
        (0, "u", "1"),
        (1, "u", "2"),
        (1, "v", "2"),
        (2, "u", "1"),
    ]
    assert sum(source.rows_refused for source in reading.sources) == 1
    assert all(one.rows_present == one.rows_read + one.rows_refused for one in reading.sources)
    (told,) = [note for one in reading.sources for note in one.notes if "repeat" in note]
    assert told == "1 row repeats a post that was read already: it counts once"


def test_the_row_that_stays_is_named(tmp_path: Path) -> None:
    files = [file(tmp_path, name, [(9, "v", "7", ""), (0, "u", "1", "x")]) for name in "ab"]
    reading = read(files, tmp_path / "out")
    first, second = sorted(one.sha256 for one in files)
    with connected(memory_limit_mb=200, threads=1, scratch=None) as con:
        refused = con.execute(
            f"SELECT original, row, reason, raw FROM read_parquet({literal(str(reading.refusals))})"
        ).fetchall()
    assert sorted(refused) == [
        (second, 1, "repeated_post", f"the post of row 1 of {first[:12]}"),
        (second, 2, "repeated_post", f"the post of row 2 of {first[:12]}"),
    ]


def test_without_ids_only_equal_texts_in_two_files_are_repeats(tmp_path: Path) -> None:
    one = file(tmp_path, "a.csv", [(0, "u", "", "same"), (0, "u", "", "same"), (1, "u", "", "")])
    two = file(
        tmp_path, "b.csv", [(0, "u", "", "same")] * 3 + [(0, "u", "", "other"), (1, "u", "", "")]
    )
    reading = read([one, two], tmp_path / "out")
    found = Counter((at, text) for at, _, _, text in posts(reading.posts))
    assert found == {(0, "same"): 3, (0, "other"): 1, (1, None): 2}


def test_rows_of_one_file_all_count(tmp_path: Path) -> None:
    reading = read([file(tmp_path, "a.csv", [(0, "u", "1", "x")] * 3)], tmp_path / "out")
    assert reading.sources[0].rows_read == 3
    (told,) = [note for note in reading.sources[0].notes if "earlier row" in note]
    assert told == "rows with account, time and id of an earlier row: 2; each counts as a post"


def test_what_an_earlier_reading_has_stays(tmp_path: Path) -> None:
    first = read([file(tmp_path, "b.csv", [(0, "u", "1", "x")])], tmp_path / "one")
    names = {first.sources[0].original: "b.csv"}
    earlier = Earlier((), (first.posts,), (first.posts,), names)
    more = file(tmp_path, "a.csv", [(0, "u", "1", "x"), (1, "u", "2", "x")])
    second = read([more], tmp_path / "two", earlier)
    assert [row[2] for row in posts(second.posts)] == ["2"]
    assert second.sources[0].rows_refused == 1


@settings(max_examples=15, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 3), st.sampled_from("uv"), st.sampled_from(["1", "2", ""]),
            st.sampled_from(["x", "y"]),
        ),
        min_size=1,
        max_size=12,
    )
)  # fmt: skip
def test_a_file_and_its_copy_are_as_good_as_the_file(
    rows: list[tuple[int, str, str, str]], tmp_path_factory: object
) -> None:
    folder = tmp_path_factory.mktemp("copies")  # type: ignore[attr-defined]
    one, copy = (file(folder, name, rows) for name in ("a.csv", "b.csv"))
    alone = read([one], folder / "one")
    both = read([one, copy], folder / "both")
    assert posts(both.posts) == posts(alone.posts)
    assert sum(source.rows_refused for source in both.sources) == len(rows)
