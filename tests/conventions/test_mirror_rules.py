"""House rules on order: tests mirror the package, imports go one way, lists are visible."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path


@cache
def imported(tree: ast.AST) -> set[str]:
    """Every module name that a file may import (names imported from a package included)."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_imports_are_seen() -> None:
    tree = ast.parse("import a.b\nfrom c import d\ndef f():\n    from e.f import g")
    assert {"a.b", "c", "c.d", "e.f", "e.f.g"} <= imported(tree)


def reached(start: set[str], package, folder: str) -> set[str]:
    """Modules of one folder that are imported by name, or by others of that folder that are.

    A part that its package uses inside is tested through the package: JPEG segments through
    `read_image`, the rows of a table through the table. Whole packages are not passed through, so a
    module of one folder is not taken for tested because another folder happens to use it.
    """
    here = {
        source.module: source.tree for source in package if source.name.rsplit("/", 1)[0] == folder
    }
    seen: set[str] = set()
    waiting = {name for name in start if name in here}
    waiting |= {name.rpartition(".")[0] for name in start if name.rpartition(".")[0] in here}
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting |= {one for one in imported(here[name]) if one in here} - seen
    return seen


def test_only_the_folder_itself_is_followed(package) -> None:
    found = reached({"forensics.case.Case"}, package, "forensics/case")
    assert "forensics.case.record" in found
    assert not [name for name in found if not name.startswith("forensics.case")]
    assert not reached({"forensics.read.read_posts"}, package, "forensics/case")


def test_every_module_has_a_test_in_the_mirrored_folder(package, tests) -> None:
    """A script that is started instead of imported is tested where a test names its file."""
    missing = []
    for source in package:
        has_code = any(
            isinstance(node, ast.FunctionDef | ast.ClassDef) for node in ast.walk(source.tree)
        )
        if not has_code or source.name.endswith("__init__.py"):
            continue
        home = source.name.rsplit("/", 1)[0]
        folder = "tests" + home.removeprefix("forensics")
        depth = folder.count("/") + 1
        near = [
            test
            for test in tests
            if test.name.startswith(f"{folder}/") and (depth > 1 or test.name.count("/") == 1)
        ]
        start = {name for test in near for name in imported(test.tree)}
        started = any(f'"{source.name.rsplit("/", 1)[1]}"' in test.text for test in near)
        if source.module not in reached(start, package, home) and not started:
            missing.append(f"{source.name} (looked in {folder}/)")
    assert not missing, f"no test in the mirrored folder reaches these modules: {missing}"


def test_every_test_file_stands_in_a_mirrored_folder(root: Path, tests) -> None:
    allowed = {"conventions", "fixtures", "benchmarks", "tools", "whole"}
    allowed |= {path.name for path in (root / "forensics").iterdir() if path.is_dir()}
    odd = [
        test.name
        for test in tests
        if len(parts := test.name.split("/")) > 2 and parts[1] not in allowed
    ]
    assert not odd, f"tests/ mirrors forensics/: {odd}"


def test_imports_go_one_way(root: Path) -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"the order of layers is broken:\n{done.stdout[-3000:]}"


def circle(sources: Mapping[str, ast.AST]) -> list[str]:
    """Modules that import each other in a circle, wherever in a file they do so and for whatever.

    Also what stands inside a function, and what is for types alone: who reads one of them has to
    have read the other.
    """
    graph: dict[str, set[str]] = {}
    for name, tree in sources.items():
        found = graph.setdefault(name, set())
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names if alias.name in sources}
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    target = whole if whole in sources else node.module
                    found |= {target} & (sources.keys() - {name})
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(name) for name in error.args[1]]
    return []


def test_circles_are_seen() -> None:
    one = ast.parse("def f():\n    from a.two import g")
    two = ast.parse("if TYPE_CHECKING:\n    from a.one import f")
    assert set(circle({"a.one": one, "a.two": two})) == {"a.one", "a.two"}
    assert not circle({"a.one": one, "a.two": ast.parse("from a import three\nimport os")})


def test_no_files_import_each_other_in_a_circle(package, root: Path) -> None:
    assert circle({source.module: source.tree for source in package}) == []
    for folder in ("benchmarks", "tools"):
        files = {path.stem: ast.parse(path.read_text()) for path in (root / folder).glob("*.py")}
        assert circle(files) == []


def test_the_order_of_layers_names_every_package(root: Path) -> None:
    import tomllib

    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    named = {part.strip(" ()") for layer in layers for part in layer.split("|")}
    here = {
        path.name.removesuffix(".py")
        for path in (root / "forensics").iterdir()
        if (path.is_dir() and any(path.glob("*.py"))) or path.suffix == ".py"
    }
    here -= {"__init__", "__main__"}
    assert here <= named, f"give these a place in the order of layers: {sorted(here - named)}"


def literal_tuple(source, name: str) -> list[str] | None:
    """Names inside `NAME = (a, b, ...)` written out in a module; None if it is not written so."""
    for node in source.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        named = any(isinstance(one, ast.Name) and one.id == name for one in targets)
        if named and isinstance(node.value, ast.Tuple):
            return [ast.unparse(element) for element in node.value.elts]
    return None


def _list_in(package, folder: str, name: str) -> list[str]:
    found = {
        source.name: names
        for source in package
        if source.name.startswith(f"{folder}/") and (names := literal_tuple(source, name))
    }
    assert len(found) == 1, f"{folder}/ lists its {name} in one visible tuple, found {found}"
    return next(iter(found.values()))


def test_readers_stand_in_one_visible_tuple_that_names_every_family(package) -> None:
    listed = {
        source.name.removesuffix("/__init__.py"): names
        for source in package
        if source.name.startswith("forensics/read/")
        and (names := literal_tuple(source, "READERS")) is not None
    }
    registry = listed.pop("forensics/read/registry.py")
    assert len(registry) == len(set(registry)) >= 2
    families = {name.removeprefix("forensics/read/") for name in listed}
    starred = {
        name.removeprefix("*").removesuffix(".READERS") for name in registry if name[0] == "*"
    }
    assert starred == families, "every family's readers stand in the registry, and no others"
    assert all(names for names in listed.values())


def test_finders_stand_in_one_visible_tuple(package) -> None:
    listed = " ".join(_list_in(package, "forensics/clues", "FINDERS"))
    finders = [
        source.module.removesuffix(".finding").split(".")[-1]
        for source in package
        if source.name.startswith("forensics/clues/")
        and any(
            isinstance(node, ast.FunctionDef) and node.name == "find" for node in source.tree.body
        )
    ]
    missing = [name for name in finders if name not in listed]
    assert finders
    assert not missing, f"finders that FINDERS does not list are never run: {missing}"
