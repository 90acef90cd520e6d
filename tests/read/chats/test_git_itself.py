"""What the real Git writes, in every form, is read as Git itself tells it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Read = Callable[..., Any]
T_S = 1_709_601_164


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., str]:
    """The real Git in a repository of its own; skips where there is none."""
    program = shutil.which("git")
    if program is None:
        pytest.skip("git is not installed")
    repository = tmp_path / "repository"
    repository.mkdir()
    environment = {
        "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"],
        "GIT_COMMITTER_NAME": "Web", "GIT_COMMITTER_EMAIL": "w@x.example",
        "GIT_AUTHOR_EMAIL": "a@x.example",
    }  # fmt: skip

    def run(*words: str, given: bytes | None = None, **more: str) -> str:
        done = subprocess.run(
            [program, "-C", str(repository), *words],
            check=True, capture_output=True, env=environment | more, input=given,
        )  # fmt: skip
        return done.stdout.decode()

    run("init", "-q", "-b", "main")
    return run


@pytest.mark.parametrize("form", ["packed", "by id", "bundle", "loose", "sha256"])
def test_the_same_as_git_says(
    git: Callable[..., str], read: Read, tmp_path: Path, form: str
) -> None:
    """Every commit of a repository made by Git: id, author, both times, offset, subject."""
    repository = tmp_path / "repository"
    if form == "sha256":
        shutil.rmtree(repository)
        repository.mkdir()
        try:
            git("init", "-q", "-b", "main", "--object-format=sha256")
        except subprocess.CalledProcessError:
            pytest.skip("this git knows no SHA-256")
    text = "the same long text in every commit, " * 60
    for number, zone in enumerate(["+0800", "-0330", "+1245", "+0000", "-1100", "+0545"]):
        date = f"{T_S + number * 7_000_000} {zone}"
        late = f"{T_S + number * 7_000_000 + number} -0500"
        name = f"Person {number}"
        git("commit", "-q", "--allow-empty", "-m", f"Subject {number}\n\n{text}{number}",
            GIT_AUTHOR_NAME=name, GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=late)  # fmt: skip
    target = tmp_path / "given"
    if form in ("packed", "sha256"):
        git("repack", "-adfq")
        (pack,) = (repository / ".git/objects/pack").glob("*.pack")
        shutil.copyfile(pack, target)
    elif form == "by id":
        ids = git("rev-list", "--all")
        with target.open("wb") as out:
            listed = subprocess.run(
                ["git", "-C", str(repository), "pack-objects", "-q", "--window=20", "--stdout"],
                input=ids.encode(), stdout=out, check=True,
            )  # fmt: skip
        assert listed.returncode == 0
    elif form == "bundle":
        git("bundle", "create", "-q", str(target), "--all")
    else:
        number = git("rev-parse", "HEAD~2").strip()
        shutil.copyfile(repository / ".git/objects" / number[:2] / number[2:], target)
    outcome = read(target)
    said = git("log", "--all", "--format=%H%x09%an%x09%at%x09%ad%x09%s", "--date=format:%z")
    expected = {}
    for line in said.splitlines():
        number, name, at, zone, subject = line.split("\t")
        minutes = int(zone[1:3]) * 60 + int(zone[3:])
        sign = -1 if zone[0] == "-" else 1
        expected[number] = (name, int(at) * 1_000_000, sign * minutes, subject)
    found = {
        post["id"]: (post["account"], post["t_us"], post["offset_min"], post["text"])
        for post in outcome.posts
    }
    assert found if form == "loose" else found == expected
    assert found.items() <= expected.items()
