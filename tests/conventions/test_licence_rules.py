"""House rule: whatever we carry that others made comes with its licence, and says where from."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

CARRIED = ("forensics/reference/data", "forensics/show/vendor")


@pytest.mark.parametrize("folder", CARRIED)
def test_carried_files_have_their_licences(root: Path, folder: str) -> None:
    place = root / folder
    if not place.is_dir():
        pytest.fail(f"{folder} is not there; take it out of CARRIED if nothing is carried")
    licences = [path for path in (place / "LICENSES").glob("*") if path.stat().st_size > 200]
    assert licences, f"{folder}/LICENSES holds the text of each licence"


def says_where_from(path: Path) -> bool:
    """True for a file with its own header: a JSON object with `made_by`, or comment lines."""
    if path.suffix == ".json":
        return "made_by" in json.loads(path.read_text(encoding="utf-8"))
    return path.suffix in {".tsv", ".csv", ".txt"} and path.read_bytes().startswith(b"#")


@pytest.mark.parametrize("folder", CARRIED)
def test_every_carried_file_says_where_it_is_from(root: Path, folder: str) -> None:
    place = root / folder
    headers = [path for path in place.glob("*.json") if says_where_from(path)]
    manifests = sorted({*place.glob("MANIFEST*.json"), *headers})
    assert manifests, f"{folder}/MANIFEST.json says where each file comes from"
    text = "".join(path.read_text(encoding="utf-8") for path in manifests)
    for path in place.rglob("*"):
        inside = path.relative_to(place)
        ours = inside.parts[0] == "LICENSES" or path.suffix in {".py", ".md"} or path in manifests
        if path.is_file() and not ours and "__pycache__" not in inside.parts:
            named = inside.as_posix() in text or says_where_from(path)
            assert named, f"{folder}/{inside} is in no manifest and has no header of its own"


def _licence_files(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [str(value["licence_file"])] if value.get("licence_file") else []
        return own + [one for part in value.values() for one in _licence_files(part)]
    if isinstance(value, list):
        return [one for part in value for one in _licence_files(part)]
    return []


@pytest.mark.parametrize("folder", CARRIED)
def test_licence_files_named_in_manifests_exist(root: Path, folder: str) -> None:
    place = root / folder
    for manifest in place.glob("MANIFEST*.json"):
        for name in _licence_files(json.loads(manifest.read_text(encoding="utf-8"))):
            found = [place / name, place / "LICENSES" / name]
            assert any(path.is_file() for path in found), f"{manifest.name} names {name}"


def test_the_wheel_takes_the_licences_along(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["project"]["license-files"]
    assert "LICENSE" in patterns
    for folder in CARRIED:
        assert f"{folder}/LICENSES/*" in patterns


def test_no_licence_that_binds_users_is_depended_on(root: Path) -> None:
    """Metadata of each direct dependency; GPL and AGPL would bind everyone who ships this."""
    from importlib.metadata import PackageNotFoundError, metadata

    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    for line in settings["project"]["dependencies"]:
        name = line.split(">")[0].split("=")[0].split("<")[0].split("[")[0].split(";")[0].strip()
        try:
            facts = metadata(name)
        except PackageNotFoundError:
            continue
        said = " ".join(
            [
                facts.get("License-Expression") or "",
                (facts.get("License") or "")[:80],
                *(one for one in facts.get_all("Classifier") or [] if one.startswith("License")),
            ]
        )
        plain = said.replace("LGPL", "")
        assert not re.search(r"GPL|GNU General Public", plain), f"{name}: {said}"
