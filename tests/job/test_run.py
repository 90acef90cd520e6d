"""The main job: same input same bytes, interruptions, second runs, and what is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from forensics.errors import CaseError, ClockError, ForensicsError, ReadError, UsageError
from forensics.job import run as job
from forensics.job.run import run
from forensics.job.settings import RunSettings

MADE = ("report.html", "map.html", "summary.json")
CREWS = RunSettings(by="crew")


def made(out: Path) -> dict[str, bytes]:
    """Everything that must be the same for the same input."""
    tables = sorted((out / "case" / "tables").iterdir())
    return {path.name: path.read_bytes() for path in [*(out / name for name in MADE), *tables]}


@pytest.fixture(scope="module")
def finished(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed")
    run([small / "posts.csv", small / "photos"], out, CREWS)
    return out


@pytest.fixture(scope="module")
def undisturbed(finished: Path) -> dict[str, bytes]:
    return made(finished)


@pytest.fixture
def done(finished: Path, tmp_path: Path) -> Path:
    """A finished folder of one's own."""
    return Path(shutil.copytree(finished, tmp_path / "done"))


def test_same_input_same_bytes_at_another_time_by_another_hand_in_another_order(
    small: Path, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    run(
        [small / "photos", small / "posts.csv"],
        tmp_path / "elsewhere",
        RunSettings(by="crew", threads=1, memory_limit_mb=900),
        who="somebody else",
        now=lambda: "2031-01-01T00:00:00Z",
    )
    assert made(tmp_path / "elsewhere") == undisturbed


@pytest.mark.slow
def test_a_second_run_changes_nothing(small: Path, done: Path) -> None:
    before = made(done) | {"record": (done / "case" / "record.jsonl").read_bytes()}
    inputs = [small / "posts.csv", small / "photos"]
    run(inputs, done, CREWS, now=lambda: "2031-01-01T00:00:00Z")
    after = made(done) | {"record": (done / "case" / "record.jsonl").read_bytes()}
    assert after == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "number"),
    [("receive", 2), ("images", 1), ("read", 0), ("find", 4), ("weigh", 1)],
)
def test_an_interrupted_run_goes_on(
    small: Path, tmp_path: Path, undisturbed: dict[str, bytes], stage: str, number: int
) -> None:
    def interrupt(name: str, done: int, _total: int | None) -> None:
        if (name, done) == (stage, number):
            raise KeyboardInterrupt

    inputs = [small / "posts.csv", small / "photos"]
    with pytest.raises(KeyboardInterrupt):
        run(inputs, tmp_path, CREWS, progress=interrupt)
    run(inputs, tmp_path, CREWS)
    assert made(tmp_path) == undisturbed


@pytest.mark.slow
def test_a_finished_reading_is_not_done_again(small: Path, done: Path) -> None:
    seen: list[str] = []
    inputs = [small / "posts.csv", small / "photos"]
    run(inputs, done, CREWS, progress=lambda stage, _done, _total: seen.append(stage))
    assert "find" in seen
    assert "images" not in seen
    assert "count" not in seen


@pytest.mark.slow
def test_tables_that_were_lost_come_back_equal(
    small: Path, done: Path, undisturbed: dict[str, bytes]
) -> None:
    for path in (done / "case" / "tables").iterdir():
        path.unlink()
    run([small / "posts.csv", small / "photos"], done, CREWS)
    assert made(done)["posts.parquet"] == undisturbed["posts.parquet"]
    assert made(done)["clues.jsonl"] == undisturbed["clues.jsonl"]


@pytest.mark.slow
def test_other_inputs_or_settings_are_refused(small: Path, tmp_path: Path) -> None:
    run([small / "posts.csv"], tmp_path, CREWS)
    with pytest.raises(CaseError, match="other inputs"):
        run([small / "photos"], tmp_path, CREWS)
    with pytest.raises(CaseError, match=r"other settings.*assume_zone"):
        run([small / "posts.csv"], tmp_path, RunSettings(by="crew", assume_zone="Asia/Shanghai"))
    with pytest.raises(CaseError, match="another question"):
        run([small / "posts.csv"], tmp_path, RunSettings(by="crew", question="Else?"))


def test_images_alone_are_shown_and_weighed_for_nobody(small: Path, tmp_path: Path) -> None:
    result = run([small / "photos"], tmp_path)
    assert result.lines == (
        "(images): Images that no post names are shown and weighed for nobody.",
    )
    assert "desk_by_the_window.jpg" in result.report.read_text(encoding="utf-8")


def test_posts_alone_work_and_make_one_pool(small: Path, tmp_path: Path) -> None:
    result = run([small / "posts.csv"], tmp_path)
    assert [line.partition(":")[0] for line in result.lines] == ["all accounts"]


def test_an_assumption_stands_in_the_report(tmp_path: Path) -> None:
    posts = tmp_path / "naive.csv"
    posts.write_text(
        "account,created_at\n"
        + "".join(f"demo-x,2024-03-{day:02d} 09:{day:02d}:00\n" for day in range(1, 29)),
        encoding="utf-8",
    )
    with pytest.raises(ReadError, match="assume-zone"):
        run([posts], tmp_path / "refused")
    settings = RunSettings(assume_zone="Asia/Shanghai", assume_because="the exporter said so")
    page = run([posts], tmp_path / "out", settings).report.read_text(encoding="utf-8")
    assert "Asia/Shanghai" in page
    assert "the exporter said so" in page


@pytest.mark.slow
def test_what_people_wrote_into_the_case_counts(small: Path, done: Path) -> None:
    toml = done / "case" / "case.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8")
        + '\n[[assumptions]]\nstatement = "The export is complete."\nbecause = "It was said."\n',
        encoding="utf-8",
    )
    inputs = [small / "posts.csv", small / "photos"]
    page = run(inputs, done, CREWS).report.read_text(encoding="utf-8")
    assert "The export is complete." in page


BROKEN = {
    "an empty file": (b"", "empty"),
    "a binary file called .csv": (bytes(range(256)) * 40, "binary"),
    "no time column": (b"account,text\ndemo-x,hello\n", "time"),
    "no account column": (b"created_at,text\n2024-01-01T00:00:00Z,hello\n", "account"),
    "a header alone": (b"account,created_at\n", "no rows"),
    "times nobody can read": (b"account,created_at\ndemo-x,yesterday\n", "could be read"),
}


@pytest.mark.parametrize("defect", BROKEN)
def test_bad_input_is_one_clear_line(tmp_path: Path, defect: str) -> None:
    data, word = BROKEN[defect]
    (tmp_path / "posts.csv").write_bytes(data)
    with pytest.raises(ForensicsError) as caught:
        run([tmp_path / "posts.csv"], tmp_path / "out")
    line = caught.value.line()
    assert "posts.csv" in line
    assert word in line
    assert "\n" not in line


@pytest.mark.slow
def test_an_unreadable_file_among_good_ones_is_a_refusal(small: Path, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_bytes(bytes(range(256)) * 40)
    result = run([small / "posts.csv", tmp_path / "other.csv"], tmp_path / "out", CREWS)
    assert any("other.csv" in line for line in result.warnings)


def test_one_row_in_ten_broken_is_counted(tmp_path: Path) -> None:
    good = "".join(f"demo-x,2024-03-{1 + n % 28:02d}T09:00:{n % 60:02d}Z\n" for n in range(900))
    (tmp_path / "posts.csv").write_text(
        "account,created_at\n" + good + "demo-x,soon\n" * 100, encoding="utf-8"
    )
    result = run([tmp_path / "posts.csv"], tmp_path / "out")
    assert any("100 x bad_time" in line for line in result.warnings)


def test_mixed_zones_are_each_read_as_written(tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_text(
        "account,created_at\ndemo-x,2024-03-01T09:00:00+08:00\ndemo-x,2024-03-01T09:00:00-05:00\n"
        "demo-x,2024-03-01T09:00:00\n",
        encoding="utf-8",
    )
    result = run([tmp_path / "posts.csv"], tmp_path / "out")
    assert any("1 x naive_time" in line for line in result.warnings)


def test_missing_inputs_and_impossible_settings(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        run([tmp_path / "nothing.csv"], tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReadError, match="no files"):
        run([tmp_path / "empty"], tmp_path / "out")
    (tmp_path / "posts.csv").write_text("account,time\n", encoding="utf-8")
    with pytest.raises(ClockError, match="Mars"):
        run([tmp_path / "posts.csv"], tmp_path / "out", RunSettings(audience_zone="Mars/Base"))
    with pytest.raises(UsageError):
        run([tmp_path / "posts.csv"], tmp_path / "out", RunSettings(assume_because="so"))
    assert not (tmp_path / "out").exists()


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 kB, where this machine lets us have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mount.returncode:
        pytest.skip("no rights to mount a small disk here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.slow
def test_no_space_left_is_one_line_and_the_run_can_be_repeated_elsewhere(
    small: Path, tiny_disk: Path, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    inputs = [small / "posts.csv", small / "photos"]
    with pytest.raises(ForensicsError) as caught:
        run(inputs, tiny_disk / "out", CREWS)
    assert "space" in caught.value.line()
    assert not list(tiny_disk.rglob("*.html"))
    run(inputs, tmp_path / "out", CREWS)
    assert made(tmp_path / "out") == undisturbed


def test_a_file_that_may_not_be_read_is_one_line(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked.csv"
    locked.write_bytes((small / "posts.csv").read_bytes())
    locked.chmod(0)
    if os.access(locked, os.R_OK):  # root reads everything: let the system call refuse instead
        real = os.open

        def refuse(path: object, *args: object, **named: object) -> int:
            if Path(os.fsdecode(path)) == locked:  # type: ignore[arg-type]
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *args, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ForensicsError) as caught:
        run([locked], tmp_path / "out")
    assert "locked.csv" in caught.value.line()


def test_the_clock_of_the_machine_is_read_in_one_place() -> None:
    assert job.machine_clock().endswith("Z")
    assert len(job.machine_clock()) == len("2024-01-01T00:00:00Z")
