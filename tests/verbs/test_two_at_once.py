"""Several commands on one case at once, as real processes; disks that are full or read-only."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from forensics.case import Case, receiving, verify
from forensics.case.receiving import Received

AT = "2024-05-01T00:00:00Z"


def start(root: Path, *words: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "forensics.verbs.main", *map(str, words)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=root, stdout=pipe, stderr=pipe, text=True)


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out + err


@pytest.fixture
def case(tmp_path: Path) -> Path:
    root = tmp_path / "out" / "case"
    Case.create(root, question="Q", settings={}, who="me", now=lambda: AT)
    return root


def shelf(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:03}.txt").write_bytes(f"{folder.name} {number}".encode())
    (folder / "same.txt").write_bytes(b"in both")
    return folder


@pytest.mark.slow
def test_two_that_add_at_once_lose_nothing(case: Path, tmp_path: Path, root: Path) -> None:
    shelves = [shelf(tmp_path / name, 150) for name in ("one", "two")]
    assert [end(process)[0] for process in [start(root, "add", case, one) for one in shelves]] == [
        0, 0,
    ]  # fmt: skip
    names = {one.name_as_received for one in Case.open(case).originals()}
    wanted = {f"{one.name}/{path.name}" for one in shelves for path in one.iterdir()}
    assert names == wanted
    assert len(list((case / "originals").glob("*/*"))) == 301
    assert verify(case).ok


HOLDER = """
import sys, time
from pathlib import Path
from forensics.case import Case
case = Case.open(Path(sys.argv[1]), who="Ann", now=lambda: "2024-05-01T00:00:00Z")
with case.exclusively():
    case.write_table("half.jsonl", [{}])
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
    if sys.argv[3] == "note":
        case.append("note", {"n": 1, "tables": [case.write_table("half.jsonl", [{}]).as_json()]})
"""


def hold(root: Path, case: Path, seconds: float, then: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDER, str(case), str(seconds), then]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_one_that_waits_says_for_whom_and_then_sees_what_was_added(case: Path, root: Path) -> None:
    told: list[str] = []
    waiting = Case.open(case, who="Bob", now=lambda: AT, tell=told.append)
    with hold(root, case, 0.6, "note") as holder:
        with waiting.exclusively(wait_s=60):
            assert waiting.last("note") is not None
            waiting.append("note", {"n": 2})
        assert holder.wait(60) == 0
    by = f"process {holder.pid}, Ann since {AT}"
    assert told == [f"{case}: waiting for another command ({by}), 60 s at most"]
    assert [entry.body["n"] for entry in waiting.entries() if entry.kind == "note"] == [1, 2]
    assert verify(case).ok


def test_one_that_has_waited_in_vain_changes_nothing(case: Path, root: Path) -> None:
    from forensics.errors import CaseError

    before = (case / "record.jsonl").read_bytes()
    with hold(root, case, 60, "") as holder:
        began = time.monotonic()
        with (
            pytest.raises(CaseError, match=r"Ann since .*waited 1 s .*nothing was changed"),
            Case.open(case, now=lambda: AT).exclusively(wait_s=1),
        ):
            pytest.fail("two at once")
        assert 0.9 < time.monotonic() - began < 30
        holder.send_signal(signal.SIGKILL)
    assert (case / "record.jsonl").read_bytes() == before


@pytest.mark.slow
def test_the_lock_of_a_killed_command_holds_nobody_up(case: Path, root: Path) -> None:
    with hold(root, case, 60, "") as holder:
        holder.send_signal(signal.SIGKILL)
    assert (case / "run.lock").read_text().startswith(f"process {holder.pid}")
    found = verify(case)
    assert not found.ok
    assert "a command is at work here, or has died" in found.checks[6].detail
    code, said = end(start(root, "verify", case, "--mend"))
    assert code == 0, said
    assert "gnomon: " in said
    assert "A command was interrupted; unfinished tables removed: half.jsonl." in said
    assert (case / "run.lock").read_text() == ""
    assert verify(case).ok


@pytest.mark.slow
def test_a_note_during_a_run_is_kept_and_printed(tmp_path: Path, root: Path) -> None:
    rows = [f"a{n % 2},2024-01-{n % 28 + 1:02}T{n % 10:02}:00:00Z,text {n}" for n in range(200)]
    posts = tmp_path / "posts.csv"
    posts.write_text("\n".join(["account,time,text", *rows]))
    out = tmp_path / "out"
    running = start(root, "run", posts, "--out", out, "--at", AT)
    while not (out / "case/record.jsonl").is_file():
        assert running.poll() is None
        time.sleep(0.02)
    noting = start(root, "note", out / "case", "Written during the run.", "--json")
    code, said = end(running)
    assert code == 0, said
    code, said = end(noting)
    assert code == 0, said
    case = Case.open(out / "case", who="me", now=lambda: AT)
    kinds = [entry.kind for entry in case.entries()]
    assert kinds.count("note") == 1
    assert {"read", "clue", "weigh", "report"} <= set(kinds)
    assert json.loads(said.splitlines()[0])["line"] == kinds.index("note") + 1
    case.append("invented later", {"what": "nobody knows"})
    assert verify(out / "case").ok
    code, said = end(start(root, "report", out / "case", "--at", AT))
    assert code == 0, said
    assert "Written during the run." in (out / "report.html").read_text()
    assert verify(out / "case").ok


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, where the machine lets us make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=160k", "none", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except OSError:
        pytest.skip("no mount command")
    if done.returncode != 0:
        pytest.skip("may not mount a file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_fills_up_keeps_what_was_taken_in_before(
    disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "BATCH_FILES", 2)
    case = Case.create(disk / "case", question="Q", settings={}, who="me", now=lambda: AT)
    items = []
    for number in range(40):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(bytes([number]) * 9000)
        items.append(Received(path, path.name))
    from forensics.errors import CaseError

    with pytest.raises(CaseError, match="no space left on the disk"):
        case.add_files(items)
    assert verify(disk / "case").ok
    subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
    again = Case.open(disk / "case", who="me", now=lambda: AT)
    assert 0 < len(again.originals()) < 40
    assert len(again.add_files(items)) == 40
    assert verify(disk / "case").ok


@pytest.mark.slow
def test_a_read_only_disk_gives_one_line_and_can_be_verified(
    disk: Path, tmp_path: Path, root: Path
) -> None:
    case = Case.create(disk / "case", question="Q", settings={}, who="me", now=lambda: AT)
    path = tmp_path / "a"
    path.write_bytes(b"a")
    case.add_file(path, "a")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        code, said = end(start(root, "add", disk / "case", path))
        assert code == 1
        assert said.count("\n") == 1
        assert "the file system is read-only" in said
        assert verify(disk / "case").ok
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="no Linux")
def test_a_folder_that_is_gone_gives_one_line(case: Path, tmp_path: Path, root: Path) -> None:
    import shutil

    shutil.rmtree(case)
    code, said = end(start(root, "add", case, tmp_path / "x"))
    assert (code, said.count("\n")) == (2, 1)
