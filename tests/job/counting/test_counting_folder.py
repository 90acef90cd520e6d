"""A folder of counts: it grows part by part, never half, and says when it is another one."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import forensics
from forensics.engine.reduction import REDUCTIONS
from forensics.errors import EngineError, ReadError, UsageError
from forensics.job.counting import folder
from forensics.job.counting.adding import Counting, Machine, count_into
from forensics.job.counting.folder import TABLES, Settings, open_folder
from forensics.job.counting.tables import Counts, write_merged

HEAD = "account,created_at,text,kind\n"
DAYS = (
    """ada,2024-03-01T23:58:10Z,one of many,original
bob,2024-03-01T23:58:50Z,one of many,original
ada,2024-03-01T12:00:00Z,noon,original
cem,2024-03-01T23:59:30Z,last of the day,original
""",
    """cem,2024-03-02T00:00:05Z,one of many,original
bob,2024-03-02T00:00:20Z,last of the day,original
ada,2024-03-01T13:00:00Z,late in the export,repost
dan,2024-03-02T00:00:20Z,good night,original
""",
    """dan,2024-03-03T00:00:20Z,,original
dan,yesterday,,original
""",
)


def exports(place: Path) -> list[Path]:
    files = []
    for number, rows in enumerate(DAYS, start=1):
        files.append(place / f"day{number}.csv")
        files[-1].write_text(HEAD + rows, "utf-8")
    return files


def grown(root: Path, files: list[Path]) -> list[Counting]:
    return [count_into(root, [file]) for file in files]


def bytes_of(root: Path) -> Mapping[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that grew by three exports, the exports, and one made in one go."""
    place = tmp_path_factory.mktemp("days")
    files = exports(place)
    steps = grown(place / "many", files)
    assert [step.new_accounts for step in steps] == [3, 1, 0]
    count_into(place / "one", files)
    return place


def test_parts_read_as_one_go(days: Path) -> None:
    """Late rows, a shared minute across midnight and an account that overlaps are corrected."""
    many, one = (Counts(open_folder(days / name)) for name in ("many", "one"))
    assert len(many.folder.parts) == 3
    assert len(one.folder.parts) == 1
    for name in TABLES:
        pd.testing.assert_frame_equal(pd.DataFrame(many.table(name)), pd.DataFrame(one.table(name)))
    assert sorted(many.table("windows")["account"]) == ["ada", "bob", "bob", "cem"]
    later = duckdb.read_parquet(str(days / "many" / "gaps" / "0002.parquet")).fetchall()
    assert min(n for _, _, n in later) == -1, "the gap that the late row divides is taken back"


def test_merged_files_have_the_bytes_of_one_go(days: Path) -> None:
    grown_here = open_folder(days / "many")
    write_merged(grown_here, Machine())
    for name in (one.name for one in REDUCTIONS):
        merged = (days / "many" / "merged" / f"{name}.parquet").read_bytes()
        assert merged == (days / "one" / name / "0001.parquet").read_bytes(), name


def test_the_same_files_change_nothing(days: Path) -> None:
    before = bytes_of(days / "one")
    again = count_into(days / "one", [days / f"day{number}.csv" for number in (3, 1)])
    assert (again.part, again.reading, again.accounts) == (None, None, 4)
    assert bytes_of(days / "one") == before


def test_threads_and_memory_do_not_change_bytes(days: Path, tmp_path: Path) -> None:
    files = [days / f"day{number}.csv" for number in (1, 2, 3)]
    count_into(tmp_path / "c", files, machine=Machine(memory_mb=300, threads=1))
    assert bytes_of(tmp_path / "c") == bytes_of(days / "one")


def test_every_refused_row_is_kept_with_its_number(days: Path) -> None:
    refused = forensics.open_counts(days / "many").table("refusals")
    assert refused[["row", "reason", "raw"]].to_numpy().tolist() == [[2, "bad_time", "yesterday"]]


def test_an_interrupted_part_is_removed_and_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = exports(tmp_path)[:2]
    root = tmp_path / "c"
    count_into(root, files[:1])
    before = bytes_of(root)

    def stopped(path: Path, data: bytes) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(folder, "write_whole", stopped)
        with pytest.raises(KeyboardInterrupt):
            count_into(root, files[1:])
    assert (root / "cells" / "0002.parquet").exists(), "the part was finished, but not listed"
    assert len(open_folder(root).parts) == 1, "who reads sees the folder as it was"
    (root / ".making-part-1").mkdir()
    (root / "cells" / "notes.parquet").write_text("the user's own")
    count_into(root, files[:1])
    (root / "cells" / "notes.parquet").unlink()
    assert bytes_of(root) == before
    count_into(root, files[1:])
    assert len(open_folder(root).parts) == 2


def test_a_first_reading_that_died_is_no_obstacle(tmp_path: Path) -> None:
    root = tmp_path / "c"
    (root / "cells").mkdir(parents=True)
    (root / "cells" / "0001.parquet").write_text("half")
    (root / ".making-part-7").mkdir()
    count_into(root, exports(tmp_path)[:1])
    assert not (root / ".making-part-7").exists()
    assert len(Counts(open_folder(root)).table("cells")) == 4


def test_a_new_part_removes_what_it_makes_wrong(tmp_path: Path) -> None:
    files = exports(tmp_path)
    done = count_into(tmp_path / "c", files[:1])
    write_merged(done.folder, Machine())
    again = count_into(tmp_path / "c", files[:1])
    assert again.removed == ()
    assert (tmp_path / "c" / "merged").exists()
    later = count_into(tmp_path / "c", files[1:2])
    assert later.removed == ("merged",)
    assert not (tmp_path / "c" / "merged").exists()


def test_members_of_archives_are_known_by_their_bytes(tmp_path: Path) -> None:
    files = exports(tmp_path)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in files[:2]:
            archive.write(file, file.name)
    count_into(tmp_path / "c", files[:1])
    second = count_into(tmp_path / "c", [tmp_path / "all.zip"])
    assert second.part is not None
    assert second.part.rows["posts"] == 4, "the member that was counted before is left out"
    assert count_into(tmp_path / "c", [tmp_path / "all.zip", files[1]]).part is None


def test_a_post_in_two_exports_counts_once(tmp_path: Path) -> None:
    """Exports overlap; the row of the later one is refused with where the post stands."""
    files = exports(tmp_path)
    again = tmp_path / "again.csv"
    again.write_text(HEAD + DAYS[0] + DAYS[1], "utf-8")
    count_into(tmp_path / "one", files[:2])
    count_into(tmp_path / "many", files[:1])
    second = count_into(tmp_path / "many", [again])
    assert second.part is not None
    assert (second.part.rows["posts"], second.part.rows["refusals"]) == (4, 4)
    one, many = (Counts(open_folder(tmp_path / name)) for name in ("one", "many"))
    for name in (one.name for one in REDUCTIONS):
        pd.testing.assert_frame_equal(pd.DataFrame(many.table(name)), pd.DataFrame(one.table(name)))
    nothing = tmp_path / "nothing.csv"
    nothing.write_text(HEAD + DAYS[1], "utf-8")
    third = count_into(tmp_path / "many", [nothing])
    assert third.part is not None
    assert third.part.rows["posts"] == 0
    assert count_into(tmp_path / "many", [nothing]).part is None
    for name in (one.name for one in REDUCTIONS):
        pd.testing.assert_frame_equal(pd.DataFrame(many.table(name)), pd.DataFrame(one.table(name)))


def test_other_settings_are_refused(days: Path) -> None:
    with pytest.raises(UsageError, match="no mapped columns and the posts kept; give the same"):
        count_into(
            days / "one", [days / "day1.csv"], settings=Settings("Asia/Tokyo", "the collector said")
        )


def _cut_list(root: Path) -> None:
    whole = json.loads((root / "counts.json").read_text())
    del whole["parts"][0]["rows"]["gaps"]
    (root / "counts.json").write_text(json.dumps(whole))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda root: (root / "counts.json").write_text("{"), "its list is damaged"),
        (lambda root: (root / "counts.json").write_text('{"schema": "x/9"}'), "another version"),
        (lambda root: (root / "counts.json").write_bytes(b"\xff"), "its list cannot be read"),
        (lambda root: (root / "cells" / "0001.parquet").write_text(""), "has another size"),
        (lambda root: (root / "posts" / "0001.parquet").unlink(), "a part is missing"),
        (_cut_list, "its list is damaged"),
    ],
)
def test_damage_is_one_clear_line(tmp_path: Path, days: Path, spoil: object, said: str) -> None:
    root = tmp_path / "c"
    shutil.copytree(days / "one", root)
    assert callable(spoil)
    spoil(root)
    with pytest.raises(EngineError, match=said):
        open_folder(root)


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    files = exports(tmp_path)
    with pytest.raises(UsageError, match="holds other files"):
        count_into(tmp_path / "full", files)
    with pytest.raises(UsageError, match="is not a folder"):
        count_into(files[0], files)
    with pytest.raises(UsageError, match="is no folder of counts"):
        open_folder(tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thesis.txt"]


def test_files_without_posts_add_nothing(tmp_path: Path) -> None:
    root = tmp_path / "c"
    count_into(root, exports(tmp_path)[:1])
    before = bytes_of(root)
    (tmp_path / "empty.csv").write_text("nothing,here\n")
    with pytest.raises(ReadError):
        count_into(root, [tmp_path / "empty.csv"])
    assert bytes_of(root) == before


USER = {"team_id": "T1", "real_name": "Ada", "tz": "UTC", "profile": {"display_name": "A"}}


def test_accounts_of_a_list_are_no_posts(tmp_path: Path) -> None:
    listed = tmp_path / "users.json"
    names = ("ada", "zoe")
    listed.write_text(json.dumps([USER | {"id": name, "name": name} for name in names]))
    with pytest.raises(ReadError, match="no post was read"):
        count_into(tmp_path / "alone", [listed])
    done = count_into(tmp_path / "both", [listed, *exports(tmp_path)[:1]])
    assert done.part is not None
    assert {source["holds"] for source in done.part.sources} == {"accounts", "posts"}
    assert done.part.posts == done.part.rows["posts"] == 4


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        (Machine(memory_mb=64), "--memory: 64 MB are too little"),
        (Machine(threads=0), "--threads: one thread at least"),
        (Machine(engine="flink"), "no engine is called"),
    ],
)
def test_machines_that_cannot_work(tmp_path: Path, machine: Machine, said: str) -> None:
    with pytest.raises(forensics.ForensicsError, match=said):
        count_into(tmp_path / "c", exports(tmp_path), machine=machine)
    assert not (tmp_path / "c").exists()


def test_the_public_interface(days: Path, tmp_path: Path) -> None:
    counts = forensics.count(days / "day1.csv", tmp_path / "c", zones=True)
    assert counts.names == TABLES
    assert set(counts.tables()) == set(TABLES) - {"posts", "refusals"}
    assert counts.table("posts", "account = 'ada'")["account"].tolist() == ["ada", "ada"]
    assert counts.zones()["status"].unique().tolist() == ["insufficient"]
    with pytest.raises(UsageError, match="no table is called"):
        counts.table("cats")
    with pytest.raises(EngineError, match="cannot be asked so"):
        counts.table("cells", "nothing = 1")
    with pytest.raises(UsageError, match=r"there is no zones\.parquet"):
        forensics.open_counts(days / "one").zones()
    assert "windows: own texts" in (tmp_path / "c" / "README.txt").read_text()


LATER = """cem,2024-03-02T00:00:05Z,last of the day,original
bob,2024-03-02T00:00:20Z,last of the day,original
dan,2024-03-03T00:00:20Z,good night,original
"""


def test_without_posts_the_counts_are_the_same(days: Path, tmp_path: Path) -> None:
    files = [days / f"day{number}.csv" for number in (1, 2, 3)]
    lean = count_into(tmp_path / "lean", files, settings=Settings(posts=False)).folder
    assert not (tmp_path / "lean" / "posts").exists()
    for name in (name for name in lean.tables if name != "tail"):
        whole = (days / "one" / name / "0001.parquet").read_bytes()
        assert lean.path(name, lean.parts[0]).read_bytes() == whole, name
    counts = Counts(open_folder(tmp_path / "lean"))
    assert "posts" not in counts.names
    assert counts.folder.parts[0].posts == Counts(open_folder(days / "one")).folder.parts[0].posts
    with pytest.raises(UsageError, match="no posts are kept here"):
        counts.table("posts")


def test_without_posts_repeats_are_told_by_their_texts(tmp_path: Path) -> None:
    """Two exports overlap and name no ids: kind and text tell posts of one second apart."""
    said = ["same", "", "same", "other", "\u4f60\u597d"]
    rows = [f'ada,2024-03-01T10:00:00Z,"{text}",original\n' for text in said]
    (tmp_path / "a.csv").write_text(HEAD + "".join(rows), "utf-8")
    (tmp_path / "b.csv").write_text(HEAD + "".join([*rows[:2], *rows[3:], *rows[:1] * 3]), "utf-8")
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    count_into(tmp_path / "lean", files, settings=Settings(posts=False))
    count_into(tmp_path / "whole", files)
    lean, whole = (Counts(open_folder(tmp_path / name)) for name in ("lean", "whole"))
    for name in (name for name in lean.names if name != "tail"):
        pd.testing.assert_frame_equal(
            pd.DataFrame(lean.table(name)), pd.DataFrame(whole.table(name)), obj=name
        )
    posts = sum(part.posts for part in lean.folder.parts)
    assert posts == 8, "of two and four, four stay; of what has no text, all"
    assert list(lean.table("tail")) == ["account", "t_us", "text_md5"], "no text is kept"


def test_without_posts_only_later_exports_can_be_added(days: Path, tmp_path: Path) -> None:
    late = tmp_path / "late.csv"
    late.write_text(HEAD + LATER)
    first, lean = days / "day1.csv", Settings(posts=False)
    count_into(tmp_path / "lean", [first], settings=lean)
    count_into(tmp_path / "lean", [late], settings=lean)
    count_into(tmp_path / "one", [first, late])
    many, one = (Counts(open_folder(tmp_path / name)) for name in ("lean", "one"))
    for name in (name for name in many.names if name != "tail"):
        pd.testing.assert_frame_equal(pd.DataFrame(many.table(name)), pd.DataFrame(one.table(name)))
    assert sorted(many.table("windows")["account"]) == ["ada", "bob", "bob", "cem", "cem"]
    assert len(many.table("tail")) == 4, "the last minutes of either part"
    before = bytes_of(tmp_path / "lean")
    for moment in ("2024-03-01T10:00:00Z", "2024-03-03T00:00:20Z"):
        late.write_text(HEAD + f"eve,{moment},x,original\n")
        with pytest.raises(UsageError, match="the counts reach to 2024-03-03T00:00:20Z"):
            count_into(tmp_path / "lean", [late], settings=lean)
    assert bytes_of(tmp_path / "lean") == before


def test_without_posts_other_calls_are_refused(days: Path, tmp_path: Path) -> None:
    lean, spark = Settings(posts=False), Machine(engine="local[2]")
    with pytest.raises(UsageError, match="Spark counts posts that are kept"):
        count_into(tmp_path / "x", [days / "day1.csv"], settings=lean, machine=spark)
    forensics.count(days / "day1.csv", tmp_path / "lean", posts=False)
    with pytest.raises(UsageError, match="was counted with --no-posts"):
        forensics.count(days / "day2.csv", tmp_path / "lean")
