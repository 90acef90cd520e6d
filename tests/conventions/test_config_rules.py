"""House rule: the tools are set to strict, and whatever is lifted has its reason beside it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def text() -> str:
    root = Path(__file__).resolve().parents[2]
    return (root / "pyproject.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tool(text: str) -> dict[str, Any]:
    return tomllib.loads(text)["tool"]


def test_ruff_watches_what_the_house_rules_need(tool: dict[str, Any]) -> None:
    selected = set(tool["ruff"]["lint"]["select"])
    assert {
        "DTZ",
        "S",
        "B",
        "BLE",
        "TRY",
        "PTH",
        "ANN",
        "D",
        "PGH",
        "E",
        "F",
        "I",
        "UP",
    } <= selected
    assert tool["ruff"]["lint"]["pydocstyle"]["convention"] == "google"
    assert tool["ruff"]["line-length"] == 100


def test_mypy_is_strict_and_covers_everything_that_runs(tool: dict[str, Any]) -> None:
    assert tool["mypy"]["strict"] is True
    assert {"forensics", "tools", "benchmarks"} <= set(tool["mypy"]["files"])
    loosened = {"disallow_untyped_defs", "ignore_errors", "disable_error_code", "follow_imports"}
    for override in tool["mypy"].get("overrides", []):
        assert not loosened & set(override), f"an override may not switch checks off: {override}"


def test_warnings_are_errors_and_marks_are_known(tool: dict[str, Any]) -> None:
    options = tool["pytest"]["ini_options"]
    assert options["filterwarnings"][0] == "error"
    assert options["xfail_strict"] is True
    assert "--strict-markers" in options["addopts"]
    assert "--strict-config" in options["addopts"]


def test_coverage_counts_branches(tool: dict[str, Any]) -> None:
    assert tool["coverage"]["run"]["branch"] is True
    assert not tool["coverage"]["run"].get("omit")


def section(text: str, name: str) -> list[str]:
    """Lines of a section or of a list, up to the closing bracket or the next section."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(name)) + 1
    body = []
    for line in lines[start:]:
        if line.startswith(("]", "[")):
            break
        body.append(line)
    return body


@pytest.mark.parametrize("name", ["ignore = [", "[tool.ruff.lint.per-file-ignores]"])
def test_every_lifted_rule_has_its_reason_beside_it(text: str, name: str) -> None:
    lines = [line for line in section(text, name) if line.strip()]
    assert lines
    bare = [line for line in lines if not re.search(r"#\s*\w+", line)]
    assert not bare, f"say why, on the same line: {bare}"


def test_dependencies_have_a_lower_bound_and_are_in_order(text: str) -> None:
    project = tomllib.loads(text)["project"]
    for names in (project["dependencies"], *project["optional-dependencies"].values()):
        plain = [re.split(r"[<>=\[;~! ]", name)[0] for name in names]
        assert plain == sorted(plain), f"keep them in order: {plain}"
    assert all(">=" in name for name in project["dependencies"])


def test_supported_versions_agree(text: str, tool: dict[str, Any]) -> None:
    project = tomllib.loads(text)["project"]
    assert project["requires-python"] == ">=3.11"
    assert tool["ruff"]["target-version"] == "py311"
    assert tool["mypy"]["python_version"] == "3.11"


def test_every_direct_import_is_declared(text: str, package: Any) -> None:
    """What the package imports stands in `dependencies` or in an extra."""
    import ast
    import sys

    project = tomllib.loads(text)["project"]
    lines = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        lines += extra
    declared = {re.split(r"[<>=\[;~! ]", line)[0].lower().replace("-", "_") for line in lines}
    other_names = {"PIL": "pillow", "pi_heif": "pi_heif", "branca": "folium"}
    missing = set()
    for source in package:
        for node in ast.walk(source.tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in (one.split(".")[0] for one in names):
                if name in sys.stdlib_module_names or name == "forensics":
                    continue
                if other_names.get(name, name).lower() not in declared:
                    missing.add(f"{source.name}: {name}")
    assert not missing, f"declare these in pyproject.toml: {sorted(missing)}"


def test_the_wheel_takes_the_demonstration_case_along(root: Path, tool: dict[str, Any]) -> None:
    included = tool["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included["fixtures/demo"] == "forensics/demo_case"
    verb = (root / "forensics" / "verbs" / "demo.py").read_text(encoding="utf-8")
    assert '"demo_case"' in verb
