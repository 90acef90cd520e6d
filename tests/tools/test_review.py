"""The review of packages in docs/security.md is one of what is locked, and leaves nobody out."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def reviewed(root: Path) -> dict[str, str]:
    """Package -> version, as the table says."""
    page = (root / "docs" / "security.md").read_text(encoding="utf-8")
    table = page.partition("| package | reviewed | is given | held by |")[2]
    found: dict[str, str] = {}
    for names, versions in re.findall(r"(?m)^\| ([a-z][^|]*) \| ([0-9][^|]*) \|", table):
        found.update(zip(names.split(", "), versions.split(", "), strict=True))
    return found


def test_the_versions_are_the_locked_ones(root: Path, reviewed: dict[str, str]) -> None:
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", lock))
    assert len(reviewed.keys() & locked.keys()) > 20
    other = {name: at for name, at in reviewed.items() if locked.get(name, at) != at}
    assert not other, "locked anew: look at what changed in them, then name the new version"


def test_every_package_that_gnomon_asks_for_is_there(root: Path, reviewed: dict[str, str]) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {canonicalize_name(Requirement(one).name) for one in project["dependencies"]}
    assert asked <= reviewed.keys()
