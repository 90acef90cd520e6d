"""Bill of materials and page of licences say what is installed, the same each time."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def sbom(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(TOOLS)
    import sbom as found

    return found


def test_every_package_that_is_asked_for_is_listed_with_a_licence(sbom, root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = (root / "docs" / "licences.md").read_text(encoding="utf-8")
    for line in project["dependencies"]:
        name = sbom.plain(sbom.Requirement(line).name)
        assert f"\n| {name} | " in listed, f"run python tools/sbom.py --licences: {name}"
    assert "not stated" not in listed


def test_no_licence_forbids_use_beside_ours(root: Path) -> None:
    rows = (root / "docs" / "licences.md").read_text(encoding="utf-8").split("|---|---|")[1]
    assert not [line for line in rows.splitlines() if "GPL" in line.replace("LGPL", "")]


def test_the_bill_repeats_and_names_exact_versions(sbom, tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    assert sbom.main(["--out", str(first)]) == sbom.main(["--out", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()
    bill = json.loads(first.read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    versions = {one["name"]: one["version"] for one in bill["components"]}
    assert versions["duckdb"] == sbom.distribution("duckdb").version
    assert {"numpy", "cryptography", "cffi"} <= set(versions), "what is needed by the needed, too"
