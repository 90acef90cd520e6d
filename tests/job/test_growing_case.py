"""A case that grows: what comes later is read by itself, and the answers are those of one go."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from forensics.case import Case, verify
from forensics.case.growing import part_name, parts_in, stages, whole_name
from forensics.case.inputs import find_files
from forensics.errors import CaseError
from forensics.job.again import rerun
from forensics.job.batches import batches
from forensics.job.intake import read_evidence
from forensics.job.run import RunResult, receive, run, silent
from forensics.job.settings import RunSettings
from forensics.model import Progress

T0 = 1_700_006_400
"""00:00 UTC of 15 November 2023."""
TOLD = RunSettings(by="username")
HEADER = "created_at,username,location,text"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)
"""A picture in PNG of one point."""
LARGE = ("posts.parquet", "cells.parquet", "refusals.parquet")


def day(path: Path, number: int, accounts: int = 6) -> Path:
    """A file with the posts of one day and one row nobody can read; made with a fixed seed."""
    rng = random.Random(number)  # noqa: S311 - a load, no secret
    lines = [HEADER]
    for place in range(120):
        who, at = rng.randrange(accounts), place * 700 + rng.randrange(600)
        clock = f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}"
        said = f"u{who},place {who % 2},words {rng.randrange(40)} of a day"
        lines.append(f"2023-11-{15 + number:02}T{clock}Z,{said}")
    lines.append("no time,u0,,lost")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Four files, a day each."""
    home = tmp_path_factory.mktemp("days")
    return [day(home / f"day{number}.csv", number) for number in range(4)]


def grow(root: Path, files: Sequence[Path], progress: Progress = silent) -> Case:
    """Take files into a case and read what is new."""
    case = Case.open_or_create(
        root, question="", settings=TOLD.as_json(), who="t", now=lambda: "2024-01-01T00:00:00Z"
    )
    with case.exclusively():
        receive(case, find_files(list(files)), silent)
        evidence = read_evidence(case, TOLD, progress)
    if evidence.posts is not None:
        evidence.posts.close()
    return case


def rows(case: Case, name: str) -> list[dict[str, Any]]:
    """The rows of a small table of a case."""
    path = case.tables / name
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def every_table(case: Case) -> dict[str, bytes]:
    """The bytes of all tables."""
    return {path.name: path.read_bytes() for path in case.tables.iterdir()}


@pytest.fixture(scope="module")
def grown(days: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Two days, and then a third; copy it before anything in it is changed."""
    root = tmp_path_factory.mktemp("grown") / "case"
    grow(root, days[:2])
    return grow(root, days[:3])


@pytest.fixture
def mine(grown: Case, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(grown.root, tmp_path / "case"))


def test_what_was_read_is_neither_read_nor_written_again(days: list[Path], mine: Path) -> None:
    assert [one.name for one in parts_in(mine / "tables", "posts.parquet")] == [
        "posts.parquet",
        "posts-0002.parquet",
    ]
    known = {path: path.stat().st_mtime_ns for path in (mine / "tables").glob("*.parquet")}
    seen: list[tuple[str, int | None]] = []
    case = grow(mine, days, progress=lambda stage, _done, total: seen.append((stage, total)))
    assert {path: path.stat().st_mtime_ns for path in known} == known
    new = {path.name for path in case.tables.glob("*.parquet")} - {path.name for path in known}
    assert new == {part_name(name, 3) for name in LARGE}
    assert {total for stage, total in seen if stage == "read"} == {1}
    (source,) = case.stages("read")[-1].body["sources"]  # type: ignore[misc]
    assert source["rows_read"] == 120  # type: ignore[index, call-overload]
    assert verify(case.root).ok


def test_reading_again_changes_nothing(days: list[Path], mine: Path) -> None:
    before = {path: path.read_bytes() for path in mine.rglob("*") if path.is_file()}
    grow(mine, days[:3])
    assert {path: path.read_bytes() for path in mine.rglob("*") if path.is_file()} == before


def test_lost_tables_come_back_in_the_same_parts(days: list[Path], mine: Path) -> None:
    case = Case.open(mine)
    before, record = every_table(case), (mine / "record.jsonl").read_bytes()
    shutil.rmtree(mine / "cache")
    for path in case.tables.iterdir():
        path.unlink()
    assert every_table(grow(mine, days[:3])) == before
    assert (mine / "record.jsonl").read_bytes() == record


@pytest.mark.parametrize("lost", ["cache/facts.parquet", "tables/cells.parquet"])
def test_where_something_of_before_is_lost_all_is_read_again(
    days: list[Path], grown: Case, tmp_path: Path, lost: str
) -> None:
    case = grow(tmp_path / "case", days[:2])
    (case.root / lost).unlink()
    assert every_table(grow(case.root, days[:3])) == every_table(grown)


def test_archives_and_lists_of_accounts_that_come_later(days: list[Path], tmp_path: Path) -> None:
    packed, listed, late = (tmp_path / name for name in ("old.zip", "people.csv", "late.csv"))
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(days[1], "day1.csv")
    listed.write_text("screen_name,location,description\nU1,Here,a\nu9,There,b\n", encoding="utf-8")
    late.write_text(days[2].read_text(encoding="utf-8").replace("u2", "u9"), encoding="utf-8")
    inputs = [days[0], packed, listed, late]
    for number in range(1, len(inputs) + 1):
        steps = grow(tmp_path / "steps", inputs[:number])
    once = grow(tmp_path / "once", inputs)
    for name in ("profiles", "sources", "archive_refusals"):
        assert rows(steps, f"{name}.jsonl") == rows(once, f"{name}.jsonl"), name
    told = {(row["account"], row["value"]) for row in rows(steps, "profiles.jsonl")}
    assert {("u1", "Here"), ("u9", "There")} <= told
    assert len(parts_in(steps.tables, "posts.parquet")) == 3
    assert verify(steps.root).ok


@pytest.mark.slow
def test_answers_do_not_depend_on_the_steps(days: list[Path], tmp_path: Path) -> None:
    run(days[:2], tmp_path / "steps", TOLD)
    told: list[str] = []
    steps = run(days[:3], tmp_path / "steps", TOLD, tell=told.append)
    once = run(days[:3], tmp_path / "once", TOLD)
    for name in ("findings", "clues", "links", "weights", "tests", "conclusions", "observations"):
        assert _rows(steps, name) == _rows(once, name), name
    assert steps.lines == once.lines
    assert any("1 file more than before" in line for line in told)
    assert verify(steps.case).ok
    again = rerun(steps.case)
    assert again.ok, [part for part in again.parts if part.verdict == "differs"]
    equal = {part.name for part in again.of("equal")}
    assert {"tables/posts.parquet", "tables/posts-0002.parquet"} <= equal
    with pytest.raises(CaseError, match=r"other inputs \('day0.csv'\)"):
        run(days[1:3], tmp_path / "steps", TOLD)


def _rows(result: RunResult, name: str) -> list[str]:
    path = result.case / "tables" / f"{name}.jsonl"
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def test_names_of_parts() -> None:
    assert part_name("posts.parquet", 1) == "posts.parquet"
    assert part_name("posts.parquet", 12) == "posts-0012.parquet"
    assert whole_name("posts-0012.parquet") == "posts.parquet"
    assert whole_name("posts-0012.jsonl") == "posts-0012.jsonl"
    assert whole_name("controls_posts.parquet") == "controls_posts.parquet"


def test_parts_are_those_of_one_table_in_order(tmp_path: Path) -> None:
    for name in ("posts-0010.parquet", "posts.parquet", "posts-0002.parquet", "posts_x.parquet"):
        (tmp_path / name).touch()
    found = [path.name for path in parts_in(tmp_path, "posts.parquet")]
    assert found == ["posts.parquet", "posts-0002.parquet", "posts-0010.parquet"]


def test_a_line_that_goes_on_from_nothing_is_no_stage(grown: Case) -> None:
    lines = list(grown.entries())
    whole = stages(lines, "read")
    assert [entry.body.get("after") for entry in whole] == [None, whole[0].body["key"]]
    assert stages([entry for entry in lines if entry.seq != whole[0].seq], "read") == ()
    assert [batch.number for batch in batches(grown)] == [1, 2]


def test_pictures_that_come_later_are_read_with_the_posts_of_before(
    days: list[Path], tmp_path: Path
) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(PIXEL)
    grow(tmp_path / "case", days[:1])
    case = grow(tmp_path / "case", [days[0], picture])
    assert [row["name"] for row in rows(case, "images.jsonl")] == ["a.png"]
    last = case.stages("read")[-1].body
    assert (last["images"], last["sources"]) == (1, [])
    assert len(parts_in(case.tables, "posts.parquet")) == 1
    again = grow(tmp_path / "case", [*days[:2], picture])
    assert [row["name"] for row in rows(again, "images.jsonl")] == ["a.png"]
    assert verify(case.root).ok
