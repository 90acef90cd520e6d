"""House rule: bytes come into `originals/` through one door, `forensics/case/originals.py`."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

DOOR = "forensics/case/originals.py"
NAMING = {
    "forensics/case/case.py": "tells the door where the folder is",
    "forensics/case/making.py": "makes the empty folder",
    "forensics/case/mending.py": "removes half-written files there",
    "forensics/case/verify.py": "reads it",
    "forensics/case/check.py": "reads it",
    "forensics/job/again/stage.py": "lends links to a copy in a temporary folder",
}
"""Modules that may make a path with the folder's name in it, and why."""


def paths_to_originals(tree: ast.AST) -> list[int]:
    """Lines that make a path into a folder called `originals`."""
    found = []
    for node in ast.walk(tree):
        parts: list[ast.expr] = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            parts = [node.right]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("joinpath", "with_name", "path.join", "Path")
        ):
            parts = node.args
        for part in parts:
            texts = [one.value for one in ast.walk(part) if isinstance(one, ast.Constant)]
            if any(isinstance(text, str) and "originals" in text.split("/") for text in texts):
                found.append(node.lineno)
    return found


@pytest.mark.parametrize(
    "code",
    ['root / "originals"', 'root / "originals/ab"', 'root.joinpath("originals", name)',
     'Path("x/originals/y")', 'root / f"originals/{name}"'],
)  # fmt: skip
def test_paths_to_originals_are_seen(code: str) -> None:
    assert paths_to_originals(ast.parse(code))


def test_other_words_are_no_paths() -> None:
    assert not paths_to_originals(ast.parse('table["originals"], root / "tables"'))


def test_only_the_door_and_readers_know_where_originals_lie(package) -> None:
    found = {one.name for one in package if paths_to_originals(one.tree)} - {DOOR}
    assert found <= set(NAMING), f"who may, and why: NAMING: {found - set(NAMING)}"


WATCH = """
import os, sys
from pathlib import Path
inputs, out, door = sys.argv[1:]
seen = set()

def watch(event, args):
    if event == "open":
        path, mode, flags = args
        # C code opens with flags alone; a mode with w, a, x or + writes too
        if not (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
        paths = [path]
    elif event in ("os.rename", "os.link", "os.symlink", "shutil.copyfile", "shutil.move"):
        paths = [args[1]]
    else:
        return
    if not any("originals" in Path(os.fsdecode(path)).parts[:-1]
               for path in paths if isinstance(path, (str, bytes))):
        return
    frame, files = sys._getframe(), []
    while frame is not None:
        files.append(frame.f_code.co_filename)
        frame = frame.f_back
    seen.add(any(name.endswith(door) for name in files))

sys.addaudithook(watch)
from forensics.verbs.main import app
app(["run", inputs, "--out", out, "--at", "2024-05-01T00:00:00Z"], standalone_mode=False)
assert seen == {True}, seen
"""


@pytest.mark.slow
def test_a_whole_run_writes_there_through_the_door_alone(root: Path, tmp_path: Path) -> None:
    from PIL import Image

    inputs = tmp_path / "inputs"
    inputs.mkdir()
    rows = [f"a,2024-01-{n % 28 + 1:02}T{n % 9:02}:{n % 60:02}:07Z,text {n}" for n in range(60)]
    (inputs / "posts.csv").write_text("\n".join(["account,time,text", *rows]))
    Image.new("RGB", (40, 30), (9, 9, 200)).save(inputs / "a.jpg")
    command = [sys.executable, "-c", WATCH, str(inputs), str(tmp_path / "out"), DOOR]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
