"""Cases for the main job: a small cut of the demonstration, and the whole of it run once."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from forensics.job.run import RunResult, run
from forensics.job.settings import RunSettings
from forensics.verbs.demo import AT, QUESTION, demo_files

ROWS = 700


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 700 rows of posts, those that name pictures, and three pictures."""
    source = demo_files()
    folder = tmp_path_factory.mktemp("small")
    lines = (source / "western.csv").read_bytes().splitlines(keepends=True)
    pictured = [line for line in lines[ROWS + 1 :] if b".jpg" in line]
    (folder / "posts.csv").write_bytes(b"".join([*lines[: ROWS + 1], *pictured]))
    photos = folder / "photos"
    photos.mkdir()
    for name in ("desk_by_the_window.jpg", "harbour_evening.jpg", "rain_on_glass.jpg"):
        (photos / name).write_bytes((source / "photos" / name).read_bytes())
    return folder


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """The demonstration case, run as `gnomon demo` runs it."""
    source = demo_files()
    return run(
        [source / "western.csv", source / "weibo.ndjson", source / "photos"],
        tmp_path_factory.mktemp("whole"),
        RunSettings(question=QUESTION, by="crew", audience_zone="America/New_York"),
        who="demonstration",
        now=lambda: AT,
    )


@pytest.fixture(scope="session")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A case of 170 rows with one of each: delimited text, lines, an archive, a picture, controls.

    Row 62 of `posts.csv` is refused. Copy it before you change anything in it.
    """
    source = demo_files()
    folder = tmp_path_factory.mktemp("mixed")
    lines = (source / "western.csv").read_bytes().splitlines(keepends=True)
    pictured = [line for line in lines[61:] if b"desk_by" in line]
    broken = b"demo-a01,2024-03-15,,no time of day,,,,,A\n"
    (folder / "posts.csv").write_bytes(b"".join([*lines[:61], *pictured, broken]))
    labelled = (source / "weibo.ndjson").read_bytes().splitlines(keepends=True)[:60]
    (folder / "weibo.ndjson").write_bytes(b"".join(labelled))
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        member = b"".join([lines[0], *lines[100:130]])
        archive.writestr(zipfile.ZipInfo("in/extra.csv"), member)
    (folder / "photos").mkdir()
    photo = (source / "photos" / "desk_by_the_window.jpg").read_bytes()
    (folder / "photos" / "desk_by_the_window.jpg").write_bytes(photo)
    others = [line.replace(b"demo-", b"other-") for line in (lines[0], *lines[200:240])]
    (folder / "others.csv").write_bytes(b"".join(others))
    return run(
        [folder / name for name in ("posts.csv", "weibo.ndjson", "more.zip", "photos")],
        tmp_path_factory.mktemp("mixed-out"),
        RunSettings(question=QUESTION, by="crew"),
        controls=[folder / "others.csv"],
        who="analyst",
        now=lambda: AT,
    )
