"""What the house rules are checked on: sources with their syntax trees, and all text."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_TEXT = {
    ".py", ".pyi", ".md", ".toml", ".txt", ".cfg", ".ini", ".yml", ".yaml", ".html", ".j2", ".css",
    ".js", ".json", ".jsonl", ".sh", ".tsv", ".csv", ".svg", "",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A Python file: path from the root, text and syntax tree."""

    name: str
    text: str
    tree: ast.Module

    @property
    def module(self) -> str:
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _read(root: Path, path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(root).as_posix(), text, ast.parse(text, str(path)))


def _sources(root: Path, *folders: str) -> tuple[Source, ...]:
    paths = [path for folder in folders for path in (root / folder).rglob("*.py")]
    return tuple(_read(root, path) for path in sorted(paths))


@pytest.fixture(scope="session")
def package(root: Path) -> tuple[Source, ...]:
    """Every module of forensics/."""
    found = _sources(root, "forensics")
    assert found, "forensics/ is empty"
    return found


@pytest.fixture(scope="session")
def scripts(root: Path) -> tuple[Source, ...]:
    """Everything else that runs: tools/ and benchmarks/."""
    return _sources(root, "tools", "benchmarks")


@pytest.fixture(scope="session")
def tests(root: Path) -> tuple[Source, ...]:
    """Every test file."""
    return _sources(root, "tests")


@pytest.fixture(scope="session")
def project_files(root: Path) -> tuple[Path, ...]:
    """Every file that is, or would be, part of the project: what git does not ignore."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=root, check=True, capture_output=True,
        ).stdout.decode()  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    paths = (root / name for name in sorted(set(listed.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


@pytest.fixture(scope="session")
def project_text(root: Path, project_files: tuple[Path, ...]) -> dict[str, str]:
    """Path from the root -> text, of everything people wrote (data tables are left out)."""
    found = {}
    for path in project_files:
        name = path.relative_to(root).as_posix()
        data = name.startswith(("forensics/reference/data/", "fixtures/", "forensics/show/vendor/"))
        if path.suffix in _TEXT and not data and name != "LICENSE":
            found[name] = path.read_text(encoding="utf-8")
    return found
