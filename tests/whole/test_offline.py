"""The main verbs where there is no network at all: in an empty network namespace of the kernel."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROWS = "account,time,text\n" + "".join(
    f"a,2019-03-{day:02d}T{hour:02d}:07:0{hour % 10}Z,hello {day} {hour}\n"
    for day in range(4, 16)
    for hour in (6, 7, 9, 11, 13)
)
VERBS = {
    "places": ["places", "联系电话 0515-8812 3456"],
    "id": ["id", "1050118621198921728"],
    "sun": ["sun", "--height", "1.7", "--shadow", "2.4", "--time", "2024-05-09T06:30Z"],
}


@pytest.fixture
def nowhere() -> list[str]:
    """The words that start a program without any network, where the system lets us."""
    program = shutil.which("unshare")
    if program is None:
        pytest.skip("there is no unshare here")
    alone = [program, "--map-root-user", "--net"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system does not allow namespaces of one's own")
    return alone


def test_nothing_is_reachable_there(nowhere: list[str]) -> None:
    code = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)"
    done = subprocess.run([*nowhere, sys.executable, "-c", code], capture_output=True, check=False)
    assert b"Network is unreachable" in done.stderr


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_works_without_network(verb: str, nowhere: list[str], tmp_path: Path) -> None:
    words = [sys.executable, "-m", "forensics.verbs.main", *VERBS[verb]]
    done = subprocess.run(
        [*nowhere, *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.slow
def test_a_whole_run_works_without_network(nowhere: list[str], tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_text(ROWS, encoding="utf-8")
    words = [sys.executable, "-m", "forensics.verbs.main", "run", "posts.csv", "--out", "x"]
    done = subprocess.run(
        [*nowhere, *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x" / "report.html").is_file()
