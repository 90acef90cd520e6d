"""Cases for the main job: a small cut of the demonstration, and the whole of it run once."""

from __future__ import annotations

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
