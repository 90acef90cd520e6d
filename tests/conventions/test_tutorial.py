"""The tutorial's commands run in order, and print what the page says they print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def steps(page: str) -> list[tuple[str, int, list[str]]]:
    """Each command with its exit code and the lines it is said to print."""
    found: list[tuple[str, int, list[str]]] = []
    for block in BLOCK.findall(page):
        for line in block.splitlines():
            if line.startswith("$ "):
                command, _, remark = line[2:].partition("   # exits with ")
                found.append((command, int(remark or 0), []))
            elif line.strip() != "...":
                found[-1][2].append(line.rstrip())
    return found


def test_the_page_is_read_rightly() -> None:
    page = "```console\n$ a b\nout\n...\n$ c   # exits with 1\nend\n```\n"
    assert steps(page) == [("a b", 0, ["out"]), ("c", 1, ["end"])]


@pytest.mark.slow
def test_the_tutorial_runs_as_printed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "fixtures").symlink_to(root / "fixtures")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    wrong = []
    for command, code, lines in steps(PAGE.read_text(encoding="utf-8")):
        done = subprocess.run(  # noqa: S602 - our own page, and a redirection in it
            command,
            shell=True,
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "COLUMNS": "80"},
            capture_output=True,
            text=True,
            check=False,
        )
        printed = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
        wrong += [f"{command}: not printed: {line!r}" for line in lines if line not in printed]
        if done.returncode != code:
            wrong.append(
                f"{command}: exit {done.returncode} instead of {code}: {done.stderr[-500:]}"
            )
    assert not wrong, "\n".join(wrong)
